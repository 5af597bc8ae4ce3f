# Share of new rows inside, and mean width.
interval_report <- function(fit, new, level = 0.9) {
  p <- predict(fit, new, type = "interval", level = level)
  list(coverage = mean(new$y >= p[, "lwr"] & new$y <= p[, "upr"]), width = p[, "upr"] - p[, "lwr"])
}

# 500 of 2,500 rows calibrate.
noisy <- function(n, spread) {
  x <- stats::runif(n, -1, 1)
  data.frame(x = x, y = 2 * x + sin(4 * x) + stats::rnorm(n, sd = spread(x)))
}

test_that("intervals hold the share of new rows they are to hold", {
  for (spread in list(function(x) 0.5, function(x) 0.1 + abs(x))) {
    withr::local_seed(1)
    new <- noisy(2000, spread)
    fit <- small_kms(y ~ x, noisy(2500, spread), pTraining = 1)
    for (level in c(0.5, 0.9)) {
      expect_lt(abs(interval_report(fit, new, level)$coverage - level), if (level == 0.9) 0.03 else 0.05)
    }
    expect_lt(diff(range(interval_report(fit, new)$width)), 1e-6)
  }
})

test_that("those of quantiles are as wide as the outcome varies, and hold the share", {
  withr::local_seed(2)
  spread <- function(x) 0.1 + abs(x)
  new <- noisy(2000, spread)
  fit <- small_kms(y ~ x, noisy(2500, spread), pTraining = 1, loss = loss_quantile(quantiles = c(0.05, 0.5, 0.95)),
                   Nepochs = 15, units = 16)
  report <- interval_report(fit, new)
  expect_lt(abs(report$coverage - 0.9), 0.03)
  expect_gt(mean(report$width[abs(new$x) > 0.8]), 2 * mean(report$width[abs(new$x) < 0.2]))
  # The nearest quantiles do for any level.
  expect_lt(abs(interval_report(fit, new, 0.6)$coverage - 0.6), 0.05)
})

test_that("quantiles are moved by the same amount on both sides", {
  q <- list(type = "continuous", family = "quantile", settings = list(quantiles = c(0.1, 0.5, 0.9)))
  expect_identical(interval_ends(q, 0.8), c(1L, 3L))
  expect_identical(interval_ends(q, 0.99), c(1L, 3L))
  expect_identical(interval_ends(q, 0.1), c(2L, 2L))
  expect_identical(interval_ends(list(type = "continuous"), 0.9), c(1L, 1L))
  output <- cbind(c(1, 3, 2), c(2, 4, 4), c(3, 5, 9))
  calibration <- calibration_of(output[rep(1:3, 3), ], c(0, 3.5, 5, 4, 6, 1, 2, 4, 9.5), q, NULL)
  # Scores max(lower - y, y - upper), by hand: 1 -.5 -3 1 1 1 -1 -1 .5; the eighth of nine is 1.
  object <- structure(list(), calibration = calibration)
  asked <- list(object = object, outcome = q, output = output, level = 0.8)
  expect_equal(predict_interval(asked), cbind(fit = c(2, 4, 4), lwr = c(0, 2, 1), upr = c(4, 6, 10)))
  # Too wide quantiles become narrower, but never leave the prediction out.
  asked$object <- structure(list(), calibration = list(off = matrix(0, 20, 3) + c(10, 0, -10)[col(matrix(0, 20, 3))], whole = FALSE))
  expect_equal(predict_interval(asked)[, "upr"], c(2, 4, 4))
  expect_equal(predict_interval(asked)[, "lwr"], c(2, 4, 4))
})

test_that("families have intervals in their range, as wide as they vary, and whole ones for counts", {
  withr::local_seed(6)
  d <- data.frame(x = stats::runif(600))
  mean <- exp(2 * d$x)
  d$n <- stats::rpois(600, mean)
  d$g <- stats::rgamma(600, 2, 2 / mean)
  d$s <- stats::rbeta(600, 8 * d$x + 1, 9 - 8 * d$x)
  new <- data.frame(x = c(0.1, 0.9))
  of <- function(formula, loss) {
    predict(small_kms(formula, d, loss = loss, pTraining = 1, Nepochs = 8), new, type = "interval", level = 0.9)
  }
  for (loss in c("poisson", "negative_binomial")) {
    p <- of(n ~ x, loss)
    expect_identical(p[, -1], round(p[, -1]))
    expect_true(all(p[, "lwr"] >= 0) && diff(p[, "upr"] - p[, "lwr"]) > 0)
  }
  for (loss in c("gamma", "tweedie")) {
    p <- of(g ~ x, loss)
    expect_true(all(p[, "lwr"] >= 0 & p[, "upr"] > p[, "fit"]) && diff(p[, "upr"] - p[, "lwr"]) > 0)
    expect_false(all(p[, "upr"] == round(p[, "upr"])))
  }
  for (loss in c("beta", "binary_crossentropy")) {
    p <- of(s ~ x, loss)
    expect_true(all(p >= 0 & p <= 1 & p[, "lwr"] < p[, "upr"]))
  }
  d$n <- d$n + 0.5
  p <- of(n ~ x, "poisson")
  expect_false(all(p[, "upr"] == round(p[, "upr"])))
})

test_that("whole bounds leave out no count and hold one at least", {
  counts <- list(type = "continuous", family = "poisson")
  expect_equal(bounded_interval(c(2.4, 2.4, 0.2, 7), c(1.2, 2.3, -3, 6.5), c(3.7, 2.45, 0.4, Inf), counts, TRUE),
               cbind(fit = c(2.4, 2.4, 0.2, 7), lwr = c(2, 2, 0, 7), upr = c(3, 2, 0, Inf)))
})

test_that("rows without a prediction have no interval, and others theirs in order", {
  fit <- small_kms(mpg ~ wt + hp, mtcars, pTraining = 1)
  new <- transform(mtcars[1:5, ], wt = replace(wt, 2, NA))
  p <- predict(fit, new, type = "interval", level = 0.5)
  expect_identical(dimnames(p), list(NULL, c("fit", "lwr", "upr")))
  expect_true(all(is.na(p[2, ])) && !anyNA(p[-2, ]))
  expect_equal(p[, "fit"], predict(fit, new, type = "response"))
  expect_identical(predict(fit, new[0, ], type = "interval", level = 0.5), p[0, ])
  file <- withr::local_tempfile()
  saveRDS(fit, file)
  expect_identical(predict(readRDS(file), new, type = "interval", level = 0.5), p)
})

test_that("case weights count as rows", {
  withr::local_seed(3)
  d <- data.frame(x = stats::rnorm(300), far = rep(0:1, c(200, 100)))
  d$y <- d$far * 5 * sample(c(-1, 1), 300, TRUE) + stats::rnorm(300)
  d$w <- ifelse(d$far == 1, 0.001, 1)
  fit <- function(...) small_kms(y ~ x, d, pTraining = 1, ...)
  width <- function(fit) diff(predict(fit, d[1, ], type = "interval", level = 0.7)[1, 2:3])
  expect_lt(width(fit(weights = w)), 0.6 * width(fit()))
})

test_that("too few rows, none, and outcomes without intervals are told", {
  fit <- small_kms(mpg ~ wt, mtcars, pTraining = 1)
  expect_snapshot(p <- predict(fit, mtcars[1:2, ], type = "interval", level = 0.95))
  expect_true(all(p[, "lwr"] == -Inf & p[, "upr"] == Inf))
  counts <- small_kms(carb ~ wt, mtcars, pTraining = 1, loss = "poisson")
  expect_warning(p <- predict(counts, mtcars[1:2, ], type = "interval", level = 0.95), class = "tildenet_warning_few_rows")
  expect_true(all(p[, "lwr"] == 0 & p[, "upr"] == Inf))
  expect_snapshot(error = TRUE, {
    predict(small_kms(mpg ~ wt, mtcars, validation_split = 0), mtcars, type = "interval")
    predict(fit, mtcars, type = "interval", level = 90)
    predict(fit, mtcars, level = 0.8)
    predict(fit, mtcars, type = "response", level = 0.8)
    predict(iris_fit(), iris, type = "interval")
  })
})
