# Confusion of several labels at once: two 0/1 matrices give one cross table a label.

confusion_by_label <- function(y_test, predictions, return_xtab, call) {
  if (isFALSE(return_xtab)) {
    abort_arg("object", "have one outcome for a table of shares by label", call = call,
              given = "It has several labels at once, with a cross table each.",
              how = "See confusion(object)$<label>.")
  }
  if (!is.matrix(y_test) || !is.matrix(predictions) || !identical(dim(y_test), dim(predictions))) {
    abort_arg("predictions", "be a matrix of the same rows and labels as `y_test`", describe(predictions),
              call = call)
  }
  labels <- colnames(y_test) %||% colnames(predictions) %||% paste0("label", seq_len(ncol(y_test)))
  tables <- lapply(seq_along(labels), function(j) {
    pair <- list(factor(y_test[, j], 0:1), factor(predictions[, j], 0:1))
    counts <- matrix(table(pair[[1]], pair[[2]]), 2, dimnames = list(0:1, 0:1))
    confusion_xtab(counts)
  })
  stats::setNames(tables, labels)
}
