test_that("numbers of folds that cannot be are refused", {
  expect_snapshot(error = TRUE, {
    kms_kcv(Species ~ ., iris, k_folds = 1)
    kms_kcv(Species ~ ., iris, k_folds = 2.5)
    kms_kcv(Species ~ ., iris, k_folds = "five")
    kms_kcv(Species ~ ., iris[c(1, 51, 101), ], k_folds = 4)
    kms_kcv(Species ~ ., iris, k_folds = 3, seed = 1:2)
    kms_kcv(Species ~ ., iris, k_folds = 2, seed = c(1, NA))
    kms_kcv(Species ~ .)
    kms_kcv(data = iris)
    kms_kcv(Species ~ ., as.list(iris))
    kms_kcv(Species ~ ., iris, units = c(1, 2, 3), N_layers = 3)
    kms_kcv(Species ~ ., iris, keras_model_seq = keras_model_sequential())
  })
})

test_that("as many folds as rows are possible", {
  cv <- small_kcv(mpg ~ wt, mtcars[1:8, ], k_folds = 8, Nepochs = 1)
  expect_identical(sort(cv$folds), 1:8)
  expect_length(cv$test_f8$fit, 1)
  expect_identical(summary(cv)$r.squared, rep(NA_real_, 10))
})

test_that("rows with missing values are in no fold", {
  d <- mtcars
  d$wt[3] <- NA
  d$mpg[5] <- NA
  expect_message(cv <- small_kcv(mpg ~ wt, d), "Dropped 2 of 32 rows")
  expect_identical(which(is.na(cv$folds)), c(3L, 5L))
  expect_identical(tabulate(cv$folds), c(10L, 10L, 10L))
  expect_identical(cv$y_test, d$mpg[-c(3, 5)])
  expect_identical(cv$N, 30L)
})

test_that("labels that a training part lacks are named, their rows count as wrong", {
  d <- rbind(iris[1:60, ], iris[101, ])
  expect_warning(cv <- small_kcv(Species ~ ., d), "\"virginica\" (fold", fixed = TRUE,
                 class = "tildenet_warning_missing_labels")
  fold <- cv$folds[61]
  expect_identical(cv[[paste0("train_f", fold)]]$K, 2L)
  expect_false(cv$predictions[61] == "virginica")
  expect_identical(levels(cv$predictions), levels(iris$Species))
  expect_error(small_kcv(Species ~ ., d, keras_model_seq = iris_model()), "must have all labels",
               class = "tildenet_error_outcome")
})

test_that("an outcome that is constant or changes its kind in a training part is refused", {
  few <- data.frame(x = 1:6, y = c("a", "b", "b", "b", "b", "b"))
  counts <- data.frame(x = 1:30, y = c(2, rep(0:1, length.out = 29)))
  expect_snapshot(error = TRUE, {
    small_kcv(y ~ x, few)
    small_kcv(y ~ x, counts)
  })
})

test_that("levels of the test part only are named once, factors and words alike", {
  d <- data.frame(y = stats::rnorm(40), f = factor(c("rare", rep(c("a", "b"), length.out = 39))),
                  w = c(rep(c("u", "v"), length.out = 39), "odd"))
  warnings <- list()
  cv <- withCallingHandlers(small_kcv(y ~ f + w, d), warning = function(w) {
    warnings <<- c(warnings, list(w))
    invokeRestart("muffleWarning")
  })
  expect_length(warnings, 1)
  expect_s3_class(warnings[[1]], "tildenet_warning_new_levels")
  met <- warnings[[1]]$levels
  expect_setequal(met$level, c("rare", "odd"))
  expect_identical(met$fold[match(c("rare", "odd"), met$level)], cv$folds[c(1, 40)])
  expect_match(conditionMessage(warnings[[1]]), "`f` \"rare\" (fold ", fixed = TRUE)
})

test_that("an outcome that depends on the rows it is computed from is noticed, scale() is not one", {
  expect_warning(small_kcv(cut(mpg, 3) ~ wt, mtcars, seed = 2), "Compute it before", fixed = TRUE,
                 class = "tildenet_warning_moving_outcome")
  expect_silent(small_kcv(scale(mpg) ~ wt, mtcars))
  expect_silent(small_kcv(log(mpg) ~ wt, mtcars))
})

test_that("variables beside the data are split with the rows", {
  weight <- mtcars$wt
  factor <- 2
  cv <- small_kcv(mpg ~ I(weight * factor), mtcars)
  hand <- small_kcv(mpg ~ I(wt * 2), mtcars)
  expect_identical(fold_weights(cv), fold_weights(hand))
})
