#' Plot importance and partial dependence
#'
#' [importance()] as points at the mean with bars of one standard deviation over the repeats, the most
#' important term on top. [partial_dependence()] as a line over a number, with a point at each value, or
#' as points beside the labels of a factor.
#'
#' @param object,x What [importance()] or [partial_dependence()] returned.
#' @param n The most terms, or labels of a factor, to show; of the labels those whose predictions lie
#'   furthest from the mean over all.
#' @param y Not used.
#' @param ... Must be empty.
#'
#' @details
#' Of a binary outcome the probability of the second label is drawn. Up to six labels are told apart by
#' colour in one panel, more have a panel each.
#'
#' @returns A ggplot, to which layers, `labs()` and themes can be added; its data are those drawn. Where ggplot2
#'   is not installed `plot()` draws with base graphics and returns the data, invisibly.
#'
#' @section Errors:
#' An `n` that is not a whole number of at least 1 and objects that lost their columns are errors of class
#' `tildenet_error_argument`; `autoplot()` without ggplot2 is one of class `tildenet_error_package`.
#'
#' @examples
#' fit <- kms(Species ~ ., iris, Nepochs = 10, seed = 1, verbose = 0)
#' plot(importance(fit, iris))
#' plot(partial_dependence(fit, iris, "Petal.Length"))
#' @exportS3Method ggplot2::autoplot kms_importance
autoplot.kms_importance <- function(object, n = 25, ...) {
  rlang::check_dots_empty()
  figure_ggplot(importance_figure(object, n, rlang::current_env()))
}

#' @rdname autoplot.kms_importance
#' @export
plot.kms_importance <- function(x, y, n = 25, ...) {
  rlang::check_dots_empty()
  figure_plot(importance_figure(x, n, rlang::current_env()))
}

importance_figure <- function(object, n, call) {
  n <- check_count(n, "n", infinite = TRUE, call = call)
  check_effect_columns(object, c("term", "importance", "sd", "measure", "baseline"), call)
  data <- structure(object, class = "data.frame")
  shown <- utils::head(unique(data$term), n)
  data <- data[data$term %in% shown, ]
  data$term <- factor(data$term, rev(shown))
  data$measure <- factor(data$measure, unique(data$measure))
  new_figure(data, importance_ggplot, importance_base)
}

importance_ggplot <- function(data) {
  spread <- data[!is.na(data$sd), ]
  plot <- ggplot2::ggplot(data, ggplot2::aes(x = .data$importance, y = .data$term)) +
    ggplot2::geom_vline(xintercept = 0, colour = "grey60") +
    ggplot2::geom_linerange(ggplot2::aes(xmin = .data$importance - .data$sd,
                                         xmax = .data$importance + .data$sd), spread) +
    ggplot2::geom_point(size = 2) +
    ggplot2::scale_x_continuous(labels = number_words) +
    ggplot2::scale_y_discrete(labels = term_words) +
    effect_theme()
  if (nlevels(data$measure) == 1) {
    return(plot + ggplot2::labs(x = permuted_words(levels(data$measure)), y = NULL))
  }
  plot + ggplot2::labs(x = "When permuted", y = NULL) +
    ggplot2::facet_wrap(ggplot2::vars(.data$measure), scales = "free_x",
                        labeller = ggplot2::as_labeller(importance_words))
}

importance_base <- function(data) {
  base_panels(split(data, data$measure), function(part) {
    spread <- ifelse(is.na(part$sd), 0, part$sd)
    low <- part$importance - spread
    high <- part$importance + spread
    base_dots(part$importance, part$term, low = low, high = high, xlim = base_limits(0, low, high),
              xlab = permuted_words(part$measure[1]))
    graphics::abline(v = 0, col = "grey60")
  })
}

permuted_words <- function(measure) paste(importance_words[[as.character(measure)]], "when permuted")

# Terms as one reads them: no quotes around names, long ones cut in the middle.
term_words <- function(terms) {
  words <- gsub("`", "", terms, fixed = TRUE)
  long <- nchar(words) > 40
  words[long] <- paste0(substr(words[long], 1, 26), "...", substring(words[long], nchar(words[long]) - 10))
  words
}

check_effect_columns <- function(object, columns, call = rlang::caller_env()) {
  lacking <- setdiff(columns, names(object))
  if (length(lacking) > 0 || nrow(object) == 0) {
    abort_arg("object", paste("have rows and the columns", paste0("`", columns, "`", collapse = ", ")),
              if (length(lacking) > 0) paste0("It lacks ", paste0("`", lacking, "`", collapse = ", "), "."),
              call = call)
  }
}

effect_theme <- function() {
  # Numbers at the ends of an axis stand out over the panel.
  plot_theme() + ggplot2::theme(panel.spacing.x = ggplot2::unit(16, "pt"),
                                plot.margin = ggplot2::margin(5.5, 12, 5.5, 5.5))
}
