# A fit whose training goes on.

#' Go on training a fit of kms()
#'
#' `fit()` trains the network of a fit further, from the weights the fit has: on the data it was made from, or on other rows
#' with the same columns. ([`update()`][kms_methods] fits anew.)
#'
#' @param object A `kms_fit`. It stays as it is.
#' @param data A data frame with the columns the fit reads and the outcome; a matrix for a fit of one. A fit keeps no rows,
#'   so the data it was made from have to be given again for more epochs on them.
#' @param epochs Number of further epochs.
#' @param ... Arguments of [kms()] about training, in place of those the fit was made with: `pTraining`,
#'   `validation_split`, `batch_size`, `keep`, `patience`, `min_delta`, `optimizer`, `optimizer_args`, `seed`, `weights`,
#'   `class_weight`, `callbacks`, `shuffle`.
#' @param y The outcome, when it is not in `data`.
#' @param verbose As in [kms()].
#'
#' @details
#' **Rows** are split as `kms()` splits them, by the seed of the fit: the data it was made from have the same training,
#' validation and test rows again. Of other rows `pTraining = 1` trains on all. What the fit knows of its first rows stays:
#' scale, levels, words. Levels that it has not seen are those of the average, see [predict.kms_fit()]; labels that it has
#' not seen are an error. Rows with missing values are left out.
#'
#' **Weights kept.** With `keep = "best"` those of the lowest loss on the validation rows, the weights at the start among them:
#' on the same data a fit does not become worse on its validation rows.
#'
#' **Optimizer.** A fit keeps nothing of what its optimizer remembers: Adam's means begin anew, so that 5 epochs and then 5
#' more are not exactly 10.
#'
#' @returns A `kms_fit`. Its history holds the earlier epochs and the further ones, numbered on; test measures, `split` and
#'   `N` are those of `data`. `update()` of it fits anew with the arguments of the first call.
#'
#' @section Errors:
#' Data without the outcome or with labels the fit has not seen are errors of class `tildenet_error_data`, arguments that would
#' change the network are of class `tildenet_error_argument`.
#'
#' @seealso [kms()], [update()][kms_methods], [fit()] for models
#' @examples
#' first <- kms(Species ~ ., iris, N_layers = 2, units = 16, Nepochs = 10, seed = 1, verbose = 0)
#' more <- fit(first, iris, epochs = 20)
#' more
#' length(more$history$metrics$loss)
#' finer <- fit(more, iris, epochs = 5, optimizer_args = list(learning_rate = 1e-4))
#' @name fit.kms_fit
#' @export
fit.kms_fit <- function(object, data, epochs = 10, ..., y = NULL, verbose = "auto") withCallingHandlers({
  call <- rlang::current_env()
  kms_needs_data(missing(data), "Give the data frame the fit was made from, or other rows.")
  epochs <- check_count(epochs, "epochs", 1)
  changes <- continue_changes(as.list(substitute(list(...)))[-1], parent.frame(), call)
  changes$verbose <- verbose
  control <- continue_control(object, changes, epochs, parent.frame(), call)

  built <- continue_rows(object, data, y, control$extra$design$weights, call)
  control <- kms_weighted_control(control, built$weights)
  split <- kms_split(nrow(built$x), control)
  parts <- kms_ready(built, split, kms_training_rows(built, split, control, call), object$train_scale, control, call)
  set.seed((seed_value(control$seed) + epochs_run(object$history)) %% .Machine$integer.max)
  control <- kms_sizes(control, parts$design, kms_n_rows(parts$train$x))
  control$member_settings <- object$members
  spec <- suppressMessages(kms_spec(control, parts$design, if (control$embedding) 1, call = call))
  control <- net_training(control, spec, parts$design$outcome, kms_n_rows(parts$train$x))
  model <- continue_model(object, changes, control, call)
  structure(kms_trained(model, spec, parts, split, control, call, object), call = getCall(object))
}, tildenet_message = hush(verbose))

continue_names <- c("pTraining", "validation_split", "batch_size", "keep", "patience", "min_delta", "optimizer",
                    "optimizer_args", "seed", "weights", "class_weight", "callbacks", "shuffle")

# The values of what was written in the dots; `weights` stays an expression.
continue_changes <- function(dots, frame, call) {
  names <- names(dots) %||% rep("", length(dots))
  wrong <- setdiff(names, continue_names)
  if (length(wrong) > 0) {
    abort_arg("...", "hold arguments of kms() about training", call = call,
              given = paste0("Not among them: ", if (nzchar(wrong[1])) paste0("`", wrong[1], "`") else "one without a name", "."),
              how = paste0("They are ", paste0("`", continue_names, "`", collapse = ", "), "."))
  }
  by_value <- names != "weights"
  dots[by_value] <- lapply(dots[by_value], eval, frame)
  dots
}

# The settings of the first call with the changes, see kms_control().
continue_control <- function(object, changes, epochs, frame, call) {
  written <- with_choice(as.list(getCall(object))[-1], attr(object, "choice"))
  written[names(changes)] <- changes
  written$Nepochs <- epochs
  settings <- kms_settings(written)
  known <- intersect(unlist(kms_extra_names), names(written))
  dots <- lapply(written[setdiff(known, "weights")], eval, frame)
  if ("weights" %in% known) dots$weights <- rlang::new_quosure(written$weights, frame)
  hold_none_out(suppressMessages(kms_control(settings, dots, names(written), call)))
}

# The rows of data as kms_design_fit() gives those of a first training: list(design, x, y, specials, offset, unseen,
# weights).
continue_rows <- function(object, data, y, weights, call) {
  design <- kms_design(object)
  if (!is.null(design$terms)) data <- design_data(data, "data", call)
  new <- design_apply(design, data, call, "data")
  y <- kms_known_outcome(new$y, y, new$n, design$outcome, call, "y", "data")
  kms_needs_outcome(y, design$outcome, "y", call)
  columns <- if (is.data.frame(data)) data else as.data.frame(matrix(0, new$n, 0))
  weights <- design_weights(weights, columns, environment(object$input_formula) %||% globalenv(), call)
  whole <- stats::complete.cases(y)
  if (!is.null(weights)) whole <- whole & !is.na(weights)
  kept <- which(whole[new$rows])
  continue_check(y, new$rows[kept], new$n, design$outcome, object$loss, call)
  built <- kms_take_rows(new, kept)
  built$y <- outcome_rows(y, new$rows[kept])
  built$weights <- kms_case_weights(weights[new$rows[kept]], call)
  c(list(design = design), built)
}

# What a first training would have refused, or asked the user about.
continue_check <- function(y, rows, n, outcome, loss, call) {
  if (length(rows) == 0) abort_arg("data", "have a row without missing values", class = "data", call = call)
  if (length(rows) < n) {
    inform_tn(paste0("Left out for missing values: ", big(n - length(rows)), " of ", big(n), " rows."), "incomplete")
  }
  known <- outcome_rows(y, rows)
  if (outcome$type %in% c("binary", "multinomial")) {
    new <- new_labels(known[is.na(label_match(known, outcome$labels))])
    if (length(new) > 0) {
      abort_arg("data", paste0("have no labels of `", outcome$name, "` that the fit has not seen"),
                paste0("It has ", quoted_list(utils::head(new, 5)), "."), "Fit anew: update(object, data = ).", class = "data",
                call = call)
    }
  }
  outcome_of_loss(outcome, known, loss, call)
}

# A copy with the weights of the fit. An optimizer of the net's own has a rate that depends on how many updates there are.
continue_model <- function(object, changes, control, call) {
  model <- kcv_fresh_model(object$model)
  if (!has_own_optimizer(control) && !any(c("optimizer", "optimizer_args") %in% names(changes))) return(model)
  compiled <- model$compiled
  compile(model, kms_optimizer(control$optimizer, control$optimizer_args, call), compiled$loss, compiled$metrics)
  model
}

# The earlier epochs and the further ones, numbered on.
history_joined <- function(earlier, history) {
  n <- c(epochs_run(earlier), epochs_run(history))
  series <- list(unclass(earlier$metrics), unclass(history$metrics))
  names <- unique(unlist(lapply(series, names)))
  values <- function(k, name) series[[k]][[name]] %||% rep(NA_real_, n[k])
  history$metrics <- new_series(stats::setNames(lapply(names, function(name) c(values(1, name), values(2, name))), names))
  history$params$metrics <- setdiff(names, "lr")
  history$params$initial_epoch <- NULL
  history
}
