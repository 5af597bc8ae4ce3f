# Matrices of other packages, whole and broken.

# The parts of slam's triplets and quanteda's dfm, which need not be installed.
triplets <- function(x, class = NULL) {
  at <- which(x != 0, arr.ind = TRUE)
  structure(list(i = at[, 1], j = at[, 2], v = x[at], nrow = nrow(x), ncol = ncol(x),
                 dimnames = list(Docs = as.character(seq_len(nrow(x))), Terms = colnames(x))),
            class = c(class, "simple_triplet_matrix"))
}

as_dfm <- function(x) {
  attr(x, "class") <- structure("dfm", package = "a package that is not there")
  asS4(x)
}

# One matrix of each kind, 6 x 6.
matrix_kinds <- function() {
  counts <- matrix(c(2, 0, 1, 0, 0, 3), 6, 6, dimnames = list(NULL, letters[1:6]))
  diag(counts) <- 1
  general <- methods::as(methods::as(counts, "CsparseMatrix"), "generalMatrix")
  ways <- c(C = "CsparseMatrix", R = "RsparseMatrix", T = "TsparseMatrix")
  values <- c(d = "dMatrix", l = "lMatrix", n = "nMatrix")
  out <- list()
  forms <- list(g = general, s = Matrix::forceSymmetric(general, "U"), t = Matrix::triu(general),
                t = Matrix::tril(general))
  for (way in names(ways)) for (value in names(values)) for (k in seq_along(forms)) {
    made <- methods::as(methods::as(forms[[k]], ways[[way]]), values[[value]])
    out[[paste0(value, names(forms)[k], way, if (k == 4) " below")]] <- made
  }
  dense <- methods::as(counts, "denseMatrix")
  c(out, list(ddi = Matrix::Diagonal(6, 1:6 + 0), unit = Matrix::Diagonal(6),
              ind = methods::as(c(1:5, 2L), "indMatrix"), perm = methods::as(c(2:6, 1L), "pMatrix"),
              dge = methods::as(dense, "generalMatrix"), dsy = Matrix::forceSymmetric(dense),
              dtp = Matrix::pack(Matrix::triu(dense)), dfm = as_dfm(general), slam = triplets(counts),
              vector = methods::as(c(0, 2, 0, 0, 1, 3), "sparseVector")))
}

# Something wrong, or odd, in one part; parts are set behind the back of `@<-`, which checks types.
broken_matrix <- function(x) {
  parts <- if (isS4(x)) setdiff(names(attributes(x)), c("class", "factors")) else setdiff(names(x), "class")
  name <- sample(parts, 1)
  value <- if (isS4(x)) attr(x, name, exact = TRUE) else unclass(x)[[name]]
  value <- broken_part(value)
  if (isS4(x)) attr(x, name) <- value else x[name] <- list(value)
  x
}

broken_part <- function(x) {
  odd <- list(NULL, list(), "a", integer(), NA_integer_, NaN, 1i, raw(3), quote(a), sum, TRUE, -1L, 2^40,
              letters[1:6], .Machine$integer.max, list(NULL, "b"), c(1e6L, 1e6L))
  if (length(x) == 0 || !is.atomic(x) || stats::runif(1) < 0.2) return(sample(odd, 1)[[1]])
  at <- sample(length(x), 1)
  to <- sample(list(-1, 0, 1, 3, 5, 6, 7, 1000, 1e6, 2^31 - 1, -2^31 + 1, NA), 1)[[1]]
  switch(sample(6, 1),
    if (is.character(x)) replace(x, at, "?") else replace(x, at, methods::as(to, typeof(x))),
    x[seq_len(at - 1)], c(x, x[at]), rev(x), x[-at], sample(x)
  )
}
