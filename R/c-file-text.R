# Pieces of C text: numbers, arrays, calls.

# Float literals that are read back to the same bits: 9 digits tell all floats apart.
c_number <- function(x) {
  x <- as.numeric(x)
  beyond <- !is.na(x) & abs(x) > largest_float
  x[beyond] <- sign(x[beyond]) * Inf
  x[!is.na(x) & x != 0 & abs(x) <= 2^-150] <- 0
  text <- sprintf("%.9g", x)
  text <- paste0(text, ifelse(grepl("[.e]", text), "f", ".0f"))
  text[is.infinite(x)] <- ifelse(x[is.infinite(x)] > 0, "INFINITY", "-INFINITY")
  text[is.na(x)] <- "NAN"
  text
}

c_integer <- function(x) format(x, scientific = FALSE, trim = TRUE)

# The lines of a constant array.
c_array <- function(type, name, texts, per_line = 8) {
  line <- (seq_along(texts) - 1) %/% per_line
  texts[-length(texts)] <- paste0(texts[-length(texts)], ",")
  c(paste0("static const ", type, " ", name, "[", length(texts), "] = {"),
    paste0("  ", vapply(split(texts, line), paste, "", collapse = " ")), "};")
}

# name(arguments); text as it is, whole numbers as such, also in lists.
c_call <- function(name, ...) {
  arguments <- rapply(list(...), function(x) if (is.numeric(x)) c_integer(x) else x, how = "unlist")
  paste0(name, "(", paste(arguments, collapse = ", "), ");")
}

c_copy <- function(from, to, n, type = "float") {
  paste0("memcpy(", to, ", ", from, ", ", c_integer(n), " * sizeof(", type, "));")
}

c_fill <- function(to, n, type = "float", byte = 0) {
  paste0("memset(", to, ", ", byte, ", ", c_integer(n), " * sizeof(", type, "));")
}

# A walk over cells (inst/c/walk.h): sizes and steps of axes, the innermost last. Axes of one cell are left out,
# axes that lie on end are one.
c_walk <- function(size, step) paste0("&(const struct walk)", c_walk_value(size, step))

c_walk_value <- function(size, step) {
  kept <- size != 1
  size <- size[kept]
  step <- step[kept]
  k <- length(size)
  while (k > 1) {
    if (step[k - 1] == step[k] * size[k]) {
      size[k] <- size[k - 1] * size[k]
      size <- size[-(k - 1)]
      step <- step[-(k - 1)]
    }
    k <- k - 1
  }
  if (length(size) == 0) size <- step <- 1
  paste0("{", length(size), ", {", paste(c_integer(size), collapse = ", "), "}, {",
         paste(c_integer(step), collapse = ", "), "}}")
}

# Steps in memory along the axes of a shape.
c_steps <- function(shape) {
  if (length(shape) == 0) numeric() else rev(cumprod(c(1, rev(shape)[-length(shape)])))
}

# Steps along the axes of `shape` of a tensor that is spread over it by numpy's rule.
c_spread_steps <- function(own, shape) {
  missing <- length(shape) - length(own)
  c(numeric(missing), ifelse(own == 1, 0, c_steps(own)))
}

# Cells in front of an axis, along it, and behind it: arguments outer, n, inner. axis from 0, negative from the
# end.
c_lines <- function(shape, axis) {
  axis <- (if (axis < 0) axis + length(shape) else axis) + 1
  list(outer = prod(shape[seq_len(axis - 1)]), n = shape[axis], inner = prod(shape[-seq_len(axis)]))
}

# A string literal of any text, in ASCII.
c_string <- function(text) {
  if (length(text) == 0) return(character())
  one <- function(text) {
    bytes <- as.integer(charToRaw(enc2utf8(text)))
    plain <- bytes >= 32 & bytes < 127 & !bytes %in% utf8ToInt("\"\\?")
    paste(ifelse(plain, rawToChar(as.raw(bytes), multiple = TRUE), sprintf("\\%03o", bytes)), collapse = "")
  }
  paste0("\"", vapply(text, one, "", USE.NAMES = FALSE), "\"")
}

# Text that may stand in a comment: in one line, without its end, trigraphs and marks of direction.
c_remark <- function(text) {
  text <- gsub("[\u202a-\u202e\u2066-\u2069\u200e\u200f]", "", enc2utf8(text))
  text <- gsub("[[:cntrl:]]+", " ", text)
  text <- gsub("*/", "* /", gsub("/*", "/ *", text, fixed = TRUE), fixed = TRUE)
  gsub("??", "? ?", text, fixed = TRUE)
}

# A name made to a C identifier.
c_identifier <- function(text) {
  text <- gsub("[^A-Za-z0-9]+", "_", iconv(enc2utf8(text), "UTF-8", "ASCII", sub = "_"))
  ifelse(grepl("^[A-Za-z]", text), text, paste0("model_", sub("^_", "", text)))
}

# Code lines folded at spaces.
c_fold <- function(lines, indent) {
  margin <- strrep(" ", indent)
  short <- nchar(lines) + indent <= 100 | grepl("^/[*]|\"", lines)
  out <- as.list(paste0(margin, lines))
  out[!short] <- lapply(lines[!short], strwrap, width = 100, indent = indent, exdent = indent + 4)
  unlist(out)
}
