test_that("facts of tensors, arrays and weights", {
  x <- layer_input(shape = c(4, 3))
  expect_identical(k_ndim(x), 3L)
  expect_identical(k_count_params(matrix(0, 2, 3)), 6)
  expect_identical(k_count_params(k_variable(c(1, 2))), 2)
  expect_identical(k_count_params(keras_model_sequential() %>% layer_dense(2, input_shape = 3)), 8)
  expect_true(k_is_tensor(k_constant(1)))
  expect_true(k_is_keras_tensor(x))
  expect_false(k_is_keras_tensor(k_constant(1)))
  expect_equal(as.array(k_zeros_like(c(1, NaN, Inf))), array(0, 3))
  expect_equal(as.array(k_ones(c(2, 1))), matrix(1, 2, 1))
  expect_identical(k_dtype(k_ones_like(1:2, dtype = "int32")), "int32")
})

test_that("k_shape() knows the rows of a batch when they come", {
  expect_equal(as.vector(k_shape(matrix(0, 2, 3))), c(2, 3))
  input <- layer_input(shape = 3)
  model <- keras_model(input, input * k_cast_to_floatx(k_shape(input)[[1]]))
  expect_equal(as.array(model(matrix(1, 5, 3))), matrix(5, 5, 3))
})

test_that("unknown sizes are refused where numbers are needed", {
  x <- layer_input(shape = c(4, 3))
  expect_snapshot(error = TRUE, {
    k_count_params(x)
    k_zeros(k_shape(x))
    k_zeros(c(2, 0.5))
  })
})
