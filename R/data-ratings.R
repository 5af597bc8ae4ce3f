#' Ratings of a matrix as a data frame
#'
#' Turns a matrix of ratings, users by items, into the data frame that the formula of [kms()] reads: a row
#' for each rating. Ratings that come as triplets in a data frame need nothing: its columns are the
#' variables of the formula.
#'
#' @param x A matrix with users in rows and items in columns: of the Matrix package (`dgCMatrix`, `dgTMatrix`,
#'   `dgRMatrix` and others), a `simple_triplet_matrix`, a `realRatingMatrix` of recommenderlab, or a plain
#'   matrix.
#' @param names Names of the three columns.
#'
#' @details
#' What a sparse matrix stores is a rating, also a stored zero; what it does not store is unknown, not zero.
#' In a plain matrix each number is a rating. `NA` is unknown in both. Entries that a triplet form has twice
#' are added up, as the Matrix package defines.
#'
#' @returns A data frame with a row for each rating, by user and then item: the user and the item, factors
#'   with the row and column names of `x` as levels (numbers from 1 without names), and the rating.
#' @section Errors:
#' What is no matrix of numbers, and names that occur twice, are errors of class
#' `tildenet_error_argument`.
#' @seealso [recommend()], [formula_specials] for `emb()`
#' @examples
#' stars <- Matrix::sparseMatrix(i = c(1, 1, 2, 3), j = c(1, 3, 2, 3), x = c(5, 0, 3, 4),
#'                               dimnames = list(c("Ann", "Bob", "Cy"), c("Alien", "Babe", "Cube")))
#' ratings_frame(stars)
#' ratings_frame(stars, c("userId", "film", "stars"))
#' @export
ratings_frame <- function(x, names = c("user", "item", "rating")) {
  call <- rlang::current_env()
  if (missing(x)) abort_missing_arg("x", call)
  if (!is.character(names) || length(names) != 3 || anyNA(names) || anyDuplicated(names)) {
    abort_arg("names", "be three different strings", describe(names), call = call)
  }
  if (class(x)[1] == "realRatingMatrix") x <- attr(x, "data")
  if (is.data.frame(x)) {
    abort_arg("x", "be a matrix of numbers, users by items", describe(x), call = call,
              how = "Ratings in a data frame go into kms() as they are.")
  }
  own <- own_sparse(x)
  names_x <- if (inherits(x, "simple_triplet_matrix")) x$dimnames else dimnames(own)
  x <- own
  known <- ratings_known(given_matrix(x, NULL, "x", call))
  ids <- Map(rating_ids, dim(x), names_x %||% list(NULL, NULL), c("row", "column"), list(call))
  known <- known[order(known$user, known$item), ]
  out <- data.frame(factor(ids[[1]], ids[[1]])[known$user], factor(ids[[2]], ids[[2]])[known$item], known$rating)
  stats::setNames(out, names)
}

rating_ids <- function(n, names, what, call) {
  if (anyDuplicated(names)) {
    abort_arg("x", paste("have", what, "names that differ"), call = call,
              given = paste0("\"", names[duplicated(names)][1], "\" occurs twice."))
  }
  as.character(names %||% seq_len(n))
}

# x: a matrix or dgCMatrix. Places and values of what is not missing.
ratings_known <- function(x) {
  sparse <- methods::is(x, "sparseMatrix")
  column <- if (sparse) entry_columns(x) else as.vector(col(x))
  row <- if (sparse) x@i + 1L else as.vector(row(x))
  rating <- if (sparse) x@x else as.vector(x)
  known <- !is.na(rating)
  data.frame(user = row[known], item = column[known], rating = rating[known])
}
