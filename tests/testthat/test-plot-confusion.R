labelled_fit <- function(predictions, y_test = c("a", "a", "b", "c")) {
  structure(list(y_test = y_test, predictions = predictions, y_type = "multinomial",
                 y_labels = c("a", "b", "c")), class = "kms_fit")
}

test_that("a point stands at the share correct per label and model", {
  one <- labelled_fit(c("a", "b", "b", "a"))
  two <- labelled_fit(c("a", "a", "b", "c"))
  plot <- plot_confusion(one, second = two, display = FALSE, return_ggplot = TRUE, title = "T")
  expect_s3_class(plot, "ggplot")
  expect_identical(levels(plot$data$Model), c("one", "second"))
  expect_equal(plot$data$pCorrect, c(0.5, 1, 0, 1, 1, 1))
  expect_equal(plot$data$N, c(2, 1, 1, 2, 1, 1))
  expect_identical(plot$labels$title, "T")
  built <- ggplot2::ggplot_build(plot)
  expect_identical(nrow(built$data[[1]]), 6L)
})

test_that("cross-validated fits have a shape per fold", {
  fold <- function(fit) structure(list(fit = fit, y_test = c("a", "b"), accuracy = 0.5), class = "kms_prediction")
  cv <- structure(list(k_folds = 2, test_f1 = fold(c("a", "a")), test_f2 = fold(c("a", "b"))),
                  class = "kms_kcv_fit")
  plot <- plot_confusion(cv, display = FALSE)
  expect_identical(levels(plot$data$Fold), c("1", "2"))
  expect_identical(nrow(ggplot2::ggplot_build(plot)$data[[1]]), 4L)
})

test_that("unfit objects are refused", {
  numbers <- structure(list(y_test = 1:3, y_type = "continuous"), class = "kms_fit")
  cv <- structure(list(), class = "kms_kcv_fit")
  fit <- labelled_fit(c("a", "a", "b", "c"))
  untested <- structure(list(y_type = "binary"), class = "kms_fit")
  expect_snapshot(error = TRUE, {
    plot_confusion()
    plot_confusion(numbers)
    plot_confusion(fit, cv)
    plot_confusion(untested)
    plot_confusion(fit, 3)
  })
})

test_that("the plot is printed on demand only", {
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  fit <- labelled_fit(c("a", "a", "b", "c"))
  expect_invisible(plot_confusion(fit))
  expect_visible(plot_confusion(fit, return_ggplot = TRUE))
})
