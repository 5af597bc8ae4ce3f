test_that("draws follow R's generator, or a seed of their own", {
  set.seed(1)
  a <- as.array(k_random_normal(c(100, 50), mean = 2, stddev = 3))
  set.seed(1)
  expect_identical(as.array(k_random_normal(c(100, 50), mean = 2, stddev = 3)), a)
  expect_false(identical(as.array(k_random_normal(c(100, 50))), a))
  expect_lt(abs(mean(a) - 2), 5 * 3 / sqrt(5000))
  expect_lt(abs(stats::sd(a) - 3), 5 * 3 / sqrt(2 * 5000))
  u <- as.array(k_random_uniform(1000, minval = -1, maxval = 1, seed = 5))
  expect_identical(as.array(k_random_uniform(1000, minval = -1, maxval = 1, seed = 5)), u)
  expect_true(all(u >= -1 & u < 1))
})

test_that("a lambda layer draws anew for every batch and row", {
  set.seed(2)
  noise <- layer_lambda(f = function(x) x + k_random_normal(c(k_shape(x)[[1]], 2)))
  input <- layer_input(shape = 2)
  model <- keras_model(input, noise(input))
  drawn <- predict(model, matrix(0, 10, 2), batch_size = 4)
  expect_identical(dim(drawn), c(10L, 2L))
  expect_identical(anyDuplicated(as.vector(drawn)), 0L)
  fixed <- layer_lambda(f = function(x) x + k_random_uniform(k_shape(x), seed = 3))
  x <- matrix(0, 3, 2)
  expect_identical(as.array(fixed(x)), as.array(fixed(x)))
})

test_that("the sampling of a variational autoencoder trains", {
  set.seed(3)
  input <- layer_input(shape = 5)
  mean <- input %>% layer_dense(2)
  log_var <- input %>% layer_dense(2)
  sampling <- function(arg) {
    mean <- arg[, 1:2]
    mean + k_exp(arg[, 3:4] / 2) * k_random_normal(shape = c(k_shape(mean)[[1]], 2))
  }
  output <- layer_concatenate(list(mean, log_var)) %>% layer_lambda(sampling) %>% layer_dense(5)
  model <- keras_model(input, output)
  weight <- k_variable(0)
  compile(model, "adam", loss = function(y_true, y_pred) {
    k_mean(k_square(y_true - y_pred), axis = -1) -
      weight * k_mean(1 + log_var - k_square(mean) - k_exp(log_var), axis = -1)
  })
  x <- matrix(rnorm(100), 20)
  first <- fit(model, x, x, epochs = 3, verbose = 0)$metrics$loss
  k_set_value(weight, 10)
  second <- fit(model, x, x, epochs = 1, verbose = 0)$metrics$loss
  expect_true(all(is.finite(first)))
  expect_gt(second, first[3] + 1)
})

test_that("wrong sizes are refused", {
  a <- layer_input(shape = 2)
  b <- layer_input(shape = 2)
  expect_snapshot(error = TRUE, {
    k_random_normal(c(2, -1))
    k_random_normal("a")
    k_random_normal(2, stddev = -1)
    k_random_uniform(k_shape(a)[[3]])
    k_random_uniform(c(k_shape(a)[[1]], k_shape(b)[[1]]))
  })
})
