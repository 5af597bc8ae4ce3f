# The columns of a design matrix as C expressions of the columns of the data. An expression is kept as a function of
# the step that it becomes part of: the step knows where the data lie and takes tables.

# One for each column of the design.
c_design_columns <- function(design, columns, call) {
  if (is.null(design$terms)) return(lapply(columns, c_column_value))
  terms <- stats::delete.response(design$terms)
  variables <- as.list(attr(terms, "predvars"))[-1]
  names <- as.list(attr(terms, "variables"))[-1]
  factors <- c_coding(terms, design, columns)
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
c_coding <- function(terms, design, columns) {
  factors <- attr(terms, "factors")
  if (attr(terms, "intercept") == 1) return(factors)
  coded <- names(design$contrasts)
  for (term in seq_len(ncol(factors))) {
    first <- which(factors[, term] > 0 & rownames(factors) %in% coded)
    if (length(first) > 0) {
      factors[first[1], term] <- 2
      return(factors)
    }
  }
  factors
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
c_variable <- function(name, computed, coding, design, columns, call) {
  column <- if (is.name(name)) columns[[as.character(name)]]
  if (is.null(column) || column$kind == "numbers") return(list(c_expression(computed, columns, call)))
  key <- if (as.character(name) %in% names(design$contrasts)) as.character(name) else deparse1(name, backtick = TRUE)
  own <- if (column$kind == "labels") design$xlevels[[key]] else c("FALSE", "TRUE")
  known <- column$levels %||% own
  at <- match(own, known) - 1
  how <- design$contrasts[[key]]
  if (coding == 2 || identical(how, "contr.treatment")) {
    return(lapply(if (coding == 2) at else at[-1], c_is_level, column$at))
  }
  codes <- matrix(0, length(known), length(own) - 1)
  codes[at + 1, ] <- c_contrasts(how, own)
  lapply(seq_len(ncol(codes)), function(k) c_code(codes[, k], column$at))
}

c_is_level <- function(level, at) function(s) paste0("is_equal(", s$x, "[", at, "], ", c_integer(level), ")")

c_contrasts <- function(how, levels) if (is.character(how)) match.fun(how)(levels) else unname(as.matrix(how))

# What stands for each level in a column.
c_code <- function(codes, at) {
  function(s) paste0("level_value(", s$x, "[", at, "], ", s$constant("codes", codes), ", ", length(codes), ")")
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
    if (is.null(column) || column$kind == "labels") c_abort_term(deparse1(e), paste0("`", deparse1(e), "` is no column of numbers."), call)
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
