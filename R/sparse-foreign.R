# Sparse matrices of other packages as those of Matrix. They are told by the name of their class and read
# from their parts, so that the packages need not be there: inherits() on an S4 object would load its
# package.

# Texts in rows, terms in columns: a column that is not there is a term that no text holds.
is_term_matrix <- function(x) class(x)[1] %in% c("dfm", "DocumentTermMatrix")

is_foreign_sparse <- function(x) class(x)[1] == "dfm" || inherits(x, "simple_triplet_matrix")

# The door for every matrix of a package: its parts are checked, and quanteda's dfm, slam's
# simple_triplet_matrix and tm's DocumentTermMatrix become a dgCMatrix with the names of the columns, in
# which entries of one cell are added up. Anything else comes out as it is.
own_sparse <- function(x, arg = "x", call = rlang::caller_env()) {
  check_parts(x, arg, call)
  if (!is_foreign_sparse(x)) return(x)
  if (class(x)[1] == "dfm") {
    return(new_dgc(attr(x, "i"), attr(x, "p"), attr(x, "x"), attr(x, "Dim"), list(NULL, attr(x, "Dimnames")[[2]])))
  }
  if (inherits(x, "TermDocumentMatrix")) {
    abort_arg(arg, "have the texts in its rows", paste0("It is a TermDocumentMatrix, which has ", x$nrow,
              " terms in its rows and ", x$ncol, " texts in its columns."), "Turn it with t().", call = call)
  }
  names <- if (length(x$dimnames) > 1 && length(x$dimnames[[2]]) > 0) as.character(x$dimnames[[2]])
  Matrix::sparseMatrix(x$i, x$j, x = as.numeric(x$v), dims = c(x$nrow, x$ncol), dimnames = list(NULL, names))
}

new_dgc <- function(i, p, x, dim, dimnames = list(NULL, NULL)) {
  class <- methods::getClass("dgCMatrix", where = asNamespace("Matrix"))
  methods::new(class, i = i, p = p, x = x, Dim = as.integer(dim), Dimnames = dimnames)
}

# A matrix of Matrix, its parts checked, column by column. Entries of one cell are added up, by Matrix.
compressed_columns <- function(x, call = rlang::caller_env()) {
  lines <- as.numeric(ncol(x))
  with_room(methods::as(x, "CsparseMatrix"), paste("the places of", format(lines, big.mark = ","), "sparse columns"),
            lines, "Leave out columns without entries.", bytes = 4, call = call)
}

# The column of each entry of a matrix that is kept column by column.
entry_columns <- function(x) rep.int(seq_len(ncol(x)), diff(x@p))

# The columns of a dgCMatrix in the order of `names`; those it lacks are zero.
align_columns <- function(x, names) {
  from <- match(names, colnames(x))
  here <- !is.na(from)
  part <- x[, from[here], drop = FALSE]
  filled <- integer(length(names))
  filled[here] <- diff(part@p)
  new_dgc(part@i, c(0L, as.integer(cumsum(filled))), part@x, c(nrow(x), length(names)), list(NULL, names))
}
