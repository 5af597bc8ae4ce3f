# The defects of kerasformula 1.8.0 by number. Those of its cross-validation are in test-kms-kcv.R; the
# steps behind them are tested where they are.
test_that("defect 1: the batch size given is the one trained with", {
  expect_equal(small_kms(Species ~ ., iris, batch_size = 7)$history$params$batch_size, 7)
  expect_equal(small_kms(Species ~ ., iris)$history$params$batch_size, 32)
})

test_that("defect 2: binary outcomes of any type are learnt", {
  d <- data.frame(x = rep(c(-1, 1), 60) + stats::rnorm(120, sd = 0.2))
  outcomes <- list(factor(d$x > 0, labels = c("low", "high")), d$x > 0, ifelse(d$x > 0, 7, -2),
                   ifelse(d$x > 0, "up", "down"))
  for (y in outcomes) {
    fit <- kms(y ~ x, d, N_layers = 2, units = 8, dropout = 0, Nepochs = 60, seed = 3, verbose = 0)
    expect_identical(fit$y_type, "binary")
    expect_gt(mean(fit$predictions == fit$y_test), 0.95)
  }
})

test_that("defect 3: the default binary net ends in one sigmoid unit", {
  fit <- small_kms(am ~ mpg, mtcars)
  expect_identical(fit$layers_overview$activation, c("relu", "sigmoid"))
  expect_identical(fit$layers_overview$units, c(8, 1))
})

test_that("defect 4: rows with NA in predictors leave labels and rows together", {
  d <- iris
  d$Sepal.Length[1:5] <- NA
  expect_message(fit <- small_kms(Species ~ ., d), "Dropped 5 of 150 rows")
  expect_identical(fit$N, 145L)
  expect_identical(fit$y_test, d$Species[-(1:5)][fit$split == "test"])
})

test_that("defect 5: NA in the outcome drops the row and adds no class", {
  d <- iris
  d$Species[6:8] <- NA
  expect_message(fit <- small_kms(Species ~ ., d), "Dropped 3 of 150 rows")
  expect_identical(fit$K, 3L)
  expect_identical(fit$y_test, d$Species[-(6:8)][fit$split == "test"])
})

test_that("defect 6: one predictor and a test part of one row work", {
  expect_identical(small_kms(Species ~ Petal.Width, iris)$P, 1L)
  seed <- 0
  d <- iris[c(1:4, 51:54), ]
  repeat {
    seed <- seed + 1
    set.seed(seed)
    if (sum(sample(c("train", "test"), 8, TRUE, c(0.8, 0.2)) == "test") == 1) break
  }
  fit <- small_kms(Species ~ ., d, seed = seed)
  expect_length(fit$predictions, 1)
  expect_length(small_kms(Sepal.Length ~ ., d, seed = seed)$predictions, 1)
})

test_that("defect 7: without an intercept no predictor is lost", {
  expect_identical(small_kms(mpg ~ wt + hp - 1, mtcars)$colnames_x, c("wt", "hp"))
  expect_identical(small_kms(mpg ~ wt, mtcars, drop_intercept = FALSE)$colnames_x, c("(Intercept)", "wt"))
})

test_that("defect 8: an empty test part gives a result without test measures and a warning", {
  seed <- 0
  repeat {
    seed <- seed + 1
    set.seed(seed)
    if (all(sample(c("train", "test"), 6, TRUE, c(0.8, 0.2)) == "train")) break
  }
  expect_warning(fit <- small_kms(Species ~ ., iris[c(1:3, 51:53), ], seed = seed), "empty")
  expect_null(fit$evaluations)
  expect_null(fit$predictions)
})

test_that("defect 9: variables named like arguments are taken from data and environment", {
  units <- mtcars$wt
  N <- 10
  d <- transform(mtcars, P = mpg, seed = hp)
  fit <- small_kms(P / N ~ seed + units, d)
  expect_identical(fit$colnames_x, c("seed", "units"))
  expect_identical(fit$y_test, d$P[fit$split == "test"] / 10)
})

test_that("defect 10: a continuous outcome without a column to scale", {
  fit <- small_kms(mpg ~ am + vs, mtcars)
  expect_length(fit$train_scale$cols_to_scale, 0)
  expect_identical(dim(fit$train_scale$y), c(2L, 1L))
})

test_that("defect 11: a constant training outcome is an error that says so", {
  d <- data.frame(x = 1:20, y = c(5, rep(2, 19)))
  seed <- 0
  repeat {
    seed <- seed + 1
    set.seed(seed)
    if (sample(c("train", "test"), 20, TRUE, c(0.8, 0.2))[1] == "test") break
  }
  expect_error(small_kms(y ~ x, d, seed = seed), "two different values in the training part",
               class = "tildenet_error_outcome")
})

test_that("defect 12: N_layers of 1 and 4 work with the defaults", {
  for (n in c(1, 4)) {
    fit <- kms(Species ~ ., iris, N_layers = n, Nepochs = 1, seed = 1, verbose = 0)
    expect_identical(nrow(fit$layers_overview), as.integer(n))
  }
})

test_that("defect 13: top-k accuracy joins only the default metrics", {
  d <- data.frame(x = 1:210, y = factor(rep(1:21, 10)))
  expect_identical(small_kms(y ~ x, d, Nepochs = 1)$metrics, c("accuracy", "top_k_categorical_accuracy"))
  fit <- small_kms(y ~ x, d, Nepochs = 1, metrics = "accuracy")
  expect_identical(names(fit$evaluations), c("loss", "accuracy"))
})

test_that("defect 14: pTraining = 1 trains on all rows and says so in confusion()", {
  fit <- small_kms(Species ~ ., iris, pTraining = 1)
  expect_true(all(fit$split == "train"))
  expect_null(fit$y_test)
  expect_error(confusion(fit), "must have test rows", class = "tildenet_error_argument")
})

test_that("defect 15: an embedding takes indices as they are and predicts in any batch size", {
  set.seed(4)
  d <- data.frame(a = sample(0:9, 80, TRUE), b = sample(0:4, 80, TRUE))
  d$y <- factor(ifelse(d$a > 4, "high", "low"))
  expect_message(fit <- small_kms(y ~ a + b, d, embedding = TRUE, Nepochs = 8), "not scaled")
  expect_equal(fit$history$params$batch_size, 1)
  expect_identical(predict(fit, d, type = "class"), predict(fit, d, batch_size = 80, type = "class"))
  expect_gt(predict(fit, d)$accuracy, 0.8)
})

test_that("defect 16: verbose = 0 is silent, evaluation included", {
  expect_silent(small_kms(Species ~ ., iris))
})

test_that("defect 17: fitting and predicting draw no figure", {
  before <- grDevices::dev.list()
  predict(small_kms(mpg ~ wt, mtcars), mtcars)
  expect_identical(grDevices::dev.list(), before)
})

test_that("defect 18: single rows and missing levels are predicted as within the data", {
  d <- transform(mtcars, cyl = factor(cyl))
  fit <- small_kms(mpg ~ cyl + poly(wt, 2), d)
  all_rows <- predict(fit, d, type = "response")
  expect_equal(predict(fit, d[5, ], type = "response"), all_rows[5], tolerance = 1e-5)
  eights <- which(d$cyl == 8)
  expect_equal(predict(fit, droplevels(d[eights, ]), type = "response"), all_rows[eights], tolerance = 1e-5)
})

test_that("defect 19: without the outcome every term counts", {
  fit <- small_kms(mpg ~ wt + hp, mtcars, Nepochs = 20)
  result <- predict(fit, mtcars[c("hp", "wt")])
  expect_null(result$y_test)
  expect_identical(names(prediction_answer(result)), c("fit", "y_test"))
  expect_identical(result$fit, predict(fit, mtcars)$fit)
})

test_that("defect 20: y_test counts when the outcome is not in newdata", {
  fit <- iris_fit()
  result <- predict(fit, iris[1:4], y_test = iris$Species)
  expect_equal(result$accuracy, predict(fit, iris)$accuracy)
  expect_identical(predict(fit, iris, y_test = rev(iris$Species))$y_test, iris$Species)
})

test_that("defect 21: NA in newdata is NA in the result for those rows", {
  fit <- iris_fit()
  new <- iris[c(1, 60, 120), ]
  new$Petal.Length[2] <- NA
  for (type in c("class", "prob", "response", "link")) {
    result <- as.matrix(predict(fit, new, type = type))
    expect_identical(nrow(result), 3L)
    expect_identical(is.na(result[, 1]), c(FALSE, TRUE, FALSE), label = type)
  }
  result <- predict(fit, new)
  expect_identical(is.na(result), c(FALSE, TRUE, FALSE))
  expect_identical(is.na(result$fit), is.na(result))
  expect_false(is.na(result$accuracy))
  nothing <- predict(fit, transform(new, Petal.Length = NA), type = "prob")
  expect_identical(dim(nothing), c(3L, 3L))
  expect_true(all(is.na(nothing)))
})

test_that("defect 22: unknown levels warn, unknown labels are counted as wrong", {
  d <- transform(mtcars, cyl = as.character(cyl), am = ifelse(am == 1, "manual", "auto"))
  fit <- small_kms(am ~ cyl, d)
  new <- data.frame(cyl = c("4", "5"), am = c("auto", "robot"))
  expect_warning(class <- predict(fit, new, type = "class"), "`cyl` .*\"5\"")
  expect_identical(class[2], predict(fit, data.frame(cyl = "4"), type = "class"))
  expect_message(result <- predict(fit, data.frame(cyl = "4", am = c("auto", "robot"))), "\"robot\"")
  expect_lte(result$accuracy, 0.5)
})

test_that("defect 23: labels are compared whatever their type", {
  fit <- iris_fit()
  as_text <- transform(iris, Species = as.character(Species))
  expect_equal(predict(fit, as_text)$accuracy, predict(fit, iris)$accuracy)
  other <- transform(iris[101:150, ], Species = factor(Species))
  expect_equal(predict(fit, other)$accuracy, mean(predict(fit, other, type = "class") == "virginica"))
})

test_that("defect 24: labels never predicted keep their errors, the table is square", {
  d <- data.frame(x = rep(0, 60), y = rep(c("a", "b", "c"), c(40, 12, 8)))
  d$x[1:30] <- 1
  fit <- small_kms(y ~ x, d, Nepochs = 30)
  expect_identical(dim(fit$confusion), c(3L, 3L))
  expect_identical(rownames(fit$confusion), paste0(c("a", "b", "c"), "_obs"))
  errors <- confusion(fit, return_xtab = FALSE)
  never <- setdiff(as.character(errors$label), unique(fit$predictions))
  expect_gt(length(never), 0)
  expect_true(all(!is.na(errors$MCE[errors$label %in% never])))
})

test_that("defect 28: typing a fit prints a summary, not the list", {
  shown <- capture.output(print(small_kms(Species ~ ., iris)))
  expect_lte(length(shown), 12)
  expect_match(shown, "Formula:  Species ~ .", fixed = TRUE, all = FALSE)
  expect_match(shown, "N = 150", all = FALSE)
})

test_that("defect 29: R2_predictions and cor_kendals are numbers", {
  fit <- small_kms(mpg ~ wt, mtcars)
  for (name in regression_names) expect_length(dim(fit[[name]]), 0)
  expect_equal(fit$R2_predictions, stats::cor(fit$predictions, fit$y_test)^2)
  expect_equal(fit$cor_kendals, stats::cor(fit$predictions, fit$y_test, method = "kendall"))
})

test_that("defect 30: every type has one row per row of newdata", {
  fit <- iris_fit()
  rows <- c(140, 3, 60)
  class <- predict(fit, iris[rows, ], type = "class")
  prob <- predict(fit, iris[rows, ], type = "prob")
  expect_identical(levels(class), levels(iris$Species))
  expect_identical(dim(prob), c(3L, 3L))
  expect_identical(colnames(prob), levels(iris$Species))
  expect_equal(rowSums(prob), rep(1, 3), tolerance = 1e-6)
  expect_identical(levels(iris$Species)[max.col(prob)], as.character(class))
  expect_identical(predict(fit, iris[rows, ], type = "response"), prob)
  link <- predict(fit, iris[rows, ], type = "link")
  expect_equal(exp(link) / rowSums(exp(link)), prob, tolerance = 1e-5)
})
