#' Random tensors
#'
#' At the top of a script these draw at once. In a function that is traced (a lambda layer, a loss) they
#' draw anew for every batch, in training and in prediction; prediction repeats its draws from call to
#' call. A size may be taken from a tensor: `k_random_normal(shape = k_shape(x))`, or
#' `shape = c(k_shape(x)[[1]], 2)` for the rows of a batch. `shape = c(k_shape(x)[[1]])` alone, which the
#' autoencoders of many scripts have, draws for every cell of `x`.
#' @param shape Sizes of all axes.
#' @param mean,stddev Of the normal distribution.
#' @param minval,maxval Ends of the uniform one.
#' @param dtype Not used; the numbers are 32-bit floats.
#' @param seed One whole number fixes the draws; by default they follow from R's generator.
#' @returns A tensor.
#' @section Errors:
#' Sizes that are no whole numbers are an error of class `tildenet_error_argument`.
#' @source Philox4x32-10 of Salmon, Moraes, Dror and Shaw (SC 2011), Box-Muller for the normal numbers.
#' @examples
#' set.seed(1)
#' as.array(k_random_normal(c(2, 3)))
#' noise <- layer_lambda(f = function(x) x + k_random_uniform(k_shape(x)))
#' dim(noise(matrix(0, 4, 2)))
#' @export
k_random_normal <- function(shape, mean = 0, stddev = 1, dtype = NULL, seed = NULL) {
  emit_random("random_normal", shape, seed,
              list(mean = check_number(mean, "mean"), stddev = check_number(stddev, "stddev", 0)))
}

#' @rdname k_random_normal
#' @export
k_random_uniform <- function(shape, minval = 0, maxval = 1, dtype = NULL, seed = NULL) {
  emit_random("random_uniform", shape, seed,
              list(minval = check_number(minval, "minval"), maxval = check_number(maxval, "maxval")))
}

emit_random <- function(op, shape, seed, attrs, call = rlang::caller_env()) {
  sizes <- shape_argument(shape, call)
  if (length(sizes$shape) == 1 && length(sizes$reference) > 0) {
    sizes <- shape_argument(k_shape(sizes$reference[[1]]), call)
  }
  seed <- check_count(seed, "seed", 0, 2^53, null_ok = TRUE, call = call)
  attrs <- c(attrs, list(shape = sizes$shape, seed = seed, salt = if (is.null(seed)) draw_seed()))
  out <- emit_op(op, sizes$reference, attrs, call = call)[[1]]
  if (is_tracing() || length(sizes$reference) > 0) out else run_outputs(list(out), list(), list())[[1]]
}

# Numbers and sizes of a tensor's axes -> list(shape, reference): in `shape` -k stands for the size of
# axis k of the reference.
shape_argument <- function(shape, call) {
  if (is_tensor(shape) && !is.null(shape$sizes_of)) {
    rank <- length(shape$sizes_of$shape)
    shape <- lapply(seq_len(rank), function(k) shape[[k]])
  } else if (is_eager(shape)) {
    shape <- as.vector(shape$value)
  }
  reference <- list()
  one <- function(s) {
    if (is_tensor(s) && !is.null(s$size_of)) {
      if (length(reference) > 0 && !identical(reference[[1]], s$size_of$tensor)) {
        abort_arg("shape", "take its sizes from one tensor only", call = call)
      }
      reference <<- list(s$size_of$tensor)
      return(-s$size_of$axis)
    }
    check_count(if (is_eager(s)) as.vector(s$value) else s, "shape", call = call)
  }
  sizes <- vapply(argument_items(shape, "shape", call), one, 0)
  list(shape = sizes, reference = reference)
}
