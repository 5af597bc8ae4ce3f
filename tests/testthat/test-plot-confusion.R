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
  fold <- function(fit) new_prediction(list(fit = fit, y_test = c("a", "b"), accuracy = 0.5))
  cv <- structure(list(k_folds = 2, test_f1 = fold(c("a", "a")), test_f2 = fold(c("a", "b"))),
                  class = "kms_kcv_fit")
  plot <- plot_confusion(cv, display = FALSE)
  expect_identical(levels(plot$data$Fold), c("1", "2"))
  expect_identical(nrow(ggplot2::ggplot_build(plot)$data[[1]]), 4L)
})

test_that("each of many folds has its shape and labels keep the order of the outcome", {
  fold <- function(fit) new_prediction(list(fit = fit, y_test = c("a", "b"), accuracy = 0.5))
  folds <- rep(list(fold(c("a", "a"))), 10)
  folds[[1]]$y_test <- c("b", "b")
  names(folds) <- paste0("test_f", 1:10)
  cv <- structure(c(list(k_folds = 10, train_f1 = list(y_labels = c("c", "b", "a"))), folds), class = "kms_kcv_fit")
  plot <- plot_confusion(cv, display = FALSE)
  expect_no_warning(built <- ggplot2::ggplot_build(plot)$data[[1]])
  expect_length(unique(built$shape), 10)
  expect_identical(levels(plot$data$label), c("c", "b", "a"))
})

test_that("whole fits in the call are named by their place", {
  fits <- list(labelled_fit(c("a", "b", "b", "a")), labelled_fit(c("a", "a", "b", "c")))
  plot <- do.call(plot_confusion, c(fits, display = FALSE), quote = TRUE)
  expect_identical(levels(plot$data$Model), c("model 1", "model 2"))
})

test_that("points grow from no rows on, their legend has whole numbers", {
  fit <- labelled_fit(c("a", "a", "b", "c"))
  plot <- plot_confusion(fit, display = FALSE)
  scale <- ggplot2::ggplot_build(plot)$plot$scales$get_scales("size")
  expect_equal(scale$get_limits(), c(0, 2))
  expect_identical(whole_breaks(c(0, 2)), c(1, 2))
  expect_identical(whole_breaks(c(0, 9)), c(2, 4, 6, 8))
  expect_identical(whole_breaks(c(0, 161)), c(50, 100, 150))
})

test_that("figures", {
  one <- many_label_fit()
  two <- one
  two$predictions <- rev(two$predictions)
  cv <- two_folds()
  expect_figures(
    "two models of many labels" = plot_confusion(one, two, display = FALSE, title = "Films"),
    "folds" = plot_confusion(cv, display = FALSE, position = ggplot2::position_dodge(0.4)))
})

test_that("unfit objects are refused", {
  numbers <- structure(list(y_test = 1:3, y_type = "continuous"), class = "kms_fit")
  cv <- structure(list(), class = "kms_kcv_fit")
  fit <- labelled_fit(c("a", "a", "b", "c"))
  untested <- structure(list(y_type = "binary"), class = "kms_fit")
  several <- labelled_fit(diag(4))
  expect_snapshot(error = TRUE, {
    plot_confusion()
    plot_confusion(several)
    plot_confusion(numbers)
    plot_confusion(fit, cv)
    plot_confusion(untested)
    plot_confusion(fit, 3)
    plot_confusion(fit, alpha = 2)
    plot_confusion(fit, display = "no")
  })
})

test_that("the plot is printed on demand only", {
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  fit <- labelled_fit(c("a", "a", "b", "c"))
  expect_invisible(plot_confusion(fit))
  expect_visible(plot_confusion(fit, return_ggplot = TRUE))
})

test_that("a fit that comes by a pipe has its place as its name", {
  fit <- kms(Species ~ ., iris, Nepochs = 2, seed = 1, verbose = 0)
  named <- function(plot) levels(plot$data$Model)
  expect_identical(named(fit %>% plot_confusion(display = FALSE)), "model 1")
  expect_identical(named(fit %>% plot_confusion(fit, display = FALSE)), c("model 1", "fit"))
  expect_identical(named(fit %>% plot_confusion(first = ., display = FALSE)), "first")
  expect_identical(named(plot_confusion(fit, display = FALSE)), "fit")
})
