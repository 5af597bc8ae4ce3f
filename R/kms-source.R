# What kms() is given to fit: a formula and a data frame, or predictors and an outcome.

# The dots of kms(), evaluated but for `weights`, which stays a quosure for a column of the data, and for
# those that are then refused by name.
kms_dots <- function(quosures, call) {
  names <- names(quosures)
  kms_check_habits(names, call)
  known <- setdiff(c("x", "y", unlist(kms_extra_names)), "weights")
  out <- lapply(seq_along(quosures), function(i) {
    if (names[i] %in% known) rlang::eval_tidy(quosures[[i]]) else quosures[[i]]
  })
  names(out) <- if (any(nzchar(names))) names
  out
}

# list(formula, data) or list(x, y), with the model and the dots that are left. first, second: the first
# two arguments, NULL when missing.
kms_source <- function(first, second, model, dots, call) {
  first <- own_sparse(first, "x", call)
  given <- intersect(c("x", "y"), names(dots))
  second <- own_sparse(second, "data", call)
  named <- Map(own_sparse, dots[given], given, list(call))
  dots <- dots[setdiff(seq_along(dots), match(given, names(dots)))]
  if (is_model(first) && is.null(model)) {
    model <- first
    first <- NULL
  }
  rest <- c(list(), if (!is.null(first)) list(first), if (!is.null(second)) list(second))
  missing <- setdiff(c("x", "y"), given)
  if (length(given) == 0 && !is_predictors(first)) {
    if (is.null(first)) abort_arg("input_formula", "be given", call = call)
    if (is.null(second)) abort_arg("data", "be given", call = call)
    if (is_row_source(second) && is.null(model)) dots$net <- dots$net %||% "dense"
    return(list(formula = first, data = second, model = model, dots = dots))
  }
  if (length(rest) != length(missing)) {
    abort_arg(if (length(rest) < length(missing)) utils::tail(missing, 1) else "input_formula",
              if (length(rest) < length(missing)) "be given beside the other of `x` and `y`"
              else "not be given beside `x` and `y`", call = call)
  }
  out <- c(named, stats::setNames(rest, missing))
  list(x = out$x, y = out$y, model = model, dots = dots)
}

is_predictors <- function(x) {
  is.data.frame(x) || is.matrix(x) || inherits(x, "Matrix")
}

# Runs the design of either form. chooses: whether the net is chosen by what the data are, see net-choice.R.
kms_design_fit <- function(source, control, env, call, chooses = FALSE) {
  check_no_stream(control, call)
  extra <- control$extra$design
  settings <- list(sparse = kms_wants_sparse(control), drop_intercept = control$drop_intercept,
                   contrasts = extra$contrasts.arg, weights = extra$weights,
                   na_action = kms_na_action(control, call), env = env, call = call, codes = net_of(control)$codes,
                   choose = if (chooses) function(columns, y) choose_net(columns, y, control),
                   training = function(n) which(kms_split(n, replace(control, "verbose", 0)) == "train"))
  auto <- kms_wants_auto(control, !is.null(source$x), call)
  built <- if (is.null(source$x)) do.call(design_fit, c(list(source$formula, source$data, auto = auto), settings), quote = TRUE)
           else do.call(design_given, c(list(source$x, source$y), settings), quote = TRUE)
  model <- control$keras_model_seq
  loss <- if (is.null(model)) control$loss else if (is_model(model)) model$compiled$loss
  built$design$outcome <- outcome_as(built$design$outcome, built$y, extra$y_type, call)
  built$design$outcome <- outcome_of_loss(built$design$outcome, built$y, loss, call)
  kms_check_inputs(built$design, control, call)
  built$weights <- kms_case_weights(built$weights, call)
  if (is.null(extra$na.action)) kms_tell_missing(built)
  built
}

# That a net uses rows with missing predictors is said where nobody has asked for it.
kms_tell_missing <- function(built) {
  if (built$n_missing == 0) return(invisible())
  inform_tn(paste0("Of ", big(length(built$rows)), " rows ", big(built$n_missing), if (built$n_missing == 1) " has" else " have",
                   " missing predictors and ", if (built$n_missing == 1) "is" else "are",
                   " used: see \"Missing values\" in ?kms. `na.action = na.omit` leaves such rows out."), "missing_used")
}

# NULL leaves the choice to the design.
kms_wants_sparse <- function(control) {
  if (control$sparse_data) TRUE else if (control$embedding || !net_of(control)$sparse) FALSE else NULL
}

# What was built for columns as they are stays as it was.
kms_layer_arguments <- c("keras_model_seq", "N_layers", "units", "activation", "dropout", "use_bias", "kernel_initializer",
                         "kernel_regularizer", "bias_regularizer", "activity_regularizer", "embedding",
                         "bias_initializer", "kernel_constraint", "bias_constraint")

# Whether `.` chooses what becomes of columns: if asked for, or where the layers are all left to kms().
kms_wants_auto <- function(control, without_formula, call) {
  auto <- control$extra$design$auto
  if (is.null(auto)) {
    described <- c(control$given, names(control$extra$dense), if (!is.null(control$keras_model_seq)) "keras_model_seq")
    return(!any(kms_layer_arguments %in% described))
  }
  if (check_flag(auto, "auto", call = call) && without_formula) {
    abort_arg("auto", "be left out without a formula", "It is about the columns of `.`.", "Such as kms(y ~ ., data).",
              call = call)
  }
  auto
}

# The name of the rule for missing values: as given, or as the net has it.
kms_na_action <- function(control, call = NULL) {
  na_action <- control$extra$design$na.action %||% net_of(control)$missing
  rules <- c("na.omit", "na.exclude", "na.fail", "na.pass")
  for (rule in rules) {
    if (identical(na_action, rule) || identical(na_action, get(rule, asNamespace("stats")))) return(rule)
  }
  abort_arg("na.action", "be na.omit, na.exclude, na.fail or na.pass", describe(na_action), call = call)
}
