test_that("the quantile of scores counts the row to come", {
  scores <- c(0.9, 0.1, 0.5, 0.3, 0.7, 0.2, 0.8, 0.4, 0.6)
  # ceiling((9 + 1) * level)-th of nine
  expect_identical(conformal_quantile(scores, 0.9), 0.9)
  expect_identical(conformal_quantile(scores, 0.85), 0.9)
  expect_identical(conformal_quantile(scores, 0.8), 0.8)
  expect_identical(conformal_quantile(scores, 0.7), 0.7)
  expect_identical(conformal_quantile(scores, 0.5), 0.5)
  expect_identical(conformal_quantile(scores, 0.05), 0.1)
  expect_identical(conformal_quantile(scores, 0.91), Inf)
  expect_identical(conformal_quantile(scores, 0.99), Inf)
  expect_identical(conformal_quantile(numeric(), 0.1), Inf)
  for (n in c(19, 99, 199)) {
    for (level in c(0.55, 0.57, 0.7, 0.8, 0.9, 0.95)) {
      expect_equal(conformal_quantile(rev(seq_len(n)), level), ceiling(round((n + 1) * level, 6)))
    }
  }
  expect_identical(conformal_quantile(c(1, NA, 2, NaN), 0.5), Inf)
  expect_identical(conformal_quantile(c(1, NA, 2, NaN), 0.4), 2)
})

test_that("a row of weight 2 counts as two rows, the weight of the row to come as one", {
  scores <- c(5, 1, 4, 2, 3)
  w <- c(1, 3, 1, 2, 2)
  for (level in c(0.2, 0.45, 0.6, 0.85, 0.95)) {
    expect_identical(conformal_quantile(scores, level, w), conformal_quantile(rep(scores, w), level))
  }
  expect_identical(conformal_quantile(scores, 0.8, rep(1, 5)), conformal_quantile(scores, 0.8))
})

test_that("a fit knows the distances of its validation rows, of 10,000 at most, and no rows", {
  d <- data.frame(x = seq(0, 1, length.out = 100))
  d$y <- d$x^2
  fit <- small_kms(y ~ x, d, pTraining = 1)
  off <- attr(fit, "calibration")$off
  expect_identical(dim(off), c(20L, 1L))
  everything <- d$y - predict(fit, d, "response")
  expect_true(all(vapply(off, function(o) min(abs(o - everything)) < 1e-6, NA)))
  expect_null(attr(small_kms(y ~ x, d, validation_split = 0), "calibration"))
  local_own("calibration_rows", 7)
  expect_identical(nrow(attr(small_kms(y ~ x, d, pTraining = 1), "calibration")$off), 7L)
})

test_that("specials, offsets, sparse designs and matrices have calibration rows, too", {
  d <- data.frame(x = stats::rnorm(60), id = rep(letters[1:6], 10), e = rep(1:2, 30))
  d$y <- d$x + d$e
  for (formula in list(y ~ x + emb(id, 2), y ~ x + offset(e))) {
    p <- predict(small_kms(formula, d), d, "interval", level = 0.5)
    expect_true(all(p[, "lwr"] <= p[, "fit"] & p[, "fit"] <= p[, "upr"] & is.finite(p[, "upr"])))
  }
  x <- Matrix::Matrix(cbind(a = d$x, b = d$e), sparse = TRUE)
  expect_true(all(is.finite(predict(kms(x, d$y, N_layers = 1, Nepochs = 1, seed = 1, verbose = 0), x, "interval", level = 0.5))))
})
