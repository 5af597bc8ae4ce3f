#' Fits as data frames
#'
#' Methods for the generics of the packages generics and broom: `tidy()` takes a fit apart, `glance()`
#' puts it in one row, `augment()` adds predictions to data.
#'
#' @param x A `kms_fit`, a `kms_kcv_fit` or a [training history][keras_training_history].
#' @param data,newdata A data frame with the columns the fit reads; `newdata` wins. For a cross-validated
#'   fit the data it was made from.
#' @param ... Must be empty.
#'
#' @returns Tibbles where the package tibble is installed, else data frames, with the same columns.
#'
#' `tidy()`
#' * of a `kms_fit`: a row for each array of weights: `layer` and its `class`, `weight` (`"kernel"`,
#'   `"bias"`, ...), `shape` as text, `n` numbers, whether they are `trainable`, their `mean`, `sd`
#'   (NA for one number), `min`, `max` and `norm` (root of the sum of squares);
#' * of a `kms_kcv_fit`: a row for each fold: `fold`, `seed`, `n_train`, `n_test`, `epochs` (run),
#'   `loss` (training, last epoch) and the measures of the test rows as in [summary()][kms_kcv];
#' * of a history: a row for each series and epoch run: `epoch`, `metric`, `data` (training or
#'   validation), `value`.
#'
#' `glance()`
#' * of a `kms_fit`: `y_type`, `net` (its name, see [kms_nets]; NA of a model of one's own), `N` (rows), `nobs` (training rows), `n_test`, `P`, `K`, `n_params`,
#'   `epochs` (run), `best_epoch` (lowest validation loss), `kept_epoch` (whose weights the fit has; 0 for those of the
#'   start), `loss` and `val_loss` of the epoch kept, then of the test rows `test_loss` (on the scale of training) and
#'   beside it `null_loss`, that of the null model,
#'   `accuracy`, for several labels at once `label_accuracy` and `exact_match`, in outcome units `r.squared`, `MSE`,
#'   `MAE`, `cor_kendals`, of quantiles `pinball` and of times `concordance`, of labels `brier` and `ece` (how far
#'   probabilities are from what came), see [kms_measures]; NA where there is
#'   none, so that rows of any fits can be bound;
#' * of a `kms_kcv_fit`: `y_type`, `N`, `P`, `K`, `k_folds`, then mean and standard deviation over the
#'   folds of each measure: `accuracy`, `accuracy_sd` or `MSE`, `MSE_sd`, ...;
#' * of a history: `epochs` (run), `epochs_asked`, `samples`, `validation_samples`, `batch_size`, then
#'   each series at its last epoch.
#'
#' `augment()` returns the rows of the data in their order with new columns: first `.rownames`, text, where rows have other
#' names than their numbers, which tibbles do not keep; last `.fitted`, the number in
#' outcome units or the label as the outcome has it; for a continuous outcome `.resid` (if the outcome is
#' in the data); for labels `.pred_class`, a factor, and a probability `.pred_<label>` for each. Several
#' labels at once have `.fitted_<label>`, 0 or 1, and `.pred_<label>`. The probability of a label `class` is
#' `.pred_class_1`; columns of the data that have a name of a new one get such a number, which a message says. NA
#' where a predictor is missing. For a
#' `kms_kcv_fit` each row is predicted by the network that has not seen it, and `.fold` says which; a label that
#' the training rows of a fold lacked has probability 0 there.
#'
#' @section Errors:
#' `augment()` without data, and data other than a cross-validated fit was made from (by the number of
#' rows), are errors of class `tildenet_error_argument`.
#'
#' @source Robinson, D., Hayes, A. and Couch, S. broom: convert statistical objects into tidy tibbles
#'   (names of the functions and columns).
#' @seealso [kms()], [kms_kcv()], [kms_methods]
#' @examples
#' fit <- kms(Species ~ ., iris, N_layers = 2, units = 16, Nepochs = 10, seed = 1, verbose = 0)
#' tidy(fit)
#' glance(fit)
#' head(augment(fit, iris))
#' tail(tidy(fit$history))
#' @name tidy.kms_fit
#' @aliases tidy glance augment
#' @importFrom generics tidy glance augment
#' @export tidy
#' @export glance
#' @export augment
NULL

#' @rdname tidy.kms_fit
#' @export
tidy.kms_fit <- function(x, ...) {
  rlang::check_dots_empty()
  table <- weight_table(x$model)
  rows <- lapply(names(table), function(name) {
    arrays <- table[[name]]$arrays
    if (length(arrays) == 0) return(NULL)
    number <- function(f) vapply(arrays, f, 0, USE.NAMES = FALSE)
    data.frame(
      layer = name, class = table[[name]]$class, weight = names(arrays),
      shape = vapply(arrays, function(a) paste(dim(a), collapse = " x "), "", USE.NAMES = FALSE),
      n = lengths(arrays, use.names = FALSE), trainable = table[[name]]$trainable,
      mean = number(mean), sd = number(function(a) stats::sd(as.vector(a))), min = number(min),
      max = number(max), norm = number(function(a) sqrt(sum(a^2)))
    )
  })
  as_table(do.call(rbind, rows))
}

#' @rdname tidy.kms_fit
#' @export
glance.kms_fit <- function(x, ...) {
  rlang::check_dots_empty()
  epochs <- kms_epoch_counts(x)
  kept <- values_at(x$history, epochs$kept)
  own <- kms_measures(x)
  measure <- function(name) if (name %in% own$measure) own$value[match(name, own$measure)] else NA_real_
  as_table(data.frame(
    y_type = x$y_type, net = attr(x, "net") %||% NA_character_, N = x$N, nobs = nobs(x), n_test = split_counts(x)[["test"]], P = x$P, K = x$K,
    n_params = count_params(x$model), epochs = epochs$run, best_epoch = epochs$best, kept_epoch = epochs$kept,
    loss = kept[["loss"]], val_loss = if ("val_loss" %in% names(kept)) kept[["val_loss"]] else NA_real_,
    test_loss = measure("loss"), null_loss = attr(x, "null")$loss %||% NA_real_, accuracy = measure("accuracy"), label_accuracy = measure("label_accuracy"),
    exact_match = measure("exact_match"), r.squared = measure("r.squared"), MSE = measure("MSE"), MAE = measure("MAE"),
    cor_kendals = measure("cor_kendals"), pinball = measure("pinball"), concordance = measure("concordance"),
    brier = attr(x, "probabilities")$brier %||% NA_real_, ece = attr(x, "probabilities")$ece %||% NA_real_
  ))
}

#' @rdname tidy.kms_fit
#' @export
augment.kms_fit <- function(x, data = NULL, newdata = NULL, ...) {
  rlang::check_dots_empty()
  kms_needs_data(is.null(data) && is.null(newdata), "Use augment(x, data).")
  arg <- if (is.null(newdata)) "data" else "newdata"
  given <- if (is.null(newdata)) data else newdata
  data <- design_data(given, arg, rlang::current_env())
  augmented(given, kms_added(x, data))
}

# What the generics give: broom's users expect tibbles. A column may have the name of another one, as in data frames.
as_table <- function(data) if (has_package("tibble")) tibble::as_tibble(data, .name_repair = "minimal") else data

# The rows as they were given, with their names as a column, and what is added. The rule is broom's.
augmented <- function(given, added) {
  data <- as.data.frame(given)
  names <- row.names(data)
  added <- repair_names(added)
  if (any(names != seq_along(names))) {
    data <- add_columns(data, data.frame(.rownames = names))
    data <- data[c(length(data), seq_len(length(data) - 1))]
  }
  as_table(add_columns(data, added))
}

# New columns behind the old ones; an old one of the same name steps aside.
add_columns <- function(data, added) {
  old <- names(data) %in% names(added)
  if (any(old)) {
    names <- utils::tail(make.unique(c(names(added), names(data)), sep = "_"), length(data))
    inform_tn(paste0("Columns of the data with names of new ones are renamed: ",
                     paste0("`", names(data)[old], "` is `", names[old], "`", collapse = ", "), "."), "renamed")
    names(data)[old] <- names[old]
  }
  cbind(data, added)
}

# A label "class" has its probabilities where the predicted labels stand.
repair_names <- function(added) {
  names(added) <- make.unique(names(added), sep = "_")
  added
}

# The columns augment() adds.
kms_added <- function(x, data, call = rlang::caller_env()) {
  outcome <- kms_design(x)$outcome
  if (is_numbers(outcome)) {
    answer <- kms_answer(x, data, "response", NULL, call)
    added <- data.frame(.fitted = answer$response)
    if (outcome$type == "continuous" && !is.null(answer$y)) added$.resid <- as.numeric(answer$y) - answer$response
    return(added)
  }
  answer <- kms_answer(x, data, c("class", "prob"), NULL, call)
  probabilities <- prefixed(answer$prob, ".pred_")
  if (outcome$type == "multilabel") {
    return(data.frame(prefixed(answer$class, ".fitted_"), probabilities, check.names = FALSE))
  }
  data.frame(.fitted = outcome_values(outcome_codes(answer$class, outcome), outcome), .pred_class = answer$class,
             probabilities, check.names = FALSE)
}

prefixed <- function(x, prefix) {
  colnames(x) <- paste0(prefix, colnames(x) %||% seq_len(ncol(x)))
  x
}
