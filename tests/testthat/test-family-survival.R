test_that("without hidden layers Surv() on the left agrees with coxph(), its curves with survfit()", {
  skip_if_not_installed("survival")
  d <- family_data()
  fit <- likelihood_kms(survival::Surv(seen, status) ~ a + b, d)
  reference <- survival::coxph(survival::Surv(seen, status) ~ a + b, d)
  expect_identical(fit$y_type, "survival")
  expect_near(get_weights(fit$model)[[1]], stats::coef(reference))
  curves <- summary(survival::survfit(reference, d[1:4, ]), times = c(0.25, 0.6, 1.25))
  outcome <- kms_design(fit)$outcome
  eta <- as.matrix(d[1:4, c("a", "b")]) %*% stats::coef(reference)
  expect_near(cox_survival(eta, outcome, NULL, c(0.25, 0.6, 1.25)), t(curves$surv))
  means <- summary(survival::survfit(reference, d[1:4, ]), rmean = 1.5)$table[, "rmean"]
  expect_near(cox_mean_time(eta, outcome, NULL), means)
  expect_near(concordance(d$seen, d$status == 1, -reference$linear.predictors), survival::concordance(reference)$concordance)
})

test_that("discrete time agrees with a logistic regression in each interval", {
  d <- transform(family_data(), a = a - mean(a), b = b - mean(b))
  y <- structure(cbind(time = d$seen, status = d$status), class = "Surv", type = "right")
  fit <- likelihood_kms(d[c("a", "b")], y, loss_discrete_time(intervals = 3), epochs = 1500)
  outcome <- kms_design(fit)$outcome
  ends <- outcome$settings$breaks
  expect_identical(ends[3], max(d$seen[d$status == 1]))
  weights <- get_weights(fit$model)
  for (k in 1:3) {
    from <- c(0, ends)[k]
    reached <- d$seen > from & (d$seen >= ends[k] | d$status == 1)
    now <- d$seen <= ends[k] & d$status == 1
    reference <- stats::glm(now ~ a + b, stats::binomial, d, subset = reached)
    expect_near(c(weights[[2]][k], weights[[1]][, k]), stats::coef(reference))
  }
  output <- kms_output(fit$model, as.matrix(d[1:3, c("a", "b")]), 32, 0)
  alive <- discrete_survival(output, outcome, NULL)
  expect_near(alive, t(apply(1 - output, 1, cumprod)), 1e-6)
  expect_near(discrete_survival(output, outcome, NULL, 100), alive[, 3], 1e-6)
  expect_near(discrete_survival(output, outcome, NULL, 0), c(1, 1, 1), 1e-6)
  expect_identical(dim(discrete_hazard(output, outcome, NULL)), c(3L, 3L))
})

test_that("a whole number counts intervals, others are their inner ends", {
  y <- cbind(time = c(1:8, 9), status = rep(1:0, c(8, 1)))
  breaks <- function(intervals) {
    discrete_settle(list(settings = loss_discrete_time(intervals = intervals)$attrs), y)$settings$breaks
  }
  expect_equal(breaks(1), 8)
  expect_equal(breaks(4), c(2, 4, 6, 8))
  expect_equal(breaks(0.5), c(0.5, 8))
  expect_equal(breaks(2.5), c(2.5, 8))
  expect_equal(breaks(c(1, 3, 20)), c(1, 3, 8))
})

test_that("concordance and baseline hazard are their definitions, with ties and what is missing", {
  withr::local_seed(4)
  written_out <- function(time, event, fit) {
    pair <- outer(time, time, "<") | outer(time, time, "==") & outer(event, !event)
    pair <- pair & outer(event, !is.na(fit)) & !is.na(time)[row(pair)] & !is.na(fit)[row(pair)] & !is.na(time)[col(pair)]
    sum((outer(fit, fit, "<") + outer(fit, fit, "==") / 2)[pair]) / sum(pair)
  }
  for (n in c(2, 7, 33, 64)) {
    time <- c(1, sample(c(1:6, NA), n - 2, TRUE), 7)
    fit <- c(0, sample(c(-1:2, NA), n - 2, TRUE), 1)
    event <- c(TRUE, sample(c(TRUE, FALSE), n - 1, TRUE))
    expect_equal(concordance(time, event, fit), written_out(time, event, fit), tolerance = 1e-12)
    known <- !is.na(time)
    eta <- stats::rnorm(sum(known))
    found <- baseline_hazard(time[known], event[known], eta)
    steps <- vapply(found$time, function(t) {
      own <- exp(eta)[time[known] == t & event[known]]
      share <- (seq_along(own) - 1) / length(own)
      sum(1 / (sum(exp(eta)[time[known] >= t]) - share * sum(own)))
    }, 0)
    expect_equal(found$hazard, cumsum(steps), tolerance = 1e-12)
  }
  expect_identical(concordance(1:3, c(FALSE, FALSE, FALSE), 1:3), NA_real_)
  expect_identical(concordance(numeric(), logical(), numeric()), NA_real_)
})

test_that("a fit of times has test measures and can be printed and saved", {
  d <- family_data()
  d$y <- structure(cbind(time = d$seen, status = d$status), class = "Surv", type = "right")
  for (loss in list(NULL, "discrete_time")) {
    fit <- small_kms(y ~ a + b, d, loss = loss, Nepochs = 20)
    expect_gt(fit$concordance, 0.5)
    expect_s3_class(fit$y_test, "Surv")
    expect_output(print(fit), "survival")
    expect_true(all(fit$predictions >= 0 & fit$predictions <= 1.5))
  }
})

test_that("what is no right censored time is refused", {
  d <- family_data(20)
  surv <- function(time, status, type = "right") {
    structure(cbind(time = time, status = status), class = "Surv", type = type)
  }
  expect_snapshot(error = TRUE, {
    small_kms(d["a"], surv(d$seen, d$status, "left"))
    small_kms(d["a"], surv(-d$seen, d$status))
    small_kms(d["a"], surv(d$seen, 0))
    small_kms(d["a"], surv(d$seen, d$status), loss = "mse")
    small_kms(d["a"], surv(d$seen, d$status), loss = "gamma")
    small_kms(d["a"], surv(d$seen, d$status), weights = d$b)
  })
})
