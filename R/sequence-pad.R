#' Sequences of equal length
#'
#' Makes a matrix of a list of sequences: shorter ones are filled up, longer ones cut.
#' @param sequences A list of numeric vectors, or of lists of vectors of equal length.
#' @param maxlen Length of the rows; `NULL`: that of the longest sequence.
#' @param dtype `"int32"` and other integer types cut fractions towards 0; `"float32"`, `"float64"`.
#' @param padding,truncating `"pre"`: fill, or cut, in front, so that the last items stay. `"post"`: behind.
#' @param value What to fill with.
#' @returns A matrix, n x maxlen, of integers for integer types; for sequences of vectors of length d
#'   an array n x maxlen x d.
#' @section Errors:
#' Anything but a list of sequences, an empty list without `maxlen`, and vectors of different lengths
#' are errors of class `tildenet_error_argument`; missing values are one of class `tildenet_error_missing`,
#' infinite ones of class `tildenet_error_data`.
#' @examples
#' pad_sequences(list(c(1, 2, 3), 4, integer()))
#' pad_sequences(list(c(1, 2, 3), 4), maxlen = 2, padding = "post", truncating = "post")
#' @export
pad_sequences <- function(sequences, maxlen = NULL, dtype = "int32", padding = "pre",
                          truncating = "pre", value = 0) {
  if (!is_plain_list(sequences)) {
    abort_arg("sequences", "be a list of sequences", describe(sequences),
              if (is.numeric(sequences)) "Wrap one sequence in list().")
  }
  maxlen <- check_count(maxlen, "maxlen", min = 0, null_ok = TRUE)
  integers <- grepl("int", check_string(dtype, "dtype", number_types()), fixed = TRUE)
  padding <- check_string(padding, "padding", c("pre", "post"))
  truncating <- check_string(truncating, "truncating", c("pre", "post"))
  value <- check_number(value, "value")
  if (length(sequences) == 0 && is.null(maxlen)) {
    abort_arg("maxlen", "be given for an empty list of sequences")
  }
  items <- sequence_items(sequences)
  maxlen <- maxlen %||% max(items$length)
  place <- padded_places(items$length, maxlen, padding, truncating)
  size <- c(length(sequences), maxlen)
  out <- with_room(fill_padded(items, place, size, if (integers) trunc(value) else value),
                   paste("a matrix of", paste(format(size, big.mark = ",", trim = TRUE), collapse = " x ")),
                   prod(size, ncol(items$values)), "Give a smaller `maxlen`.")
  if (integers) as_integers(trunc(out)) else out
}

number_types <- function() {
  c("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32", "float64")
}

# Items of all sequences behind one another: list(values = matrix with one row per item, length).
sequence_items <- function(sequences, call = rlang::caller_env()) {
  sequences <- sequence_numbers(sequences, "sequences", call)
  nested <- vapply(sequences, function(s) is.list(s) && any(lengths(s) != 1), NA)
  length <- as.numeric(lengths(sequences))
  flat <- if (any(nested)) lapply(unlist(sequences, recursive = FALSE), unlist)
          else unlist(sequences, use.names = FALSE) %||% numeric()
  if (!any(nested) && length(flat) != sum(length)) abort_arg("sequences", "hold sequences of numbers", call = call)
  width <- unique(lengths(flat))
  if (length(width) > 1) {
    abort_arg("sequences", "hold vectors of equal length", call = call, class = "shape",
              given = paste0("Their lengths are ", paste(width, collapse = ", "), "."))
  }
  values <- if (is.list(flat)) do.call(rbind, flat) else as.numeric(flat)
  check_held(values, "sequences", call)
  list(values = as.matrix(values), length = length)
}

# Which items stay, and the cell (row, column) of each.
padded_places <- function(length, maxlen, padding, truncating) {
  row <- rep(seq_along(length), length)
  position <- sequence(length)
  long <- length[row]
  dropped <- if (truncating == "pre") pmax(long - maxlen, 0) else 0
  column <- position - dropped
  stays <- column >= 1 & column <= maxlen
  shift <- if (padding == "pre") pmax(maxlen - long, 0) else rep(0, length(row))
  list(stays = stays, cell = cbind(row, column + shift)[stays, , drop = FALSE])
}

fill_padded <- function(items, place, dim, value) {
  width <- ncol(items$values)
  planes <- vapply(seq_len(width), function(k) {
    plane <- matrix(value, dim[1], dim[2])
    plane[place$cell] <- items$values[place$stays, k]
    plane
  }, matrix(0, dim[1], dim[2]))
  array(planes, c(dim, if (width > 1) width))
}
