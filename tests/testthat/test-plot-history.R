test_that("one panel row per metric, points by epoch, a loess line from 10 epochs on", {
  plot <- plot(history_of(12))
  expect_s3_class(plot, "ggplot")
  built <- ggplot2::ggplot_build(plot)
  expect_identical(as.character(built$layout$layout$metric), c("loss", "accuracy"))
  layer_of <- function(p, geom) which(vapply(p$layers, function(l) inherits(l$geom, geom), NA))
  expect_identical(nrow(built$data[[layer_of(plot, "GeomPoint")]]), 48L)
  expect_length(layer_of(plot, "GeomSmooth"), 1)
  expect_length(layer_of(plot(history_of(9)), "GeomSmooth"), 0)
  expect_length(layer_of(plot(history_of(12), smooth = FALSE), "GeomSmooth"), 0)
})

test_that("the line is that of geom_smooth(), drawn without its packages", {
  skip_if_not_installed("mgcv")
  own <- plot(history_of(14, asked = 20))
  data <- own$data
  theirs <- ggplot2::ggplot(data, ggplot2::aes(epoch, value, colour = data)) +
    ggplot2::geom_smooth(se = FALSE, method = "loess", formula = y ~ x) +
    ggplot2::facet_grid(rows = ggplot2::vars(metric), scales = "free_y")
  columns <- c("x", "y", "PANEL", "group")
  expect_equal(ggplot2::ggplot_build(own)$data[[2]][columns], ggplot2::ggplot_build(theirs)$data[[1]][columns])
})

test_that("a series of few points among longer ones has no line", {
  history <- history_of(12)
  history$metrics$val_loss <- c(rep(NA, 9), 0.3, 0.2, 0.1)
  expect_no_warning(built <- ggplot2::ggplot_build(plot(history)))
  expect_identical(length(unique(paste(built$data[[2]]$PANEL, built$data[[2]]$group))), 3L)
})

test_that("labels and themes can be added, metrics chosen", {
  plot <- plot(history_of(5), metrics = "accuracy") +
    ggplot2::labs(title = "Films", y = "") + ggplot2::theme_minimal()
  expect_identical(plot$labels$title, "Films")
  expect_identical(unique(as.character(plot$data$metric)), "accuracy")
  expect_error(plot(history_of(5), metrics = "auc"), "\"auc\"", class = "tildenet_error_argument")
})

test_that("an early stop and training without validation are drawn without warnings", {
  expect_no_warning(ggplot2::ggplot_build(plot(history_of(11, asked = 20))))
  expect_no_warning(ggplot2::ggplot_build(plot(history_of(3, validated = FALSE), theme_bw = TRUE)))
  expect_no_warning(ggplot2::ggplot_build(plot(history_of(1))))
})

test_that("base graphics give the data back", {
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  data <- plot(history_of(4), method = "base")
  expect_identical(nrow(data), 16L)
})

test_that("figures", {
  expect_figures(
    "history" = plot(history_of(12)),
    "history of few epochs, one series" = plot(history_of(5, validated = FALSE), metrics = "loss"),
    "history in base graphics" = function() plot(history_of(6), method = "base"))
})

test_that("the epochs on the axis are whole numbers, however many there are", {
  of <- function(n) {
    structure(list(params = list(epochs = n, metrics = c("loss", "val_loss"), do_validation = TRUE),
                   metrics = list(loss = seq_len(n) / n, val_loss = rev(seq_len(n)))),
              class = "keras_training_history")
  }
  for (n in c(1:12, 37, 200, 1500)) {
    shown <- ggplot2::ggplot_build(plot(of(n)))$layout$panel_params[[1]]$x
    breaks <- shown$breaks[!is.na(shown$breaks)]
    expect_gte(length(breaks), min(n, 2))
    expect_identical(breaks, round(breaks), info = n)
    expect_true(all(breaks >= 1 & breaks <= n), info = n)
    expect_length(shown$minor_breaks, 0)
  }
  expect_identical(epoch_breaks(c(1, 3)), c(1, 2, 3))
  expect_identical(epoch_breaks(c(1, 1)), 1)
})
