# What a cross-validated fit shows of itself.

#' @rdname kms_kcv
#' @export
print.kms_kcv_fit <- function(x, digits = 4, ...) {
  cat(kcv_lines(x, digits), sep = "\n")
  invisible(x)
}

#' @rdname kms_kcv
#' @export
summary.kms_kcv_fit <- function(object, ...) {
  folds <- kcv_measures(object)
  measures <- folds[-(1:3)]
  both <- lapply(list(mean = mean, sd = stats::sd), function(f) {
    values <- vapply(measures, function(v) f(v[!is.na(v)]), 0)
    data.frame(n_train = NA, n_test = NA, t(replace(values, is.nan(values), NA)), check.names = FALSE)
  })
  out <- rbind(folds[-1], do.call(rbind, both))
  data.frame(fold = c(folds$fold, names(both)), out, row.names = NULL, check.names = FALSE)
}

# One row per fold: fold, n_train, n_test and the measures of the test rows.
kcv_measures <- function(x) {
  folds <- seq_len(x$k_folds)
  rows <- lapply(folds, function(fold) {
    test <- x[[paste0("test_f", fold)]]
    measures <- as.list(unlist(prediction_measures(test))) # coverage is that of each quantile
    names(measures) <- sub("_predictions$", "", names(measures))
    data.frame(fold = fold, n_train = x[[paste0("train_f", fold)]]$N, n_test = NROW(test$fit), measures, check.names = FALSE)
  })
  do.call(rbind, rows)
}

kcv_lines <- function(x, digits) {
  summary <- summary(x)
  measures <- setdiff(names(summary), c("fold", "n_train", "n_test"))
  words <- function(which) {
    vapply(summary[summary$fold == which, measures, drop = FALSE], format, "", digits = digits)
  }
  sizes <- unique(range(kcv_measures(x)$n_test))
  c(paste0(x$k_folds, "-fold cross-validation by kms_kcv()"),
    paste0("Formula:  ", formula_words(x)),
    paste0("Outcome:  ", outcome_words(x)),
    paste0("Size:     N = ", big(x$N), " (", paste(big(sizes), collapse = " or "), " test rows a fold), P = ",
           big(x$P), special_words(shown_design(x)), label_count(x$y_type, x$K)),
    "Test, mean over the folds (standard deviation):",
    paste0("  ", formatC(measures, width = -max(nchar(measures))), "  ", words("mean"), " (", words("sd"), ")"))
}
