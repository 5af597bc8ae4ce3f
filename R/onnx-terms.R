# The columns of a formula as nodes of an ONNX graph: raw columns come in, the matrix of the design goes out. Each
# variable of the formula becomes a block of columns, a term the products of the blocks of its variables.
#
# f: list(g, design, inputs = names by column of the data, made as they are asked for).

new_onnx_formula <- function(g, design) {
  f <- new.env(parent = emptyenv())
  f$g <- g
  f$design <- design
  f$env <- environment(design$terms)
  f$inputs <- list()
  f$infos <- list()
  f
}

abort_onnx_term <- function(term, why) {
  abort_tn(paste0("The term `", term, "` cannot be written to an ONNX file: ", why, "."), "unsupported", call = NULL,
           term = term, how = "Compute it beforehand, as a column of the data. The help page lists what can be written.")
}

# ---- raw columns -----------------------------------------------------------------------------------

# The input for a column: floats for numbers, strings for labels and logical values.
onnx_column <- function(f, name, term) {
  known <- f$inputs[[name]]
  if (!is.null(known)) return(known)
  if (!name %in% names(f$design$types)) abort_onnx_term(term, paste0("`", name, "` is no column of the data"))
  type <- f$design$types[[name]]
  kind <- column_kind(type)
  if (!kind %in% c("numbers", "labels", "logical values") || !is.null(dim(type))) {
    abort_onnx_term(term, paste0("`", name, "` holds ", if (is.null(dim(type))) kind else "several columns"))
  }
  f$inputs[[name]] <- onnx_name(f$g, name)
  f$infos[[name]] <- onnx_value_info(f$inputs[[name]], c("batch", "1"), if (kind == "numbers") "float" else "string",
                                     paste0("Column ", name, " of the data (", kind, ")"))
  f$inputs[[name]]
}

is_text_column <- function(f, name) column_kind(f$design$types[[name]]) %in% c("labels", "logical values")

# ---- numbers ---------------------------------------------------------------------------------------

# Functions of one number, and of two, by the names of their ops.
onnx_functions <- c(exp = "Exp", sqrt = "Sqrt", abs = "Abs", log = "Log", "-" = "Neg")
onnx_operators <- c("+" = "Add", "-" = "Sub", "*" = "Mul", "/" = "Div", "^" = "Pow")

# An expression of numeric columns and numbers, (batch, 1).
onnx_expression <- function(f, expr, term) {
  plain <- plain_expression(expr, f$env)
  if (is.null(plain)) abort_onnx_term(term, paste0("ONNX does not know `", deparse1(expr), "` of R"))
  onnx_plain(f, plain, term)
}

onnx_plain <- function(f, e, term) {
  if (is.numeric(e)) return(onnx_float(f$g, e))
  if (is.name(e)) {
    name <- as.character(e)
    input <- onnx_column(f, name, term)
    if (is_text_column(f, name)) abort_onnx_term(term, paste0("`", name, "` is not numeric"))
    return(input)
  }
  name <- as.character(e[[1]])
  x <- vapply(as.list(e)[-1], onnx_plain, "", f = f, term = term)
  op <- if (length(x) == 1) onnx_functions[name] else onnx_operators[name]
  if (!is.na(op)) return(onnx_put(f$g, unname(op), x))
  if (name %in% c("log10", "log2", "log1p") && length(x) == 1) return(onnx_logarithm(f, name, x))
  abort_onnx_term(term, paste0("ONNX does not know `", name, "()` of R"))
}

onnx_logarithm <- function(f, name, x) {
  inside <- if (name == "log1p") onnx_affine(f$g, x, 1, 1) else x
  onnx_affine(f$g, onnx_put(f$g, "Log", inside), switch(name, log10 = 1 / log(10), log2 = 1 / log(2), 1))
}

# ---- labels ----------------------------------------------------------------------------------------

# Whole numbers for the values of a column: codes[k] for levels[k], `other` for all else.
onnx_encode <- function(f, name, levels, codes, other, term) {
  input <- onnx_column(f, name, term)
  keys <- if (is_text_column(f, name)) list(keys_strings = onnx_kind(enc2utf8(levels), "strings"))
          else list(keys_floats = onnx_kind(onnx_numbers(levels, term), "floats"))
  text <- is_text_column(f, name)
  # runtimes know the pairs text and whole number, float and float
  values <- if (text) list(values_int64s = onnx_kind(codes, "ints"), default_int64 = other)
            else list(values_floats = onnx_kind(codes, "floats"), default_float = onnx_kind(other, "float"))
  out <- onnx_put(f$g, "LabelEncoder", input, c(keys, values), domain = "ai.onnx.ml")
  if (text) out else onnx_cast(f$g, out, "int64")
}

onnx_numbers <- function(levels, term) {
  numbers <- suppressWarnings(as.numeric(levels))
  if (anyNA(numbers)) abort_onnx_term(term, "its levels are not numbers, as the column is")
  numbers
}

# A factor-like variable as its columns: those of its contrasts, or one for each level. Unknown levels have the average
# code, zeros in fits without one.
onnx_labels <- function(f, variable, expr, full) {
  name <- onnx_label_column(f, expr, variable)
  levels <- coded_levels(f$design, variable)
  coded <- !averaged_levels(f$design, variable)
  coding <- level_coding(levels, f$design$contrasts[[variable]], full)[coded, , drop = FALSE]
  levels <- levels[coded]
  average <- if (is.null(f$design$shares[[variable]])) numeric(ncol(coding)) else average_code(f$design, variable, full)
  codes <- one_hot_codes(coding)
  if (is.null(codes)) {
    table <- onnx_constant(f$g, row_major(rbind(coding, average)), dim(coding) + c(1, 0), "float",
                           paste0(variable, "/coding"))
    ids <- onnx_encode(f, name, levels, seq_along(levels) - 1, length(levels), variable)
    return(onnx_put(f$g, "Gather", c(table, onnx_reshape(f$g, ids, list(-1))), list(axis = 0)))
  }
  width <- ncol(coding)
  ids <- onnx_reshape(f$g, onnx_encode(f, name, levels, codes, width, variable), list(-1))
  values <- onnx_constant(f$g, c(0, 1), 2, "float", "off and on")
  known <- onnx_put(f$g, "OneHot", c(ids, onnx_ints(f$g, width), values), list(axis = -1))
  if (all(average == 0)) return(known)
  unknown <- onnx_cast(f$g, onnx_encode(f, name, levels, rep(0, length(levels)), 1, variable), "float")
  average <- onnx_constant(f$g, average, c(1, width), "float", paste0(variable, "/average"))
  onnx_put(f$g, "Add", c(known, onnx_put(f$g, "Mul", c(onnx_reshape(f$g, unknown, list(-1, 1)), average))))
}

# f, factor(f), as.factor(f), as.character(f)
onnx_label_column <- function(f, expr, term) {
  name <- column_of_levels(expr, f$env)
  if (is.na(name)) abort_onnx_term(term, "only columns by themselves are turned into levels")
  name
}

# The column, from 0, in which each level has its one, behind the last where it has none; NULL where a coding is not
# of that kind.
one_hot_codes <- function(coding) {
  ones <- rowSums(coding == 1)
  if (!all(coding %in% 0:1) || any(ones > 1)) return(NULL)
  ifelse(ones == 0, ncol(coding), max.col(coding, ties.method = "first") - 1)
}

# ---- the matrix ------------------------------------------------------------------------------------

# The matrix of the design, (batch, columns), before it is scaled.
onnx_design <- function(f) {
  design <- f$design
  terms <- export_terms(design)
  blocks <- lapply(seq_along(terms$labels), function(k) onnx_term(f, terms, k))
  if (any(design$assign == 0)) blocks <- c(list(onnx_ones(f, blocks[[1]])), blocks)
  if (length(blocks) == 1) blocks[[1]] else onnx_put(f$g, "Concat", unlist(blocks), list(axis = 1))
}

onnx_ones <- function(f, block) {
  rows <- onnx_sizes(f$g, block, 0, 1)
  shape <- onnx_put(f$g, "Concat", c(rows, onnx_ints(f$g, 1)), list(axis = 0))
  onnx_put(f$g, "Expand", c(onnx_float(f$g, 1), shape))
}

# The columns of the first variable run fastest.
onnx_term <- function(f, terms, k) {
  factors <- terms$factors[, k]
  used <- which(factors > 0)
  blocks <- vapply(used, function(i) {
    onnx_variable(f, terms$variables[[i]], full = factors[i] == 2, terms$labels[k])
  }, "")
  Reduce(function(a, b) {
    product <- onnx_put(f$g, "Mul", c(onnx_unsqueeze(f$g, b, 2), onnx_unsqueeze(f$g, a, 1)))
    onnx_put(f$g, "Flatten", product, list(axis = 1))
  }, blocks)
}

onnx_variable <- function(f, variable, full, label) {
  if (has_levels(variable)) return(onnx_labels(f, variable$name, variable$expr, full))
  if (variable$class %in% c("numeric", "nmatrix.1")) return(onnx_expression(f, variable$expr, label))
  abort_onnx_term(label, paste0("`", variable$name, "` is not one number a row"))
}
