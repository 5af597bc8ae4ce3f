# How kms_tune() judges candidates.

# Measures of predictions that candidates can be ordered by, and whether more is better.
more_is_better <- c(accuracy = TRUE, label_accuracy = TRUE, exact_match = TRUE, r.squared = TRUE, MSE = FALSE, MAE = FALSE,
                    cor_kendals = TRUE, pinball = FALSE, concordance = TRUE, brier = FALSE, ece = FALSE)

# The checked name, or the one that suits the outcome.
tune_metric <- function(metric, outcome, call) {
  known <- switch(outcome$type, survival = "concordance", multilabel = c("label_accuracy", "exact_match", "brier", "ece"),
                  continuous = c("MSE", "MAE", "r.squared", "cor_kendals", "pinball"), c("accuracy", "brier", "ece"))
  if (is.null(metric)) return(if (identical(outcome$family, "quantile")) "pinball" else known[1])
  check_string(metric, "metric", call = call)
  if (metric %in% known) return(metric)
  of <- switch(outcome$type, continuous = "a continuous outcome", survival = "times", multilabel = "several labels", "labels")
  abort_arg("metric", paste("be one of", quoted_list(known), "for", of), describe(metric), "?kms_measures says what they are.",
            call = call)
}

# Named numbers: what predictions of rows with an outcome are worth. test: as predict() takes it.
tune_measures <- function(fit, test) {
  call <- rlang::current_env()
  outcome <- kms_design(fit)$outcome
  new <- suppressMessages(design_apply(kms_design(fit), test$newdata, call))
  output <- by_parts(new, function(rows) predict_request(fit, rows, 256, call = call)$output)
  answer <- suppressMessages(kms_predicted(fit, new, output, 0.5, test$y_test, call))
  measures <- unlist(prediction_measures(answer))
  names(measures) <- sub("_predictions$", "", names(measures))
  if (is_numbers(outcome)) return(measures)
  prob <- label_probabilities(output, outcome)
  y <- outcome_rows(answer$y_test, new$rows)
  known <- stats::complete.cases(prob, if (outcome$type == "multilabel") y else outcome_codes(y, outcome))
  c(measures, unlist(probability_measures(prob[known, , drop = FALSE], outcome_rows(y, which(known)), outcome)))
}
