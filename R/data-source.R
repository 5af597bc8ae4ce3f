# R data on their way into the engine: dense arrays as rows of floats, sparse matrices by their slots.

# The sparse classes that are read without being made dense.
is_sparse <- function(x) {
  is_foreign_sparse(x) || inherits(x, c("dgCMatrix", "dgRMatrix", "dgTMatrix", "ngCMatrix", "lgCMatrix",
                                        "ngRMatrix", "ngTMatrix", "lgRMatrix", "lgTMatrix"))
}

# x: a vector, matrix or array with samples first, or a sparse matrix.
as_source <- function(x, integer = FALSE) {
  if (is_sparse(x)) return(sparse_source(x))
  engine_source_dense(x, as.numeric(dim(x) %||% length(x)), integer)
}

# Of checked parts.
sparse_source <- function(x) {
  if (methods::is(x, "TsparseMatrix")) x <- compressed_columns(x)
  columns <- methods::is(x, "CsparseMatrix")
  values <- if (methods::.hasSlot(x, "x")) as.numeric(x@x)
  engine_source_sparse(if (columns) "columns" else "rows", x@Dim, if (columns) x@i, if (!columns) x@j, x@p, values)
}
