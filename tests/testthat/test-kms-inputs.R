exposed <- function(n = 200) {
  withr::with_seed(9, {
    d <- data.frame(a = stats::rnorm(n), b = stats::runif(n), time = exp(stats::rnorm(n)))
    d$n <- stats::rpois(n, d$time * exp(1 + d$a / 2 - d$b))
    d$y <- 3 + d$a + 2 * d$b + 100 * d$time + stats::rnorm(n)
    d$z <- stats::rbinom(n, 1, stats::plogis(d$a + d$b))
    d
  })
}

test_that("without hidden layers kms() agrees with lm() and glm()", {
  expect_coefficients <- function(fit, reference) {
    expect_equal(linear_coefficients(fit), stats::coef(reference), tolerance = 1e-3, ignore_attr = TRUE)
  }
  expect_coefficients(linear_kms(mpg ~ wt + hp + qsec, mtcars), stats::lm(mpg ~ wt + hp + qsec, mtcars))
  expect_coefficients(linear_kms(n ~ a + b, exposed(), scale_continuous = NULL, Nepochs = 8000),
                      stats::lm(n ~ a + b, exposed()))
  expect_coefficients(linear_kms(z ~ a + b, exposed()), stats::glm(z ~ a + b, stats::binomial, exposed()))
  expect_coefficients(linear_kms(n ~ a + b + offset(log(time)), exposed(), loss = "poisson"),
                      stats::glm(n ~ a + b + offset(log(time)), stats::poisson, exposed()))
})

test_that("an offset is in units of the outcome, on the log scale for counts, on the log odds for labels", {
  d <- exposed()
  new <- d[1:5, c("a", "b", "time")]
  linear <- linear_kms(y ~ a + b + offset(100 * time), d)
  reference <- stats::lm(y ~ a + b + offset(100 * time), d)
  expect_equal(predict(linear, new, type = "response"), predict(reference, new), tolerance = 1e-4, ignore_attr = TRUE)
  counts <- linear_kms(n ~ a + b + offset(log(time)), d, loss = "poisson")
  reference <- stats::glm(n ~ a + b + offset(log(time)), stats::poisson, d)
  for (type in c("link", "response")) {
    expect_equal(predict(counts, new, type = type), predict(reference, new, type = type), tolerance = 1e-4,
                 ignore_attr = TRUE)
  }
  odds <- linear_kms(z ~ a + offset(b) + offset(2 * a), d)
  reference <- stats::glm(z ~ a + offset(b) + offset(2 * a), stats::binomial, d)
  for (type in c("link", "response")) {
    expect_equal(predict(odds, new, type = type), predict(reference, new, type = type), tolerance = 1e-3,
                 ignore_attr = TRUE)
  }
})

test_that("an offset shifts predictions of a network with hidden layers by as much", {
  d <- exposed()
  for (scale in list("z", "zero_one", NULL)) {
    fit <- small_kms(y ~ a + offset(time), d, scale_continuous = scale)
    moved <- predict(fit, transform(d, time = time + 7), type = "response")
    expect_equal(moved - predict(fit, d, type = "response"), rep(7, 200), tolerance = 1e-4)
  }
})

test_that("counts stay counts", {
  fit <- small_kms(n ~ a + b, exposed(), loss = "poisson")
  expect_identical(fit$layers_overview$activation, c("relu", "exponential"))
  expect_null(fit$train_scale$y)
  expect_identical(fit$y_type, "continuous")
  expect_true(all(fit$predictions > 0))
  expect_equal(exp(predict(fit, exposed(), type = "link")), predict(fit, exposed(), type = "response"), tolerance = 1e-5)
  few <- transform(exposed(), n = pmin(n, 1))
  expect_identical(small_kms(n ~ a, few, loss = "poisson")$y_type, "continuous")
  expect_snapshot(error = TRUE, {
    small_kms(n - 1 ~ a, exposed(), loss = "poisson")
    small_kms(factor(z) ~ a, exposed(), loss = loss_poisson())
  })
})

test_that("several labels have one offset, a softmax none", {
  d <- exposed()
  fit <- small_kms(cbind(z, n > 2) ~ a + offset(b), d)
  shifted <- predict(fit, transform(d, b = b + 1), type = "link") - predict(fit, d, type = "link")
  expect_equal(unname(shifted), matrix(1, 200, 2), tolerance = 1e-4)
  expect_snapshot(error = TRUE, {
    small_kms(cut(n, c(-1, 1, 3, 99)) ~ a + offset(b), d)
    small_kms(n ~ emb(z) + a, d, embedding = TRUE)
  })
})
