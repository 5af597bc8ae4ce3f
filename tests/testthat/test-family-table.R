test_that("without hidden layers gamma agrees with glm(), by name and by family, with an offset", {
  d <- family_data()
  reference <- stats::glm(size ~ a + b + offset(log(time)), stats::Gamma("log"), d)
  fit <- likelihood_kms(size ~ a + b + offset(log(time)), d, stats::Gamma("log"))
  expect_near(linear_coefficients(fit), stats::coef(reference))
  expect_near(predict(fit, d[1:5, ], type = "response"), predict(reference, d[1:5, ], type = "response"))
  expect_near(predict(fit, d[1:5, ], type = "link"), predict(reference, d[1:5, ]))
  for (type in c("deviance", "pearson")) {
    expect_near(residuals(fit, d, type), stats::residuals(reference, type), 5e-3)
  }
  expect_identical(kms_loss_name(fit$loss), "gamma")
})

test_that("the negative binomial agrees with glm.nb(), theta too, or takes the theta given", {
  skip_if_not_installed("MASS")
  d <- family_data()
  reference <- MASS::glm.nb(count ~ a + b, d)
  fit <- likelihood_kms(count ~ a + b, d, "negative_binomial")
  expect_near(linear_coefficients(fit), stats::coef(reference))
  expect_near(kms_design(fit)$outcome$learnt$shape, reference$theta)
  expect_near(residuals(fit, d, "deviance"), stats::residuals(reference, "deviance"), 5e-3)
  expect_length(predict(fit, d[1:2, ], type = "response"), 2)
  given <- stats::glm(count ~ a + b, MASS::negative.binomial(4), d)
  expect_near(linear_coefficients(likelihood_kms(count ~ a + b, d, loss_negative_binomial(theta = 4))), stats::coef(given))
  expect_near(linear_coefficients(likelihood_kms(count ~ a + b, d, MASS::negative.binomial(4))), stats::coef(given))
})

test_that("Tweedie solves its likelihood equations", {
  d <- family_data()
  fit <- likelihood_kms(claim ~ a + b, d, loss_tweedie(power = 1.4))
  mu <- exp(linear_coefficients(fit) %*% rbind(1, d$a, d$b))[1, ]
  expect_near(rbind(1, d$a, d$b) %*% ((d$claim - mu) * mu^-0.4) / nrow(d), c(0, 0, 0))
  expect_near(predict(fit, d, type = "response"), mu)
  expect_true(all(residuals(fit, d, "deviance")^2 >= 0))
})

test_that("shares have the coefficients and the precision of the largest beta likelihood", {
  d <- family_data()
  likelihood <- function(p) {
    m <- stats::plogis(p[1] + p[2] * d$a + p[3] * d$b)
    -sum(stats::dbeta(d$share, m * exp(p[4]), (1 - m) * exp(p[4]), log = TRUE))
  }
  best <- stats::optim(c(0, 0, 0, 0), likelihood, method = "BFGS", control = list(reltol = 1e-14))$par
  fit <- likelihood_kms(share ~ a + b, d, "beta")
  expect_near(linear_coefficients(fit), best[1:3])
  expect_near(kms_design(fit)$outcome$learnt$shape, exp(best[4]))
  fixed <- likelihood_kms(share ~ a + b, d, loss_beta(precision = 1e-3 + exp(best[4])), epochs = 400)
  expect_near(linear_coefficients(fixed), best[1:3], 5e-3)
  whole <- likelihood_kms(share ~ a + b, d, "binary_crossentropy", epochs = 400)
  quasi <- suppressWarnings(stats::glm(share ~ a + b, stats::quasibinomial(), d))
  expect_near(linear_coefficients(whole), stats::coef(quasi))
})

test_that("several quantiles agree with rq() and never cross", {
  skip_if_not_installed("quantreg")
  d <- family_data(80)
  fit <- likelihood_kms(y ~ a + b, d, loss_quantile(quantiles = c(0.25, 0.5, 0.75)), epochs = 4000, rate = 0.1)
  weights <- get_weights(fit$model)
  reference <- suppressWarnings(stats::coef(quantreg::rq(y ~ a + b, c(0.25, 0.5, 0.75), d)))
  expect_near(rbind(weights[[2]], weights[[1]]), reference)
  few <- small_kms(y ~ a + b, d, loss = loss_quantile(quantiles = seq(0.05, 0.95, 0.1)))
  wide <- data.frame(a = seq(-20, 20), b = 3)
  q <- sorted_quantiles(kms_output(few$model, kms_inputs(design_apply(kms_design(few), wide), few$train_scale), 32, 0),
                        kms_design(few)$outcome, few$train_scale)
  expect_identical(colnames(q)[c(1, 10)], c("5%", "95%"))
  expect_true(all(apply(q, 1, diff) >= 0))
  expect_identical(few$pinball > 0, TRUE)
})

test_that("ordered labels agree with polr()", {
  skip_if_not_installed("MASS")
  d <- family_data()
  fit <- likelihood_kms(level ~ a + b, d, "ordinal")
  reference <- MASS::polr(level ~ a + b, d)
  weights <- get_weights(fit$model)
  expect_near(weights[[1]], stats::coef(reference))
  expect_near(cumsum(c(weights[[2]][1], exp(weights[[2]][-1]))), reference$zeta)
  expect_near(predict(fit, d[1:9, ], type = "prob"), predict(reference, d[1:9, ], "probs"))
  expect_near(predict(fit, d[1:9, ], type = "link"), reference$lp[1:9])
  expect_identical(levels(predict(fit, d, type = "class")), levels(d$level))
  two <- likelihood_kms(factor(y > 1) ~ a + b, d, "ordinal")
  logit <- stats::coef(stats::glm(factor(y > 1) ~ a + b, stats::binomial, d))
  expect_near(c(-get_weights(two$model)[[2]], get_weights(two$model)[[1]]), logit)
})

test_that("outcomes that a family has no room for are refused", {
  d <- family_data(30)
  expect_snapshot(error = TRUE, {
    small_kms(mpg ~ wt, mtcars, loss = "binary_crossentropy")
    small_kms(mpg ~ wt, mtcars, loss = "categorical_crossentropy")
    small_kms(mpg ~ wt, mtcars, loss = "sparse_categorical_crossentropy")
    small_kms(claim ~ a, d, loss = "gamma")
    small_kms(y ~ a, d, loss = loss_tweedie())
    small_kms(size ~ a, d, loss = "negative_binomial")
    small_kms(claim ~ a, d, loss = "beta")
    small_kms(as.character(level) ~ a, d, loss = "ordinal")
    small_kms(level ~ a, d, loss = "quantile")
    small_kms(y ~ a, d, loss = "cox")
    small_kms(size ~ a, d, loss = stats::Gamma())
    small_kms(size ~ a, d, loss = stats::inverse.gaussian())
  })
})

test_that("families go with hidden layers, folds, files and copies", {
  d <- family_data(60)
  for (loss in list("gamma", "negative_binomial", loss_quantile(quantiles = c(0.1, 0.9)), "ordinal")) {
    y <- switch(kms_loss_name(loss), gamma = "size", negative_binomial = "count", ordinal = "level", "y")
    formula <- stats::reformulate(c("a", "b"), y)
    fit <- small_kms(formula, d, loss = loss)
    file <- withr::local_tempfile()
    saveRDS(fit, file)
    expect_identical(predict(readRDS(file), d, type = "link"), predict(fit, d, type = "link"))
    expect_output(print(fit), kms_loss_name(loss))
    if (!kms_loss_name(loss) %in% c("quantile", "ordinal")) next
    expect_s3_class(kms_kcv(formula, d, k_folds = 2, N_layers = 2, units = 4, Nepochs = 2, loss = loss, seed = 1, verbose = 0),
                    "kms_kcv_fit")
  }
})
