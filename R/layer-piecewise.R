#' Piecewise-linear features of numbers
#'
#' `layer_piecewise_linear()` cuts the range of each column into bins and tells how far a number has come in each of
#' them: 1 in those it has passed, 0 in those ahead, between them in its own, (x - left) / (right - left). In the first
#' bin it may fall below 0, in the last exceed 1. A linear map of each column's own makes `units` values of that; a net
#' behind it can bend at each border, as trees split. Among ways to show numbers to nets it gained most in TabM.
#' `quantile_bins()` finds bins that hold about as many numbers each; their borders are numbers that occur.
#' @inheritParams layers
#' @param bins A list with the borders of each column's bins, increasing: two numbers are one bin. `quantile_bins()`
#'   gives one.
#' @param units How many values are made of a column.
#' @param columns Places of the columns that the elements of `bins` are of, from 1 on; the others stay as they are, behind the
#'   values. `NULL` for all.
#' @param activation Name, `activation_*()` function, R function of a tensor or `NULL`.
#' @param x Matrix or data frame of numbers: the training rows. Missing numbers are left out.
#' @param n At most so many bins; fewer where quantiles are equal.
#' @returns `layer_piecewise_linear()` the model (invisibly), the output tensor, or the layer; `quantile_bins()` a
#'   list of vectors, with the names of the columns.
#' @section Shapes:
#' (samples, columns) to (samples, columns * units), behind which the others come if only some have features. Weights: `kernel` (columns, most bins, units) and `bias` (columns,
#' units), uniform within 1 / sqrt(bins of the column) at the start.
#' @section Errors:
#' Borders that do not increase and a column with one value are errors of class `tildenet_error_argument`, another number
#' of columns than of elements of `bins` of class `tildenet_error_shape`.
#' @references Gorishniy, Y., Rubachev, I., Babenko, A. (2022), On embeddings for numerical features in tabular deep
#'   learning, NeurIPS.
#' @seealso [layer_pbld()] for periodic features.
#' @examples
#' x <- as.matrix(iris[, 1:4])
#' bins <- quantile_bins(x, n = 8)
#' layer <- layer_piecewise_linear(bins = bins, units = 2)
#' dim(as.array(layer(x)))
#' @export
layer_piecewise_linear <- function(object, bins, units = 16, activation = NULL, columns = NULL, input_shape = NULL,
                                   batch_input_shape = NULL, batch_size = NULL, dtype = NULL, name = NULL,
                                   trainable = NULL, weights = NULL) {
  force_object(object)
  as_activation(activation)
  config <- list(bins = check_bins(bins), units = check_count(units, "units"), activation = activation,
                 columns = check_places(columns, "columns"))
  if (!is.null(columns) && length(config$columns) != length(config$bins)) {
    abort_arg("columns", "be as many as there are `bins`", paste0("They are ", length(config$columns), ", the bins ", length(config$bins), "."))
  }
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("PiecewiseLinear", config, common))
}

check_bins <- function(bins, call = rlang::caller_env()) {
  if (missing(bins)) abort_missing_arg("bins", call)
  fine <- vapply(bins, function(b) is.numeric(b) && length(b) > 1 && is_increasing(b), NA)
  if (is.list(bins) && length(bins) > 0 && all(fine)) return(lapply(unname(bins), as.numeric))
  given <- if (!is.list(bins)) describe(bins) else if (length(bins) == 0) "It is empty." else
    paste0("Element ", which(!fine)[1], " does not.")
  abort_arg("bins", "hold at least two increasing numbers for each column", given, call = call)
}

define_layer("PiecewiseLinear",
  build = function(self, inputs) {
    bins <- self$config$bins
    check_columns(self, inputs[[1]], if (is.null(self$config$columns)) length(bins))
    most <- max(lengths(bins)) - 1
    within <- array(1 / sqrt(lengths(bins) - 1), length(bins))
    start <- new_initializer("zeros", r_function = function(shape) {
      array(stats::runif(prod(shape), -1, 1), shape) * as.vector(within) # the columns come first
    })
    self$params <- column_map(self, length(bins), most, start)
  },
  emit = function(self, inputs) {
    bins <- self$config$bins
    check_columns(self, inputs[[1]], if (is.null(self$config$columns)) length(bins))
    values <- map_columns(self, bin_shares(own_columns(self, inputs[[1]]), bins), self$params)
    values <- activation_of(values, as_activation(self$config$activation))
    list(outputs = with_other_columns(self, inputs[[1]], emit_op("flatten", list(values))))
  })

# How far numbers have come in each bin, (samples, columns, most bins). A column with fewer has zeros behind.
bin_shares <- function(x, bins) {
  most <- max(lengths(bins)) - 1
  rows <- function(f, rest) k_constant(t(vapply(bins, function(b) c(f(b), rep(rest, most - length(b) + 1)), numeric(most))),
                                       shape = c(length(bins), most))
  share <- (k_expand_dims(x, 3) - rows(function(b) b[-length(b)], 0)) * rows(function(b) 1 / diff(b), 0)
  lowest <- rows(function(b) c(-largest_float, rep(0, length(b) - 2)), 0)
  highest <- rows(function(b) c(rep(1, length(b) - 2), largest_float), 0)
  k_minimum(k_maximum(share, lowest), highest)
}

#' @rdname layer_piecewise_linear
#' @export
quantile_bins <- function(x, n = 48) {
  n <- check_count(n, "n")
  x <- own_sparse(x)
  names <- colnames(x)
  x <- as_plain_array(x)
  if (length(dim(x)) != 2) abort_arg("x", "be a matrix or data frame of numbers", describe(x))
  bins <- lapply(seq_len(ncol(x)), function(column) {
    values <- x[is.finite(x[, column]), column]
    borders <- unique(stats::quantile(values, seq(0, 1, length.out = n + 1), names = FALSE, type = 1))
    if (length(borders) < 2) {
      abort_arg("x", "have two different numbers in each column", paste0("Column ", names[column] %||% column, " has one, or none."),
                "Leave it out.", call = rlang::caller_env(3))
    }
    borders
  })
  stats::setNames(bins, names)
}
