# The terms of a fit's formula as writers of other formats read them.

# list(labels, factors, variables): the labels of the terms; the table of variables (rows) and terms, 0 where a
# variable is not part of a term, 2 where it has a column for each of its levels, else 1; the variables as
# list(name, expr, class), named as in xlevels and contrasts, with the numbers of the training rows filled in.
export_terms <- function(design) {
  terms <- stats::delete.response(design$terms)
  classes <- attr(terms, "dataClasses")
  variables <- Map(function(variable, computed) {
    texts <- c(if (is.name(variable)) as.character(variable), deparse1(variable, backtick = TRUE))
    name <- c(intersect(texts, names(classes)), texts)[1]
    list(name = name, expr = computed, class = unname(classes[name]))
  }, as.list(attr(terms, "variables"))[-1], as.list(attr(terms, "predvars"))[-1])
  list(labels = attr(terms, "term.labels"), factors = whole_first_factor(terms, variables), variables = unname(variables))
}

# Files give one number, or the probabilities of labels.
check_one_number <- function(outcome, call) {
  family <- family_of(outcome)
  if (!is_numbers(outcome) || !is.null(family$about)) return(invisible())
  abort_arg("object", "have an outcome that is one number or labels", class = "unsupported", call = call,
            given = paste0("It was fitted with the loss \"", outcome$family, "\"."),
            how = "Save its network: `object$model`.")
}

# Fits that tell missing numbers by a column of their own read what other formats have no value for.
check_no_missing <- function(design, what, call) {
  if (!any(unlist(design$missing$told))) return(invisible())
  abort_tn(paste0("A fit with columns that say where numbers are missing cannot be written to ", what, "."), "unsupported",
           how = "Fit it with `na.action = na.omit`, or fill in its columns before.", call = call)
}

has_levels <- function(variable) variable$class %in% c("factor", "ordered", "character", "logical")

# Without an intercept model.matrix() gives the first factor of all terms a column for each level.
whole_first_factor <- function(terms, variables) {
  factors <- attr(terms, "factors")
  if (attr(terms, "intercept") == 1 || length(factors) == 0) return(factors)
  first <- which(factors > 0 & vapply(variables, has_levels, NA), arr.ind = TRUE)
  if (nrow(first) > 0) factors[first[1, , drop = FALSE]] <- 2
  factors
}

# The name of the column whose values are the levels of f, factor(f), as.factor(f), as.character(f); NA for others.
column_of_levels <- function(expr, env) {
  wrapped <- is.call(expr) && length(expr) == 2 && is.name(expr[[1]]) &&
    as.character(expr[[1]]) %in% c("factor", "as.factor", "as.character") && is_base_function(as.character(expr[[1]]), env)
  if (wrapped) expr <- expr[[2]]
  if (is.name(expr)) as.character(expr) else NA_character_
}

# An expression of single columns and numbers in a simpler one of the same meaning, made of calls of one or two
# arguments: brackets, I(), scale() with the numbers of the training rows and the base of log() are gone. NULL where
# a function is not base R's of that name or is called otherwise.
plain_expression <- function(e, env) {
  number <- function(x) is.numeric(x) && length(x) == 1
  if (is.name(e) || number(e)) return(e)
  name <- if (is.call(e) && is.name(e[[1]])) as.character(e[[1]]) else ""
  if (!nzchar(name) || !is_base_function(name, env)) return(NULL)
  args <- as.list(e)[-1]
  if (name == "scale") return(plain_scale(e, env))
  if (name == "log" && length(args) == 2 && number(args[[2]])) {
    return(plain_expression(call("/", call("log", args[[1]]), log(args[[2]])), env))
  }
  inner <- lapply(args, plain_expression, env)
  if (!length(args) %in% 1:2 || any(vapply(inner, is.null, NA))) return(NULL)
  if (length(args) == 1 && name %in% c("(", "I", "+")) inner[[1]] else as.call(c(as.name(name), inner))
}

plain_scale <- function(e, env) {
  given <- as.list(match.call(function(x, center, scale) NULL, e))[-1]
  numbers <- lapply(given[-1], function(v) as.vector(eval(v, env)))
  if (length(numbers) < 2 || !all(vapply(numbers, function(v) isFALSE(v) || is.numeric(v) && length(v) == 1, NA))) return(NULL)
  moved <- if (is.numeric(numbers$center)) call("-", given$x, numbers$center) else given$x
  plain_expression(if (is.numeric(numbers$scale)) call("/", moved, numbers$scale) else moved, env)
}

# Whether a formula written in env means base R's function of that name.
is_base_function <- function(name, env) {
  identical(get0(name, env, mode = "function"), get0(name, baseenv(), mode = "function"))
}

# (levels, columns) as model.matrix() has them; full: a column for each level.
level_coding <- function(levels, contrasts, full) {
  v <- factor(levels, levels)
  if (!full && is.matrix(contrasts)) v <- level_codes(v, contrasts)
  else if (!full) stats::contrasts(v) <- contrasts %||% "contr.treatment"
  unname(stats::contrasts(v, contrasts = !full))
}
