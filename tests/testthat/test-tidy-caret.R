# One search of caret, over folds.
caret_train <- function(x, y, ..., epochs = 60, learn_rate = 0.02, grid = expand.grid(hidden_units = c(4, 8), penalty = 0, dropout = 0)) {
  withr::local_timezone("UTC") # lubridate asks the system for it, which may not know
  skip_if_not_installed("caret")
  local_search_path(parent.frame())
  withr::local_seed(1)
  control <- getExportedValue("caret", "trainControl")(method = "cv", number = 2, classProbs = is.factor(y))
  getExportedValue("caret", "train")(x, y, method = tildenet_caret(), tuneGrid = grid, trControl = control, epochs = epochs,
                                       learn_rate = learn_rate, ...)
}

test_that("grids have the length asked for, the simplest first when sorted", {
  method <- tildenet_caret()
  expect_identical(nrow(method$grid(iris[1:4], iris$Species, 3)), 27L)
  expect_identical(method$grid(iris[1:4], iris$Species, 1), data.frame(hidden_units = 16, penalty = 0, dropout = 0), ignore_attr = TRUE)
  random <- withr::with_seed(1, method$grid(iris[1:4], iris$Species, 20, search = "random"))
  expect_identical(nrow(random), 20L)
  expect_true(all(random$hidden_units >= 4 & random$hidden_units <= 256 & random$dropout < 0.6))
  expect_identical(method$sort(data.frame(hidden_units = c(8, 4, 4), penalty = c(0, 0, 1), dropout = 0))$penalty, c(1, 0, 0))
  expect_identical(names(random), method$parameters$parameter)
})

test_that("caret tunes labels, with probabilities and case weights", {
  flowers <- transform(iris, wide = factor(Petal.Width > 1))
  found <- caret_train(flowers[c(1, 3, 6)], flowers$Species, weights = rep(1:3, 50))
  expect_s3_class(found$finalModel, "kms_fit")
  expect_identical(nrow(found$results), 2L)
  expect_gt(max(found$results$Accuracy), 0.8)
  classes <- predict(found, flowers[c(1, 51, 101), ])
  expect_identical(levels(classes), levels(iris$Species))
  p <- predict(found, flowers[c(1, 51, 101), ], type = "prob")
  expect_identical(names(p), levels(iris$Species))
  expect_equal(unname(as.matrix(p)), unname(predict(found$finalModel, flowers[c(1, 51, 101), ], type = "prob")))
  expect_identical(as.character(classes), names(p)[max.col(as.matrix(p))])
})

test_that("caret tunes numbers, of matrices too, and keeps no rows of its own", {
  x <- as.matrix(mtcars[c("wt", "hp")])
  colnames(x)[2] <- "horse power"
  found <- caret_train(x, mtcars$mpg)
  expect_true(all(is.finite(found$results$RMSE)))
  expect_equal(predict(found, x), as.numeric(predict(found$finalModel, as.data.frame(x), type = "response")), ignore_attr = TRUE)
  expect_identical(environment(found$finalModel$input_formula), globalenv())
})

test_that("a level without rows has probability 0, and a column of the outcome's name is no hindrance", {
  x <- data.frame(.outcome = stats::rnorm(40))
  y <- factor(rep(c("a", "b"), 20), c("a", "none", "b"))
  fit <- caret_fit(x, y, NULL, data.frame(hidden_units = 3, penalty = 0, dropout = 0), levels(y), TRUE, NULL, TRUE, epochs = 2)
  fit$obsLevels <- levels(y)
  p <- caret_prob(fit, x)
  expect_identical(names(p), levels(y))
  expect_identical(unique(p$none), 0)
  expect_true(all(caret_predict(fit, x) %in% c("a", "b")))
})
