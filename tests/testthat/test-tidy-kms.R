test_that("tidy() has a row per array of weights", {
  fit <- small_kms(Species ~ ., iris)
  table <- tidy(fit)
  weights <- get_weights(fit$model)
  expect_identical(table$weight, rep(c("kernel", "bias"), 3))
  expect_identical(table$shape, c("4 x 8", "8", "8 x 8", "8", "8 x 3", "3"))
  expect_equal(table$n, lengths(weights))
  expect_equal(table$mean, vapply(weights, mean, 0))
  expect_equal(table$norm, vapply(weights, function(w) sqrt(sum(w^2)), 0))
  expect_equal(table$sd, vapply(weights, stats::sd, 0))
  expect_true(all(table$trainable))
})

test_that("glance() has one row whose columns are the same for any fit", {
  labels <- small_kms(Species ~ ., iris)
  number <- small_kms(mpg ~ wt, mtcars)
  untested <- small_kms(mpg ~ wt, mtcars, pTraining = 1, validation_split = 0)
  all <- rbind(glance(labels), glance(number), glance(untested))
  expect_identical(dim(all), c(3L, 26L))
  expect_equal(all$accuracy, c(mean(labels$predictions == labels$y_test), NA, NA))
  expect_equal(all$MSE, c(NA, number$MSE_predictions, NA))
  expect_equal(all$r.squared[2], number$r.squared)
  expect_equal(all$null_loss, c(attr(labels, "null")$loss, attr(number, "null")$loss, NA))
  expect_equal(all$test_loss, c(labels$evaluations$loss, number$evaluations$loss, NA))
  expect_equal(all$loss[1], labels$history$metrics$loss[all$kept_epoch[1]])
  expect_equal(all$val_loss, c(min(labels$history$metrics$val_loss), min(number$history$metrics$val_loss), NA))
  expect_equal(all$kept_epoch, c(all$best_epoch[1:2], 3))
  expect_equal(all$n_params[2], count_params(number$model))
  expect_identical(all$nobs + all$n_test, all$N)
})

test_that("augment() adds numbers and residuals in the order of the rows", {
  fit <- small_kms(mpg ~ wt, mtcars)
  d <- mtcars
  d$wt[4] <- NA
  out <- augment(fit, d)
  expect_identical(names(out), c(".rownames", names(mtcars), ".fitted", ".resid"))
  expect_identical(out$.rownames, rownames(mtcars))
  expect_identical(out$.fitted, fitted(fit, d))
  expect_equal(out$.resid, mtcars$mpg - out$.fitted)
  expect_true(is.na(out$.resid[4]))
  expect_identical(names(augment(fit, newdata = d["wt"])), c(".rownames", "wt", ".fitted"))
  expect_message(again <- augment(fit, out), class = "tildenet_message_renamed")
  expect_identical(again[names(out)], out)
})

test_that("augment() adds labels and probabilities", {
  fit <- small_kms(Species ~ ., iris)
  d <- iris[c(150, 1, 60), ]
  d$Petal.Width[2] <- NA
  out <- augment(fit, d)
  expect_identical(out$.rownames, c("150", "1", "60"))
  expect_identical(names(out)[7:11], c(".fitted", ".pred_class", paste0(".pred_", levels(iris$Species))))
  expect_identical(out$.pred_class, predict(fit, d, type = "class"))
  expect_identical(out$.fitted, predict(fit, d)$fit)
  expect_equal(unname(as.matrix(out[9:11])), unname(predict(fit, d, type = "prob")))
  binary <- small_kms(am ~ wt, mtcars)
  out <- augment(binary, mtcars)
  expect_identical(out$.fitted, predict(binary, mtcars)$fit)
  expect_identical(out$.pred_class, predict(binary, mtcars, type = "class"))
  expect_identical(names(out)[13:16], c(".fitted", ".pred_class", ".pred_0", ".pred_1"))
})

test_that("wrong calls are refused", {
  fit <- small_kms(mpg ~ wt, mtcars)
  expect_snapshot(error = TRUE, {
    augment(fit)
    augment(fit, newdata = 1:3)
    tidy(fit, conf.int = TRUE)
  })
})

test_that("printed tables", {
  fit <- small_kms(y ~ x, data.frame(x = 1:20, y = 1:20), use_bias = FALSE, kernel_initializer = "zeros",
                   Nepochs = 1, optimizer_args = list(learning_rate = 0))
  expect_snapshot(as.data.frame(tidy(fit)[-1]))
})

test_that("labels and columns with the names of new columns keep a name of their own", {
  set.seed(4)
  d <- data.frame(x = rnorm(80))
  d$kind <- c("class", "class_1", "resid", "")[cut(d$x, c(-Inf, -0.5, 0, 0.5, Inf))]
  fit <- small_kms(kind ~ x, d)
  out <- augment(fit, d)
  probabilities <- predict(fit, d, type = "prob")
  expect_identical(names(out), c("x", "kind", ".fitted", ".pred_class", ".pred_", ".pred_class_2", ".pred_class_1",
                                 ".pred_resid"))
  expect_identical(out$.pred_class, predict(fit, d, type = "class"))
  expect_identical(out$.pred_class_2, probabilities[, "class"])
  cv <- suppressWarnings(kms_kcv(kind ~ x, d, k_folds = 3, N_layers = 1, Nepochs = 2, seed = 1, verbose = 0))
  folds <- augment(cv, d)
  expect_identical(names(folds), c("x", "kind", ".fold", names(out)[-(1:2)]))
  expect_equal(rowSums(folds[names(out)[5:8]]), rep(1, 80), tolerance = 1e-6, ignore_attr = TRUE)
})

test_that("columns of the data that have a new column's name step aside with a message", {
  d <- data.frame(x = rnorm(40), .fitted = 1:40, .fitted_1 = 40:1, check.names = FALSE)
  d$y <- d$x + d$.fitted
  fit <- small_kms(y ~ ., d)
  expect_message(out <- augment(fit, d), "`.fitted` is `.fitted_2`", fixed = TRUE, class = "tildenet_message_renamed")
  expect_identical(names(out), c("x", ".fitted_2", ".fitted_1", "y", ".fitted", ".resid"))
  expect_identical(out$.fitted, predict(fit, d, type = "response"))
  expect_identical(out$.fitted_2, 1:40)
  expect_identical(names(suppressMessages(augment(fit, augment(fit, d))))[c(5, 7)], c(".fitted_3", ".fitted"))
  twice <- stats::setNames(data.frame(d, 1, 2), c(names(d), "z", "z"))
  expect_identical(names(suppressMessages(augment(fit, twice)))[5:6], c("z", "z"))
})

test_that("fits, folds and histories come as tibbles where tibble is installed, and as data frames of the same columns", {
  skip_if_not_installed("tibble")
  fit <- small_kms(mpg ~ wt, mtcars)
  cv <- small_kcv(mpg ~ wt, mtcars, k_folds = 2, Nepochs = 1)
  rows <- mtcars[1:5, c("mpg", "wt")]
  tables <- function() {
    list(tidy(fit), glance(fit), augment(fit, rows), tidy(cv), glance(cv), augment(cv, mtcars), tidy(fit$history),
         glance(fit$history), augment(fit, tibble::as_tibble(rows)))
  }
  tibbles <- tables()
  plain <- without_package("tibble", tables())
  for (i in seq_along(tibbles)) {
    expect_s3_class(tibbles[[i]], "tbl_df")
    expect_false(i < 9 && inherits(plain[[i]], "tbl_df"))
    expect_identical(as.list(tibbles[[i]]), as.list(plain[[i]]))
  }
})

test_that("row names are a column of their own where they say more than the number of the row", {
  fit <- small_kms(mpg ~ wt, mtcars)
  rows <- mtcars[c("mpg", "wt")]
  named <- augment(fit, rows)
  expect_identical(named$.rownames, rownames(mtcars))
  rownames(rows) <- NULL
  expect_identical(names(augment(fit, rows)), c("mpg", "wt", ".fitted", ".resid"))
  expect_identical(augment(fit, rows[c(3, 9), ])$.rownames, c("3", "9"))
  rows$.rownames <- "mine"
  expect_identical(augment(fit, rows)$.rownames, rows$.rownames)
  expect_message(again <- augment(fit, rows[2:3, ]), class = "tildenet_message_renamed")
  expect_identical(again$.rownames, c("2", "3"))
  expect_identical(again$.rownames_1, rep("mine", 2))
})
