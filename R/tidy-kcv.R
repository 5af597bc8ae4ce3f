# Cross-validated fits as data frames; the page is that of tidy-kms.R.

#' @rdname tidy.kms_fit
#' @export
tidy.kms_kcv_fit <- function(x, ...) {
  rlang::check_dots_empty()
  measures <- kcv_measures(x)
  trained <- x[paste0("train_f", measures$fold)]
  as_table(data.frame(
    fold = measures$fold, seed = x$seeds, measures[c("n_train", "n_test")],
    epochs = vapply(trained, function(fit) kms_epoch_counts(fit)$run, 0L),
    loss = vapply(trained, function(fit) last_values(fit$history)[["loss"]], 0),
    measures[-(1:3)], row.names = NULL, check.names = FALSE
  ))
}

#' @rdname tidy.kms_fit
#' @export
glance.kms_kcv_fit <- function(x, ...) {
  rlang::check_dots_empty()
  summary <- summary(x)
  measures <- setdiff(names(summary), c("fold", "n_train", "n_test"))
  both <- lapply(measures, function(name) {
    values <- summary[match(c("mean", "sd"), summary$fold), name]
    stats::setNames(as.list(values), paste0(name, c("", "_sd")))
  })
  as_table(data.frame(y_type = x$y_type, N = x$N, P = x$P, K = x$K, k_folds = x$k_folds, both, check.names = FALSE))
}

#' @rdname tidy.kms_fit
#' @export
augment.kms_kcv_fit <- function(x, data = NULL, ...) {
  rlang::check_dots_empty()
  kms_needs_data(is.null(data), "Use augment(x, data) with the data it was made from.")
  given <- data
  data <- design_data(data, "data", rlang::current_env())
  n <- length(x$folds)
  if (nrow(data) != n) {
    abort_arg("data", paste("be the data the folds were made from, of", n, "rows"), describe(data))
  }
  rows <- lapply(seq_len(x$k_folds), function(fold) which(x$folds == fold))
  parts <- lapply(seq_along(rows), function(fold) {
    added <- kms_added(x[[paste0("train_f", fold)]], data[rows[[fold]], , drop = FALSE])
    kcv_all_labels(added, x$y_labels)
  })
  parts <- Map(function(part, fold) cbind(.fold = fold, part), parts, seq_along(parts))
  at <- match(seq_len(n), unlist(rows))
  added <- do.call(rbind, parts)[at, , drop = FALSE]
  rownames(added) <- NULL
  augmented(given, added)
}

# A fold whose training rows lacked a label has no column for it.
kcv_all_labels <- function(added, labels) {
  if (!".pred_class" %in% names(added)) return(added)
  labels <- label_text(labels)
  columns <- paste0(".pred_", labels)
  probabilities <- added[-(1:2)]
  probabilities[setdiff(columns, names(probabilities))] <- 0
  repair_names(data.frame(.fitted = added$.fitted, .pred_class = label_factor(added$.pred_class, labels),
                          probabilities[columns], check.names = FALSE))
}
