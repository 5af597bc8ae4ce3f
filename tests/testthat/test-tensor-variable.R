test_that("constants take shapes row by row", {
  expect_equal(as.array(k_constant(1:6, shape = c(2, 3))), matrix(1:6, 2, byrow = TRUE))
  expect_equal(as.array(k_constant(2, shape = c(2, 2))), matrix(2, 2, 2))
  expect_identical(k_dtype(k_constant(1:3, dtype = "int64")), "int32")
})

test_that("variables are read, changed and computed with", {
  v <- k_variable(matrix(1:4, 2))
  expect_equal(k_get_value(v), matrix(1:4, 2))
  expect_equal(k_eval(2 * v + 1), matrix(1:4, 2) * 2 + 1)
  expect_equal(k_eval(sqrt(v)), sqrt(matrix(1:4, 2)), tolerance = 1e-6)
  expect_equal(k_eval(v * k_constant(c(1, 10))), matrix(c(1, 2, 30, 40), 2))
  k_set_value(v, matrix(0, 2, 2))
  expect_equal(as.array(k_sum(v)), 0)
  one <- k_variable(3)
  k_set_value(one, 4)
  expect_equal(k_get_value(one), 4)
})

test_that("a loss sees a variable's new value", {
  factor <- k_variable(1)
  model <- keras_model_sequential() %>%
    layer_dense(1, use_bias = FALSE, kernel_initializer = "ones", input_shape = 1)
  compile(model, optimizer_sgd(0), loss = function(y_true, y_pred) factor * k_square(y_pred - y_true))
  x <- matrix(1:4)
  loss <- function() fit(model, x, x + 1, epochs = 1, verbose = 0)$metrics$loss
  expect_equal(loss(), 1)
  k_set_value(factor, 5)
  expect_equal(loss(), 5)
})

test_that("wrong values are refused", {
  k_clear_session() # names do not hang on the tests before
  expect_snapshot(error = TRUE, {
    k_variable("a")
    k_variable(1, constraint = constraint_nonneg())
    k_set_value(k_variable(c(1, 2)), 1)
    k_set_value(3, 4)
    k_constant(1:4, shape = c(3, 3))
    k_constant(1, dtype = "number")
    k_eval(layer_input(shape = 2))
  })
})
