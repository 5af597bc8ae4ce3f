test_that("na.action is a rule of base R or refused", {
  d <- mtcars
  d$wt[3] <- NA
  expect_message(fit <- small_kms(mpg ~ wt, d, na.action = na.exclude), "Dropped 1 of 32 rows")
  expect_identical(suppressMessages(small_kms(mpg ~ wt, d, na.action = "na.omit"))$predictions, fit$predictions)
  expect_identical(which(is.na(predict(fit, d, type = "response"))), 3L)
  expect_identical(small_kms(mpg ~ hp, d, na.action = na.fail)$N, 32L)
  expect_snapshot(error = TRUE, {
    small_kms(mpg ~ wt, d, na.action = na.fail)
    small_kms(mpg ~ wt, d, na.action = "drop")
  })
})

test_that("dots are evaluated but for weights", {
  dots <- kms_dots(rlang::quos(weights = nowhere, shuffle = 1 > 2))
  expect_true(rlang::is_quosure(dots$weights))
  expect_false(dots$shuffle)
  expect_length(kms_dots(rlang::quos()), 0)
  expect_error(kms(mpg ~ wt, mtcars, subset = wt > 3), "`subset`", class = "tildenet_error_argument")
})

test_that("an offset beside index columns of an embedding layer is added too", {
  d <- withr::with_seed(1, data.frame(a = sample(0:4, 60, TRUE), b = stats::rnorm(60)))
  d$y <- d$a + 5 * d$b
  fit <- suppressMessages(small_kms(y ~ a + offset(5 * b), d, embedding = TRUE))
  moved <- predict(fit, transform(d, b = b + 1), type = "response")
  expect_equal(moved - predict(fit, d, type = "response"), rep(5, 60), tolerance = 1e-4)
})
