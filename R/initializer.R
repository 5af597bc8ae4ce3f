# An initializer is a value: kind and attributes for the engine, perhaps a seed.

new_initializer <- function(kind, attrs = list(), seed = NULL, r_function = NULL) {
  seed <- check_count(seed, "seed", min = 0, max = 2^53, null_ok = TRUE)
  structure(list(kind = kind, attrs = attrs, seed = seed, r_function = r_function),
            class = "tildenet_initializer")
}

#' @export
print.tildenet_initializer <- function(x, ...) {
  cat("<initializer ", x$kind, ">\n", sep = "")
  invisible(x)
}

#' Initial weights
#'
#' What a layer's weights are before training. Wherever a layer takes an initializer, an object made
#' here, its bare name (`"he_normal"`; also `"normal"` and `"uniform"`) or an R function of the shape
#' will do.
#'
#' `fan_in` and `fan_out` of a matrix (in, out) are its sizes, of a convolution kernel (..., in, out)
#' the receptive field times in and out, of a vector its length. `initializer_variance_scaling()` draws
#' with variance `scale / n`, `n` being `fan_in`, `fan_out` or their mean; the glorot, he and lecun
#' names are special cases. Truncated normals redraw what lies beyond two standard deviations.
#' `initializer_orthogonal()` flattens leading axes to rows and takes the signed Q of a QR
#' decomposition of normal draws.
#' @param value The constant.
#' @param mean,stddev Of the normal distribution.
#' @param minval,maxval Ends of the uniform distribution.
#' @param scale Factor of the variance.
#' @param mode `"fan_in"`, `"fan_out"` or `"fan_avg"`.
#' @param distribution `"normal"` (also `"untruncated_normal"`), `"truncated_normal"` or `"uniform"`.
#' @param gain Factor of the result.
#' @param seed `NULL`: from R's generator, when the weights are made. A number fixes the draw.
#' @returns An object of class `tildenet_initializer`.
#' @references Glorot and Bengio (AISTATS 2010); He, Zhang, Ren and Sun (ICCV 2015); LeCun, Bottou,
#'   Orr and Mueller (1998); Saxe, McClelland and Ganguli (ICLR 2014).
#' @examples
#' model <- keras_model_sequential() %>%
#'   layer_dense(2, input_shape = 3, kernel_initializer = initializer_constant(0.5))
#' get_weights(model)[[1]]
#' @name initializers
NULL

#' @rdname initializers
#' @export
initializer_zeros <- function() new_initializer("zeros")

#' @rdname initializers
#' @export
initializer_ones <- function() new_initializer("ones")

#' @rdname initializers
#' @export
initializer_constant <- function(value = 0) {
  new_initializer("constant", list(value = check_number(value, "value")))
}

#' @rdname initializers
#' @export
initializer_random_normal <- function(mean = 0, stddev = 0.05, seed = NULL) {
  new_initializer("random_normal", list(mean = check_number(mean, "mean"),
                                        stddev = check_number(stddev, "stddev", 0)), seed)
}

#' @rdname initializers
#' @export
initializer_random_uniform <- function(minval = -0.05, maxval = 0.05, seed = NULL) {
  new_initializer("random_uniform", list(minval = check_number(minval, "minval"),
                                         maxval = check_number(maxval, "maxval")), seed)
}

#' @rdname initializers
#' @export
initializer_truncated_normal <- function(mean = 0, stddev = 0.05, seed = NULL) {
  new_initializer("truncated_normal", list(mean = check_number(mean, "mean"),
                                           stddev = check_number(stddev, "stddev", 0)), seed)
}

#' @rdname initializers
#' @export
initializer_variance_scaling <- function(scale = 1, mode = c("fan_in", "fan_out", "fan_avg"),
                                         distribution = c("normal", "uniform", "truncated_normal",
                                                          "untruncated_normal"), seed = NULL) {
  mode <- check_string(mode[1], "mode", c("fan_in", "fan_out", "fan_avg"))
  distribution <- check_string(distribution[1], "distribution",
                               c("normal", "uniform", "truncated_normal", "untruncated_normal"))
  new_initializer("variance_scaling", list(scale = check_number(scale, "scale", 0, open = TRUE),
                                           mode = mode, distribution = distribution), seed)
}

scaled <- function(scale, mode, distribution, seed) {
  new_initializer("variance_scaling",
                  list(scale = scale, mode = mode, distribution = distribution), seed)
}

#' @rdname initializers
#' @export
initializer_glorot_uniform <- function(seed = NULL) scaled(1, "fan_avg", "uniform", seed)

#' @rdname initializers
#' @export
initializer_glorot_normal <- function(seed = NULL) scaled(1, "fan_avg", "truncated_normal", seed)

#' @rdname initializers
#' @export
initializer_he_uniform <- function(seed = NULL) scaled(2, "fan_in", "uniform", seed)

#' @rdname initializers
#' @export
initializer_he_normal <- function(seed = NULL) scaled(2, "fan_in", "truncated_normal", seed)

#' @rdname initializers
#' @export
initializer_lecun_uniform <- function(seed = NULL) scaled(1, "fan_in", "uniform", seed)

#' @rdname initializers
#' @export
initializer_lecun_normal <- function(seed = NULL) scaled(1, "fan_in", "truncated_normal", seed)

#' @rdname initializers
#' @export
initializer_orthogonal <- function(gain = 1, seed = NULL) {
  new_initializer("orthogonal", list(gain = check_number(gain, "gain")), seed)
}

#' @rdname initializers
#' @export
initializer_identity <- function(gain = 1) {
  new_initializer("identity", list(gain = check_number(gain, "gain")))
}

initializer_names <- function() {
  c("zeros", "ones", "constant", "random_normal", "random_uniform", "truncated_normal",
    "variance_scaling", "glorot_uniform", "glorot_normal", "he_uniform", "he_normal",
    "lecun_uniform", "lecun_normal", "orthogonal", "identity")
}

# What a layer argument may hold: object, name, R function of the shape, NULL (the default).
as_initializer <- function(x, arg, call = rlang::caller_env()) {
  if (is.null(x) || inherits(x, "tildenet_initializer")) return(x)
  if (is.function(x)) {
    made <- tryCatch(x(), error = function(e) NULL)
    if (inherits(made, "tildenet_initializer")) return(made)
    return(new_initializer("zeros", r_function = x))
  }
  named_object(x, arg, "initializer", initializer_names(),
               c(normal = "random_normal", uniform = "random_uniform"), call)
}

# "l2" -> regularizer_l2(), with a list of what there is for other names.
named_object <- function(x, arg, family, known, aliases = character(), call = rlang::caller_env()) {
  name <- if (is.character(x) && length(x) == 1) sub(paste0("^", family, "_"), "", x) else NA
  if (name %in% names(aliases)) name <- aliases[[name]]
  if (!name %in% known) {
    abort_arg(arg, paste0("be an object made by ", family, "_*() or one of ",
                          quoted_list(known)), describe(x), call = call)
  }
  get(paste0(family, "_", name), envir = topenv(), mode = "function")()
}
