# Vectors of other packages as plain ones. A class says how the numbers of a vector are meant: as the bits
# of 64-bit integers, as codes of answers some of which count as missing. They are told by the name of their
# class and read from their parts, so that the packages need not be there: without them already `x[1:3]`
# takes the class away and leaves the bits.

# Vectors as users hold them without what only their package understands; anything else as it is. 64-bit
# integers that no number of R holds exactly stay what they are, for others to refuse.
own_values <- function(x) {
  if (isS4(x)) return(if (inherits(x, "sparseVector")) dense_vector(x) else x)
  if (inherits(x, "AsIs")) oldClass(x) <- setdiff(oldClass(x), "AsIs")
  if (inherits(x, "integer64")) x <- integer64_values(x)
  if (inherits(x, "haven_labelled")) x <- labelled_values(x)
  if (inherits(x, "POSIXlt")) x <- as.POSIXct(x)
  if (is_prediction(x)) x <- prediction_values(x)
  if (length(dim(x)) == 1) x <- one_axis_values(x)
  x
}

own_frame <- function(data) {
  for (i in seq_along(data)) {
    column <- .subset2(data, i)
    if (is.object(column) || length(dim(column)) == 1) data[[i]] <- own_values(column)
  }
  data
}

dense_vector <- function(x) {
  size <- own_sparse(x, call = NULL)@length
  with_room(as.numeric(x), paste("a dense copy of a sparse vector of length", format(size, big.mark = ",")), size, call = NULL)
}

# Doubles hold whole numbers below 2^53 exactly.
integer64_values <- function(x) {
  halves <- readBin(writeBin(as.vector(unclass(x)), raw()), "integer", 2 * length(x))
  halves <- matrix(halves, 2)[if (.Platform$endian == "big") 2:1 else 1:2, , drop = FALSE]
  halves[is.na(halves)] <- -2^31 # the bits of R's NA
  low <- ifelse(halves[1, ] < 0, halves[1, ] + 2^32, halves[1, ])
  numbers <- halves[2, ] * 2^32 + low
  numbers[numbers == -2^63] <- NA
  if (any(abs(numbers) >= 2^53, na.rm = TRUE)) return(x)
  with_shape_of(numbers, x)
}

# New values in the shape of the old ones.
with_shape_of <- function(values, x) {
  shape <- attributes(x)
  attributes(values) <- shape[names(shape) %in% c("names", "dim", "dimnames")]
  values
}

is_integer64 <- function(x) !isS4(x) && inherits(x, "integer64")

# Values with labels for some of them, of the package haven. Of SPSS come values and ranges that count as
# missing.
labelled_values <- function(x) {
  values <- as.vector(unclass(x))
  range <- attr(x, "na_range")
  values[values %in% attr(x, "na_values")] <- NA
  if (length(range) == 2) values[values >= range[1] & values <= range[2]] <- NA
  values
}

# An array of one axis is a vector with its names elsewhere, so is a table of counts.
one_axis_values <- function(x) {
  names <- names(x)
  dim(x) <- NULL
  names(x) <- names
  if (inherits(x, "table")) oldClass(x) <- setdiff(oldClass(x), "table")
  x
}
