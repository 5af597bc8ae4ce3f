#' Facts about tensors
#'
#' `k_int_shape()` gives the sizes of all axes as a list, `NULL` where unknown; `k_shape()` the sizes as
#' a tensor, which for an unknown size (the rows of a batch) becomes known with the data. The functions
#' `k_zeros()` to `k_ones_like()` make tensors of one value.
#' @param x A tensor, R array, variable or weight; for `k_count_params()` also a model or layer.
#' @param shape Sizes of all axes.
#' @param dtype `"float32"`, `"int32"` or `"bool"`.
#' @param name Accepted for old scripts.
#' @returns `k_int_shape()` a list, `k_ndim()` and `k_count_params()` a number, `k_dtype()` a string,
#'   `k_is_tensor()` and `k_is_keras_tensor()` `TRUE` or `FALSE`, the others a tensor.
#' @examples
#' x <- layer_input(shape = c(4, 3))
#' k_int_shape(x)
#' k_count_params(matrix(0, 2, 3))
#' as.array(k_zeros_like(c(1, 2)))
#' @export
k_int_shape <- function(x) {
  shape <- if (inherits(x, "tildenet_parameter")) x$shape else as_tensor(x)$shape
  lapply(shape, function(s) if (is.na(s)) NULL else as.integer(s))
}

#' @rdname k_int_shape
#' @export
k_ndim <- function(x) length(as_tensor(x)$shape)

#' @rdname k_int_shape
#' @export
k_dtype <- function(x) as_tensor(x)$dtype

#' @rdname k_int_shape
#' @export
k_count_params <- function(x) {
  if (is_object(x, "tildenet_layer")) return(count_params(x))
  shape <- as_tensor(x)$shape
  if (anyNA(shape)) {
    abort_arg("x", "have a known shape", paste0("Its shape is ", shape_text(shape), "."))
  }
  prod(shape)
}

#' @rdname k_int_shape
#' @export
k_shape <- function(x) {
  x <- as_tensor(x)
  if (!anyNA(x$shape)) return(eager_tensor(x$shape, "int32"))
  out <- emit_op("sizes", list(x), dtype = "int32")[[1]]
  out$sizes_of <- x
  out
}

#' @rdname k_int_shape
#' @export
k_is_tensor <- function(x) is_tensor(x)

#' @rdname k_int_shape
#' @export
k_is_keras_tensor <- function(x) is_tensor(x) && !is_eager(x)

#' @rdname k_int_shape
#' @export
k_zeros <- function(shape, dtype = NULL, name = NULL) filled(0, shape, dtype)

#' @rdname k_int_shape
#' @export
k_ones <- function(shape, dtype = NULL, name = NULL) filled(1, shape, dtype)

filled <- function(value, shape, dtype, call = rlang::caller_env()) {
  sizes <- shape_argument(shape, call)
  if (length(sizes$reference) > 0) {
    abort_arg("shape", "hold numbers", "A size is that of a tensor.",
              "For the shape of a tensor there are `k_zeros_like()` and `k_ones_like()`.", call = call)
  }
  eager_tensor(shaped(value, sizes$shape), dtype_kind(dtype))
}

#' @rdname k_int_shape
#' @export
k_zeros_like <- function(x, dtype = NULL, name = NULL) as_kind(zeros_like(x), dtype)

#' @rdname k_int_shape
#' @export
k_ones_like <- function(x, dtype = NULL, name = NULL) as_kind(zeros_like(x) + 1, dtype)

# Nothing is greater than Inf, NaN included.
zeros_like <- function(x) emit_op("greater", list(x, Inf))[[1]]

as_kind <- function(x, dtype) if (is.null(dtype)) x else k_cast(x, dtype)

#' Settings of tensor functions
#'
#' `k_epsilon()` is the small number of custom formulas, 1e-7 at first. The number type is 32-bit
#' floats and channels come last. `k_set_floatx()` takes other sizes of scripts and says once that numbers
#' stay what they are; channels can be set to just that.
#' @param epsilon A small positive number.
#' @param floatx `"float32"`, or `"float16"` or `"float64"`, without effect but on what `k_floatx()` says.
#' @param data_format `"channels_last"`.
#' @returns The setting; the `k_set_*` functions nothing.
#' @examples
#' k_epsilon()
#' @export
k_epsilon <- function() session$epsilon

#' @rdname k_epsilon
#' @export
k_set_epsilon <- function(epsilon) {
  session$epsilon <- check_number(epsilon, "epsilon", 0, open = TRUE)
  invisible(NULL)
}

#' @rdname k_epsilon
#' @export
k_floatx <- function() session$floatx

#' @rdname k_epsilon
#' @export
k_set_floatx <- function(floatx) {
  session$floatx <- check_string(floatx, "floatx", c("float16", "float32", "float64"))
  if (floatx != "float32") say_once("floatx", "`k_set_floatx()`: numbers stay 32-bit floats.")
  invisible(NULL)
}

#' @rdname k_epsilon
#' @export
k_image_data_format <- function() session$image_data_format

#' @rdname k_epsilon
#' @export
k_set_image_data_format <- function(data_format) {
  check_string(data_format, "data_format", "channels_last")
  invisible(NULL)
}

#' @rdname k_epsilon
#' @export
k_backend <- function() "tildenet"
