# The variables of a formula evaluated in data, row by row complete.

# The model frame with all rows. Functions such as poly() refuse missing values: then only the rows
# without any in the columns read are evaluated. The first arguments of specials are columns of the
# frame too, named by label. Returns list(frame, rows).
design_frame <- function(terms, specials, data, arg, call) {
  # What factor() and paste() make of numbers must not depend on the session.
  rlang::local_options(OutDec = ".", scipen = 15)
  evaluate <- function(rows) {
    used <- if (length(rows) == nrow(data)) data else data[rows, , drop = FALSE]
    frame <- plain_frame(terms, used) %||% stats::model.frame(terms, used, na.action = stats::na.pass)
    frame <- frame_values(frame, terms)
    list(frame = special_values(frame, specials, used, environment(terms)), rows = rows)
  }
  refuse <- function(cnd) design_formula_error(cnd, arg, call)
  all_rows <- seq_len(nrow(data))
  tryCatch(evaluate(all_rows), error = function(cnd) {
    read <- intersect(c(all.vars(terms), special_variables(specials, levels = TRUE)), names(data))
    # List columns have no notion of a missing value: the first error stands.
    whole <- tryCatch(which(stats::complete.cases(data[read])), error = function(e) integer(0))
    if (length(whole) == nrow(data) || length(whole) == 0) refuse(cnd)
    tryCatch(evaluate(whole), error = refuse)
  })
}

# As model.frame(), where each variable is a plain column of the data: thousands of them cost that the square of their
# number. NULL for other variables.
plain_frame <- function(terms, data) {
  variables <- plain_variables(terms)
  if (is.null(variables) || !all(variables %in% names(data))) return(NULL)
  frame <- data[variables]
  plain <- vapply(frame, is_plain_column, NA)
  if (!all(plain)) return(NULL)
  attr(terms, "predvars") <- attr(terms, "predvars") %||% attr(terms, "variables")
  attr(terms, "dataClasses") <- vapply(frame, stats::.MFclass, "")
  structure(frame, terms = terms)
}

is_plain_column <- function(v) is.factor(v) || (!is_shaped(v) && (is.numeric(v) || is.character(v) || is.logical(v)))

# Names of the variables of a formula, or some of them, NULL if one is more than a name.
plain_variables <- function(terms, which = TRUE) {
  variables <- as.list(attr(terms, "predvars") %||% attr(terms, "variables"))[-1][which]
  if (all(vapply(variables, is.name, NA))) vapply(variables, as.character, "")
}

# What variables that do not lie in the data, or functions, have made; the level NA of an outcome is a missing one.
frame_values <- function(frame, terms) {
  for (i in which(vapply(frame, is_integer64, NA))) frame[[i]] <- own_values(frame[[i]])
  if (attr(terms, "response") > 0 && is.factor(frame[[1]])) frame[[1]] <- outcome_vector(frame[[1]])
  frame
}

# Keeps the rows without missing values in predictors, outcome or weights and says how many went. terms: whose
# variables may be missing with na.pass, and so may what the specials read. Returns list(frame, rows, n_missing), the last
# of them how many of the rows kept have missing predictors.
design_complete <- function(evaluated, n, na_action, call, terms = NULL, specials = NULL) {
  frame <- evaluated$frame
  predictors <- if (is.null(terms)) "x" else missing_allowed(frame, terms, specials)
  allowed <- if (na_action == "na.pass") predictors
  whole <- complete_but(frame, allowed)
  dropped <- n - sum(whole)
  if (dropped > 0) {
    missing <- vapply(frame[setdiff(names(frame), allowed)], function(v) sum(!stats::complete.cases(v)), 0)
    where <- missing[missing > 0]
    where <- if (length(where) > 0) paste0(" (", paste0("`", names(where), "`: ", where, collapse = ", "), ")")
    if (dropped == n) {
      abort_arg("data", "have a row without missing values", paste0("All ", n, " rows have some", where, "."),
                if (na_action != "na.pass" && all(missing < n)) "`na.action = na.pass` uses rows with missing predictors.",
                class = "data", call = call)
    }
    if (na_action == "na.fail") {
      abort_arg("data", "have no missing values with `na.action = na.fail`", class = "data", call = call,
                given = paste0(dropped, " of ", n, " rows have some", where, "."))
    }
    could_stay <- any(missing[intersect(predictors, names(missing))] > 0)
    inform_tn(paste0("Dropped ", dropped, " of ", n, " rows with missing values", where, ".",
                     if (could_stay) " `na.action = na.pass` uses rows with missing predictors."), "missing_rows")
    terms <- attr(frame, "terms")
    frame <- frame[whole, , drop = FALSE]
    attr(frame, "terms") <- terms
  }
  n_missing <- if (is.null(allowed)) 0L else sum(!stats::complete.cases(frame[intersect(names(frame), allowed)]))
  list(frame = frame, rows = evaluated$rows[whole], n_missing = n_missing)
}
