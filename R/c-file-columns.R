# The columns of a design matrix as C expressions of the columns of the data. An expression is kept as a function of
# the step that it becomes part of: the step knows where the data lie and takes tables.

# One for each column of the design.
c_design_columns <- function(design, columns, call) {
  if (is.null(design$terms)) return(lapply(columns, c_column_value))
  terms <- export_terms(design)
  values <- lapply(seq_along(terms$labels), function(k) {
    used <- which(terms$factors[, k] > 0)
    c_products(lapply(used, function(i) {
      c_variable(terms$variables[[i]], terms$factors[i, k] == 2, design, columns, call)
    }))
  })
  values <- c(if (any(design$assign == 0)) list(function(s) "1"), unlist(values))
  if (length(values) != length(design$colnames_x)) {
    c_abort_term(deparse1(design$formula[[3]]), "Its terms have more columns than are known for single numbers.", call)
  }
  values
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
c_variable <- function(variable, full, design, columns, call) {
  env <- environment(design$terms)
  if (!has_levels(variable)) return(list(c_expression(variable$expr, columns, env, call)))
  column <- columns[[column_of_levels(variable$expr, env)]]
  if (is.null(column)) {
    c_abort_term(variable$name, paste0("`", variable$name, "` makes levels of more than a column by itself."), call)
  }
  levels <- coded_levels(design, variable$name)
  values <- c_level_values(levels, column)
  codes <- if (full || coded_plainly(design, variable$name)) { # tables of thousands of levels are not made
    lapply(if (full) values else values[-1], function(value) c_code(1, value, column$at))
  } else {
    coding <- level_coding(levels, design$contrasts[[variable$name]], full)
    lapply(seq_len(ncol(coding)), function(k) c_code(coding[, k], values, column$at))
  }
  c_with_average(codes, variable$name, full, values, design, column)
}

# Levels that have the average code: all but the others.
c_with_average <- function(codes, name, full, values, design, column) {
  if (is.null(design$shares[[name]])) return(codes)
  is_known <- c_known(values[!averaged_levels(design, name)], column)
  Map(function(code, average) {
    function(s) paste0("(", is_known(s), " ? ", code(s), " : ", c_number(average), ")")
  }, codes, average_code(design, name, full))
}

# Whether the value of a column is among some, as a function of the step, in which a table of them stands once.
c_known <- function(values, column) {
  n <- if (column$kind == "labels") length(column$levels) else length(values)
  table <- if (column$kind == "labels") c(seq_len(n) - 1, NA) %in% values + 0 else values
  step <- written <- NULL
  function(s) {
    if (!identical(step, s)) {
      step <<- s
      written <<- s$constant("known", table)
    }
    paste0(if (column$kind == "labels") "level_row(" else "is_among(", s$x, "[", column$at, "], ", written, ", ", n, ")")
  }
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
c_expression <- function(e, columns, env, call) {
  plain <- plain_expression(e, env)
  if (is.null(plain)) c_abort_function(e, call)
  c_plain(plain, columns, call)
}

c_plain <- function(e, columns, call) {
  if (is.numeric(e)) return(function(s) c_signed(e))
  if (is.name(e)) {
    column <- columns[[as.character(e)]]
    if (is.null(column) || column$kind == "labels") {
      c_abort_term(deparse1(e), paste0("`", deparse1(e), "` is no column of numbers."), call)
    }
    return(c_column_value(column))
  }
  write <- c_written(as.character(e[[1]]), length(e) - 1) %||% c_abort_function(e, call)
  inner <- lapply(as.list(e)[-1], c_plain, columns = columns, call = call)
  function(s) write(vapply(inner, function(value) value(s), ""))
}

c_abort_function <- function(e, call) {
  c_abort_term(deparse1(e), paste0("There is no C function for `", deparse1(e), "`."), call)
}

# How a call of n arguments is written, as a function of their texts; NULL for one that C has nothing for.
c_written <- function(name, n) {
  if (n == 1 && name %in% names(c_functions)) return(function(x) paste0(c_functions[[name]], "(", x, ")"))
  if (n == 1 && name == "-") return(function(x) paste0("-(", x, ")"))
  if (n == 2 && name == "^") return(function(x) paste0("powf(", x[1], ", ", x[2], ")"))
  if (n == 2 && name %in% c("+", "-", "*", "/")) return(function(x) paste0("(", x[1], ") ", name, " (", x[2], ")"))
}
