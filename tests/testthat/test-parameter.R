test_that("initializers written in R give finite numbers of the right shape", {
  made <- function(f) layer_dense(keras_model_sequential(), 2, input_shape = 3, kernel_initializer = f)
  for (bad in c(NA, NaN, Inf)) {
    expect_error(made(function(shape) rep(bad, prod(shape))), "`initializer` must", class = "tildenet_error")
  }
  for (f in list(function(shape) matrix(1, 2, 3), function(shape) 1:5, function(shape) array(1, c(6, 6)))) {
    expect_error(made(f), "give 6 values for shape", class = "tildenet_error_shape")
  }
  expect_equal(get_weights(made(function(shape) 1:6))[[1]], matrix(1:6 + 0, 3))
  expect_equal(get_weights(made(function(shape) matrix(1:6, 3)))[[1]], matrix(1:6 + 0, 3))
  expect_equal(get_weights(made(function(shape) k_ones(c(3, 2))))[[1]], matrix(1, 3, 2))
})

test_that("constraints written in R give finite numbers of the weight's shape", {
  trained <- function(f) {
    model <- keras_model_sequential() %>% layer_dense(2, input_shape = 3, kernel_constraint = f)
    compile(model, "sgd", "mse")
    fit(model, matrix(1, 4, 3), matrix(0, 4, 2), epochs = 1, verbose = 0)
  }
  for (bad in c(NaN, Inf)) {
    expect_error(trained(function(w) w * 0 + bad), "`constraint of .*/kernel` must", class = "tildenet_error")
  }
  expect_error(trained(function(w) k_transpose(w)), "give 6 values for shape \\(3, 2\\)", class = "tildenet_error_shape")
  expect_error(trained(function(w) k_sum(w)), class = "tildenet_error_shape")
  expect_error(trained(function(w) w[, 1]), class = "tildenet_error_shape")
  expect_length(trained(function(w) w * 0.5)$metrics$loss, 1)
})

test_that("weights are set from numbers alone", {
  model <- keras_model_sequential() %>% layer_dense(2, input_shape = 3)
  kept <- get_weights(model)
  for (bad in list("a", matrix("1", 3, 2), list(1), factor(1:6), as.raw(1:6), matrix(1i, 3, 2))) {
    expect_error(set_weights(model, list(bad, 1:2)), class = "tildenet_error")
  }
  expect_error(set_weights(model, list(matrix("1", 3, 2), 1:2)), "`weights` must hold numbers", class = "tildenet_error_argument")
  expect_identical(get_weights(model), kept)
})
