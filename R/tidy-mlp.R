#' Networks of tidymodels
#'
#' The engine `"tildenet"` of `mlp()` in the package parsnip, for labels, numbers and quantiles. It is there once both packages are
#' loaded: `mlp(hidden_units = c(64, 32)) |> set_engine("tildenet") |> set_mode("classification")`. `tildenet_mlp()` is what the engine
#' calls; it does what [kms()] does with `net = "mlp"` (see [kms_nets]), under the names of parsnip.
#'
#' @param formula A formula with all of the language of [kms()], such as `y ~ . + emb(user, 8)`. With sparse columns of the package
#'   sparsevctrs, which stay sparse, its right side is names of columns.
#' @param data A data frame.
#' @param weights Case weights, one for each row, or `NULL`.
#' @param hidden_units Units of the hidden layers, a number for each. `NULL`: one layer of 64.
#' @param penalty Factor of the sum of squared weights (but biases) that is added to the loss. `NULL`: 0.
#' @param dropout Share of units to drop in training, one for all hidden layers or one for each. `NULL`: 0.
#' @param epochs Number of epochs. `NULL`: as many as [kms()] takes without `Nepochs`, with a `patience`.
#' @param activation Activation of the hidden layers, one for all or one for each. `NULL`: `"relu"`. That of the output follows from
#'   the outcome.
#' @param learn_rate Learning rate of the optimizer. `NULL`: its own, 0.001 of Adam.
#' @param quantile_levels Quantiles to be predicted, see [loss_quantile()]; `NULL` for none. parsnip hands on those of
#'   `set_mode("quantile regression", quantile_levels = )`.
#' @param ... Further arguments of [kms()], such as `batch_size`, `validation_split`, `patience`, `optimizer`, `loss`,
#'   `class_weight` or `seed`.
#' @param net,auto,pTraining,verbose As of [kms()], with other defaults: the layers are those described here, columns are as
#'   they are, all rows are trained on (resampling keeps rows for testing), and nothing is printed.
#'
#' @details
#' **As an engine.** The arguments up to `learn_rate` are those of `mlp()`, all others go to `set_engine()`. `batch_size`, `patience`
#' and `validation_split` have ranges for tuning, too, and main arguments have ranges that suit networks. Formulas arrive as they are
#' written, factors as factors; so specials such as `emb()` and `text()` work with `fit()`, and in a workflow with
#' `add_model(spec, formula = )`. Sparse matrices and tibbles with sparse columns are trained without being made dense; all of
#' their columns are then numbers, as `step_dummy()` makes them. `predict()` has the types `"class"`, `"prob"`, `"numeric"`,
#' `"pred_int"` (see [kms_intervals]), `"quantile"`, and `"raw"`, whose `opts` are arguments of [predict.kms_fit()]:
#' `opts = list(type = "top", k = 3)`. There are no `"conf_int"`: the intervals are those of outcomes, not of their mean.
#'
#' Rows with missing predictors are used, in training and for predictions, unless `na.action = na.omit` is given.
#'
#' A share `validation_split` of the rows, 0.2, chooses the epoch and gives the intervals. There is no `multi_predict()`: a fit keeps the
#' weights of one epoch, so numbers of epochs are fitted each by itself.
#'
#' @returns An object of class `kms_fit`, see [kms()]. What a fit of parsnip holds of it comes out of `extract_fit_engine()`.
#'
#' @section Errors:
#' Errors of class `tildenet_error_argument` are an argument that is given under both of its names (`epochs` and `Nepochs`), or is none of
#' [kms()], and sparse columns with a formula of more than names of columns, or beside columns that are no numbers.
#' @seealso [kms()], [kms_nets], [tidy.kms_fit()]
#' @examples
#' fit <- tildenet_mlp(Species ~ ., iris, hidden_units = c(16, 8), epochs = 20, seed = 1)
#' predict(fit, iris[c(1, 51, 101), ], "prob")
#' @export
tildenet_mlp <- function(formula, data, weights = NULL, hidden_units = NULL, penalty = NULL, dropout = NULL,
                         epochs = NULL, activation = NULL, learn_rate = NULL, quantile_levels = NULL, ...,
                         net = "mlp", auto = FALSE, pTraining = 1, verbose = 0) {
  call <- rlang::current_env()
  given <- list(...)
  if (!is.null(weights)) given$weights <- weights
  main <- list(hidden_units = hidden_units, penalty = penalty, dropout = dropout, epochs = epochs, activation = activation,
               learn_rate = learn_rate, quantile_levels = quantile_levels)
  settings <- mlp_arguments(Filter(Negate(is.null), main), given, call)
  rows <- mlp_rows(formula, data, call)
  rlang::inject(kms(!!!rows, !!!settings, net = net, auto = auto, pTraining = pTraining, verbose = verbose))
}

# What the main arguments are in kms(): its name for each, and the value there. given: arguments of kms() by name.
mlp_main <- list(
  hidden_units = list("units", function(x, call) check_units(x, "hidden_units", call)),
  penalty = list("kernel_regularizer", function(x, call) regularizer_l2(check_number(x, "penalty", 0, call = call))),
  dropout = list("dropout", function(x, call) vapply(check_amounts(x, "dropout", call), check_rate, 0, "dropout", call)),
  epochs = list("Nepochs", function(x, call) check_count(x, "epochs", call = call)),
  activation = list("activation", function(x, call) x),
  learn_rate = list("learning_rate", function(x, call) check_number(x, "learn_rate", 0, open = TRUE, call = call)),
  quantile_levels = list("loss", function(x, call) loss_quantile(quantiles = x))
)

# The arguments of kms(). main: those of parsnip that are not NULL.
mlp_arguments <- function(main, given, call) {
  own <- vapply(mlp_main[names(main)], `[[`, "", 1)
  twice <- own %in% c(names(given), names(given$optimizer_args))
  if (any(twice)) {
    abort_arg(own[twice][1], paste0("be left out beside `", names(main)[twice][1], "`"), call = call,
              given = "They are two names of the same argument.")
  }
  values <- Map(function(value, name) mlp_main[[name]][[2]](value, call), main, names(main))
  names(values) <- own
  rate <- values["learning_rate" == own]
  if (length(rate) > 0) given$optimizer_args <- c(given$optimizer_args, rate)
  c(values["learning_rate" != own], given)
}

check_units <- function(x, arg, call) {
  units <- check_amounts(x, arg, call)
  if (all(is_whole(units) & units >= 1)) return(units)
  abort_arg(arg, "hold whole numbers of at least 1", describe_numbers(x), call = call)
}

# ---- rows --------------------------------------------------------------------------------------

# Sparse columns become one sparse matrix, others are what the formula says of them.
mlp_rows <- function(formula, data, call) {
  data <- own_sparse(data, "data", call)
  if (!has_sparse_columns(data)) return(list(formula, data))
  outcome <- all.vars(rlang::f_lhs(formula))
  columns <- if (identical(rlang::f_rhs(formula), quote(.))) setdiff(names(data), outcome)
             else attr(stats::terms(formula, data = data), "term.labels")
  if (!all(columns %in% names(data))) {
    abort_arg("formula", "have names of columns on its right side where the data have sparse ones", call = call,
              given = paste0("It has ", some_of(setdiff(columns, names(data))), "."), how = "Such as `y ~ .`.")
  }
  x <- data[columns]
  no_numbers <- names(x)[!vapply(x, is.numeric, NA)]
  if (length(no_numbers) > 0) {
    abort_arg("data", "hold numbers only where it has sparse columns", paste0("No numbers: ", some_of(no_numbers), "."),
              "Such as recipes::step_dummy() makes them of labels.", class = "data", call = call)
  }
  list(x = sparsevctrs_function("coerce_to_sparse_matrix")(x),
       y = eval(rlang::f_lhs(formula), data, environment(formula)))
}

# Where the package is not loaded there are none.
has_sparse_columns <- function(data) {
  is.data.frame(data) && isNamespaceLoaded("sparsevctrs") && sparsevctrs_function("has_sparse_elements")(data)
}

sparsevctrs_function <- function(name) getExportedValue("sparsevctrs", name)
