# Predictions and print of baseline().

#' @rdname baseline
#' @export
predict.kms_baseline <- function(object, newdata, type = NULL, y_test = NULL, ..., k = 3, threshold = 0.5) {
  rlang::check_dots_empty()
  call <- rlang::current_env()
  bayes <- object$method == "bayes"
  type <- check_string(type, "type", c("class", if (bayes) "prob", "link", "top"), null_ok = TRUE)
  if (missing(newdata)) {
    abort_arg("newdata", "be given", "Predictions of the test rows are in `object$predictions`.", call = call)
  }
  design <- kms_design(object)
  outcome <- design$outcome
  if (!bayes && !identical(threshold, 0.5)) {
    abort_arg("threshold", "be left out: a support vector machine has no probabilities", call = call,
              how = "Cut its scores, as in `predict(object, newdata, type = \"link\") > -0.2`.")
  }
  threshold <- check_threshold(threshold, outcome, call)
  new <- design_apply(design, newdata, call, outcome = is.null(type))
  x <- baseline_columns(design, new, object$train_scale)
  spread <- function(values) kms_spread(values, new$rows, new$n)
  if (is.null(type)) {
    known <- kms_known_outcome(new$y, y_test, new$n, outcome, call)
    return(kms_prediction(spread(baseline_values(object, x, threshold)), known, outcome))
  }
  spread(switch(type,
    class = baseline_class(object, x, threshold),
    top = top_labels(baseline_scores(object, x), k, label_text(outcome$labels), call),
    predict(object$model, x, type = type)))
}

# 0/1 labels, or places from 0.
baseline_codes <- function(model, x, threshold = 0.5) {
  outcome <- model$design$outcome
  bayes <- inherits(model, "tildenet_naive_bayes")
  if (!bayes || identical(unique(threshold), 0.5)) return(learn_codes(predict(model, x, type = "link"), outcome, bayes))
  prob <- predict(model, x, type = "prob")
  if (outcome$type == "multilabel") choose_labels(prob, threshold) else as.integer(prob[, 2] > threshold)
}

# Predicted values of the outcome.
baseline_values <- function(object, x, threshold = 0.5) {
  outcome <- kms_design(object)$outcome
  codes <- baseline_codes(object$model, x, threshold)
  if (is.matrix(codes)) kms_name(codes, outcome) else outcome_values(codes, outcome)
}

baseline_class <- function(object, x, threshold) {
  outcome <- kms_design(object)$outcome
  codes <- baseline_codes(object$model, x, threshold)
  if (is.matrix(codes)) kms_name(codes, outcome) else outcome_factor(codes, outcome)
}

# A column for each label, also of two.
baseline_scores <- function(object, x) {
  link <- predict(object$model, x, type = "link")
  if (ncol(link) < length(kms_design(object)$outcome$labels)) cbind(-link, link) else link
}

#' @rdname baseline
#' @export
print.kms_baseline <- function(x, digits = 4, ...) {
  n <- split_counts(x)
  tuned <- names(x$grid)[1]
  chosen <- format(x$model[[tuned]])
  cat(paste0(baseline_methods[[x$method]]$name, " fitted by baseline()"),
      paste0("Formula:  ", formula_words(x)),
      paste0("Outcome:  ", outcome_words(x)),
      paste0("Size:     N = ", big(x$N), " (", big(n[["train"]]), " training, ", big(n[["test"]]), " test), P = ", big(x$P),
             label_count(x$y_type, x$K)),
      paste0(format(paste0(toupper(substr(tuned, 1, 1)), substring(tuned, 2), ":"), width = 10), chosen,
             if (nrow(x$grid) > 1) paste0(" (micro F1 of ", paste0(format_each(x$grid[[1]], digits), ": ",
               format_each(x$grid$micro_f1, digits), collapse = ", "), ")")),
      if (is.null(x$predictions)) "No test rows, so no test measures." else baseline_measures(x, digits), sep = "\n")
  invisible(x)
}

baseline_measures <- function(x, digits) {
  report <- classification_report(x)
  micro <- report$averages[1, scores]
  values <- if (report$multilabel) c(stats::setNames(unlist(micro), paste("micro", names(micro))), exact_match = report$accuracy)
            else c(accuracy = report$accuracy, "macro f1" = report$averages$f1[2])
  paste0("Test:     ", paste(names(values), format_each(values, digits), collapse = ", "))
}
