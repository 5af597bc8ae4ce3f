test_that("kendall_tau() is that of cor()", {
  set.seed(1)
  for (n in c(2, 3, 7, 40)) {
    x <- sample(4, n, TRUE) + 0.5
    y <- sample(6, n, TRUE)
    expect_equal(kendall_tau(x, y), suppressWarnings(cor(x, y, method = "kendall")))
  }
  u <- rnorm(200)
  v <- u + rnorm(200)
  expect_equal(kendall_tau(u, v), cor(u, v, method = "kendall"))
})

test_that("22.4 defect 29: measures are plain numbers, NA where one side does not vary", {
  m <- regression_measures(c(1, 2, 4), c(1.5, 2, 3))
  expect_identical(names(m), c("MSE_predictions", "MAE_predictions", "R2_predictions", "cor_kendals", "r.squared"))
  expect_true(all(vapply(m, function(v) is.numeric(v) && is.null(dim(v)) && length(v) == 1, NA)))
  expect_equal(m$MSE_predictions, 1.25 / 3)
  expect_equal(m$cor_kendals, 1)
  expect_no_warning(flat <- regression_measures(c(1, 2), c(3, 3)))
  expect_identical(c(flat$R2_predictions, flat$cor_kendals), c(NA_real_, NA_real_))
  expect_equal(regression_measures(c(1, NA, 3), c(1, 2, 3))$MAE_predictions, 0)
})

test_that("honest measures: r.squared is 1 - SSE/SST, shown everywhere, R2_predictions the squared correlation", {
  fit <- small_kms(mpg ~ wt + hp, mtcars, Nepochs = 20)
  y <- fit$y_test
  p <- fit$predictions
  expect_equal(fit$r.squared, 1 - sum((y - p)^2) / sum((y - mean(y))^2))
  expect_equal(fit$R2_predictions, stats::cor(y, p)^2)
  expect_equal(glance(fit)$r.squared, fit$r.squared)
  expect_equal(predict(fit, mtcars[fit$split == "test", ])$r.squared, fit$r.squared, tolerance = 1e-6)
  expect_match(capture.output(print(fit)), "^  r.squared +", all = FALSE)
  expect_no_match(capture.output(print(fit), print(predict(fit, mtcars)), print(small_kcv(mpg ~ wt, mtcars))), "R2")
})

test_that("honest measures: predictions far off have an r.squared far below 0", {
  expect_lt(r_squared(c(1, 2, 3), c(-1e30, -2e30, -3e30)), -1e59)
  expect_equal(r_squared(1:4, 1:4), 1)
  expect_equal(r_squared(1:4, rep(2.5, 4)), 0)
  expect_identical(r_squared(3, 3), NA_real_)
  expect_identical(r_squared(c(3, 3), c(1, 2)), NA_real_)
})
