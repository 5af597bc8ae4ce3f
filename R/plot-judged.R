# Figures of predicted rows: tiles of labels, numbers against numbers, probabilities against shares.

# ---- labels --------------------------------------------------------------------------------------

# object: a fit with y_test and predictions. Labels that occur on neither side take no room.
confusion_plot <- function(object) {
  data <- confusion(object, digits = NULL, tidy = TRUE)
  occurs <- unique(c(as.character(data$truth[data$n > 0]), as.character(data$estimate[data$n > 0])))
  labels <- intersect(levels(data$truth), occurs)
  data <- data[data$truth %in% labels & data$estimate %in% labels, ]
  data[c("truth", "estimate")] <- lapply(data[c("truth", "estimate")], factor, labels)
  rownames(data) <- NULL
  cases <- tapply(data$n, data$truth, sum)
  size <- min(3.6, 36 / length(labels))
  ggplot2::ggplot(data, ggplot2::aes(x = .data$estimate, y = .data$truth)) +
    ggplot2::geom_tile(ggplot2::aes(fill = .data$share), colour = "white", linewidth = 0.5) +
    ggplot2::geom_text(ggplot2::aes(label = ifelse(.data$n > 0, paste0(.data$n, "\n", percent(.data$share)), ""),
                                    colour = !is.na(.data$share) & .data$share > 0.5),
                       size = size, lineheight = 0.85, show.legend = FALSE) +
    ggplot2::scale_fill_gradient(low = plot_heat[1], high = plot_heat[2], limits = c(0, 1), na.value = "grey93",
                                 labels = percent) +
    ggplot2::scale_colour_manual(values = c("FALSE" = "grey10", "TRUE" = "white")) +
    ggplot2::scale_y_discrete(limits = rev, expand = c(0, 0), labels = function(l) {
      paste0(plot_words(l, 24), " (", big(cases[l]), ")")
    }) +
    ggplot2::scale_x_discrete(expand = c(0, 0), labels = function(l) plot_words(l, 24)) +
    ggplot2::labs(x = "Predicted", y = "Observed (cases)", fill = "Share of\nobserved") +
    plot_theme() +
    ggplot2::theme(panel.grid = ggplot2::element_blank(),
                   axis.text.x = ggplot2::element_text(angle = if (length(labels) > 5) 45 else 0,
                                                       hjust = if (length(labels) > 5) 1 else 0.5))
}

# ---- numbers -------------------------------------------------------------------------------------

observed_plot <- function(object) {
  data <- data.frame(observed = as.numeric(object$y_test), predicted = as.numeric(object$predictions))
  data <- data[stats::complete.cases(data), ]
  measures <- regression_measures(data$observed, data$predicted)
  ends <- range(data$observed, data$predicted)
  ggplot2::ggplot(data, ggplot2::aes(x = .data$predicted, y = .data$observed)) +
    plot_diagonal() +
    ggplot2::geom_point(colour = plot_blue, size = 1.6, alpha = max(0.15, min(0.7, 250 / nrow(data)))) +
    ggplot2::coord_fixed(xlim = ends, ylim = ends) +
    ggplot2::labs(x = "Predicted", y = paste("Observed", deparse1(object$input_formula[[2]])),
                  caption = paste0(big(nrow(data)), " rows, squared correlation ",
                                   format(measures$R2_predictions, digits = 3), ", mean absolute error ",
                                   format(measures$MAE_predictions, digits = 3))) +
    plot_theme()
}

# ---- probabilities -------------------------------------------------------------------------------

# Panels that can be read side by side.
calibration_panels <- 9

calibration_data <- function(object, data, bins, call) {
  bins <- check_count(bins, "bins", max = 1000, call = call)
  truth <- fit_judge(object, data, call)$y_test
  probabilities <- as.matrix(predict(object, data, type = "prob"))
  labels <- colnames(probabilities)
  observed <- if (is.matrix(truth)) truth > 0 else outer(label_match(truth, labels), seq_along(labels), `==`)
  known <- stats::complete.cases(probabilities, observed)
  if (!any(known)) {
    abort_arg("data", "hold a row without missing values", describe(data), call = call)
  }
  cases <- colSums(observed[known, , drop = FALSE])
  shown <- if (identical(object$y_type, "binary")) 2 else sort(utils::head(order(-cases), calibration_panels))
  rows <- lapply(shown, function(k) {
    cbind(label = labels[k], calibration_bins(probabilities[known, k], observed[known, k], bins))
  })
  out <- do.call(rbind, rows)
  out$label <- factor(out$label, labels[shown])
  structure(out, labels = length(labels), outcome = fit_outputs(object))
}

# One row per bin that has cases. Bins of equal width are closed on the left, the last one on both sides.
calibration_bins <- function(probability, observed, bins) {
  bin <- pmin(floor(probability * bins), bins - 1) + 1
  n <- tabulate(bin, bins)
  filled <- which(n > 0)
  total <- function(v) vapply(filled, function(b) sum(v[bin == b]), 0)
  n <- n[filled]
  share <- total(observed) / n
  z <- stats::qnorm(0.975)
  centre <- (share + z^2 / (2 * n)) / (1 + z^2 / n)
  half <- z / (1 + z^2 / n) * sqrt(share * (1 - share) / n + z^2 / (4 * n^2))
  data.frame(bin = filled, predicted = total(probability) / n, observed = share, n = n,
             lower = pmax(0, centre - half), upper = pmin(1, centre + half))
}

calibration_plot <- function(data) {
  labels <- levels(data$label)
  of_more <- attr(data, "labels") > length(labels) && length(labels) > 1
  plot <- ggplot2::ggplot(data, ggplot2::aes(x = .data$predicted, y = .data$observed)) +
    plot_diagonal() +
    ggplot2::geom_linerange(ggplot2::aes(ymin = .data$lower, ymax = .data$upper), colour = "grey65") +
    ggplot2::geom_line(colour = plot_blue, linewidth = 0.6) +
    ggplot2::geom_point(ggplot2::aes(size = .data$n), colour = plot_blue) +
    ggplot2::scale_size(range = c(1, if (length(labels) > 1) 4 else 6), limits = c(0, NA),
                        breaks = whole_breaks) +
    ggplot2::scale_x_continuous(breaks = (0:2) / 2, labels = c("0", "0.5", "1")) +
    ggplot2::scale_y_continuous(breaks = (0:2) / 2, labels = c("0", "0.5", "1")) +
    ggplot2::coord_fixed(xlim = c(0, 1), ylim = c(0, 1)) +
    ggplot2::labs(x = "Predicted probability", y = "Observed share", size = "Cases",
                  subtitle = if (length(labels) == 1) attr(data, "outcome"),
                  caption = if (of_more) paste0("The ", length(labels), " most frequent of ",
                                                attr(data, "labels"), " labels")) +
    plot_theme()
  if (length(labels) == 1) return(plot)
  plot + ggplot2::facet_wrap(ggplot2::vars(.data$label)) +
    ggplot2::theme(panel.spacing = ggplot2::unit(4, "mm"))
}
