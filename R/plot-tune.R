#' Plot a search of kms_tune()
#'
#' What each value of the arguments was worth, or how candidates did from rung to rung.
#'
#' @param object,x What [kms_tune()] returned.
#' @param type,y `"space"`: a panel for each argument, a point for each candidate that did not fail, those of the last rung
#'   in colour; `"halving"`: a line for each candidate over the epochs of its rungs, the best one in colour. `NULL`: `"space"`.
#' @param ... Must be empty.
#' @details Numbers stand on an axis, on a logarithmic one where they are above 0 and the largest is a hundred times
#'   the smallest or more; other values stand side by side, choices in the order of the `space`.
#' @returns A ggplot, to which layers, `labs()` and themes can be added; its data are those drawn. Where ggplot2
#'   is not installed `plot()` draws with base graphics and returns the data, invisibly.
#' @section Errors:
#' A type there is not, `"halving"` of a random search, and objects that lost their columns are errors of class
#' `tildenet_error_argument`; `autoplot()` without ggplot2 is one of class `tildenet_error_package`.
#' @seealso [kms_tune()]
#' @examples
#' space <- list(units = c(4, 16), learning_rate = function() 10^runif(1, -3, -1))
#' tuned <- kms_tune(Species ~ ., iris, space, n = 9, method = "halving", Nepochs = 9,
#'                   seed = 1, verbose = 0)
#' plot(tuned)
#' plot(tuned, "halving")
#' @exportS3Method ggplot2::autoplot kms_tune
autoplot.kms_tune <- function(object, type = NULL, ...) {
  rlang::check_dots_empty()
  call <- rlang::current_env()
  figure_ggplot(tune_figure(object, type, "type", call), call)
}

#' @rdname autoplot.kms_tune
#' @export
plot.kms_tune <- function(x, y = NULL, ...) {
  rlang::check_dots_empty()
  figure_plot(tune_figure(x, y, "y", rlang::current_env()))
}

tune_figure <- function(object, type, arg, call) {
  check_whole_tune(object, call)
  possible <- c("space", if (attr(object, "method") == "halving") "halving")
  type <- check_string(type %||% "space", arg, possible, call = call)
  if (type == "space") new_figure(space_data(object), space_ggplot, space_base)
  else new_figure(rungs_data(object), rungs_ggplot, rungs_base)
}

# ---- values --------------------------------------------------------------------------------------

# By argument and candidate: value (as shown), at (its place between 0 and 1 on the axis of the argument), mean, last (whether of the
# last rung). The attribute `axes` has by argument list(at, labels).
space_data <- function(object) {
  shown <- as.data.frame(object)[!is.na(object$mean), , drop = FALSE]
  arguments <- attr(object, "tuned")
  axes <- lapply(stats::setNames(nm = arguments), function(name) value_axis(shown[[name]], attr(object, "choices")[[name]]))
  rows <- lapply(arguments, function(name) {
    data.frame(argument = name, candidate = shown$candidate, value = value_words(shown[[name]]), at = axes[[name]]$place,
               mean = shown$mean, last = shown$rung == max(shown$rung))
  })
  data <- do.call(rbind, rows)
  data$argument <- factor(data$argument, arguments)
  structure(data, axes = axes, metric = shown$metric[1])
}

# list(place, at, labels): where values stand between 0 and 1, and what the axis says where. choices: words of values in the
# order they have there, NULL for that in which they come.
value_axis <- function(values, choices = NULL) {
  if (!is.numeric(values)) {
    words <- value_words(values)
    kinds <- unique(c(intersect(choices, words), words))
    places <- if (length(kinds) == 1) 0.5 else (seq_along(kinds) - 1) / (length(kinds) - 1)
    return(list(place = places[match(words, kinds)], at = places, labels = plot_words(kinds, 14)))
  }
  logs <- min(values) > 0 && max(values) / min(values) >= 100
  scale <- if (logs) log10 else identity
  limits <- base_limits(scale(values))
  breaks <- if (logs) 10^seq(ceiling(limits[1]), floor(limits[2])) else base_breaks(limits)
  place <- function(v) (scale(v) - limits[1]) / diff(limits)
  list(place = place(values), at = place(breaks), labels = format(breaks, trim = TRUE, drop0trailing = TRUE))
}

# All panels have one continuous axis, as ggplot2 wants it: that of the k-th argument begins at 2 k.
space_ggplot <- function(data) {
  axes <- attr(data, "axes")
  data$x <- data$at + 2 * as.integer(data$argument)
  panel <- function(limits) floor(mean(limits) / 2)
  labels <- function(breaks) {
    k <- floor(mean(breaks) / 2)
    axes[[k]]$labels
  }
  ggplot2::ggplot(data, ggplot2::aes(x = .data$x, y = .data$mean)) +
    ggplot2::geom_point(ggplot2::aes(colour = .data$last), size = 2.4, show.legend = FALSE) +
    ggplot2::scale_colour_manual(values = c("FALSE" = "grey60", "TRUE" = plot_blue)) +
    ggplot2::scale_x_continuous(breaks = function(limits) axes[[panel(limits)]]$at + 2 * panel(limits), labels = labels,
                                minor_breaks = NULL, expand = ggplot2::expansion(add = 0.08)) +
    ggplot2::facet_wrap(ggplot2::vars(.data$argument), scales = "free_x") +
    ggplot2::labs(x = NULL, y = attr(data, "metric")) +
    effect_theme()
}

space_base <- function(data) {
  axes <- attr(data, "axes")
  metric <- attr(data, "metric")
  values <- base_limits(data$mean)
  base_panels(split(data, data$argument), function(part) {
    name <- as.character(part$argument[1])
    base_panel(c(-0.08, 1.08), values, stats::setNames(axes[[name]]$at, axes[[name]]$labels), base_breaks(values),
               ylab = metric, main = name)
    graphics::points(part$at, part$mean, pch = 19, col = ifelse(part$last, plot_blue, "grey60"))
  })
}

# ---- rungs ---------------------------------------------------------------------------------------

rungs_data <- function(object) {
  rungs <- attr(object, "rungs")
  rungs <- rungs[!is.na(rungs$mean), c("candidate", "rung", "epochs", "mean")]
  rungs$best <- rungs$candidate == object$candidate[1]
  structure(rungs[order(rungs$best, rungs$candidate, rungs$rung), ], metric = object$metric[1])
}

rungs_ggplot <- function(data) {
  data$candidate <- factor(data$candidate, unique(data$candidate))
  ggplot2::ggplot(data, ggplot2::aes(x = .data$epochs, y = .data$mean, group = .data$candidate, colour = .data$best)) +
    ggplot2::geom_line(show.legend = FALSE) +
    ggplot2::geom_point(size = 2, show.legend = FALSE) +
    ggplot2::scale_colour_manual(values = c("FALSE" = "grey60", "TRUE" = plot_blue)) +
    ggplot2::scale_x_log10(breaks = sort(unique(data$epochs)), minor_breaks = NULL) +
    ggplot2::labs(x = "Epochs", y = attr(data, "metric"), caption = best_caption) +
    plot_theme()
}

rungs_base <- function(data) {
  base_panels(list(data), below = best_caption, draw = function(data, below) {
    x <- log10(data$epochs)
    xlim <- base_limits(x)
    ylim <- base_limits(data$mean)
    base_panel(xlim, ylim, stats::setNames(unique(x), unique(data$epochs)), base_breaks(ylim), "Epochs", attr(data, "metric"),
               below = below)
    for (part in split(data, factor(data$candidate, unique(data$candidate)))) {
      graphics::lines(log10(part$epochs), part$mean, type = "o", pch = 19, col = if (part$best[1]) plot_blue else "grey60")
    }
  })
}

best_caption <- "In colour: the best candidate"
