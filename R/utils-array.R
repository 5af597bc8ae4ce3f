#' Class numbers as columns of 0 and 1
#'
#' @param y Whole numbers from 0: a vector, an n x 1 matrix, or an array, which gets one axis more.
#'   Fractions are cut. A factor is taken by its integer codes from 1, so that the first of the
#'   columns stays empty; `as.integer(y) - 1` avoids that.
#' @param num_classes Number of columns, K; `NULL` is the largest number plus 1.
#' @param dtype Not used.
#' @returns For n numbers an n x K matrix with a 1 in column v + 1 for the number v; for an n x m input
#'   an n x m x K array.
#' @section Errors:
#' Negative numbers, numbers from `num_classes` on and missing values are errors of class
#' `tildenet_error_argument`.
#' @examples
#' to_categorical(c(0, 2, 1))
#' to_categorical(as.integer(iris$Species[c(1, 51, 101)]) - 1)
#' @export
to_categorical <- function(y, num_classes = NULL, dtype = "float32") {
  call <- rlang::current_env()
  check_factor(y, "y")
  if (is.factor(y)) y <- as.integer(y)
  if (is_tensor(y)) y <- y$value
  y <- check_numbers(dense_values(y, "y", call), "y", call, "hold class numbers from 0")
  if (anyNA(y)) abort_arg("y", "hold no missing values", paste0(sum(is.na(y)), " are missing."))
  num_classes <- check_count(num_classes, "num_classes", null_ok = TRUE)
  codes <- trunc(as.vector(y))
  if (length(codes) > 0 && max(codes) >= .Machine$integer.max) {
    abort_arg("y", "hold class numbers below 2,147,483,647", paste0("It holds ", format(max(codes)), "."))
  }
  classes <- num_classes %||% if (length(codes) > 0) max(codes) + 1 else 0
  if (length(codes) > 0 && (min(codes) < 0 || max(codes) >= classes)) {
    abort_arg("y", if (is.null(num_classes)) "hold no negative numbers"
                   else paste0("hold class numbers from 0 to ", classes - 1, " with these `num_classes`"),
              paste0("It holds ", format(codes[codes < 0 | codes >= classes][1]), "."),
              "Classes count from 0; use as.integer(factor) - 1 for factors.")
  }
  shape <- dim(y) %||% length(y)
  if (length(shape) > 1 && shape[length(shape)] == 1) shape <- shape[-length(shape)]
  with_room(one_hot(codes, c(shape, classes)),
            paste("a matrix of", length(codes), "x", format(classes, big.mark = ",", scientific = FALSE)),
            length(codes) * classes, "An embedding or a sparse crossentropy takes the numbers themselves.")
}

# An array whose last axis is that of the classes.
one_hot <- function(codes, dim) {
  out <- numeric(length(codes) * dim[length(dim)])
  out[seq_along(codes) + length(codes) * codes] <- 1
  dim(out) <- dim
  out
}

#' Reshape an array row by row
#'
#' Runs through the elements with the last axis fastest, unlike `dim(x) <-`.
#'
#' @param x A vector, matrix or array.
#' @param dim New sizes; one of them may be -1, `NULL` or NA: whatever is left.
#' @param order `"C"`: last axis fastest. `"F"`: first axis fastest, as R does it.
#' @returns An array with these sizes.
#' @section Errors:
#' Sizes that do not hold all elements are an error of class `tildenet_error_shape`.
#' @examples
#' array_reshape(1:6, c(2, 3))
#' images <- array(1:24, c(2, 3, 4))
#' dim(array_reshape(images, c(2, 12)))
#' @export
array_reshape <- function(x, dim, order = c("C", "F")) {
  order <- check_string(if (is.character(order)) order[1] else order, "order", c("C", "F"))
  call <- rlang::current_env()
  if (is_tensor(x)) x <- x$value
  x <- dense_values(x, "x", call)
  if (is.object(x)) x <- check_numbers(x, "x", call)
  dim <- reshape_sizes(length(x), dim)
  if (order == "F") return(array(as.vector(x), dim))
  if (length(dim) > 1 && length(dim(x)) > 1 && dim[1] == dim(x)[1] && dim[1] > 0) return(reshape_samples(x, dim))
  x <- if (length(dim(x)) > 1) aperm(x) else x
  attributes(x) <- NULL
  dim(x) <- rev(dim)
  if (length(dim) < 2) x else aperm(x)
}

# Where the first axis stays, the numbers of all samples at one place stay together.
reshape_samples <- function(x, dim) {
  row_major_places <- function(dim) row_major(array(seq_len(prod(dim)), dim))
  to <- row_major_places(dim[-1])
  from <- row_major_places(dim(x)[-1])
  from[to] <- from
  if (length(dim(x)) > 2) dim(x) <- c(dim[1], length(from))
  out <- x[, from]
  attributes(out) <- NULL
  dim(out) <- dim
  out
}

reshape_sizes <- function(n, dim, call = rlang::caller_env()) {
  sizes <- open_sizes(dim, "dim", call = call)
  if (length(sizes) == 0 || sum(sizes == -1) > 1) {
    abort_arg("dim", "hold whole numbers, at most one of them -1", describe(dim), call = call)
  }
  known <- prod(sizes[sizes != -1])
  if (any(sizes == -1)) sizes[sizes == -1] <- if (known == 0) 0 else n / known
  if (prod(sizes) != n || any(sizes != round(sizes))) {
    abort_arg("dim", paste0("have room for exactly ", n, " elements"),
              paste0("It is ", paste(unlist(dim), collapse = " x "), "."), class = "shape", call = call)
  }
  sizes
}

#' Scale vectors to length 1
#'
#' @param x A numeric array.
#' @param axis Axis along which the vectors lie, from 1; -1 is the last.
#' @param order Which norm: 2 for the Euclidean one, 1 for sums of absolute values, `Inf` for the
#'   largest, 0 for the number of non-zeros.
#' @returns The array divided by the norms; vectors of norm 0 stay. One vector of n numbers
#'   gives a 1 x n matrix.
#' @section Errors:
#' An axis that is not there is an error of class `tildenet_error_argument`.
#' @examples
#' normalize(matrix(c(3, 4, 0, 0), 2, byrow = TRUE))
#' @export
normalize <- function(x, axis = -1, order = 2) {
  call <- rlang::current_env()
  x <- check_numbers(dense_values(x, "x", call), "x", call)
  shape <- dim(x) %||% length(x)
  rank <- length(shape)
  axis <- check_count(axis, "axis", min = -rank, max = rank)
  if (axis == 0) abort_arg("axis", "count from 1, or be negative from the end", describe(axis))
  if (axis < 0) axis <- rank + axis + 1
  if (is.character(order) && identical(tolower(order), "inf")) order <- Inf
  order <- check_number(order, "order", min = 0, infinite = TRUE)
  if (rank == 1) {
    norm <- last_norms(matrix(x, 1), order)
    return(matrix(if (norm == 0) x else x / norm, 1))
  }
  last <- c(seq_len(rank)[-axis], axis)
  if (axis < rank) x <- aperm(x, last)
  norms <- last_norms(x, order)
  norms[norms == 0] <- 1
  x <- x / norms
  if (axis < rank) aperm(x, order(last)) else x
}

# Norms of the vectors along the last axis.
last_norms <- function(x, order) {
  kept <- length(dim(x)) - 1
  if (is.infinite(order)) {
    x <- matrix(abs(x), prod(dim(x)[seq_len(kept)]))
    return(x[cbind(seq_len(nrow(x)), max.col(x, "first"))])
  }
  if (order == 0) return(as.vector(rowSums(x != 0, dims = kept)))
  as.vector(rowSums(if (order == 2) x^2 else abs(x)^order, dims = kept)^(1 / order))
}

# Some rows of a vector, a matrix or an array with samples first.
take_samples <- function(input, rows) {
  others <- rep(list(quote(expr = )), max(length(dim(input)) - 1, 0))
  if (length(others) == 0) input[rows] else do.call(`[`, c(list(input, rows), others, list(drop = FALSE)))
}
