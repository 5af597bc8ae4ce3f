# What users give as numbers: every entry takes them from here, as plain numbers with their dimensions.

# Numbers and logical values of any class as plain ones; NULL for what is no number, or none that R's
# numbers hold exactly. What has a class of its own is asked for its numbers by as.double().
plain_numbers <- function(x) {
  if (is.object(x)) x <- own_values(x)
  if (isS4(x) || !(is.numeric(x) || is.logical(x)) || is_integer64(x)) return(NULL)
  if (!is.object(x)) return(x)
  numbers <- tryCatch(as.double(x), error = function(e) NULL)
  if (length(numbers) != length(x)) return(NULL)
  with_shape_of(numbers, x)
}

# The same, or an error; must: what the argument has to be.
check_numbers <- function(x, arg, call, must = "hold numbers", class = "argument") {
  numbers <- plain_numbers(x)
  if (is.null(numbers)) abort_arg(arg, must, describe(x), numbers_hint(x), class = class, call = call)
  numbers
}

# Data frames and matrices of other kinds as matrices, before their numbers are looked at.
dense_values <- function(x, arg, call) {
  x <- own_sparse(x, arg, call)
  if (is.data.frame(x)) return(frame_matrix(x, arg, call))
  if (inherits(x, "Matrix")) return(dense_copy(x, arg, call))
  if (isS4(x)) own_values(x) else x
}

# Of a matrix of Matrix; its size is looked at first.
dense_copy <- function(x, arg, call) {
  with_room(as.matrix(x), paste0("a dense copy of `", arg, "`, ", nrow(x), " x ", ncol(x)), prod(dim(x)), call = call)
}

numbers_hint <- function(x) {
  if (is_orphan(x)) return(paste0("Install ", orphan_home(x), ", or give what it holds as a matrix or vector."))
  if (is.character(x)) {
    return("Turn text into numbers first: sentences with a tokenizer, labels with as.integer(factor(x)) - 1.")
  }
  if (is.factor(x)) {
    return("as.integer(f) - 1 gives the codes of a factor from 0, to_categorical() makes columns of them.")
  }
  if (is_integer64(x)) {
    return(paste("Some are 2^53 or more, where R's numbers have gaps: as.character() keeps ids,",
                 "as.double() rounds."))
  }
  if (is.complex(x)) return("Take a part of it: Re(), Im() or Mod().")
  if (is.raw(x)) return("Use as.integer().")
  if (is.atomic(x) && is.object(x)) "Use as.numeric()."
}

# Numbers of a vector, or of a list of single ones, with their names; NULL where one is none.
listed_numbers <- function(x) {
  if (!is.list(x)) return(plain_numbers(x))
  parts <- lapply(x, plain_numbers)
  if (!any(vapply(parts, is.null, NA))) unlist(parts)
}

# Numbers as the floats of 32 bits that the engine makes of them.
float32 <- function(x) as.vector(engine_raw_read(engine_raw_floats(x), length(x)))

# Whole numbers as integers; those that do not fit stay doubles.
as_integers <- function(x) {
  if (all(abs(x) <= .Machine$integer.max, na.rm = TRUE)) storage.mode(x) <- "integer"
  x
}
