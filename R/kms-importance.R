#' Which terms a fit relies on
#'
#' Permutation importance: how much worse the predictions become when the values of one term of the
#' formula are exchanged between the rows of `data`, which cuts its tie to the outcome and to the
#' other terms and leaves everything else as it is.
#'
#' @param object A fit of [kms()], or what [kms_tune()] returned, for its best fit.
#' @param data A data frame with the predictors and the outcome; best one the fit was not trained on,
#'   since what a net has learnt by heart looks important on the rows it was learnt from.
#' @param n_repeats How many permutations of each term are measured.
#' @param measure What is compared, one or more of `"accuracy"` (categorical outcomes), `"mse"` (the
#'   mean squared error in the units of a continuous outcome, squared) and `"loss"` (the loss the
#'   model was trained with, on the scale of training and without penalties). `NULL` is
#'   `"accuracy"` or `"mse"`; where the network gives no single number of the outcome (several quantiles, times, a
#'   spread that is estimated) there is `"loss"` alone.
#' @param batch_size Rows sent through the network at once.
#'
#' @details
#' All columns of the design that belong to a term, such as the dummies of a factor or the two columns
#' of `poly(x, 2)`, are permuted together. For `emb(f)` it is the index of the level, wherever the
#' network reads it; for `emb(a):emb(b)` both together; `text()` and `tokens()` get the texts of other rows, `image()` their pictures.
#' Offsets are no terms. A term is what stands in the formula: with `a * b` the terms are `a`, `b` and `a:b`, each
#' permuted without the others. Terms that tell much the same share their importance: each may look dispensable
#' while the other is there.
#'
#' The cost is that of predicting `data` once, and then once for each term and repeat. The design is
#' made once; permutations happen in the engine's copy of it, dense or sparse. With the Cox loss, which compares rows, all
#' of them are sent through the network at once.
#'
#' The permutations grow from one draw of R's generator, so that `set.seed()` makes the result
#' reproducible bit for bit, whatever the number of threads.
#'
#' @returns A data frame of class `kms_importance`, one row per term (and measure), the most important
#'   first:
#'   * `term`: the term as the formula has it;
#'   * `importance`: the mean over the repeats of what permuting costs, a drop of accuracy or an
#'     increase of the error or loss. Near 0, possibly below, for a term that does not matter;
#'   * `sd`: the standard deviation over the repeats, NA for one;
#'   * `measure`, and `baseline`: its value without permutation.
#'
#'   [autoplot()][autoplot.kms_importance] and `plot()` show it.
#'
#' @section Messages and errors:
#' Rows with a missing value, or with a label the fit does not know, are left out and counted in a
#' message. A lacking predictor or outcome and data without rows are errors of class
#' `tildenet_error_data`, an outcome with one value only is one of class `tildenet_error_outcome`.
#'
#' @source Breiman (2001), Random Forests, Machine Learning 45, for the idea; Fisher, Rudin and
#'   Dominici (2019), All Models are Wrong, but Many are Useful, Journal of Machine Learning Research
#'   20, for any model and loss (there as model reliance, in the form of a difference).
#' @seealso [partial_dependence()]
#' @examples
#' fit <- kms(Species ~ ., iris, Nepochs = 10, seed = 1, verbose = 0)
#' set.seed(1)
#' found <- importance(fit, iris)
#' found
#' plot(found)
#' importance(fit, iris, measure = "loss")
#' @export
importance <- function(object, data, n_repeats = 5, measure = NULL, batch_size = 32) {
  call <- rlang::current_env()
  object <- check_kms_fit(object, call)
  n_repeats <- check_count(n_repeats, "n_repeats", max = 1e6)
  batch_size <- check_count(batch_size, "batch_size")
  design <- kms_design(object)
  measure <- importance_measure(measure, design$outcome, call)
  data <- check_effect_data(if (missing(data)) NULL else data, call)
  rows <- importance_rows(object, data, call)
  targets <- kms_targets(rows$y, design$outcome, object$train_scale, units_of(object$model), object$loss)
  metric <- setdiff(importance_measures(design$outcome), "loss")
  if (family_of(design$outcome)$whole) batch_size <- NROW(rows$y)
  found <- permuted_measures(self_of(object$model), rows$x, targets, metric, design_pieces(design),
                             n_repeats, batch_size, draw_seed(), call)
  new_importance(importance_units(found, object$train_scale), measure, NROW(rows$y))
}

# The fit, or that of the best candidate of kms_tune().
check_kms_fit <- function(object, call) {
  if (inherits(object, "kms_tune")) return(best_fit(object, call))
  if (inherits(object, "kms_fit")) return(object)
  how <- if (inherits(object, "kms_kcv_fit")) "Use the fit of one fold, such as `object$train_f1`."
  abort_arg("object", "be a fit of kms()", describe(object), how, call = call)
}

# Names of the numbers of permuted_measures() by what users call them.
importance_measures <- function(outcome) {
  own <- switch(outcome$type, continuous = if (kms_columns_out(outcome) == 1) c(mse = "mean_squared_error"), survival = NULL,
                multilabel = c(accuracy = "binary_accuracy"), c(accuracy = "accuracy"))
  c(own, loss = "loss")
}

importance_measure <- function(measure, outcome, call) {
  known <- importance_measures(outcome)
  if (is.null(measure)) return(known[1])
  if (!is.character(measure) || length(measure) == 0 || anyNA(match(measure, names(known)))) {
    abort_arg("measure", paste("hold", paste0("\"", names(known), "\"", collapse = " or "), "for a",
                               if (is_numbers(outcome)) outcome$type else "categorical", "outcome"),
              describe(measure), call = call)
  }
  known[unique(measure)]
}

# By term: which columns of which input belong to it. A special has all columns of its input; a pair of
# them both inputs. Without a formula each column is a term.
design_pieces <- function(design) {
  columns <- if (is.null(design$terms)) {
    stats::setNames(seq_along(design$colnames_x), design$colnames_x)
  } else {
    labels <- attr(design$terms, "term.labels")
    stats::setNames(split(seq_along(design$assign), factor(abs(design$assign), seq_along(labels))), labels)
  }
  inputs <- names(kms_shapes(design))
  special <- function(label) {
    s <- design$specials[[label]]
    list(input = match(s$input, inputs), column = seq_len(prod(special_of(s)$shape(s$state))))
  }
  joined <- names(Filter(function(s) s$joined, design$specials))
  pairs <- stats::setNames(design$pairs, vapply(design$pairs, paste, "", collapse = ":"))
  c(lapply(columns, function(k) list(list(input = 1L, column = k))),
    lapply(stats::setNames(joined, joined), function(label) list(special(label))),
    lapply(pairs, lapply, special))
}

# ---- rows ------------------------------------------------------------------------------------------

# list(x, y) of the rows whose predictors and outcome are known; x is on the scale of training.
importance_rows <- function(object, data, call) {
  design <- kms_design(object)
  new <- design_apply(design, data, call, "data")
  if (is.null(new$y) || NROW(new$y) != nrow(data)) importance_abort_outcome(data, design, call)
  y <- outcome_rows(new$y, new$rows)
  known <- importance_known(y, design$outcome, call)
  importance_left_out(nrow(data) - sum(known), nrow(data), outcome_rows(y, !known), call)
  y <- outcome_rows(y, known)
  outcome_check_constant(y, design$outcome$name, "data", call)
  list(x = kms_inputs(kms_take_rows(new, which(known)), object$train_scale), y = y)
}

importance_abort_outcome <- function(data, design, call) {
  lacking <- setdiff(design$y_columns, names(data))
  abort_arg("data", paste0("have the outcome `", design$outcome$name, "`"), class = "data", call = call,
            given = if (length(lacking) > 0) paste0("It lacks ", paste0("`", lacking, "`", collapse = ", "), "."),
            how = if (is.null(design$terms)) "A fit of a matrix knows no outcome in other data: fit a data frame.")
}

# Which outcomes are there, and known to the fit.
importance_known <- function(y, outcome, call) {
  if (outcome$type %in% c("multilabel", "survival")) return(stats::complete.cases(y))
  y <- outcome_check(y, outcome$name, call)
  if (outcome$type != "continuous") return(!is.na(outcome_codes(y, outcome)))
  if (!is.numeric(y)) {
    abort_arg("data", paste0("have a numeric outcome `", outcome$name, "`, as in the training data"),
              describe(y), class = "data", call = call)
  }
  !is.na(y)
}

# labels: outcomes that cannot be used; those that are not missing are labels the fit has not seen.
importance_left_out <- function(n_out, n, labels, call) {
  if (n_out == 0) return(invisible())
  unknown <- new_labels(labels)
  why <- paste0("with missing values",
                if (length(unknown) > 0) paste0(" or labels the fit does not know (", short_list(unknown), ")"))
  if (n_out == n) {
    abort_arg("data", "have a row without missing values and with a known outcome", class = "data",
              given = paste0("It holds only rows ", why, "."), call = call)
  }
  inform_tn(paste0("Left out ", n_out, " of ", n, " rows ", why, "."), "missing_rows")
}

check_effect_data <- function(data, call) {
  if (is.null(data)) abort_arg("data", "be given", call = call)
  data <- design_data(data, "data", call)
  if (nrow(data) == 0) abort_arg("data", "have at least one row", class = "data", call = call)
  data
}



# ---- result ----------------------------------------------------------------------------------------

# Squared errors of a scaled outcome in its own units.
importance_units <- function(found, scale) {
  if (is.null(scale$y) || !"mean_squared_error" %in% names(found$baseline)) return(found)
  factor <- scale_width(scale$y, scale$scale)^2
  found$baseline["mean_squared_error"] <- found$baseline["mean_squared_error"] * factor
  found$permuted["mean_squared_error", , ] <- found$permuted["mean_squared_error", , ] * factor
  found
}

# found: see permuted_measures(); measure: importance_measures() asked for.
new_importance <- function(found, measure, n) {
  frames <- Map(function(name, label) {
    values <- array(found$permuted[name, , ], dim(found$permuted)[-1]) # (repeat, part)
    worse <- if (label == "accuracy") found$baseline[[name]] - values else values - found$baseline[[name]]
    out <- data.frame(term = dimnames(found$permuted)[[3]] %||% character(), importance = colMeans(worse),
                      sd = apply(worse, 2, stats::sd), measure = rep(label, ncol(worse)),
                      baseline = rep(found$baseline[[name]], ncol(worse)))
    out[order(-out$importance), ]
  }, unname(measure), names(measure))
  out <- do.call(rbind, frames)
  row.names(out) <- NULL
  structure(out, class = c("kms_importance", "data.frame"), n_repeats = ncol(found$permuted), rows = n)
}

importance_words <- c(accuracy = "Drop of accuracy", mse = "Increase of the mean squared error",
                      loss = "Increase of the loss")

#' @export
print.kms_importance <- function(x, digits = 3, n = 20, ...) {
  needed <- c("term", "importance", "sd", "measure", "baseline")
  if (!all(needed %in% names(x))) return(print_plain(x, digits, ...))
  turns <- attr(x, "n_repeats")
  rows <- attr(x, "rows")
  cat("Permutation importance", if (!is.null(turns)) paste0(", ", turns, if (turns == 1) " repeat" else " repeats"),
      if (!is.null(rows)) paste0(" on ", big(rows), " rows"), "\n", sep = "")
  for (measure in unique(x$measure)) {
    part <- x[x$measure == measure, ]
    cat("\n", importance_words[[measure]], " (", format(part$baseline[1], digits = digits),
        " without permutation)\n", sep = "")
    print_plain(utils::head(part[c("term", "importance", "sd")], n), digits, row.names = FALSE, right = FALSE)
    if (nrow(part) > n) cat("... and", nrow(part) - n, "more\n")
  }
  invisible(x)
}

print_plain <- function(x, digits, ...) {
  print.data.frame(structure(x, class = "data.frame"), digits = digits, ...)
  invisible(x)
}
