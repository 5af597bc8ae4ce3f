# R data on their way into the engine: dense arrays as rows of floats, sparse matrices by their slots.

# The sparse classes that are read without being made dense.
is_sparse <- function(x) {
  inherits(x, c("dgCMatrix", "dgRMatrix", "dgTMatrix", "ngCMatrix", "lgCMatrix", "ngRMatrix",
                "ngTMatrix", "lgRMatrix", "lgTMatrix", "simple_triplet_matrix"))
}

# x: a vector, matrix or array with samples first, or a sparse matrix.
as_source <- function(x, integer = FALSE) {
  if (is_sparse(x)) return(sparse_source(x))
  engine_source_dense(x, as.numeric(dim(x) %||% length(x)), integer)
}

sparse_source <- function(x) {
  if (inherits(x, "simple_triplet_matrix")) {
    return(engine_source_sparse("triplet", as.numeric(c(x$nrow, x$ncol)), x$i - 1L, x$j - 1L,
                                as.numeric(x$v)))
  }
  kind <- if (methods::.hasSlot(x, "j") && !methods::.hasSlot(x, "p")) "triplet" else
    if (methods::.hasSlot(x, "j")) "csr" else "csc"
  values <- if (methods::.hasSlot(x, "x")) as.numeric(x@x)
  dim <- as.numeric(x@Dim)
  switch(kind,
    csc = engine_source_sparse("csc", dim, x@i, x@p, values),
    csr = engine_source_sparse("csr", dim, x@j, x@p, values),
    triplet = engine_source_sparse("triplet", dim, x@i, x@j, values))
}
