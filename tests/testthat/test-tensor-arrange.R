test_that("shapes change row by row", {
  x <- array(as.numeric(1:24), c(2, 3, 4))
  expect_equal(as.array(k_reshape(x, c(4, 6))), array_reshape(x, c(4, 6)))
  expect_equal(as.array(k_permute_dimensions(x, c(3, 1, 2))), aperm(x, c(3, 1, 2)))
  expect_equal(as.array(k_transpose(x)), aperm(x))
  expect_equal(as.array(k_transpose(1:3)), array(1:3))
  expect_identical(dim(k_expand_dims(x, 2)), c(2L, 1L, 3L, 4L))
  expect_equal(as.array(k_squeeze(k_expand_dims(x), -1)), x)
  stacked <- k_stack(list(x, x + 100), axis = 2)
  expect_equal(as.array(stacked)[, 2, , ], x + 100)
  expect_equal(as.array(k_one_hot(c(1, 0, 5), 3)), rbind(c(0, 1, 0), c(1, 0, 0), c(0, 0, 0)))
})

test_that("products run sample by sample", {
  x <- array(rnorm(24), c(2, 3, 4))
  y <- array(rnorm(16), c(2, 4, 2))
  by_hand <- aperm(vapply(1:2, function(i) x[i, , ] %*% y[i, , ], matrix(0, 3, 2)), c(3, 1, 2))
  expect_equal(as.array(k_batch_dot(x, y)), by_hand, tolerance = 1e-6)
  expect_equal(as.array(k_batch_dot(x, aperm(y, c(1, 3, 2)), axes = 3)), by_hand, tolerance = 1e-6)
  u <- matrix(1:6, 2)
  expect_equal(as.array(k_batch_dot(u, u, axes = 2)), matrix(rowSums(u^2)))
})

test_that("shapes stay known where they can be", {
  x <- layer_input(shape = c(4, 3))
  expect_identical(k_int_shape(k_reshape(x, c(-1, 12))), list(NULL, 12L))
  expect_identical(k_int_shape(k_reshape(k_flatten(x), c(5, 12))), list(5L, 12L))
  expect_identical(k_int_shape(k_batch_dot(x, x, axes = 3)), list(NULL, 4L, 4L))
  expect_identical(k_int_shape(k_expand_dims(layer_input(shape = c(NA, 3)), 2)),
                   list(NULL, 1L, NULL, 3L))
})

test_that("tensors are indexed as arrays are", {
  a <- array(as.numeric(1:24), c(2, 4, 3))
  t <- k_constant(a)
  expect_equal(as.array(t[, 2:3, 1]), a[, 2:3, 1])
  expect_equal(as.array(t[2, , ]), a[2, , ])
  expect_equal(as.array(t[, c(TRUE, FALSE, TRUE, FALSE), ]), a[, c(1, 3), ])
  expect_equal(as.array(t[, , 3, drop = FALSE]), a[, , 3, drop = FALSE])
  expect_equal(as.array(k_constant(c(5, 6, 7))[[2]]), 6)
  expect_identical(as.array(k_greater(c(1, 5), 2)[2]), TRUE)
  input <- layer_input(shape = c(4, 3))
  model <- keras_model(input, input[, c(4, 1), 2])
  expect_equal(predict(model, a), a[, c(4, 1), 2])
  expect_identical(k_int_shape(input[1:2, , ]), list(2L, 4L, 3L))
})

test_that("wrong shapes and places are named", {
  x <- layer_input(shape = c(4, 3))
  expect_snapshot(error = TRUE, {
    x[1]
    x[, -1, ]
    x[, 5, ]
    x[, "a", ]
    x[, k_constant(1), ]
    k_squeeze(x, 2)
    k_expand_dims(x, 9)
    k_permute_dimensions(x, c(1, 2))
    k_stack(list())
    k_batch_dot(x, x)
    k_one_hot(1, 0)
    k_concatenate(list(x, x), axis = 4)
  })
})

test_that("an axis of 0, which no tensor has, is refused", {
  x <- k_constant(matrix(1:4, 2))
  expect_error(k_sum(x, axis = 0), "from 1", class = "tildenet_error_argument")
  expect_error(k_expand_dims(x, 0), "from 1", class = "tildenet_error_argument")
  expect_error(k_concatenate(list(x, x), axis = 0), "from 1", class = "tildenet_error_argument")
  expect_error(k_argmax(x, c(0)), "from 1", class = "tildenet_error_argument")
})
