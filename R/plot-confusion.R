#' Compare fits by the share of correct predictions per label
#'
#' One point per label and model at the share of test rows predicted correctly; its size is the
#' number of test rows of that label. In cross-validation each fold has a point, in a shape of its own.
#'
#' @param ... Fits of [kms()] and [baseline()], or of [kms_kcv()], with a categorical outcome, all of one kind. A model
#'   is named after the expression in the call, or after the argument's name if it has one.
#' @param display Whether to print the plot.
#' @param return_ggplot Whether to return it visibly, for further layers.
#' @param title,subtitle Text above the plot.
#' @param position Position adjustment of the points: a name or a `ggplot2::position_*()` object. Base graphics know
#'   `"identity"` only.
#' @param alpha Opacity of the points, 0 to 1.
#'
#' @returns A ggplot, invisibly unless `return_ggplot = TRUE`. Its data (`plot$data`) has the columns
#'   of [confusion()] and `Model`, and `Fold` for cross-validated fits. Where ggplot2 is not installed base graphics
#'   draw, and these data are returned invisibly.
#'
#' @section Errors:
#' Objects of another class, of both kinds, with a continuous outcome or without test rows are errors
#' of class `tildenet_error_argument`; `return_ggplot = TRUE` or another `position` without ggplot2 are errors of
#' class `tildenet_error_package`.
#'
#' @source The figure is that of `plot_confusion()` in the package kerasformula.
#' @seealso [confusion()], [autoplot.kms_fit()]
#' @examples
#' tanh_net <- kms(Species ~ ., iris, activation = c("tanh", "softmax"), N_layers = 2, units = 8,
#'                 Nepochs = 10, seed = 1, verbose = 0)
#' relu_net <- kms(Species ~ ., iris, activation = c("relu", "softmax"), N_layers = 2, units = 8,
#'                 Nepochs = 10, seed = 1, verbose = 0)
#' plot_confusion(tanh_net, relu_net, title = "Species", subtitle = "Two activations")
#' @export
plot_confusion <- function(..., display = TRUE, return_ggplot = FALSE, title = "", subtitle = "",
                           position = "identity", alpha = 1) {
  check_flag(display, "display")
  check_flag(return_ggplot, "return_ggplot")
  check_number(alpha, "alpha", 0, 1)
  fits <- list(...)
  names <- model_names(as.list(substitute(list(...)))[-1], names(fits))
  data <- plot_confusion_data(fits, names, rlang::current_env())
  if (return_ggplot) check_ggplot2("Figures given back by return_ggplot = TRUE")
  if (!identical(position, "identity")) check_ggplot2("Positions of points")
  if (!has_ggplot2()) {
    if (display) plot_confusion_base(data, title, subtitle, alpha)
    return(invisible(data))
  }
  plot <- plot_confusion_ggplot(data, title, subtitle, position, alpha)
  if (display) print(plot)
  if (return_ggplot) plot else invisible(plot)
}

plot_confusion_ggplot <- function(data, title, subtitle, position, alpha) {
  folded <- "Fold" %in% names(data)
  aesthetics <- ggplot2::aes(x = .data$label, y = .data$pCorrect, colour = .data$Model, size = .data$N)
  if (folded) aesthetics$shape <- rlang::quo(.data$Fold)
  models <- nlevels(data$Model)
  plot <- ggplot2::ggplot(data, aesthetics) +
    ggplot2::geom_point(position = position, alpha = alpha) +
    ggplot2::scale_size(range = c(1.5, 6), limits = c(0, NA), breaks = whole_breaks) +
    ggplot2::guides(colour = ggplot2::guide_legend(order = 1, override.aes = list(size = 4)),
                    size = ggplot2::guide_legend(order = 3)) +
    ggplot2::coord_cartesian(ylim = c(0, 1)) +
    ggplot2::labs(x = NULL, y = "Share correct (test rows)", title = text_or_none(title),
                  subtitle = text_or_none(subtitle)) +
    plot_theme() +
    ggplot2::theme(axis.text.x = ggplot2::element_text(angle = 70, hjust = 1))
  if (models <= length(plot_palette)) {
    plot <- plot + ggplot2::scale_colour_manual(values = plot_palette[seq_len(models)])
  }
  if (folded) {
    folds <- nlevels(data$Fold)
    guide <- ggplot2::guide_legend(order = 2, ncol = if (folds > 5) 2 else 1, override.aes = list(size = 3))
    plot <- plot + ggplot2::labs(shape = "Fold") +
      ggplot2::scale_shape_manual(values = rep_len(fold_shapes, folds), guide = guide)
  }
  plot
}

plot_confusion_base <- function(data, title, subtitle, alpha) {
  models <- levels(data$Model)
  folds <- levels(data$Fold)
  colours <- if (length(models) <= length(plot_palette)) plot_palette[seq_along(models)]
             else grDevices::hcl.colors(length(models), "Dark 3")
  shapes <- rep_len(fold_shapes, length(folds))
  shape <- if (is.null(folds)) 16 else shapes[as.integer(data$Fold)]
  keys <- c(models, if (!is.null(folds)) paste("Fold", folds))
  base_panels(list(data), function(data) {
    base_panel(c(0.5, nlevels(data$label) + 0.5), c(0, 1), plot_words(levels(data$label), 24), c(0, 0.25, 0.5, 0.75, 1),
               ylab = "Share correct (test rows)", main = paste(c(title, subtitle)[nzchar(c(title, subtitle))], collapse = "\n"),
               right = keys)
    graphics::points(as.integer(data$label), data$pCorrect, pch = shape, cex = 0.6 + 2 * sqrt(data$N / max(data$N, 1)),
                     col = grDevices::adjustcolor(colours[as.integer(data$Model)], alpha), xpd = NA)
    base_legend(keys, c(colours, rep("grey30", length(folds))), c(rep(16, length(models)), shapes))
  })
}

# ggplot2 itself has six shapes and leaves out points of further folds.
fold_shapes <- c(16, 17, 15, 18, 3, 4, 8, 1, 2, 0, 5, 6, 7, 9, 10, 12, 13, 14)

# An empty title would take room.
text_or_none <- function(text) if (!identical(text, "")) text

# A model is called as the argument, else as the expression in the call. A whole fit in the call, as
# do.call() makes it, and the dot of a pipe are no names: such a model has only its place.
model_names <- function(expressions, given) {
  own <- vapply(seq_along(expressions), function(i) {
    name <- deparse1(expressions[[i]])
    if (is.language(expressions[[i]]) && name != "." && nchar(name) <= 60) name else paste("model", i)
  }, "")
  if (is.null(given)) own else ifelse(given == "", own, given)
}

# One row per label and model (and fold).
plot_confusion_data <- function(fits, names, call) {
  kinds <- list(kms_fit = is_fit, kms_kcv_fit = function(x) inherits(x, "kms_kcv_fit"))
  kind <- names(kinds)[vapply(kinds, function(is_kind) all(vapply(fits, is_kind, NA)), NA)]
  if (length(fits) == 0 || length(kind) != 1) {
    abort_arg("...", "hold fits of kms() and baseline() only or of kms_kcv() only",
              if (length(fits) == 0) "It is empty."
              else paste0("Their classes: ", paste(vapply(fits, function(f) class(f)[1], ""), collapse = ", "), "."),
              call = call)
  }
  rows <- Map(function(fit, name) {
    points <- if (kind == "kms_fit") plot_confusion_fit(fit, name, call) else plot_confusion_folds(fit, name, call)
    cbind(points, Model = name)
  }, fits, names)
  data <- do.call(rbind, unname(rows))
  data$Model <- factor(data$Model, unique(names))
  data
}

plot_confusion_fit <- function(fit, name, call) {
  if (fit$y_type %in% c("continuous", "survival")) {
    abort_arg("...", "hold fits with a categorical outcome",
              paste0("The outcome of `", name, "` is ", fit$y_type, "."), call = call)
  }
  check_one_label(fit$predictions, name, call)
  if (is.null(fit$predictions)) {
    abort_arg("...", "hold fits with test rows", paste0("`", name, "` has none."), call = call)
  }
  confusion(fit, return_xtab = FALSE, digits = NULL)
}

check_one_label <- function(predictions, name, call) {
  if (is.matrix(predictions)) {
    abort_arg("...", "hold fits with one label a case", paste0("`", name, "` has several at once."),
              "See classification_report().", call = call)
  }
}

# The test parts of a cross-validated fit stand in test_f1, test_f2, ...
plot_confusion_folds <- function(fit, name, call) {
  folds <- seq_len(fit$k_folds)
  tests <- fit[paste0("test_f", folds)]
  check_one_label(tests[[1]]$fit, name, call)
  if (is.null(tests[[1]]$accuracy)) {
    abort_arg("...", "hold fits with a categorical outcome",
              paste0("The outcome of `", name, "` is continuous."), call = call)
  }
  # A fold need not have all labels.
  labels <- label_text(fit$train_f1$y_labels)
  rows <- Map(function(test, fold) {
    points <- confusion(test, return_xtab = FALSE, digits = NULL)
    points$label <- factor(points$label, union(labels, levels(points$label)))
    cbind(points, Fold = factor(fold, folds))
  }, tests, folds)
  do.call(rbind, unname(rows))
}
