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
#   raw_levels    levels of the factors among these columns
#   outcome       see design-outcome.R
#   sparse        whether the matrix is a dgCMatrix
#   drop_intercept

# Returns list(design, x, y, rows): x (N,P) matrix or dgCMatrix, y the outcome as the formula gives
# it, rows the positions in `data` of the N rows without missing values.
design_fit <- function(formula, data, sparse = NULL, drop_intercept = TRUE, contrasts = NULL,
                       env = parent.frame(), call = rlang::caller_env()) {
  data <- design_data(data, "data", call)
  if (nrow(data) == 0) abort_arg("data", "have at least one row", class = "data", call = call)
  formula <- design_formula(formula, env, call)
  terms <- design_terms(formula, data, call)
  evaluated <- design_frame(terms, data, "data", call)
  kept <- design_complete(evaluated, nrow(data), call)
  frame <- kept$frame

  outcome <- outcome_fit(stats::model.response(frame), formula, call)
  full_terms <- attr(frame, "terms")
  predictors <- stats::delete.response(full_terms)
  design_check_predictors(frame, predictors, call)
  built <- design_matrix(predictors, frame, sparse, drop_intercept, contrasts, call)

  environment(formula) <- design_environment(formula, data)
  design <- new_design(
    formula = formula, terms = `environment<-`(full_terms, environment(formula)),
    xlevels = stats::.getXlevels(predictors, frame), contrasts = built$contrasts,
    colnames_x = colnames(built$x), assign = built$assign, columns = intersect(all.vars(predictors), names(data)),
    y_columns = intersect(all.vars(formula[[2]]), names(data)),
    raw_levels = lapply(Filter(is.factor, data[intersect(all.vars(full_terms), names(data))]), levels),
    outcome = outcome,
    sparse = methods::is(built$x, "sparseMatrix"), drop_intercept = drop_intercept
  )
  y <- outcome_vector(stats::model.response(frame))
  list(design = design, x = built$x, y = y, rows = kept$rows)
}

new_design <- function(formula, terms, xlevels, contrasts, colnames_x, assign, columns, y_columns,
                       raw_levels, outcome, sparse, drop_intercept) {
  structure(
    list(formula = formula, terms = terms, xlevels = xlevels, contrasts = contrasts,
         colnames_x = colnames_x, assign = assign, columns = columns, y_columns = y_columns,
         raw_levels = raw_levels, outcome = outcome, sparse = sparse,
         drop_intercept = drop_intercept),
    class = "tildenet_design"
  )
}

design_data <- function(data, arg, call) {
  if (!is.data.frame(data)) {
    abort_arg(arg, "be a data frame", describe(data), "Wrap it in `as.data.frame()`.", call = call)
  }
  as.data.frame(data)
}

# `env` is where the variables of a formula given as a string are looked for.
design_formula <- function(formula, env, call) {
  if (is.character(formula) && length(formula) == 1) {
    formula <- tryCatch(
      stats::as.formula(formula, env = env),
      error = function(e) {
        abort_arg("input_formula", "be a formula such as y ~ x1 + x2", describe(formula),
                  class = "formula", call = call)
      }
    )
  }
  if (!inherits(formula, "formula") || length(formula) != 3) {
    abort_arg("input_formula", "be a formula with an outcome on its left side, such as y ~ x1 + x2",
              if (inherits(formula, "formula")) paste0("It is ", deparse1(formula), ".")
              else describe(formula), class = "formula", call = call)
  }
  formula
}

# A variable that only stands after a minus (`. - title`) stays in the variables of base R's terms:
# it would drop rows where it is missing and be asked for in new data. The formula is rebuilt without.
design_terms <- function(formula, data, call) {
  terms <- tryCatch(
    stats::terms(formula, data = data),
    error = function(e) design_formula_error(e, "data", call)
  )
  labels <- attr(terms, "term.labels")
  if (!is.null(attr(terms, "offset"))) {
    abort_arg("input_formula", "have no offset()", class = "formula", call = call,
              how = "Subtract it from a continuous outcome: I(y - offset) ~ x.")
  }
  if (length(labels) == 0) {
    abort_arg("input_formula", "have at least one predictor",
              paste0("It is ", deparse1(formula), "."), class = "formula", call = call)
  }
  used <- rowSums(attr(terms, "factors") > 0) > 0
  used[attr(terms, "response")] <- TRUE
  if (all(used)) return(terms)
  smaller <- stats::reformulate(labels, response = formula[[2]],
                                intercept = attr(terms, "intercept") == 1,
                                env = environment(formula))
  stats::terms(smaller)
}

design_formula_error <- function(cnd, arg, call) {
  abort_tn(paste0("The formula cannot be evaluated in `", arg, "`."), "formula",
           given = conditionMessage(cnd), call = call,
           how = "Variables are looked for in the data first, then where the formula was written.")
}

# The model frame with all rows. Functions such as poly() refuse missing values: then only the rows
# without any in the columns read are evaluated. Returns list(frame, rows).
design_frame <- function(terms, data, arg, call) {
  evaluate <- function(rows) {
    used <- if (length(rows) == nrow(data)) data else data[rows, , drop = FALSE]
    list(frame = stats::model.frame(terms, used, na.action = stats::na.pass), rows = rows)
  }
  refuse <- function(cnd) design_formula_error(cnd, arg, call)
  all_rows <- seq_len(nrow(data))
  tryCatch(evaluate(all_rows), error = function(cnd) {
    read <- intersect(all.vars(terms), names(data))
    # List columns have no notion of a missing value: the first error stands.
    whole <- tryCatch(which(stats::complete.cases(data[read])), error = function(e) integer(0))
    if (length(whole) == nrow(data) || length(whole) == 0) refuse(cnd)
    tryCatch(evaluate(whole), error = refuse)
  })
}

# Keeps the rows without missing values in predictors or outcome and says how many went.
design_complete <- function(evaluated, n, call) {
  frame <- evaluated$frame
  whole <- stats::complete.cases(frame)
  dropped <- n - sum(whole)
  if (dropped == n) {
    abort_arg("data", "have a row without missing values", paste("All", n, "rows have some."),
              class = "data", call = call)
  }
  if (dropped > 0) {
    missing <- vapply(frame, function(v) sum(!stats::complete.cases(v)), 0)
    where <- missing[missing > 0]
    inform_tn(paste0(
      "Dropped ", dropped, " of ", n, " rows with missing values",
      if (length(where) > 0) paste0(" (", paste0("`", names(where), "`: ", where, collapse = ", "), ")"),
      "."
    ), "missing_rows")
    terms <- attr(frame, "terms")
    frame <- frame[whole, , drop = FALSE]
    attr(frame, "terms") <- terms
  }
  list(frame = frame, rows = evaluated$rows[whole])
}

# What model.matrix would refuse with words about contrasts, and what would train to NaN.
design_check_predictors <- function(frame, terms, call) {
  for (name in rownames(attr(terms, "factors"))) {
    v <- frame[[name]]
    if (is.factor(v) || is.character(v)) {
      n_levels <- if (is.factor(v)) nlevels(v) else length(unique(v))
      if (n_levels < 2) {
        abort_arg(name, "have at least two levels", "It is the same in every row.",
                  paste0("Leave it out of the formula: `- ", name, "`."), class = "data", call = call)
      }
    } else if (is.numeric(v) && any(is.infinite(v))) {
      abort_arg(name, "be finite", paste(sum(is.infinite(v)), "of its values are infinite."),
                class = "data", call = call)
    }
  }
}

# The environment a fit keeps for evaluating the formula on new data: what the formula names and
# the calling frames hold, on top of the global environment or namespace they hang from. The frames
# themselves, with the data frames in them, are left behind; vectors as long as the data too. (A
# function defined in such a frame brings the frame with it: R ties the two together.)
design_environment <- function(formula, data) {
  frame <- environment(formula)
  if (is_lasting(frame)) return(frame)
  kept <- new.env(parent = emptyenv())
  wanted <- all.names(formula, unique = TRUE)
  while (!is_lasting(frame)) {
    for (name in setdiff(intersect(wanted, ls(frame, all.names = TRUE)), ls(kept))) {
      value <- get(name, envir = frame)
      is_data <- name %in% names(data) || (nrow(data) >= 50 && NROW(value) == nrow(data))
      if (is.function(value) || !is_data) assign(name, value, envir = kept)
    }
    frame <- parent.env(frame)
  }
  parent.env(kept) <- frame
  kept
}

# Environments that are saved by name, not by content.
is_lasting <- function(env) {
  identical(env, globalenv()) || identical(env, emptyenv()) || isNamespace(env) ||
    identical(env, baseenv()) || !is.null(attr(env, "name"))
}
