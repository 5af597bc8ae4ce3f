#' @rdname tensor_functions
#' @export
k_int_shape <- function(x) {
  shape <- if (inherits(x, "tildenet_parameter")) x$shape else as_tensor(x)$shape
  lapply(shape, function(s) if (is.na(s)) NULL else as.integer(s))
}

#' @rdname tensor_functions
#' @export
k_ndim <- function(x) length(as_tensor(x)$shape)

#' @rdname tensor_functions
#' @export
k_dtype <- function(x) as_tensor(x)$dtype

#' @rdname tensor_functions
#' @export
k_count_params <- function(object) {
  if (inherits(object, "tildenet_parameter")) return(prod(object$shape))
  count_params(object)
}

#' @rdname tensor_functions
#' @export
k_is_tensor <- function(x) is_tensor(x)

#' @rdname tensor_functions
#' @export
k_is_keras_tensor <- function(x) is_tensor(x) && !is_eager(x)

#' @rdname tensor_functions
#' @export
k_zeros <- function(shape, dtype = NULL, name = NULL) eager_tensor(array(0, unlist(shape)), dtype)

#' @rdname tensor_functions
#' @export
k_ones <- function(shape, dtype = NULL, name = NULL) eager_tensor(array(1, unlist(shape)), dtype)

#' @rdname tensor_functions
#' @export
k_zeros_like <- function(x, dtype = NULL, name = NULL) as_tensor(x) * 0

#' @rdname tensor_functions
#' @export
k_ones_like <- function(x, dtype = NULL, name = NULL) as_tensor(x) * 0 + 1

#' Settings of tensor functions
#'
#' `k_epsilon()` is the small number of custom formulas, 1e-7 at first. The number type is 32-bit
#' floats and channels come last; both can be asked for and set to just that.
#' @param epsilon A small positive number.
#' @param floatx `"float32"`.
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
  check_string(floatx, "floatx", "float32")
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
