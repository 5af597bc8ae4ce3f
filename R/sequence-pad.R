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
  size <- c(length(sequences), maxlen)
  pad <- function(integers) {
    engine_pad(items$values, items$length, maxlen, padding == "pre", truncating == "pre", value, integers)
  }
  value <- if (integers) trunc(value) else value
  with_room(if (integers) pad(TRUE) %||% trunc(pad(FALSE)) else pad(FALSE),
            paste("a matrix of", paste(format(size, big.mark = ",", trim = TRUE), collapse = " x ")),
            prod(size, NCOL(items$values)), "Give a smaller `maxlen`.")
}

number_types <- function() {
  c("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32", "float64")
}

# Items of all sequences behind one another: list(values = numbers, or a matrix with one row per item, length).
sequence_items <- function(sequences, call = rlang::caller_env()) {
  plain <- engine_flat_sequences(sequences)
  if (!is.null(plain)) {
    check_held(plain$values, "sequences", call)
    return(plain)
  }
  sequences <- sequence_numbers(sequences, "sequences", call)
  length <- lengths(sequences, use.names = FALSE)
  nested <- any(vapply(sequences[vapply(sequences, is.list, NA)], function(s) any(lengths(s) != 1), NA))
  flat <- if (nested) lapply(unlist(sequences, recursive = FALSE), unlist)
          else unlist(sequences, use.names = FALSE) %||% numeric()
  if (!nested && length(flat) != sum(as.numeric(length))) abort_arg("sequences", "hold sequences of numbers", call = call)
  width <- if (nested) unique(lengths(flat)) else 1
  if (length(width) > 1) {
    abort_arg("sequences", "hold vectors of equal length", call = call, class = "shape",
              given = paste0("Their lengths are ", paste(width, collapse = ", "), "."))
  }
  values <- if (nested) do.call(rbind, flat) else flat
  check_held(values, "sequences", call)
  if (is.logical(values)) storage.mode(values) <- "integer"
  list(values = values, length = length)
}
