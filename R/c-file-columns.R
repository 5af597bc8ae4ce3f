# The columns of a design matrix as C expressions of the columns of the data. An expression is kept as a function of
# the step that it becomes part of: the step knows where the data lie and takes tables.

# One for each column of the design.
c_design_columns <- function(design, columns, call) {
  if (is.null(design$terms)) return(lapply(columns, c_column_value))
  terms <- stats::delete.response(design$terms)
  variables <- as.list(attr(terms, "predvars"))[-1]
  names <- as.list(attr(terms, "variables"))[-1]
  factors <- c_coding(terms, names, design)
  values <- list()
  for (term in unique(design$assign)) {
    if (term == 0) {
      values <- c(values, function(s) "1")
      next
    }
    used <- which(factors[, term] > 0)
    parts <- lapply(used, function(i) {
      c_variable(names[[i]], variables[[i]], factors[i, term], design, columns, call)
    })
    values <- c(values, c_products(parts))
  }
  if (length(values) != length(design$colnames_x)) {
    c_abort_term(deparse1(design$formula[[3]]), "Its terms have more columns than are known for single numbers.", call)
  }
  values
}

# The factor table of terms as model.matrix() uses it: without an intercept the first factor has all its levels.
c_coding <- function(terms, variables, design) {
  factors <- attr(terms, "factors")
  if (attr(terms, "intercept") == 1) return(factors)
  coded <- !vapply(variables, function(v) is.na(c_key(v, names(design$contrasts))), NA)
  for (term in seq_len(ncol(factors))) {
    first <- which(factors[, term] > 0 & coded)
    if (length(first) > 0) {
      factors[first[1], term] <- 2
      return(factors)
    }
  }
  factors
}

# The name that a list with names of variables has for one, NA for none.
c_key <- function(variable, names) {
  texts <- c(if (is.name(variable)) as.character(variable), deparse1(variable, backtick = TRUE))
  c(intersect(texts, names), NA)[1]
}

# All products of one part each, the first fastest.
c_products <- function(parts) {
  grid <- as.matrix(expand.grid(lapply(parts, seq_along)))
  lapply(seq_len(nrow(grid)), function(row) {
    chosen <- Map(function(part, k) part[[k]], parts, grid[row, ])
    if (length(chosen) == 1) return(chosen[[1]])
    function(s) paste(vapply(chosen, function(value) paste0("(", value(s), ")"), ""), collapse = " * ")
  })
}

# The columns of one variable of a term: one of numbers, or those that code levels.
c_variable <- function(variable, computed, coding, design, columns, call) {
  column <- columns[[c_factor_of(variable)]]
  key <- c_key(variable, names(design$contrasts))
  if (is.null(column) || is.na(key)) return(list(c_expression(computed, columns, call)))
  own <- design$xlevels[[key]] %||% c("FALSE", "TRUE")
  values <- c_level_values(own, column)
  how <- design$contrasts[[key]]
  plain <- coding == 2 || identical(how, "contr.treatment")
  if (plain) return(lapply(if (coding == 2) values else values[-1], function(value) c_code(1, value, column$at)))
  codes <- if (is.character(how)) match.fun(how)(own) else as.matrix(how)
  lapply(seq_len(ncol(codes)), function(k) c_code(codes[, k], values, column$at))
}

# The name of the column whose values are levels of a variable: f, or factor(f).
c_factor_of <- function(variable) {
  if (is.call(variable) && length(variable) == 2 && as.character(variable[[1]])[1] %in% c("factor", "as.factor")) {
    variable <- variable[[2]]
  }
  if (is.name(variable)) as.character(variable) else ""
}

# The numbers that stand for levels.
c_level_values <- function(levels, column) {
  switch(column$kind, numbers = as.numeric(levels), labels = match(levels, column$levels) - 1,
         `logical values` = as.numeric(levels == "TRUE"))
}

# The sum of the codes of levels.
c_code <- function(codes, values, at) {
  used <- codes != 0
  factor <- ifelse(codes[used] == 1, "", paste0(c_number(codes[used]), " * "))
  function(s) {
    paste0(factor, "is_equal(", s$x, "[", at, "], ", c_number(values[used]), ")", collapse = " + ")
  }
}

c_column_value <- function(column) function(s) paste0(s$x, "[", column$at, "]")

# ---- expressions -----------------------------------------------------------------------------------

c_functions <- c(log = "logf", log10 = "log10f", log2 = "log2f", log1p = "log1pf", exp = "expf", expm1 = "expm1f",
                 sqrt = "sqrtf", abs = "fabsf", sin = "sinf", cos = "cosf", tan = "tanf", tanh = "tanhf",
                 floor = "floorf", ceiling = "ceilf")

# An R expression of columns of numbers.
c_expression <- function(e, columns, call) {
  if (is.numeric(e) && length(e) == 1) return(function(s) c_signed(e))
  if (is.name(e)) {
    column <- columns[[as.character(e)]]
    if (is.null(column) || column$kind == "labels") {
      c_abort_term(deparse1(e), paste0("`", deparse1(e), "` is no column of numbers."), call)
    }
    return(c_column_value(column))
  }
  name <- if (is.call(e) && is.name(e[[1]])) as.character(e[[1]]) else ""
  scaled <- name == "scale" && is.numeric(e$center) && is.numeric(e$scale)
  arity <- if (scaled) 1 else length(e) - 1
  known <- scaled || (arity == 1 && name %in% c("(", "I", "+", "-", names(c_functions))) ||
    (arity == 2 && name %in% c("+", "-", "*", "/", "^"))
  if (!known) c_abort_term(deparse1(e), paste0("There is no C function for `", deparse1(e), "`."), call)
  inner <- lapply(as.list(e)[1 + seq_len(arity)], c_expression, columns = columns, call = call)
  function(s) {
    text <- vapply(inner, function(value) value(s), "")
    if (scaled) return(paste0("(", text, " - ", c_signed(e$center), ") / ", c_number(e$scale)))
    if (name %in% names(c_functions)) return(paste0(c_functions[[name]], "(", text, ")"))
    if (arity == 1) return(paste0(if (name == "-") "-", "(", text, ")"))
    if (name == "^") return(paste0("powf(", text[1], ", ", text[2], ")"))
    paste0("(", text[1], ") ", name, " (", text[2], ")")
  }
}
