test_that("operators and functions work at once on R data", {
  expect_equal(as.array(k_constant(1:3) * 2 - 1), array(c(1, 3, 5)))
  expect_equal(as.numeric(k_sum(matrix(1:6, 2))), 21)
  expect_equal(as.vector(k_mean(matrix(1:6, 2), axis = 1)), c(1.5, 3.5, 5.5))
  expect_equal(dim(k_max(array(1:24, 2:4), axis = c(1, -1), keepdims = TRUE)), c(1L, 3L, 1L))
  expect_equal(as.vector(k_argmax(rbind(c(1, 3, 2), c(9, 1, 1)))), c(1L, 0L))
  expect_identical(as.vector(k_cast(k_greater(c(0.2, 0.7), 0.5), "int32")), c(0L, 1L))
  expect_equal(as.vector(k_clip(c(-2, 0.5, 2), -1, 1)), c(-1, 0.5, 1))
  expect_equal(as.vector(k_sqrt(c(-1, 4))), c(0, 2))
  expect_equal(as.vector(-k_constant(c(1, 2)) ^ 2), c(-1, -4))
  expect_equal(as.array(k_dot(diag(2), matrix(1:4, 2))), matrix(1:4, 2))
  expect_equal(as.vector(k_concatenate(list(c(1, 2), c(3, 4)), axis = 1)), 1:4)
  expect_equal(as.array(k_gather(matrix(1:4, 2), c(1, 0))), matrix(c(2, 1, 4, 3), 2))
})

test_that("broadcasting follows the last axes", {
  x <- matrix(1:6, 2)
  expect_equal(as.array(k_constant(x) + c(10, 20, 30)), sweep(x, 2, c(10, 20, 30), "+"))
  expect_error(k_constant(x) + c(1, 2), class = "tildenet_error_shape")
})

test_that("symbolic tensors know their shapes", {
  x <- layer_input(shape = c(4, 3))
  expect_identical(k_int_shape(x), list(NULL, 4L, 3L))
  expect_identical(k_int_shape(k_sum(x, axis = -1)), list(NULL, 4L))
  expect_identical(k_int_shape(k_mean(x)), list())
  expect_identical(k_int_shape(k_batch_flatten(x)), list(NULL, 12L))
  expect_identical(k_ndim(x), 3L)
  expect_true(k_is_keras_tensor(x))
  expect_false(k_is_keras_tensor(k_constant(1)))
  expect_snapshot(x)
  expect_snapshot(error = TRUE, as.array(x))
  expect_snapshot(error = TRUE, x %/% 2)
})

test_that("tensor functions differentiate inside models", {
  input <- layer_input(shape = 2)
  model <- keras_model(input, k_sum(k_exp(input) * input, axis = 2, keepdims = TRUE))
  x <- matrix(c(0, 1, 2, -1), 2)
  expect_equal(as.array(model(x)), matrix(rowSums(exp(x) * x)), tolerance = 1e-6)
  self <- tildenet:::self_of(model)
  spec <- tildenet:::graph_spec(self$inputs, self$outputs)
  found <- tildenet:::engine_gradients(tildenet:::engine_graph(spec, TRUE, TRUE),
                                       list(tildenet:::as_source(x)), spec$outputs,
                                       list(matrix(1, 2, 1)))
  expect_equal(found$inputs[[1]], exp(x) * (1 + x), tolerance = 1e-6)
})
