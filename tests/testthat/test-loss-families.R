test_that("losses of families have the values of their formulas", {
  y <- matrix(c(1, 3))
  m <- matrix(c(2, 2))
  expect_equal(as.array(loss_gamma(y, m)), c(0.5, 1.5) + log(2), tolerance = 1e-6, ignore_attr = TRUE)
  expect_equal(as.array(loss_negative_binomial(y, m, theta = 1.5)), -stats::dnbinom(c(1, 3), 1.5, mu = 2, log = TRUE),
               tolerance = 1e-6, ignore_attr = TRUE)
  expect_equal(as.array(loss_negative_binomial(cbind(y, y), cbind(m, 1.5))),
               -stats::dnbinom(c(1, 3), 1.5, mu = 2, log = TRUE), tolerance = 1e-6, ignore_attr = TRUE)
  expect_equal(as.array(loss_beta(y / 4, m / 5, precision = 5)), -stats::dbeta(c(1, 3) / 4, 2, 3, log = TRUE),
               tolerance = 1e-6, ignore_attr = TRUE)
  expect_equal(as.array(loss_tweedie(y, m, power = 1.25)), 2^0.75 / 0.75 + c(1, 3) * 2^-0.25 / 0.25, tolerance = 1e-6,
               ignore_attr = TRUE)
  expect_equal(as.array(loss_quantile(cbind(y, y), cbind(m, m), quantiles = c(0.1, 0.9))), c(0.5, 0.5), tolerance = 1e-6,
               ignore_attr = TRUE)
  expect_equal(as.array(loss_discrete_time(matrix(c(0, 1, -1), 1), matrix(c(0.5, 0.25, 0.9), 1))), log(8),
               tolerance = 1e-6, ignore_attr = TRUE)
  expect_equal(as.array(loss_ordinal(matrix(c(0, 1, 0), 1), matrix(c(0.2, 0.5, 0.3), 1))), log(2), tolerance = 1e-6,
               ignore_attr = TRUE)
})

test_that("quantiles go with as many columns, one with any number", {
  y <- matrix(0, 1, 2)
  p <- matrix(c(1, -1), 1)
  expect_equal(as.array(loss_quantile(y, p, quantiles = 0.9)), 0.5, tolerance = 1e-6, ignore_attr = TRUE)
  expect_equal(as.array(loss_quantile(y, p, quantiles = c(0.9, 0.2))), 0.85, tolerance = 1e-6, ignore_attr = TRUE)
  expect_error(loss_quantile(y, p, quantiles = c(0.1, 0.5, 0.9)), class = "tildenet_error_shape")
  model <- keras_model_sequential() %>% layer_dense(3, input_shape = 1)
  compile(model, "sgd", loss_quantile(quantiles = c(0.1, 0.9)))
  expect_error(fit(model, y[, 1], matrix(0, 1, 3), verbose = 0), class = "tildenet_error_shape")
})

test_that("the batch is what is at risk in Cox's loss", {
  eta <- c(0.5, -1, 0.25)
  expect_equal(as.array(loss_cox(matrix(c(1, -2, 3)), matrix(eta))), c(log(sum(exp(eta))) - 0.5, 0, 0), tolerance = 1e-6,
               ignore_attr = TRUE)
  expect_identical(is.nan(as.vector(as.array(loss_cox(matrix(c(1, NaN, -3)), matrix(eta))))), c(FALSE, TRUE, FALSE))
})

test_that("compile() and metrics take the losses of families", {
  x <- matrix(c(0, 1, 2, 3))
  model <- keras_model_sequential() %>% layer_dense(2, input_shape = 1)
  compile(model, "sgd", loss_quantile(quantiles = c(0.2, 0.8)), metrics = list(loss_quantile(quantiles = c(0.2, 0.8))))
  y <- cbind(c(1, 2, 4, 3), c(1, 2, 4, 3))
  measured <- evaluate(model, x, y, verbose = 0)
  expect_equal(measured[[2]], measured[[1]], tolerance = 1e-5)
  rates <- keras_model_sequential() %>% layer_dense(1, "exponential", input_shape = 1)
  compile(rates, "sgd", "gamma", metrics = list(loss_gamma()))
  measured <- evaluate(rates, x, 1:4, verbose = 0)
  expect_equal(measured[[2]], measured[[1]], tolerance = 1e-5)
})

test_that("settings of these losses are checked", {
  expect_snapshot(error = TRUE, {
    loss_quantile(quantiles = c(0.5, 1))
    loss_quantile(quantiles = "median")
    loss_quantile(quantiles = c(0.1, NA))
    loss_tweedie(power = 2)
    loss_tweedie(power = 3)
    loss_negative_binomial(theta = 0)
    loss_beta(precision = -1)
    loss_discrete_time(intervals = c(3, 2))
    loss_discrete_time(intervals = 0)
    loss_discrete_time(intervals = c(1, NA))
  })
})
