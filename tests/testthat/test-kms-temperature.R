softmax <- function(z) exp(z) / rowSums(exp(z))
coded <- function(type, labels) list(type = type, labels = labels, n_values = length(labels))

test_that("a temperature divides what enters the last activation", {
  z <- rbind(c(2, 0, -1), c(0, 0, 5), c(-30, 30, 0))
  for (t in c(0.5, 1, 2.5)) expect_equal(tempered(softmax(z), coded("multinomial", letters[1:3]), t), softmax(z / t))
  logit <- matrix(c(-4, 0, 3))
  expect_equal(tempered(stats::plogis(logit), coded("binary", 0:1), 2), stats::plogis(logit / 2))
  expect_equal(tempered(stats::plogis(z / 10), coded("multilabel", letters[1:3]), 3), stats::plogis(z / 30))
  p <- softmax(z)
  expect_identical(tempered(p, coded("multinomial", letters[1:3]), NULL), p)
  # Certain probabilities, and dimnames, survive.
  sure <- matrix(c(1, 0, 0, 1), 2, dimnames = list(NULL, c("a", "b")))
  expect_identical(dimnames(tempered(sure, coded("multinomial", c("a", "b")), 2)), dimnames(sure))
  expect_equal(max.col(tempered(sure, coded("multinomial", c("a", "b")), 20)), 1:2)
})

found_temperature <- function(output, y, outcome, ...) {
  best_temperature(function(temperature) tempered(output, outcome, temperature), y, outcome, ...)
}

test_that("the temperature found is the one the labels were drawn with", {
  withr::local_seed(1)
  n <- 2500
  for (t in c(0.6, 1, 3)) {
    z <- matrix(stats::rnorm(3 * n, sd = 3), n)
    y <- apply(softmax(z / t), 1, function(p) sample(letters[1:3], 1, prob = p))
    expect_equal(found_temperature(softmax(z), y, coded("multinomial", letters[1:3])), t, tolerance = 0.1)
    binary <- stats::rbinom(n, 1, stats::plogis(z[, 1] / t))
    expect_equal(found_temperature(matrix(stats::plogis(z[, 1])), binary, coded("binary", 0:1)), t, tolerance = 0.1)
    several <- matrix(stats::rbinom(3 * n, 1, stats::plogis(z / t)), n)
    expect_equal(found_temperature(stats::plogis(z), several, coded("multilabel", letters[1:3])), t, tolerance = 0.1)
  }
  half <- rep(1:0, each = n / 2)
  y <- ifelse(half == 1, stats::rbinom(n, 1, stats::plogis(z[, 1] / 2)), 1 - stats::rbinom(n, 1, stats::plogis(z[, 1])))
  expect_equal(found_temperature(matrix(stats::plogis(z[, 1])), y, coded("binary", 0:1), half), 2, tolerance = 0.1)
})

test_that("measures of probabilities agree with their formulas by hand", {
  prob <- rbind(c(0.7, 0.2, 0.1), c(0.2, 0.5, 0.3), c(0.69, 0.3, 0.01), c(0.1, 0.1, 0.8))
  measures <- probability_measures(prob, c("a", "b", "b", "c"), coded("multinomial", letters[1:3]))
  squares <- c(0.3^2 + 0.2^2 + 0.1^2, 0.2^2 + 0.5^2 + 0.3^2, 0.69^2 + 0.7^2 + 0.01^2, 0.1^2 + 0.1^2 + 0.2^2)
  expect_equal(measures$brier, mean(squares) / 2)
  # Bins of a 15th: 0.69 and 0.7 together, 0.5 and 0.8 by themselves.
  expect_equal(measures$ece, (2 * abs(0.5 - 0.695) + 0.5 + 0.2) / 4)
  two <- probability_measures(cbind(c(0.9, 0.4), c(0.1, 0.6)), c(1, 1), coded("binary", 0:1))
  expect_equal(two$brier, mean(c(0.9, 0.4)^2))
  expect_equal(two$ece, mean(c(0.9, 0.4)))
  several <- probability_measures(cbind(c(0.9, 0.4), c(0.1, 0.6)), cbind(c(1, 0), c(0, 0)), coded("multilabel", c("a", "b")))
  expect_equal(several, list(brier = mean(c(0.1, 0.4, 0.1, 0.6)^2), ece = mean(c(0.1, 0.4, 0.1, 0.6))))
  expect_identical(probability_measures(cbind(2, -1), "a", coded("binary", c("a", "b"))), list(brier = NA_real_, ece = NA_real_))
})

# A network that knows its training rows by heart, of labels that are half noise.
noisy_labels <- function(n) {
  x <- matrix(stats::rnorm(n * 8), n)
  data.frame(y = ifelse(stats::runif(n) < stats::plogis(x[, 1]), "yes", "no"), x)
}

test_that("calibrated probabilities are nearer to shares, and the same labels", {
  withr::local_seed(3)
  d <- noisy_labels(400)
  new <- noisy_labels(1500)
  fit <- function(...) {
    kms(y ~ ., d, N_layers = 2, units = 64, dropout = 0, Nepochs = 40, keep = "last", pTraining = 0.9, seed = 1, verbose = 0, ...)
  }
  plain <- fit()
  warm <- fit(calibrate = TRUE)
  expect_gt(warm$temperature, 1.5)
  expect_identical(get_weights(warm$model), get_weights(plain$model))
  expect_identical(predict(warm, new, "class"), predict(plain, new, "class"))
  off <- function(fit) probability_measures(predict(fit, new, "prob"), new$y, kms_design(fit)$outcome)
  expect_lt(off(warm)$ece, 0.7 * off(plain)$ece)
  expect_lt(off(warm)$brier, off(plain)$brier)
  expect_equal(stats::plogis(predict(warm, new[1:9, ], "link")), predict(warm, new[1:9, ], "prob")[, 2], tolerance = 1e-5)
  expect_equal(predict(warm, new[1:9, ], "link"), predict(plain, new[1:9, ], "link") / warm$temperature)
  expect_identical(warm$evaluations, plain$evaluations)
  test <- which(warm$split == "test")
  expect_equal(unlist(glance(warm)[c("brier", "ece")]),
               unlist(probability_measures(predict(warm, d[test, ], "prob"), d$y[test], kms_design(warm)$outcome)), tolerance = 1e-6)
  expect_output(print(warm), "calibrated, temperature")
  expect_identical(predict(unserialize(serialize(warm, NULL)), new[1:9, ], "prob"), predict(warm, new[1:9, ], "prob"))
  p <- predict(warm, new, type = "set", level = 0.9)
  hit <- as.matrix(p)[cbind(seq_len(nrow(new)), match(new$y, c("no", "yes")))]
  expect_gt(mean(hit), 0.84)
})

test_that("many labels, several at once, ordered ones and offsets are calibrated, too", {
  fits <- list(small_kms(Species ~ ., iris, calibrate = TRUE), small_kms(cbind(vs, am) ~ wt, mtcars, calibrate = TRUE),
               small_kms(factor(gear, ordered = TRUE) ~ wt, mtcars, loss = "ordinal", calibrate = TRUE),
               small_kms(am ~ wt + offset(hp / 100), mtcars, calibrate = TRUE))
  for (fit in fits) expect_true(is.finite(fit$temperature) && all(is.finite(unlist(glance(fit)[c("brier", "ece")]))))
  link <- predict(fits[[1]], iris, "link")
  expect_equal(unname(exp(link) / rowSums(exp(link))), unname(predict(fits[[1]], iris, "prob")), tolerance = 1e-5)
  expect_true(all(is.na(glance(small_kms(mpg ~ wt, mtcars))[c("brier", "ece")])))
})

test_that("what cannot be calibrated is told before anything is trained", {
  fit <- small_kms(am ~ wt, mtcars, calibrate = TRUE)
  expect_snapshot(error = TRUE, {
    small_kms(mpg ~ wt, mtcars, calibrate = TRUE)
    small_kms(am ~ wt, mtcars, calibrate = TRUE, validation_split = 0)
    small_kms(am ~ wt, mtcars, calibrate = "yes")
    kms_kcv(am ~ wt, mtcars, calibrate = TRUE)
    save_c(fit, tempfile(fileext = ".c"))
    save_onnx(fit, tempfile(fileext = ".onnx"))
  })
})
