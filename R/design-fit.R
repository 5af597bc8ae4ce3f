# From a formula and a data frame to a matrix, an outcome and a recipe that repeats both on new
# data. The recipe (class tildenet_design) holds terms, levels and contrasts, never rows of data:
#
#   terms         right and left side with predvars, variables that only appear after a minus left out
#   xlevels       levels of the factor-like predictors
#   contrasts     how each of them is coded
#   colnames_x    names of the P columns
#   assign        number of the term each of them belongs to, 0 for the intercept
#   columns       columns of `data` the right side reads
#   y_columns     columns of `data` the left side reads
#   types         these columns without their rows, see design-columns.R
#   outcome       see design-outcome.R
#   specials      see design-special.R, by label; pairs: labels of those that are multiplied
#   auto          what `.` made of the columns, see design-auto.R
#   missing       what missing predictors are read as, see design-missing.R; NULL where rows with some are left out
#   shares        how often the rows fitted to have each level, see design-unseen.R
#   ids           users, items and the pairs of them that occur, see design-ids.R
#   sparse        whether the matrix is a dgCMatrix
#   drop_intercept

# Returns list(design, x, y, rows, specials, offset, weights, frame, n_missing): x (N,P) matrix or dgCMatrix, y the
# outcome as the formula gives it, rows the positions in `data` of the N rows without missing values;
# specials the inputs of design-special.R by name; offset and weights numbers or NULL; frame the variables of the terms;
# n_missing how many of the N rows have missing predictors.
# weights: a quosure of an expression for a column of data, or NULL; training: see design_pass(); auto: whether `.` chooses
# what becomes of columns; codes: see the table of nets; choose: see net-choice.R, what it says of na_action and codes goes
# before what is given, and stands in the result as `choice`.
design_fit <- function(formula, data, sparse = NULL, drop_intercept = TRUE, contrasts = NULL,
                       weights = NULL, na_action = "na.omit", training = seq_len, env = parent.frame(),
                       call = rlang::caller_env(), auto = FALSE, codes = NULL, choose = NULL) {
  data <- design_data(data, "data", call)
  if (nrow(data) == 0) abort_arg("data", "have at least one row", class = "data", call = call)
  formula <- design_formula(formula, env, call)
  used <- all.vars(formula)
  design_check_names(if ("." %in% used) names(data) else used, data, "data", call)
  chosen <- if (auto) design_auto(formula, data, names(contrasts), na_action == "na.pass")
  formula <- net_formula(codes, chosen$formula %||% formula, data)
  others <- data[!names(data) %in% chosen$changed]
  without <- if (!is.null(chosen$without)) net_formula(codes, chosen$without, others)
  parsed <- design_terms(outcome_listed(without %||% formula, data), others, call)
  outcome_check_list(formula, data, call)
  design_check_columns(parsed, data, call)
  evaluated <- design_frame(parsed$terms, parsed$found$specials, data, "data", call)
  design_check_frame(evaluated$frame, call)
  choice <- if (!is.null(choose)) choose(design_columns(evaluated$frame, parsed), stats::model.response(evaluated$frame))
  if (!is.null(choice)) sparse <- FALSE
  na_action <- choice$na_action %||% na_action
  codes <- choice$codes %||% codes
  weights <- design_weights(weights, data, environment(formula), call)
  if (!is.null(weights)) evaluated$frame[["(weights)"]] <- weights[evaluated$rows]
  kept <- design_complete(evaluated, nrow(data), na_action, call, parsed$terms,
                          parsed$found$specials)
  frame <- kept$frame
  passed <- design_pass(frame, na_action, training, call)
  frame <- passed$frame

  outcome <- outcome_fit(stats::model.response(frame), formula, call)
  terms <- attr(frame, "terms")
  design_check_predictors(frame, terms, call)
  if (!is.null(codes$contrasts)) contrasts <- codes$contrasts(as.list(frame)[used_variables(terms)], contrasts)
  built <- design_matrix(terms, frame, sparse, drop_intercept, contrasts, call)
  built$x <- add_columns_to(built$x, passed$columns)
  built$assign <- c(built$assign, passed$assign)
  prepared <- special_prepare(parsed$found, frame, call, fill = na_action == "na.pass")

  environment(formula) <- design_environment(formula, data)
  # Levels of a factor of texts are the texts: none of those is kept.
  with_levels <- c(all.vars(terms[[3]]), special_variables(prepared$specials, levels = TRUE))
  read <- c(with_levels, special_variables(prepared$specials, levels = FALSE))
  read <- unique(intersect(read, names(data)))
  y_columns <- intersect(all.vars(formula[[2]]), names(data))
  design <- new_design(
    formula = formula, terms = `environment<-`(terms, environment(formula)),
    xlevels = stats::.getXlevels(terms, frame), contrasts = built$contrasts,
    colnames_x = colnames(built$x), assign = built$assign, columns = read, y_columns = y_columns,
    types = design_types(data, union(y_columns, intersect(with_levels, names(data)))),
    outcome = outcome, sparse = methods::is(built$x, "sparseMatrix"), drop_intercept = drop_intercept,
    specials = prepared$specials, pairs = parsed$found$pairs,
    ids = design_ids(prepared, parsed$found$pairs, data), missing = passed$recipe,
    auto = chosen$columns
  )
  list(design = design, x = built$x, y = outcome_vector(stats::model.response(frame)),
       rows = kept$rows, specials = prepared$inputs, offset = design_offset(frame, call),
       weights = frame[["(weights)"]], frame = frame[used_variables(terms)], n_missing = kept$n_missing,
       choice = choice)
}

# How many columns the matrix will have, NA where there is more than a plain matrix, or a sparse one.
design_columns <- function(frame, parsed) {
  more <- length(parsed$found$specials) > 0 || length(parsed$found$pairs) > 0 || length(attr(parsed$terms, "offset")) > 0
  if (more || design_is_sparse(parsed$terms, frame)) NA else design_sizes(parsed$terms, frame)[["columns"]]
}

# With na.pass the frame with its missing predictors filled: list(frame, recipe, columns, assign), see design-missing.R.
# training: function(n), which of n rows are trained on.
design_pass <- function(frame, na_action, training, call) {
  if (na_action != "na.pass") return(list(frame = frame))
  terms <- stats::delete.response(attr(frame, "terms"))
  recipe <- missing_fit(frame, terms, training(nrow(frame)), call)
  columns <- missing_columns(recipe, frame)
  list(frame = missing_label(missing_fill(recipe, frame), terms), recipe = recipe, columns = columns,
       assign = missing_assign(recipe, terms))
}

new_design <- function(...) structure(list(...), class = "tildenet_design")

design_data <- function(data, arg, call) {
  if (!is.data.frame(data)) {
    abort_arg(arg, "be a data frame", describe(data), "Wrap it in `as.data.frame()`.", call = call)
  }
  for_each_named(as.list(data), function(v, name) check_factor(v, name, call))
  own_frame(as.data.frame(data))
}

# What model.matrix would refuse with words about contrasts, and what would train to NaN.
design_check_predictors <- function(frame, terms, call) {
  for_each_named(as.list(frame)[used_variables(terms)], function(v, name) {
    if (is.factor(v) || is.character(v)) {
      n_levels <- if (is.factor(v)) nlevels(v) else length(unique(v))
      if (n_levels < 2) {
        abort_arg(name, "have at least two levels", "It is the same in every row.",
                  paste0("Leave it out of the formula: `- ", name_in_formula(name, terms), "`."), class = "data", call = call)
      }
    } else if (is.numeric(v) && any_unheld(v)) {
      abort_unheld(name, v, call)
    }
  })
}

# The sum of all offset() terms, NULL without any.
design_offset <- function(frame, call) {
  for (name in names(frame)[attr(attr(frame, "terms"), "offset")]) {
    v <- row_numbers(frame[[name]], name, "be of numbers", call)
    if (NCOL(v) > 1) abort_arg(name, "be of one number a row", describe(v), class = "data", call = call)
    if (any_unheld(v)) abort_unheld(name, v, call)
  }
  offset <- stats::model.offset(frame)
  if (!is.null(offset)) as.vector(offset)
}

# Numbers that go with the rows. Codes of a factor are none.
row_numbers <- function(v, name, must, call) {
  if (is.factor(v)) abort_arg(name, must, describe(v), class = "data", call = call)
  check_numbers(v, name, call, must, "data")
}

# Case weights for all rows of data: variables are looked up in data first, then where the formula was
# written, then where `weights = ` was. Missing ones drop their row.
design_weights <- function(weights, data, env, call) {
  if (is.null(weights)) return(NULL)
  expr <- rlang::quo_get_expr(weights)
  values <- tryCatch(eval(expr, data, env), error = function(e) {
    tryCatch(eval(expr, data, rlang::quo_get_env(weights)), error = function(again) {
      abort_arg("weights", "be a column of the data or a vector", conditionMessage(e), class = "data",
                call = call)
    })
  })
  if (is.null(values)) return(NULL)
  must <- paste("hold one number for each of the", nrow(data), "rows of the data")
  values <- row_numbers(own_values(values), "weights", must, call)
  if (!is.null(dim(values)) || length(values) != nrow(data)) {
    abort_arg("weights", must, describe(values), class = "data", call = call)
  }
  wrong <- which(values < 0 | is_unheld(values))
  if (length(wrong) > 0) {
    abort_arg("weights", "be finite and not negative",
              paste0("In row ", wrong[1], " it is ", format(values[wrong[1]]), "."), class = "data",
              call = call)
  }
  as.numeric(values)
}
