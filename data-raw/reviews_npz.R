# Writes inst/extdata/reviews.npz, six made-up film reviews in the form of keras' imdb.npz: ranks of
# words (1 the, 2 film, 3 is, 4 good, 5 bad, 6 very, 7 not, 8 long, 9 funny, 10 I, 11 slept) as pickled
# lists, for the examples of dataset_imdb(). Needs the package and tests/testthat/helper-datasets.R.
library(tildenet)
`%||%` <- rlang::`%||%`
source("tests/testthat/helper-datasets.R")

pickled_lists <- function(lists) {
  text <- function(x) c(charToRaw("U"), little(nchar(x), 1), charToRaw(x))
  small <- function(x) c(charToRaw("K"), as.raw(x))
  size <- length(lists)
  header <- charToRaw(sprintf("{'descr': '|O', 'fortran_order': False, 'shape': (%d,), }\n", size))
  c(as.raw(0x93), charToRaw("NUMPY"), as.raw(1:0), little(length(header), 2), header,
    as.raw(c(0x80, 2)), charToRaw("cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n"), small(0),
    as.raw(0x85), text("b"), as.raw(0x87), charToRaw("R("), small(1), small(size), as.raw(0x85),
    charToRaw("cnumpy\ndtype\n"), text("O8"), small(0), small(1), as.raw(0x87), charToRaw("R("), small(3),
    text("|"), charToRaw("NNNJ"), as.raw(rep(255, 4)), charToRaw("J"), as.raw(rep(255, 4)), small(63),
    charToRaw("tb"), as.raw(0x89), charToRaw("]("),
    unlist(lapply(lists, function(x) c(charToRaw("]("), unlist(lapply(x, small)), charToRaw("e")))),
    charToRaw("etb."))
}

dir.create("inst/extdata", recursive = TRUE, showWarnings = FALSE)
put_npz("inst/extdata/reviews.npz", list(
  x_train = pickled_lists(list(c(1, 2, 3, 6, 4), c(7, 4), c(10, 11), c(4, 9, 2))),
  y_train = npy_bytes(c(1, 0, 0, 1)),
  x_test = pickled_lists(list(c(1, 2, 3, 5, 8), c(6, 6, 9))),
  y_test = npy_bytes(0:1)))
