# The terms that go into the design matrix, the offsets and the specials of a formula.
#
# Returns list(terms, found): terms hold response, plain predictors and offsets, found is what
# design_specials() gives. A variable that only stands after a minus (`. - title`) stays in the
# variables of base R's terms: it would drop rows where it is missing and be asked for in new data.
# The formula is then rebuilt without it, as without specials.
design_terms <- function(formula, data, call) {
  terms <- tryCatch(
    dot_terms(formula, data) %||% stats::terms(formula, data = data),
    error = function(e) design_formula_error(e, "data", call)
  )
  if (length(attr(terms, "term.labels")) == 0) {
    abort_arg("input_formula", "have at least one predictor",
              paste0("It is ", deparse1(formula), "."), class = "formula", call = call)
  }
  found <- design_specials(terms, environment(formula), call)
  used <- used_rows(terms)
  used[c(attr(terms, "response"), attr(terms, "offset"))] <- TRUE
  if (length(found$specials) == 0 && all(used)) return(list(terms = terms, found = found))
  intercept <- attr(terms, "intercept") == 1
  offsets <- vapply(as.list(attr(terms, "variables"))[attr(terms, "offset") + 1], deparse1, "")
  labels <- c(found$labels, offsets)
  if (length(found$labels) == 0) labels <- c(if (intercept) "1" else "0", labels)
  list(terms = terms_of_labels(labels, formula, data, intercept), found = found)
}

# As terms() of `y ~ .`, which takes seconds for thousands of columns; NULL for other formulas.
dot_terms <- function(formula, data) {
  if (!is.name(formula[[2]]) || !identical(formula[[3]], quote(.))) return(NULL)
  columns <- setdiff(names(data), as.character(formula[[2]]))
  n <- length(columns)
  if (n == 0) return(NULL)
  labels <- backticked(columns)
  factors <- matrix(0L, n + 1, n, dimnames = list(c(backticked(as.character(formula[[2]])), labels), labels))
  factors[cbind(seq_len(n) + 1, seq_len(n))] <- 1L
  summands <- lapply(columns, as.name)
  formula[[3]] <- Reduce(function(sum, name) call("+", sum, name), summands)
  structure(formula, variables = as.call(c(quote(list), formula[[2]], summands)), factors = factors,
            term.labels = labels, order = rep(1L, n), intercept = 1L, response = 1L, class = c("terms", "formula"))
}

# Names of variables as formulas write them.
backticked <- function(names) {
  odd <- make.names(names) != names
  names[odd] <- vapply(names[odd], function(name) deparse1(as.name(name), backtick = TRUE), "")
  names
}

# Columns are a dot again where the labels begin with all that stand by themselves: of thousands of summands terms() takes
# minutes.
terms_of_labels <- function(labels, formula, data, intercept) {
  columns <- setdiff(names(data), all.vars(formula[[2]]))
  names(columns) <- backticked(columns)
  first <- unname(columns[labels[cumsum(!labels %in% names(columns)) == 0]])
  others <- labels[seq_along(labels) > length(first)]
  alone <- unlist(lapply(str2expression(others), all_names_alone))
  if (length(first) == 0 || !all(alone %in% first)) {
    data <- NULL
    first <- character()
    others <- labels
  }
  smaller <- stats::reformulate(c(if (length(first) > 0) ".", others), response = formula[[2]], intercept = intercept,
                                env = environment(formula))
  stats::terms(smaller, data = data[first])
}

# Variables of a term that stand in no function.
all_names_alone <- function(e) {
  if (is.name(e)) return(as.character(e))
  if (is.call(e) && identical(e[[1]], quote(`:`))) unlist(lapply(as.list(e)[-1], all_names_alone))
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

design_formula_error <- function(cnd, arg, call) {
  if (inherits(cnd, "tildenet_error")) rlang::cnd_signal(cnd)
  abort_tn(paste0("The formula cannot be evaluated in `", arg, "`."), "formula",
           given = conditionMessage(cnd), call = call,
           how = "Variables are looked for in the data first, then where the formula was written.")
}

# ---- names of variables ----------------------------------------------------------------------------

# As model frames name them: the rows of the factors of terms have backticks, and drop the L of 5L.
variable_names <- function(terms) {
  vapply(as.list(attr(terms, "variables"))[-1], function(v) if (is.name(v)) as.character(v) else deparse1(v), "")
}

# Those that terms are made of.
used_variables <- function(terms) {
  if (length(attr(terms, "factors")) == 0) character() else variable_names(terms)[used_rows(terms)]
}

# Which variables these are. Those that are a term by themselves are found by name: of thousands of columns the factors are
# a matrix of that number squared.
used_rows <- function(terms) {
  factors <- attr(terms, "factors")
  used <- rownames(factors) %in% colnames(factors)
  used[!used] <- rowSums(factors[!used, , drop = FALSE]) > 0
  used
}

name_in_formula <- function(name, terms) rownames(attr(terms, "factors"))[match(name, variable_names(terms))]
