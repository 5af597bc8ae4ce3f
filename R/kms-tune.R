#' Tune a network from a formula
#'
#' `kms_tune()` tries values of arguments of [kms()], judges each candidate by rows it was not trained on, and fits
#' the best one
#' to all rows. What is tuned can be any argument, also of the optimizer.
#'
#' @param formula,data As `input_formula` and `data` of [kms()]; a matrix of predictors and an outcome, as `kms(x, y)`
#'   takes them, work too. `data` of the methods: a data frame, as `newdata`.
#' @param space What to try: a list with an entry for each argument, by name. A vector is choices, of which each is as
#'   likely; a list
#'   is choices that need more than one value, such as `units = list(32, c(64, 32))`, `NULL` or objects (which its
#'   names are shown for); a function
#'   without arguments draws a value, such as `function() 10^runif(1, -4, -2)`. Or a data frame: a grid with a
#'   candidate in each row.
#'   Names are arguments of [kms()], those in its dots (`net`, `class_weight`, ...) included, or of the optimizer
#'   (`learning_rate`, `weight_decay`, `clipnorm`, ...), which join `optimizer_args`. Of a net whose rate follows a
#'   schedule `learning_rate` is the largest one, see [kms_nets].
#' @param n Number of candidates, all different: where `space` has no more, each of them once. A grid has its own
#'   number.
#' @param resamples Rows to judge by. `NULL`: one part of the rows, the same for all candidates, of the size that
#'   `pTraining` leaves
#'   (0.8 to train on, 0.2 to judge by); a number: so many folds; a list of row numbers: in turn those to judge by,
#'   the others train;
#'   or splits of the package rsample (an `rset`, or a list of `rsplit`).
#' @param method `"random"`: all candidates are trained fully. `"halving"`: all are trained for few epochs, the best
#'   third of them for
#'   three times as many, and so on up to `Nepochs`, see Details.
#' @param metric What candidates are ordered by, one of [kms_measures]. Labels: `"accuracy"` (as without), `"brier"`,
#'   `"ece"`; several labels:
#'   `"label_accuracy"` (as without), `"exact_match"`, `"brier"`, `"ece"`; numbers: `"MSE"` (as without; quantiles
#'   `"pinball"`), `"MAE"`,
#'   `"r.squared"`, `"cor_kendals"`, `"pinball"`; times: `"concordance"`. Of candidates equal in it the one with the
#'   lower Brier score is first.
#' @param ... Arguments of [kms()] that all candidates have, such as `net`, `Nepochs`, `weights`, `na.action`.
#' @param refit Whether to fit the best candidate to all rows.
#' @param seed A number, or a list as in [kms()]. It fixes candidates, rows and all trainings. `NULL`: drawn from R's
#'   generator.
#' @param verbose `"auto"`: at the console a line for each candidate, elsewhere nothing; 0: nothing but warnings,
#'   above: the lines everywhere.
#' @param x,object A `kms_tune`.
#' @param newdata A data frame, see [predict.kms_fit()].
#' @param digits Significant digits.
#' @param row.names,optional As in [as.data.frame()]; not used.
#' @param name Name of a column, or `"best"`.
#'
#' @details
#' **Trainings.** On each set of rows a candidate is `kms()` with `pTraining = 1` and a seed that is the same for all
#' candidates: differences are not those of seeds.
#' The part that `validation_split` keeps of the rows trained on chooses the epoch, the rows judged by do not.
#' Arguments that describe layers
#' turn `auto` off, as in `kms()`. The rows are those that `kms()` uses; with `net` in `space` rows with missing
#' predictors are used where all nets tried do that. Without `net`, here or in `space`, all candidates are `"dense"`.
#'
#' **The best** fit is that of `kms()` with the arguments of the best candidate, `pTraining = 1` and `seed`: its own
#' validation rows keep its epoch and calibrate its [intervals][kms_intervals],
#' and it has no test rows. `mean` of the best of many candidates is somewhat too good; rows that `kms_tune()` was not
#' given tell how good the fit is.
#'
#' **Random search** finds values as good as those of a grid with fewer trials where few of the arguments matter
#' (Bergstra and Bengio).
#'
#' **Successive halving** (Jamieson and Talwalkar) has s + 1 rungs, s being the largest number with 3^s no more than
#' `n` and `Nepochs`. The first trains all for
#' `Nepochs` / 3^s epochs; each next one takes the best third, for three times as many. A candidate begins anew on
#' each rung: a rate that follows a schedule has its whole course there, and
#' Adam's means are not those of another training. This costs half as much again as going on would, and far less than
#' random search: 27 candidates and 81 epochs are 4 x 81
#' epochs of training instead of 27 x 81. Without `Nepochs` it is the number that `kms()` has for these rows, without
#' its `patience`; candidates of another `net` or `batch_size` have that of theirs, and on each rung the same share of it. A candidate that learns slowly, by a low rate,
#' can be left out early.
#'
#' **Several processes.** Candidates are trained at the same time, one in each worker, when the package future is
#' loaded with a
#' plan of more than one worker, such as `future::plan("multisession", workers = 2)`, or of mirai by the package
#' future.mirai. Tables and fits are the same, bit for bit, but for
#' `seconds`. Candidates of the same shape are not trained side by side in one network.
#'
#' **Interrupted.** What has run stays: the candidates done are returned with a warning, without a refit.
#'
#' **Random numbers.** R's generator is left in a state that depends on the seed only. A larger `n` tries the same
#' candidates and then others.
#'
#' @returns A data frame of class `kms_tune` with a row for each candidate, the best one first, those that failed last:
#'   * `candidate`: its number; then a column for each argument in `space`, a list column where its values are not
#'     single numbers or strings;
#'   * `metric`, `mean` and `std_error` over the sets of rows (NA for one), `n` how many these are;
#'   * `rung`: the last one it was tried on, 1 for all of random search; `epochs`, the mean number run there;
#'     `seconds` on all rungs;
#'   * `warning`, `error`: the first of each it raised, NA for none.
#'
#'   Its attributes are `best` (also `x$best`), the `kms_fit`, `NULL` without one; `rungs`, the same of all rungs;
#'   `measures`, all measures by candidate, rung and
#'   set of rows (`split`); `arguments`, those of `kms()` for the best; `seed`.
#'
#'   `predict()` is [predict.kms_fit()] of the best fit, and [importance()] and [partial_dependence()] are about it;
#'   `glance()` gives one row: the best candidate, what it was judged at, its
#'   `net`, `n_params` and `kept_epoch` (NA without a refit); `tidy()` the table; `summary()` the table and the
#'   summary of the best fit.
#'   [autoplot()][autoplot.kms_tune] and `plot()` show it.
#'
#' @section Errors and warnings:
#' A `space` that is empty or names what is no argument, what all candidates share, or what is given beside it,
#' `resamples` without rows to judge by, and a `metric` that the
#' outcome does not have are errors of class `tildenet_error_argument`. A candidate that cannot be fitted is told in
#' `error`; if all fail, that is an error of class `tildenet_error_tune`.
#' `predict()` without a best fit is an error of class `tildenet_error_argument`.
#'
#' @references Bergstra, J. and Bengio, Y. (2012), Random search for hyper-parameter optimization, Journal of Machine
#'   Learning Research 13, 281-305.
#'   Karnin, Z., Koren, T. and Somekh, O. (2013), Almost optimal exploration in multi-armed bandits, ICML. Jamieson,
#'   K. and Talwalkar, A. (2016), Non-stochastic best arm
#'   identification and hyperparameter optimization, AISTATS, <https://arxiv.org/abs/1502.07943>.
#' @seealso [kms()], [kms_nets] for nets that need little tuning, [kms_kcv()]
#' @examples
#' space <- list(units = c(4, 16), learning_rate = function() 10^runif(1, -3, -1))
#' tuned <- kms_tune(Species ~ ., iris, space, n = 4, N_layers = 2, Nepochs = 10, seed = 1)
#' tuned
#' head(predict(tuned, iris, type = "prob"))
#' plot(tuned)
#' @export
kms_tune <- function(formula, data, space, n = 20, resamples = NULL, method = "random", metric = NULL, ..., refit = TRUE,
                     seed = NULL, verbose = "auto") withCallingHandlers({
  call <- rlang::current_env()
  keep_pictures()
  given <- tune_given(rlang::enquos(..., .ignore_empty = "all"), call)
  space <- check_space(space, names(c(given$args, given$dots)), call)
  n <- check_count(n, "n", call = call)
  method <- check_string(method, "method", c("random", "halving"), call = call)
  check_flag(refit, "refit", call = call)
  verbose <- check_kms_verbose(verbose, call)
  tune_check_given(given, space, resamples, method, call)
  source <- tune_source(if (!missing(formula)) formula, if (!missing(data)) data, given, parent.frame(), call)
  seed <- kms_seed(seed, call)

  drawn <- tune_seeds(seed)
  on.exit(set.seed(drawn$after), add = TRUE)
  candidates <- with_seed(drawn$candidates, tune_candidates(space, n, call))
  plan <- tune_plan(source, given, candidates, method, parent.frame(), call)
  metric <- tune_metric(metric, plan$design$outcome, call)
  splits <- with_seed(drawn$rows, tune_splits(resamples, plan$n_rows, plan$rows, plan$share, call))
  plan$rungs <- tune_rungs(length(candidates[[1]]),
                           if (method == "halving") tune_epochs(plan, candidates, length(splits[[1]]$train)))
  run <- tune_run(candidates, plan, splits, drawn$splits, metric, tune_show(candidates, verbose))
  out <- tune_table(candidates, run, list(method = method, seed = seed, splits = split_words(resamples, splits),
                                          choices = space_words(space), formula = plan$design$formula, outcome = plan$design$outcome))
  tune_check_run(out, run, length(candidates[[1]]), call)
  attr(out, "arguments") <- tune_arguments(plan, candidates, out$candidate[1])
  if (refit && !run$interrupted) attr(out, "best") <- tune_refit(source, attr(out, "arguments"), seed, parent.frame())
  out
}, tildenet_message = hush(verbose))

# list(args, dots) of what is given beside `space`: values of arguments of kms(), and what it takes in its dots.
tune_given <- function(quosures, call) {
  own <- names(quosures) %in% setdiff(names(formals(kms)), c("input_formula", "data", "..."))
  list(args = lapply(quosures[own], rlang::eval_tidy), dots = kms_dots(quosures[!own], call))
}

tune_check_given <- function(given, space, resamples, method, call) {
  if ("keras_model_seq" %in% names(given$args)) {
    abort_arg("keras_model_seq", "be left out", "kms_tune() builds the networks it compares.",
              "`net`, `units` and others describe them; kms_kcv() judges a model that is given.", call = call)
  }
  if ("pTraining" %in% names(given$args) && !is.null(resamples)) {
    abort_arg("pTraining", "be left out beside `resamples`", "They say which rows candidates are trained on.", call = call)
  }
  if (method == "halving" && "Nepochs" %in% names(space)) {
    abort_arg("space", "not hold `Nepochs` with `method = \"halving\"`", "The rungs say how many there are.",
              "Give the largest number beside `space`.", call = call)
  }
}

# As kms_source() has it, with all that is split with the rows inside.
tune_source <- function(first, second, given, env, call) {
  by_name <- any(c("x", "y") %in% names(given$dots))
  if (is.null(first) && !by_name) abort_missing_arg("formula", call)
  if (is.null(second) && !by_name) abort_missing_arg("data", call)
  kcv_source(kms_source(first, second, NULL, given$dots, call), env, call)
}

# Seeds of candidates, of rows, of the trainings on each set of rows, and what R's generator is left with.
tune_seeds <- function(seed) {
  set.seed(seed_value(seed))
  seeds <- sample.int(2^30, 4)
  list(candidates = seeds[1], rows = seeds[2], splits = seeds[3], after = seeds[4])
}

# What all candidates have in common: list(source, base, fixed, design, rows, n_rows, share, control); source: rows and formula as
# candidates are trained on them; base: arguments of kms() for all, fixed: on parts of the rows.
tune_plan <- function(source, given, candidates, method, env, call) {
  settings <- kms_settings(given$args)
  control <- kms_control(settings, source$dots, c(names(given$args), names(source$dots), names(candidates)), call)
  asked <- control$extra$design$na.action
  control$extra$design$na.action <- asked %||% tune_na_action(control$net, candidates)
  built <- kms_design_fit(source, control, env, call)
  if (is.null(asked)) kms_tell_missing(built)
  base <- c(given$args[names(given$args) != "pTraining"], source$dots[names(source$dots) != "weights"])
  base$na.action <- control$extra$design$na.action
  if (!"net" %in% names(candidates)) base$net <- control$net # not chosen anew for each
  fixed <- if (is.null(source$x)) list(auto = FALSE) # the formula has what all rows have chosen
  n_rows <- NROW(source$data %||% source$x)
  source$weights <- kcv_weights(built, n_rows)
  source$formula <- built$design$formula
  list(source = source, base = base, fixed = fixed, design = built$design, rows = built$rows, n_rows = n_rows, share = control$pTraining,
       control = control)
}

# How many epochs each candidate has in full: those kms() has for n training rows. A candidate whose arguments are refused is told
# when its turn comes.
tune_epochs <- function(plan, candidates, n) {
  of <- function(control) kms_epochs(n, kms_sizes(control, plan$design, n))
  vapply(seq_along(candidates[[1]]), function(i) {
    args <- candidate_args(candidates, i, plan$base)
    dots <- args[setdiff(names(args), names(formals(kms)))]
    tryCatch(of(suppressMessages(kms_control(kms_settings(args), dots, names(args)))),
             tildenet_error = function(cnd) of(plan$control))
  }, 0)
}

# Candidates are compared on the same rows: those with missing predictors count where all nets use them.
tune_na_action <- function(net, candidates) {
  passing <- names(Filter(function(net) net$missing == "na.pass", nets))
  if (all(unlist(candidates$net %||% net) %in% passing)) "na.pass" else "na.omit"
}

# Arguments of kms() of a candidate as it is fitted to all rows.
tune_arguments <- function(plan, candidates, i) {
  args <- candidate_args(candidates, i, plan$base)
  epochs <- plan$rungs[[length(plan$rungs)]]$epochs
  if (!is.null(epochs)) args$Nepochs <- epochs[[i]]
  args
}

tune_refit <- function(source, args, seed, env) {
  weights <- source$dots$weights
  if (!is.null(weights)) args$weights <- weights
  rows <- if (is.null(source$x)) list(source$formula, source$data) else source[c("x", "y")]
  do.call("kms", c(rows, tune_settings(args, seed)), envir = env)
}

tune_check_run <- function(table, run, n, call) {
  if (all(is.na(table$mean))) {
    abort_tn("No candidate could be fitted and judged.", "tune", call = call,
             given = paste0("Candidate ", table$candidate[1], " of ", n, ": ", table$error[1]))
  }
  if (run$interrupted) {
    warn_tn(paste0("Interrupted: ", nrow(table), " of ", n, " candidates are done, the best of them is not fitted to all rows."),
            "interrupted", how = "do.call(kms, c(list(formula, data), attr(x, \"arguments\"))) fits it.", call = call)
  }
}
