counted <- function(n = 80) {
  withr::with_seed(6, {
    d <- data.frame(a = stats::rnorm(n), b = stats::runif(n), w = sample(0:3, n, TRUE))
    d$y <- d$a - 2 * d$b + stats::rnorm(n)
    d$z <- factor(ifelse(d$a + stats::rnorm(n) > 0, "up", "down"))
    d
  })
}

test_that("a row of whole weight w is as w rows in one batch", {
  d <- counted()
  long <- d[rep(seq_len(nrow(d)), d$w), ]
  fit <- function(formula, data, ...) {
    kms(formula, data, N_layers = 2, units = 6, dropout = 0, pTraining = 1, validation_split = 0,
        kernel_initializer = initializer_glorot_uniform(seed = 3), activity_regularizer = NULL, batch_size = 1000,
        Nepochs = 60, seed = 1, verbose = 0, ...)
  }
  for (formula in list(y ~ a + b, z ~ a + b)) {
    for (optimizer in c("optimizer_sgd", "optimizer_adam")) {
      weighted <- fit(formula, d, weights = w, optimizer = optimizer)
      repeated <- fit(formula, long, optimizer = optimizer)
      expect_equal(weighted$train_scale, repeated$train_scale)
      apart <- Map(function(u, v) max(abs(u - v)), get_weights(weighted$model), get_weights(repeated$model))
      expect_lt(max(unlist(apart)), 1e-6)
    }
  }
  sparse <- fit(y ~ a + b, d, weights = w, sparse_data = TRUE)
  expect_equal(predict(sparse, d, type = "response"), predict(fit(y ~ a + b, long), d, type = "response"),
               tolerance = 1e-4)
})

test_that("weighted linear and logistic fits agree with lm() and glm()", {
  d <- counted()
  expect_equal(linear_coefficients(linear_kms(y ~ a + b, d, weights = w)),
               unname(stats::coef(stats::lm(y ~ a + b, d, weights = w))), tolerance = 1e-3, ignore_attr = TRUE)
  shares <- stats::glm(z ~ a + b, stats::quasibinomial, d, weights = w)
  expect_equal(linear_coefficients(linear_kms(z ~ a + b, d, weights = w / 7)), unname(stats::coef(shares)),
               tolerance = 1e-3, ignore_attr = TRUE)
})

test_that("weights are looked up in the data, then where the formula was written", {
  d <- counted()
  mine <- d$w + 1
  outside <- small_kms(y ~ a, d, weights = mine)
  expect_identical(small_kms(y ~ a, transform(d, mine = 1 + w), weights = mine)$predictions, outside$predictions)
  expect_false(identical(small_kms(y ~ a, d)$predictions, outside$predictions))
  expect_identical(small_kms(y ~ a, d, weights = rep(1, 80))$predictions, small_kms(y ~ a, d)$predictions)
})

test_that("a missing weight drops its row, wrong weights are told", {
  d <- counted()
  d$w[4] <- NA
  expect_message(fit <- small_kms(y ~ a, d, weights = w), "`\\(weights\\)`: 1")
  expect_identical(fit$N, 79L)
  expect_snapshot(error = TRUE, {
    small_kms(y ~ a, d, weights = -w)
    small_kms(y ~ a, d, weights = z)
    small_kms(y ~ a, d, weights = nowhere)
    small_kms(y ~ a, d, weights = 1:3)
    small_kms(y ~ a, d, weights = 0 * a)
  })
})

test_that("class weights are balanced or named by label or number", {
  y <- c("a", "a", "a", "b", "c", "c")
  balanced <- kms_class_weight("balanced", y, three, NULL, NULL)
  expect_equal(balanced, list("0" = 6 / 9, "1" = 2, "2" = 1))
  expect_equal(kms_class_weight("balanced", y, three, c(1, 1, 1, 3, 1.5, 1.5), NULL),
               list("0" = 1, "1" = 1, "2" = 1))
  by_label <- kms_class_weight(c(c = 5, a = 2), y, three, NULL, NULL)
  expect_identical(by_label, list("0" = 2, "1" = 1, "2" = 5))
  expect_identical(kms_class_weight(list("0" = 2, "2" = 5), y, three, NULL, NULL), by_label)
  expect_snapshot(error = TRUE, {
    kms_class_weight(c(a = 1, d = 2), y, three, NULL, NULL)
    kms_class_weight(1:3, y, three, NULL, NULL)
    kms_class_weight("equal", y, three, NULL, NULL)
    kms_class_weight(c(a = -1), y, three, NULL, NULL)
    kms_class_weight("balanced", 1:6, continuous, NULL, NULL)
  })
})

test_that("class weights move predictions to the rare label", {
  d <- data.frame(x = withr::with_seed(2, stats::rnorm(300)))
  d$y <- ifelse(d$x + withr::with_seed(3, stats::rnorm(300)) > 1.6, "rare", "usual")
  found <- function(...) mean(predict(linear_kms(y ~ x, d, Nepochs = 300, ...), d, type = "class") == "rare")
  expect_gt(found(class_weight = "balanced"), found() + 0.05)
  expect_equal(found(class_weight = c(rare = 1, usual = 1)), found())
})
