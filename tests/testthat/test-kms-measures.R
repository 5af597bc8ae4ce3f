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
  expect_identical(names(m), c("MSE_predictions", "MAE_predictions", "R2_predictions", "cor_kendals"))
  expect_true(all(vapply(m, function(v) is.numeric(v) && is.null(dim(v)) && length(v) == 1, NA)))
  expect_equal(m$MSE_predictions, 1.25 / 3)
  expect_equal(m$cor_kendals, 1)
  expect_no_warning(flat <- regression_measures(c(1, 2), c(3, 3)))
  expect_identical(c(flat$R2_predictions, flat$cor_kendals), c(NA_real_, NA_real_))
  expect_equal(regression_measures(c(1, NA, 3), c(1, 2, 3))$MAE_predictions, 0)
})
