test_that("autoplot is the generic of ggplot2", {
  expect_identical(tildenet::autoplot, ggplot2::autoplot)
})

test_that("the type follows from the outcome", {
  type <- function(object, ...) fit_plot_type(object, NULL, ..., call = NULL)
  labels <- labelled_fit(c("a", "b", "b", "a"))
  untested <- labels
  untested["predictions"] <- list(NULL)
  expect_identical(type(labels, NULL), "confusion")
  expect_identical(type(number_fit(), NULL), "observed")
  expect_identical(type(untested, NULL), "history")
  expect_identical(type(untested, iris), "confusion")
  flags <- labels
  flags$y_type <- "multilabel"
  expect_identical(type(flags, NULL), "history")
})

test_that("a history is plotted the same way under all names", {
  fit <- labelled_fit(c("a", "b", "b", "a"))
  expected <- plot(fit$history, metrics = "loss")
  expect_identical(autoplot(fit, "history", metrics = "loss")$data, expected$data)
  expect_identical(autoplot(fit$history, metrics = "loss")$data, expected$data)
})

test_that("new rows take the place of the test rows", {
  fit <- small_kms(Species ~ ., iris, pTraining = 1)
  rows <- iris[c(1:10, 60, 110), ]
  plot <- autoplot(fit, data = rows)
  expect_identical(plot$data$n, confusion(predict(fit, rows), tidy = TRUE)$n)
  expect_equal(sum(plot$data$n), 12)
  numbers <- small_kms(mpg ~ wt + hp, mtcars, pTraining = 1)
  plot <- autoplot(numbers, data = mtcars)
  expect_equal(plot$data$observed, mtcars$mpg)
  expect_equal(plot$data$predicted, predict(numbers, mtcars, type = "response"))
})

test_that("types a fit does not have and rows that are missing are told", {
  labels <- labelled_fit(c("a", "b", "b", "a"))
  untested <- labels
  untested["predictions"] <- list(NULL)
  flags <- labels
  flags$y_type <- "multilabel"
  fit <- small_kms(Species ~ ., iris)
  expect_snapshot(error = TRUE, {
    autoplot(labels, "observed")
    autoplot(flags, "confusion")
    autoplot(number_fit(), "confusion")
    autoplot(number_fit(), "histroy")
    autoplot(labels, 1)
    autoplot(untested, "confusion")
    autoplot(labels, "calibration")
    autoplot(labels, "confusion", n_bins = 3)
    autoplot(fit, data = iris[1:4])
    autoplot(fit, "calibration", data = iris, bins = 0)
    autoplot(fit, "network", max_units = "all")
    autoplot(fit, "network", depth = 2)
    autoplot(keras_model_sequential())
    autoplot(keras_model_sequential() %>% layer_dense(2))
  })
})
