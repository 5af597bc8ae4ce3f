#' Plot a training history
#'
#' Loss and metrics by epoch, one panel row per metric, training and validation in two colours. Of a fit of [kms()] with
#' validation rows a dashed line marks the epoch whose weights were kept.
#'
#' @param x A training history, as [fit()] returns it. The plot of a fit of [kms()] is that of its history, unless
#'   [another one][plot.kms_fit()] is asked for.
#' @param y Not used.
#' @param metrics Names of the series to show, without `val_`; `NULL` for all.
#' @param method `"ggplot2"`, `"base"` for base graphics, or `"auto"` for `"ggplot2"` where it is installed, else
#'   `"base"`.
#' @param smooth Whether to draw a loess line through the points, from 10 epochs on.
#' @param theme_bw Whether to use `ggplot2::theme_bw()`; base graphics have no themes.
#' @param ... Further arguments of `plot()` for base graphics; not used otherwise.
#'
#' @returns For `"ggplot2"` a ggplot to which layers, `labs()` and themes can be added; its data
#'   (`plot$data`) is `as.data.frame(x)` without epochs that were not run. For `"base"` the data frame, invisibly.
#'
#' @section Errors:
#' Unknown metrics and methods are errors of class `tildenet_error_argument`, a history of 0 epochs is one of
#' class `tildenet_error_data`, `"ggplot2"` where it is not installed one of class `tildenet_error_package`.
#'
#' @source The layout is that of `plot()` for histories in the R package keras.
#' @examples
#' fit <- kms(Species ~ ., iris, Nepochs = 15, seed = 1, verbose = 0)
#' plot(fit$history)
#' plot(fit, metrics = "loss")
#' @export
plot.keras_training_history <- function(x, y, metrics = NULL, method = c("auto", "ggplot2", "base"),
                                        smooth = getOption("keras.plot.history.smooth", TRUE),
                                        theme_bw = getOption("keras.plot.history.theme_bw", FALSE),
                                        ...) {
  method <- check_string(method[1], "method", c("auto", "ggplot2", "base"))
  check_flag(smooth, "smooth")
  check_flag(theme_bw, "theme_bw")
  data <- history_data(x, metrics)
  if (nrow(data) == 0) {
    abort_tn("There is no epoch to plot.", "data", "The history is that of a training of 0 epochs.")
  }
  kept <- if (isTRUE(x$params$do_validation) && any(data$epoch == x$kept)) x$kept
  figure <- new_figure(data, function(data) history_plot(data, smooth, theme_bw, kept),
                       function(data) history_plot_base(data, smooth, kept, ...))
  if (method == "ggplot2") check_ggplot2("Histories drawn by method = \"ggplot2\"")
  if (method == "base") figure_base(figure) else figure_plot(figure)
}

# The epochs that were run of the wanted series, levels in the order asked for.
history_data <- function(x, metrics, call = rlang::caller_env()) {
  data <- as.data.frame(x)
  data <- data[!is.na(data$value), ]
  if (is.null(metrics)) return(data)
  known <- levels(data$metric)
  found <- lapply(metrics, series_find, names = known)
  unknown <- metrics[lengths(found) == 0]
  if (length(unknown) > 0) {
    abort_arg("metrics", paste("be among", quoted_list(known)),
              paste0("Not there: ", quoted_list(unknown), "."), call = call)
  }
  metrics <- known[vapply(found, `[`, 0L, 1)]
  data <- data[data$metric %in% metrics, ]
  data$metric <- factor(data$metric, metrics)
  data
}

# kept: the epoch to be marked, or NULL.
history_plot <- function(data, smooth, theme_bw, kept = NULL) {
  one_colour <- length(unique(data$data)) < 2
  plot <- ggplot2::ggplot(data, ggplot2::aes(x = .data$epoch, y = .data$value, colour = .data$data)) +
    ggplot2::geom_point(size = 1.4, alpha = 0.6)
  if (smooth && length(unique(data$epoch)) >= smooth_from) {
    plot <- plot + ggplot2::layer(stat = stat_loess(), geom = "smooth", position = "identity",
                                  params = list(se = FALSE, linewidth = 0.8))
  }
  plot <- plot +
    ggplot2::scale_x_continuous(breaks = epoch_breaks, minor_breaks = NULL) +
    ggplot2::facet_grid(rows = ggplot2::vars(.data$metric), switch = "y", scales = "free_y",
                        labeller = ggplot2::as_labeller(metric_words)) +
    ggplot2::labs(x = "epoch", y = NULL, colour = NULL)
  if (!is.null(kept)) {
    plot <- plot + ggplot2::geom_vline(xintercept = kept, linetype = "dashed", colour = "grey50") +
      ggplot2::labs(caption = paste0("Dashed: epoch ", kept, ", whose weights were kept"))
  }
  if (theme_bw) plot <- plot + ggplot2::theme_bw()
  plot + ggplot2::theme(strip.placement = "outside",
                        strip.text = ggplot2::element_text(colour = "black", size = 10),
                        strip.background = ggplot2::element_blank(),
                        legend.position = if (one_colour) "none" else "right")
}

epoch_breaks <- function(limits) whole_breaks(limits, n = 5)

# Epochs from which on points get a line.
smooth_from <- 10

# The line through points, as data of 80 points; none where they are few.
loess_line <- function(data) {
  if (nrow(data) < smooth_from) return(data[0, ])
  line <- stats::loess(y ~ x, data)
  at <- seq(min(data$x), max(data$x), length.out = 80)
  data.frame(x = at, y = as.vector(stats::predict(line, data.frame(x = at))))
}

# The line of geom_smooth(method = "loess"). The stat behind that one loads mgcv and with it Matrix:
# 0.7 s of the first plot of a session.
stat_loess <- function() {
  ggplot2::ggproto("StatLoess", ggplot2::Stat, required_aes = c("x", "y"),
                   compute_group = function(data, scales) loess_line(data))
}

# "mean_absolute_error" in lines that fit beside a low panel.
metric_words <- function(names) {
  words <- lapply(gsub("_", " ", names, fixed = TRUE), strwrap, width = 16)
  vapply(words, paste, "", collapse = "\n")
}

history_colours <- c(training = "black", validation = "red")

history_plot_base <- function(data, smooth, kept = NULL, ...) {
  metrics <- levels(data$metric)
  old <- graphics::par(mfrow = c(length(metrics), 1), mar = c(3, 3, 2, 1), mgp = c(1.8, 0.6, 0))
  on.exit(graphics::par(old))
  for (metric in metrics) {
    part <- data[data$metric == metric, ]
    plot(part$epoch, part$value, col = history_colours[as.character(part$data)], pch = 19, xlab = "epoch", ylab = "", main = metric,
         xaxt = "n", ...)
    if (smooth) for (series in split(part, as.character(part$data))) history_line(series)
    if (!is.null(kept)) graphics::abline(v = kept, lty = "dashed", col = "grey50")
    graphics::axis(1, at = epoch_breaks(range(part$epoch)))
    shown <- unique(as.character(part$data))
    if (length(shown) > 1 && metric == metrics[1]) {
      graphics::legend("topright", legend = shown, col = history_colours[shown], pch = 19, bty = "n")
    }
  }
}

history_line <- function(series) {
  graphics::lines(loess_line(data.frame(x = series$epoch, y = series$value)),
                  col = history_colours[[as.character(series$data[1])]])
}
