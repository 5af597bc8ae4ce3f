# 64-bit integers as the package bit64 keeps them: in the bits of doubles.
integer64 <- function(x) {
  given <- x
  x <- as.vector(x)
  low <- x %% 2^32
  low <- ifelse(low >= 2^31, low - 2^32, low)
  halves <- rbind(low, floor(x / 2^32))
  halves[, is.na(x)] <- c(0, NA)
  halves <- suppressWarnings(as.integer(if (.Platform$endian == "big") halves[2:1, ] else halves)) # -2^31 is NA
  bits <- readBin(writeBin(halves, raw()), "double", length(x))
  structure(bits, class = "integer64", names = names(given), dim = dim(given), dimnames = dimnames(given))
}

# The bits of 2^53 + 1, which no double holds.
beyond_doubles <- function(n) {
  halves <- as.integer(rep(c(1L, 2L^21L), n))
  if (.Platform$endian == "big") halves <- rev(halves)
  structure(readBin(writeBin(halves, raw()), "double", n), class = "integer64")
}

# Values with labels as the package haven has them, whose classes refuse most arithmetic.
haven_labelled <- function(x, ..., spss = FALSE) {
  structure(x, ..., class = c(if (spss) "haven_labelled_spss", "haven_labelled", "vctrs_vctr", typeof(x)))
}
