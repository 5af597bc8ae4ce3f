# Sparse matrices of other packages as those of Matrix. They are told by the name of their class and read
# from their parts, so that the packages need not be there: inherits() on an S4 object would load its
# package.

# These functions of base for anything: they ask the package of an S4 object for the classes above that of
# the object, and stop where that package is not there.
inherits <- function(x, what, which = FALSE) {
  base::inherits(if (is_orphan(x)) structure(list(), class = as.vector(class(x))) else x, what, which)
}

is.data.frame <- function(x) inherits(x, "data.frame")
is.factor <- function(x) inherits(x, "factor")
is.numeric <- function(x) !is_orphan(x) && base::is.numeric(x)
is.matrix <- function(x) !is_orphan(x) && base::is.matrix(x)

# Whether only a package that is not there knows the class of x. Nearly all of R stops at such an object,
# length() and is.data.frame() among others.
is_orphan <- function(x) {
  if (!isS4(x)) return(FALSE)
  home <- orphan_home(x)
  is.character(home) && home != ".GlobalEnv" && !requireNamespace(home, quietly = TRUE)
}

orphan_home <- function(x) attr(class(x), "package")

# Texts in rows, terms in columns: a column that is not there is a term that no text holds.
is_term_matrix <- function(x) class(x)[1] %in% c("dfm", "DocumentTermMatrix")

is_foreign_sparse <- function(x) class(x)[1] == "dfm" || inherits(x, "simple_triplet_matrix")

# The door for every matrix of a package: its parts are checked, and quanteda's dfm, slam's
# simple_triplet_matrix and tm's DocumentTermMatrix become a dgCMatrix with the names of the columns, in
# which entries of one cell are added up. Anything else comes out as it is.
own_sparse <- function(x, arg = "x", call = rlang::caller_env()) {
  check_parts(x, arg, call)
  if (!is_foreign_sparse(x)) {
    if (is_orphan(x)) abort_arg(arg, "be of a class that is there", describe(x), numbers_hint(x), class = "data", call = call)
    return(x)
  }
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
