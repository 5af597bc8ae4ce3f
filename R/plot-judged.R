# Figures of predicted rows, by ggplot2 and by base graphics: tiles of labels, numbers against numbers, probabilities
# against shares.

# ---- labels --------------------------------------------------------------------------------------

# object: a fit with y_test and predictions. Labels that occur on neither side take no room.
confusion_figure <- function(object) {
  data <- confusion(object, digits = NULL, tidy = TRUE)
  occurs <- unique(c(as.character(data$truth[data$n > 0]), as.character(data$estimate[data$n > 0])))
  labels <- intersect(levels(data$truth), occurs)
  data <- data[data$truth %in% labels & data$estimate %in% labels, ]
  data[c("truth", "estimate")] <- lapply(data[c("truth", "estimate")], factor, labels)
  rownames(data) <- NULL
  cases <- tapply(data$n, data$truth, sum)
  rows <- stats::setNames(paste0(plot_words(labels, 24), " (", big(cases[labels]), ")"), labels)
  new_figure(data, function(data) confusion_ggplot(data, rows), function(data) confusion_base(data, rows))
}

# rows: what stands beside the rows, by label.
confusion_ggplot <- function(data, rows) {
  labels <- names(rows)
  size <- min(3.6, 36 / length(labels))
  ggplot2::ggplot(data, ggplot2::aes(x = .data$estimate, y = .data$truth)) +
    ggplot2::geom_tile(ggplot2::aes(fill = .data$share), colour = "white", linewidth = 0.5) +
    ggplot2::geom_text(ggplot2::aes(label = tile_words(.data$n, .data$share), colour = tile_dark(.data$share)),
                       size = size, lineheight = 0.85, show.legend = FALSE) +
    ggplot2::scale_fill_gradient(low = plot_heat[1], high = plot_heat[2], limits = c(0, 1), na.value = "grey93",
                                 labels = percent) +
    ggplot2::scale_colour_manual(values = c("FALSE" = "grey10", "TRUE" = "white")) +
    ggplot2::scale_y_discrete(limits = rev, expand = c(0, 0), labels = function(l) unname(rows[l])) +
    ggplot2::scale_x_discrete(expand = c(0, 0), labels = function(l) plot_words(l, 24)) +
    ggplot2::labs(x = "Predicted", y = "Observed (cases)", fill = "Share of\nobserved") +
    plot_theme() +
    ggplot2::theme(panel.grid = ggplot2::element_blank(),
                   axis.text.x = ggplot2::element_text(angle = if (length(labels) > 5) 45 else 0,
                                                       hjust = if (length(labels) > 5) 1 else 0.5))
}

confusion_base <- function(data, rows) {
  n <- length(rows)
  base_panels(list(data), function(data) {
    base_panel(c(0.5, n + 0.5), c(0.5, n + 0.5), plot_words(names(rows), 24), rev(unname(rows)), "Predicted",
               "Observed (cases)")
    column <- as.integer(data$estimate)
    row <- n + 1 - as.integer(data$truth)
    fill <- grDevices::colorRampPalette(plot_heat)(101)[1 + round(100 * data$share)]
    fill[is.na(fill)] <- "grey93"
    graphics::rect(column - 0.5, row - 0.5, column + 0.5, row + 0.5, col = fill, border = "white")
    graphics::text(column, row, tile_words(data$n, data$share), cex = min(0.9, 9 / n),
                   col = ifelse(tile_dark(data$share), "white", "grey10"))
  })
}

tile_words <- function(n, share) ifelse(n > 0, paste0(n, "\n", percent(share)), "")

tile_dark <- function(share) !is.na(share) & share > 0.5

# ---- numbers -------------------------------------------------------------------------------------

# fold: of each row, NULL where there is but one network. More folds than colours are not told apart.
observed_figure <- function(object, fold = NULL) {
  data <- data.frame(observed = as.numeric(object$y_test), predicted = as.numeric(object$predictions))
  if (!is.null(fold)) data$fold <- factor(fold)
  data <- data[stats::complete.cases(data), ]
  measures <- regression_measures(data$observed, data$predicted)
  words <- list(y = paste("Observed", deparse1(object$input_formula[[2]])),
                caption = paste0(big(nrow(data)), " rows, squared correlation ",
                                 format(measures$R2_predictions, digits = 3), ", mean absolute error ",
                                 format(measures$MAE_predictions, digits = 3)),
                alpha = max(0.15, min(0.7, 250 / nrow(data))),
                folds = if (nlevels(data$fold) <= length(plot_palette)) levels(data$fold))
  new_figure(data, function(data) observed_ggplot(data, words), function(data) observed_base(data, words))
}

observed_ggplot <- function(data, words) {
  ends <- range(data$observed, data$predicted)
  points <- list(size = 1.6, alpha = words$alpha)
  if (is.null(words$folds)) points$colour <- plot_blue else points$mapping <- ggplot2::aes(colour = .data$fold)
  plot <- ggplot2::ggplot(data, ggplot2::aes(x = .data$predicted, y = .data$observed)) +
    plot_diagonal() +
    do.call(ggplot2::geom_point, points) +
    ggplot2::coord_fixed(xlim = ends, ylim = ends) +
    ggplot2::labs(x = "Predicted", y = words$y, caption = words$caption) +
    plot_theme()
  if (is.null(words$folds)) return(plot)
  plot + ggplot2::scale_colour_manual(values = plot_palette) + ggplot2::labs(colour = "Fold")
}

observed_base <- function(data, words) {
  ends <- base_limits(data$observed, data$predicted)
  colours <- if (is.null(words$folds)) plot_blue else plot_palette[as.integer(data$fold)]
  base_panels(list(data), below = words$caption, draw = function(data, below) {
    base_panel(ends, ends, base_breaks(ends), base_breaks(ends), "Predicted", words$y, below = below,
               right = if (!is.null(words$folds)) "Fold", square = TRUE)
    graphics::abline(0, 1, col = "grey50", lty = 2)
    graphics::points(data$predicted, data$observed, pch = 19, cex = 0.7, col = grDevices::adjustcolor(colours, words$alpha))
    if (!is.null(words$folds)) base_legend(words$folds, plot_palette[seq_along(words$folds)], title = "Fold")
  })
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
  structure(out, labels = length(labels), outcome = fit_outputs(object),
            measures = probability_measures(probabilities[known, , drop = FALSE], outcome_rows(truth, known), kms_design(object)$outcome))
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

calibration_figure <- function(data) {
  labels <- levels(data$label)
  words <- list(title = if (length(labels) == 1) attr(data, "outcome"),
                caption = calibration_words(labels, attr(data, "labels"), attr(data, "measures")))
  new_figure(data, function(data) calibration_ggplot(data, words), function(data) calibration_base(data, words))
}

# labels: those shown, of all; measures: of all of them.
calibration_words <- function(labels, of, measures) {
  words <- c(if (of > length(labels) && length(labels) > 1) paste0("The ", length(labels), " most frequent of ", of, " labels"),
             if (!is.null(measures)) {
               paste0("Calibration error ", format(measures$ece, digits = 2), ", Brier score ", format(measures$brier, digits = 2))
             })
  if (length(words) > 0) paste(words, collapse = "\n")
}

calibration_ggplot <- function(data, words) {
  labels <- levels(data$label)
  plot <- ggplot2::ggplot(data, ggplot2::aes(x = .data$predicted, y = .data$observed)) +
    plot_diagonal() +
    ggplot2::geom_linerange(ggplot2::aes(ymin = .data$lower, ymax = .data$upper), colour = "grey65") +
    ggplot2::geom_line(data = function(d) d[d$label %in% d$label[duplicated(d$label)], ], colour = plot_blue, linewidth = 0.6) +
    ggplot2::geom_point(ggplot2::aes(size = .data$n), colour = plot_blue) +
    ggplot2::scale_size(range = c(1, if (length(labels) > 1) 4 else 6), limits = c(0, NA),
                        breaks = whole_breaks) +
    ggplot2::scale_x_continuous(breaks = (0:2) / 2, labels = c("0", "0.5", "1")) +
    ggplot2::scale_y_continuous(breaks = (0:2) / 2, labels = c("0", "0.5", "1")) +
    ggplot2::coord_fixed(xlim = c(0, 1), ylim = c(0, 1)) +
    ggplot2::labs(x = "Predicted probability", y = "Observed share", size = "Cases", subtitle = words$title,
                  caption = words$caption) +
    plot_theme()
  if (length(labels) == 1) return(plot)
  plot + ggplot2::facet_wrap(ggplot2::vars(.data$label)) +
    ggplot2::theme(panel.spacing = ggplot2::unit(4, "mm"))
}

calibration_base <- function(data, words) {
  parts <- split(data, data$label)
  # Beside each other before above one another: most devices are wider than high, and the panels are squares.
  base_panels(parts, below = words$caption, mfrow = rev(grDevices::n2mfrow(length(parts))), draw = function(part, below = NULL) {
    base_panel(c(0, 1), c(0, 1), (0:2) / 2, (0:2) / 2, "Predicted probability", "Observed share",
               words$title %||% as.character(part$label[1]), below = below, square = TRUE)
    graphics::abline(0, 1, col = "grey50", lty = 2)
    graphics::segments(part$predicted, part$lower, part$predicted, part$upper, col = "grey65")
    graphics::lines(part$predicted, part$observed, col = plot_blue)
    graphics::points(part$predicted, part$observed, pch = 19, col = plot_blue, cex = 0.5 + sqrt(part$n / max(data$n)))
  })
}
