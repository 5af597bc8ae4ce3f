# Sparse matrices are read by their parts, here and in Matrix, whose C code follows any index it finds.
# So the parts are checked first, before anything is subsetted, coerced or read.

# x may be anything: what is no matrix of Matrix, quanteda or slam has no parts to look at.
check_parts <- function(x, arg, call = rlang::caller_env()) {
  fault <- parts_fault(x)
  if (is.null(fault)) return(invisible())
  abort_arg(arg, "be a matrix whose parts hold together", class = "data", call = call,
            given = paste0("It is a broken ", class(x)[1], ": ", fault, "."),
            how = if (isS4(x)) paste0("validObject() looks at its slots, str() shows them; ",
                                      "Matrix::sparseMatrix() makes whole ones.")
                  else "str() shows its parts; slam::simple_triplet_matrix() makes whole ones.")
}

# What is wrong, as the rest of a sentence, or NULL.
parts_fault <- function(x) {
  part <- function(name) attr(x, name, exact = TRUE)
  if (class(x)[1] == "dfm") return(dim_fault(part) %||% entries_fault(part, "columns", "double"))
  if (!isS4(x)) return(if (inherits(x, "simple_triplet_matrix")) triplet_fault(unclass(x)))
  if (inherits(x, "sparseVector")) return(vector_fault(x, part))
  if (!inherits(x, "Matrix")) return(NULL)
  dim_fault(part) %||% shape_fault(x, part) %||% stored_fault(x, part)
}

# ---- slots of Matrix -------------------------------------------------------------------------------

dim_fault <- function(part) {
  dim <- part("Dim")
  if (!is.integer(dim) || length(dim) != 2 || anyNA(dim) || any(dim < 0)) {
    return("`Dim` does not hold two whole numbers of at least 0")
  }
  names <- part("Dimnames")
  if (!is.list(names) || length(names) != 2) return("`Dimnames` is no list of two")
  fit <- vapply(1:2, function(k) {
    is.null(names[[k]]) || is.atomic(names[[k]]) && length(names[[k]]) %in% c(0, dim[k])
  }, NA)
  if (!all(fit)) {
    paste0("`Dimnames`[[", which(!fit)[1], "]] does not name ", dim[!fit][1], c(" rows", " columns")[!fit][1])
  }
}

shape_fault <- function(x, part) {
  triangular <- inherits(x, "triangularMatrix")
  if (!triangular && !inherits(x, c("symmetricMatrix", "diagonalMatrix"))) return(NULL)
  if (diff(part("Dim")) != 0) return("`Dim` is not square")
  if (!inherits(x, "diagonalMatrix")) {
    if (!is_one_of(part("uplo"), c("U", "L"))) return("`uplo` is neither \"U\" nor \"L\"")
    if (!triangular) return(NULL)
  }
  if (!is_one_of(part("diag"), c("U", "N"))) "`diag` is neither \"U\" nor \"N\""
}

is_one_of <- function(x, values) is.character(x) && length(x) == 1 && x %in% values

# By the way the entries are kept.
stored_fault <- function(x, part) {
  ways <- c(columns = "CsparseMatrix", rows = "RsparseMatrix", triplets = "TsparseMatrix",
            diagonal = "diagonalMatrix", index = "indMatrix", packed = "packedMatrix", full = "denseMatrix")
  way <- names(ways)[inherits(x, ways, which = TRUE) > 0][1]
  size <- as.numeric(part("Dim"))
  type <- c("double", "logical", "integer", "complex", "logical")[
    inherits(x, c("dMatrix", "lMatrix", "iMatrix", "zMatrix", "nMatrix"), which = TRUE) > 0][1]
  switch(way %||% "",
    columns = , rows = , triplets = entries_fault(
      part, way, if (!inherits(x, "nMatrix")) type, triangle = if (is.null(part("uplo"))) 0
                                                    else if (part("uplo") == "U") 1 else -1,
      no_diagonal = identical(part("diag"), "U")),
    diagonal = part_fault(part("x"), "x", type, if (part("diag") == "N") size[1] else 0),
    index = permutation_fault(part("perm"), if (identical(part("margin"), 2L)) rev(size) else size),
    packed = part_fault(part("x"), "x", type, size[1] * (size[1] + 1) / 2),
    full = part_fault(part("x"), "x", type, prod(size)))
}

# Indices and values of a sparse matrix; type NULL: it keeps no values.
entries_fault <- function(part, form, type, triangle = 0, no_diagonal = FALSE) {
  lines <- part("Dim")[c(rows = 1, columns = 2)[form]]
  i <- if (form != "rows") part("i")
  j <- if (form != "columns") part("j")
  p <- if (form != "triplets") part("p")
  entries <- length(if (form == "rows") j else i)
  (if (form != "triplets") part_fault(p, "p", "integer", lines + 1)) %||%
    (if (form != "rows") part_fault(i, "i", "integer", entries)) %||%
    (if (form != "columns") part_fault(j, "j", "integer", entries)) %||%
    (if (!is.null(type)) part_fault(part("x"), "x", type, entries)) %||%
    engine_sparse_fault(form, part("Dim"), i, j, p, 0, triangle, no_diagonal)
}

part_fault <- function(value, name, type, n) {
  if (typeof(value) != type) {
    kind <- c(double = "numbers", integer = "whole numbers", logical = "TRUE and FALSE", complex = "complex numbers")
    return(paste0("`", name, "` does not hold ", kind[[type]]))
  }
  if (length(value) != n) {
    paste0("`", name, "` has length ", length(value), ", not ", format(n, scientific = FALSE))
  }
}

# Places and the length of a sparse vector may be doubles; they count from 1 and ascend.
vector_fault <- function(x, part) {
  n <- part("length")
  i <- part("i")
  type <- c("double", "logical", "integer", "complex")[
    inherits(x, c("dsparseVector", "lsparseVector", "isparseVector", "zsparseVector"), which = TRUE) > 0][1]
  if (!is_whole_size(n, 2^53)) return("`length` is no whole number of at least 0")
  index_fault(i, "i", 2^53) %||%
    (if (anyNA(i) || any(i < 1 | i > n) || is.unsorted(i, strictly = TRUE)) {
      paste0("`i` does not ascend from 1 to at most ", format(n, scientific = FALSE))
    }) %||% (if (!is.na(type)) part_fault(part("x"), "x", type, length(i)))
}

# One column for each row, from 1.
permutation_fault <- function(perm, size) {
  part_fault(perm, "perm", "integer", size[1]) %||%
    if (anyNA(perm) || any(perm < 1 | perm > size[2])) paste0("`perm` does not go from 1 to ", size[2])
}

# ---- slam's triplets -------------------------------------------------------------------------------

# x: the list itself. Indices count from 1 and may be doubles.
triplet_fault <- function(x) {
  size <- list(x$nrow, x$ncol)
  whole <- vapply(size, is_whole_size, NA, limit = 2^31)
  if (!all(whole)) return(paste0("`", c("nrow", "ncol")[!whole][1], "` is no whole number of at least 0"))
  index_fault(x$i, "i") %||% index_fault(x$j, "j") %||%
    (if (length(x$i) != length(x$j)) "`i` and `j` differ in length") %||%
    (if (!is.numeric(x$v) && !is.logical(x$v)) "`v` does not hold numbers") %||%
    (if (length(x$v) != length(x$i)) paste0("`v` has length ", length(x$v), ", not ", length(x$i))) %||%
    triplet_names_fault(x$dimnames, unlist(size)) %||%
    engine_sparse_fault("triplets", as.integer(unlist(size)), as.integer(x$i), as.integer(x$j), NULL, 1, 0, FALSE)
}

is_whole_size <- function(n, limit) {
  is.numeric(n) && length(n) == 1 && !is.na(n) && n == round(n) && n >= 0 && n < limit
}

index_fault <- function(index, name, limit = 2^31) {
  if (!is.numeric(index)) return(paste0("`", name, "` does not hold whole numbers"))
  odd <- which(index != round(index) | abs(index) >= limit)
  if (length(odd) > 0) paste0("`", name, "`[", odd[1], "] is ", format(index[odd[1]]))
}

triplet_names_fault <- function(names, size) {
  if (!is.null(names) && (!is.list(names) || length(names) > 2)) return("`dimnames` is no list of two")
  fit <- vapply(seq_along(names), function(k) length(names[[k]]) %in% c(0, size[k]), NA)
  if (!all(fit)) paste0("`dimnames`[[", which(!fit)[1], "]] has length ", length(names[[which(!fit)[1]]]))
}
