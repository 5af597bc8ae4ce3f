#' Cross-validate a network from a formula
#'
#' `kms_kcv()` splits the rows at random into `k_folds` parts of equal size (they differ by at most
#' one row), trains a network on all parts but one and tests it on that one, once for each part.
#'
#' @inheritParams kms
#' @param keras_model_seq A compiled model. Each fold trains a copy of its own, with the weights the
#'   model has now and a fresh state of the optimizer; the model itself is not changed. Layer, loss,
#'   optimizer and metric arguments are then ignored.
#' @param data A data frame.
#' @param k_folds,k Number of parts, from 2 to the number of rows without missing values. `k` is the same under its usual
#'   name; one of the two is given.
#' @param seed A number, or a list with `seed` (and hardware switches, see [kms()]). It fixes the folds
#'   and the seed of each fold; `k_folds` numbers instead of one are taken as the seeds of the folds.
#'   `NULL`: drawn from R's generator.
#' @param verbose `"auto"`: at the console a line of progress for each fold, elsewhere nothing. 0: nothing but warnings;
#'   above, each fold is announced and [kms()] shows what it shows.
#' @param ... As in [kms()], for every fold; `x`, `y` and `weights` are split with the rows.
#' @param x,object A `kms_kcv_fit`.
#' @param digits Significant digits.
#'
#' @details
#' **Folds.** Each network is that of `kms()` with `pTraining = 1` and `validation_split = 0` on the
#' rows of the other folds: nothing of the test rows, not even a mean for the scale, reaches it. A
#' variable of the formula that is not in `data` but has one value per row is split with the rows.
#' Without `Nepochs` all epochs are run, since no row is kept to watch the loss.
#'
#' **Several processes.** Folds are trained at the same time when the package future is loaded with a
#' plan of more than one worker, such as `future::plan("multisession", workers = 2)`. The results are
#' the same, bit for bit. Callbacks then act on copies in the workers. Each worker uses one thread
#' unless `options(tildenet.threads = )` is set.
#'
#' **Random numbers.** R's generator is left in a state that depends on the seed only.
#'
#' @returns `kms_kcv()` gives an object of class `kms_kcv_fit`, a list of
#'   * `folds`: the fold of each row of `data`, NA for rows left out because of missing values;
#'     `k_folds`;
#'   * `train_f1`, `test_f1`, `train_f2`, ...: for each fold the `kms_fit` and what
#'     [its predict()][predict.kms_fit()] says of the fold's rows;
#'   * `y_test`, `predictions`: outcome of the rows used, in their order, and what the network that has
#'     not seen the row predicts; so [confusion()] of the object works;
#'   * `input_formula`, `N`, `P`, `K`, `y_type`, `y_labels` as in [kms()], of all rows;
#'   * `seed`, `seeds`: the seed used and those of the folds.
#'
#' `summary()` gives a data frame with a row for each fold, then mean and standard deviation: `fold`,
#' `n_train`, `n_test` (NA in the last two rows) and the measures of the test rows: `accuracy`; for several
#' labels at once `label_accuracy` and `exact_match`; in outcome units `r.squared`, `MSE`, `MAE` and
#' `cor_kendals`, of quantiles also `pinball` and `coverage.10%` and so on. Folds where a measure is NA do not count in its
#' mean. `print()` returns its argument invisibly.
#'
#' @section Errors and warnings:
#' Arguments are checked before the first fold, with the errors of [kms()]. What fails later is an error
#' of class `tildenet_error_fold` that names the fold, with the cause as its parent. Warnings name
#' labels that the training part of a fold lacks (their rows count as wrong), levels of predictors that
#' only its test part has, and an outcome whose values depend on the rows it is computed from.
#'
#' @source The form of the result is that of `kms_kcv()` in the package kerasformula by Pete Mohanty.
#'   Stone, M. (1974). Cross-validatory choice and assessment of statistical predictions. Journal of the
#'   Royal Statistical Society B 36, 111-147.
#' @seealso [kms_intervals] for `predict()`, [kms()], [plot_confusion()], [tidy.kms_kcv_fit()]
#' @examples
#' cv <- kms_kcv(Species ~ ., iris, k_folds = 3, N_layers = 2, units = 16, Nepochs = 20, seed = 1,
#'               verbose = 0)
#' cv
#' summary(cv)
#' cv$test_f1$confusion
#' confusion(cv)
#' @export
kms_kcv <- function(input_formula, data, keras_model_seq = NULL, N_layers = 3, units = c(256, 128),
                    activation = c("relu", "relu", "softmax"), dropout = 0.4, use_bias = TRUE,
                    kernel_initializer = NULL, kernel_regularizer = regularizer_l1(1e-5),
                    bias_regularizer = regularizer_l1(1e-5),
                    activity_regularizer = regularizer_l1(1e-5), embedding = FALSE, k_folds = 5,
                    Nepochs = NULL, batch_size = NULL, loss = NULL, metrics = NULL,
                    optimizer = "optimizer_adam", optimizer_args = list(), scale_continuous = "z",
                    drop_intercept = TRUE, sparse_data = FALSE,
                    seed = list(seed = NULL, disable_gpu = FALSE, disable_parallel_cpu = FALSE),
                    verbose = "auto", ..., keep = "best", patience = NULL, min_delta = 0, k = NULL) withCallingHandlers({
  call <- rlang::current_env()
  env <- parent.frame()
  keep_pictures()
  source <- kms_source(if (!missing(input_formula)) input_formula, if (!missing(data)) data,
                       keras_model_seq, kms_dots(rlang::enquos(..., .ignore_empty = "all"), call), call)
  keras_model_seq <- source$model
  folds_arg <- kcv_folds_arg(k, !missing(k_folds), call)
  k_folds <- check_count(get(folds_arg), folds_arg, 2)
  settings <- mget(setdiff(names(formals()), c("input_formula", "data", "k_folds", "k", "seed", "...")))
  given <- c(names(match.call())[-1], if (!is.null(source$model)) "keras_model_seq")
  seed <- kcv_seed(seed, k_folds, call)
  control <- kms_control(c(settings, list(pTraining = 1, validation_split = 0, seed = seed$all)),
                         source$dots, given, call)

  source <- kcv_source(source, env, call)
  built <- kms_design_fit(source, control, env, call, chooses = leaves_net(control))
  kcv_check_network(control, built, call)
  drawn <- kcv_draw(NROW(source$data %||% source$x), built$rows, k_folds, seed, folds_arg, call)
  on.exit(set.seed(drawn$next_seed), add = TRUE)
  kcv_check_outcome(built, drawn$folds, control, call)

  # Only what was written in the call: kms() treats its own defaults differently.
  args <- c(settings[intersect(names(settings), given)], source$dots[names(source$dots) != "weights"])
  args$verbose <- if (identical(control$verbose, "auto")) "line" else control$verbose
  if (is.null(source$x)) args$auto <- FALSE # the formula has what all rows have chosen
  args$na.action <- built$choice$na_action %||% kms_na_action(control, call) # and what is said of rows is said
  args <- c(args, built$choice$args, net = built$choice$net) # the same in all folds
  source$weights <- kcv_weights(built, length(drawn$folds))
  source$formula <- built$design$formula
  done <- kcv_run(k_folds, function(fold) kcv_job(fold, drawn, source, args))
  kcv_warn_levels(done, source$data %||% source$x, built$design, drawn$folds, call)
  kcv_assemble(done, built, drawn, seed, call)
}, tildenet_message = hush(verbose))

# Takes the results of the folds together.
kcv_assemble <- function(done, built, drawn, seed, call) {
  k <- length(done)
  design <- built$design
  parts <- lapply(done, function(d) list(d$train, d$test))
  parts <- stats::setNames(unlist(parts, recursive = FALSE),
                           paste0(c("train_f", "test_f"), rep(seq_len(k), each = 2)))
  used <- drawn$folds[built$rows]
  out <- c(list(folds = drawn$folds, k_folds = k), parts,
           list(y_test = built$y, predictions = kcv_predictions(done, built$y, used),
                input_formula = design$formula, N = length(used), P = length(design$colnames_x),
                K = design$outcome$n_values, y_type = design$outcome$type,
                y_labels = design$outcome$labels, seed = seed$all, seeds = drawn$seeds))
  kcv_warn_outcome(done, built, used, call)
  structure(out, class = "kms_kcv_fit")
}

# What the folds predict, in the order of the rows and in the type of the outcome.
kcv_predictions <- function(done, y, used) {
  fits <- lapply(done, function(d) d$test$fit)
  if (is.matrix(y)) {
    out <- y
    for (fold in seq_along(fits)) out[used == fold, ] <- fits[[fold]]
    return(out)
  }
  if (!is.factor(y)) {
    out <- rep(y[NA_integer_], length(y))
    for (fold in seq_along(fits)) out[used == fold] <- fits[[fold]]
    return(out)
  }
  words <- character(length(y))
  for (fold in seq_along(fits)) words[used == fold] <- as.character(fits[[fold]])
  factor(words, levels = union(levels(y), unique(words[!is.na(words)])))
}
