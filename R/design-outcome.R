# The left side of the formula: what kind of outcome it is and how it is given to the network.
#
#   type     "continuous" (numbers with more than two values), "binary" or "multinomial"
#   labels   the values in order, in the type the outcome has (NULL when continuous)
#   n_values number of distinct values

outcome_fit <- function(y, formula, call) {
  name <- deparse1(formula[[2]])
  y <- outcome_check(outcome_vector(y), name, call)
  values <- sort(unique(y))
  outcome_check_constant(y, name, "data", call)
  type <- if (length(values) == 2) "binary" else if (is.numeric(y)) "continuous" else "multinomial"
  list(name = name, type = type, n_values = length(values),
       labels = if (type != "continuous") values)
}

# scale(y) and cbind(y) are matrices of one column; model frames name the values by row.
outcome_vector <- function(y) {
  if (is.matrix(y)) {
    if (ncol(y) == 1) as.vector(y) else y
  } else {
    unname(y)
  }
}

outcome_check <- function(y, name, call) {
  plain <- is.factor(y) || ((is.numeric(y) || is.character(y) || is.logical(y)) && is.null(dim(y)))
  if (!plain) {
    abort_tn(paste0("The outcome `", name, "` must be a numeric, factor, character or logical vector."),
             "outcome", given = describe(y), call = call,
             how = "Convert it, as in `as.numeric(date) ~ x`.")
  }
  if (is.numeric(y) && any(is.infinite(y))) {
    abort_tn(paste0("The outcome `", name, "` must be finite."), "outcome", call = call,
             given = paste(sum(is.infinite(y)), "of its values are infinite."))
  }
  y
}

# `part` names the rows looked at in the error.
outcome_check_constant <- function(y, name, part, call) {
  if (length(unique(y)) > 1) return(invisible())
  abort_tn(paste0("The outcome `", name, "` must have at least two different values in the ", part, "."),
           "outcome", call = call,
           given = paste0("All ", length(y), " values are ", format(y[1]), "."))
}

# Position of each value among the labels, from 0; NA for a value that is not among them.
outcome_codes <- function(y, outcome) {
  match(as.character(y), as.character(outcome$labels)) - 1L
}

# Values of the outcome from positions.
outcome_values <- function(codes, outcome) {
  outcome$labels[codes + 1L]
}

# The same as a factor with the levels of the outcome.
outcome_factor <- function(codes, outcome) {
  if (is.factor(outcome$labels)) return(outcome_values(codes, outcome))
  factor(as.character(outcome_values(codes, outcome)), levels = as.character(outcome$labels))
}
