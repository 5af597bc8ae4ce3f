#' Periodic features of numbers
#'
#' Nets learn functions of a number that wiggle only slowly. `layer_pbld()` gives each column features that do:
#' cos(2 pi w x + b) for some frequencies w and phases b, a linear map of these to `units` values of the column's own,
#' and the number itself beside them. All of it is learned. RealMLP begins with it.
#' @inheritParams layers
#' @param frequencies How many cosines a column has.
#' @param units How many values are made of them.
#' @param scale Standard deviation of the frequencies at the start: the larger, the faster they wiggle.
#' @param columns Places of the columns that have periodic features, from 1 on; the others stay as they are, behind these.
#'   `NULL` for all.
#' @inherit layers return
#' @section Shapes:
#' (samples, columns) to (samples, columns * (units + 1)): of each column first the number, then the `units` values; then
#' the others, if only some have features.
#' Weights: `frequency` and `phase` (columns, frequencies), starting as N(0, scale^2) and uniform from -pi to pi;
#' `kernel` (columns, frequencies, units) and `bias` (columns, units), both uniform within 1 / sqrt(frequencies).
#' @section Errors:
#' Anything but samples of a known number of columns, and a column beyond them, is an error of class `tildenet_error_shape`.
#' @references Gorishniy, Y., Rubachev, I., Babenko, A. (2022), On embeddings for numerical features in tabular deep
#'   learning, NeurIPS. With phases and the number beside them ("periodic bias linear densenet"): Holzmueller,
#'   Grinsztajn and Steinwart (2024), arXiv 2407.04491.
#' @seealso [layer_piecewise_linear()] for the other way.
#' @examples
#' layer <- layer_pbld(frequencies = 4, units = 2)
#' dim(as.array(layer(matrix(rnorm(6), 2))))
#' @export
layer_pbld <- function(object, frequencies = 16, units = 3, scale = 0.1, columns = NULL, input_shape = NULL,
                       batch_input_shape = NULL, batch_size = NULL, dtype = NULL, name = NULL, trainable = NULL,
                       weights = NULL) {
  force_object(object)
  config <- list(frequencies = check_count(frequencies, "frequencies"), units = check_count(units, "units"),
                 scale = check_number(scale, "scale", 0), columns = check_places(columns, "columns"))
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("PBLD", config, common))
}

define_layer("PBLD",
  build = function(self, inputs) {
    check_columns(self, inputs[[1]])
    columns <- length(self$config$columns %||% seq_len(inputs[[1]]$shape[2]))
    n <- self$config$frequencies
    waves <- c(columns, n)
    self$params <- c(
      list(sized_parameter(self, "frequency", waves, initializer_random_normal(stddev = self$config$scale)),
           sized_parameter(self, "phase", waves, initializer_random_uniform(-pi, pi))),
      column_map(self, columns, n, initializer_random_uniform(-1 / sqrt(n), 1 / sqrt(n))))
  },
  emit = function(self, inputs) {
    check_columns(self, inputs[[1]])
    x <- k_expand_dims(own_columns(self, inputs[[1]]), 3)
    waves <- k_cos(x * (parameter_tensor(self$params[[1]]) * (2 * pi)) + parameter_tensor(self$params[[2]]))
    values <- map_columns(self, waves, self$params[3:4])
    features <- emit_op("flatten", emit_op("concatenate", list(x, values), list(axis = -1)))
    list(outputs = with_other_columns(self, inputs[[1]], features))
  })

# The columns of a matrix that a layer makes features of.
own_columns <- function(self, x) {
  columns <- unlist(self$config$columns)
  if (is.null(columns) || identical(columns, seq_len(x$shape[2]) + 0)) x else x[, columns, drop = FALSE]
}

# The features, and behind them the other columns as they are.
with_other_columns <- function(self, x, features) {
  others <- if (!is.null(self$config$columns)) setdiff(seq_len(x$shape[2]), unlist(self$config$columns))
  if (length(others) == 0) return(features)
  emit_op("concatenate", c(features, list(x[, others, drop = FALSE])), list(axis = -1))
}

# Places of columns from 1 on, each once; NULL for all.
check_places <- function(x, arg, call = rlang::caller_env()) {
  if (is.null(x)) return(NULL)
  x <- unlist(x)
  fine <- is.numeric(x) && length(x) > 0 && !anyNA(x) && all(x == round(x) & x >= 1) && !anyDuplicated(x)
  if (!fine) abort_arg(arg, "hold places of columns from 1 on, each once", describe(x), call = call)
  as.numeric(x)
}

# A linear map of each column: (samples, columns, features) to (samples, columns, units).
column_map <- function(self, columns, features, initializer) {
  list(sized_parameter(self, "kernel", c(columns, features, self$config$units), initializer),
       sized_parameter(self, "bias", c(columns, self$config$units), initializer))
}

map_columns <- function(self, features, params) {
  attrs <- list(members = features$shape[2], units = self$config$units)
  emit_op("dense_packed", list(features), attrs, params)[[1]]
}
