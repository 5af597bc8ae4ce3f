#' Activation functions
#'
#' Elementwise functions of tensors or R arrays; `activation_softmax()` works along an axis. Layers
#' take them by name (`activation = "relu"`), as these functions, or as any R function of a tensor.
#'
#' relu: `max(x, 0)`, with `alpha`, `max_value` and `threshold`: `max_value` above it, `x` from
#' `threshold` on, else `alpha * (x - threshold)`. elu: `x > 0 ? x : alpha * (exp(x) - 1)`. selu:
#' `1.05070098 * elu(x, 1.67326324)`. sigmoid: `1 / (1 + exp(-x))`. hard_sigmoid:
#' `clip(0.2 * x + 0.5, 0, 1)`; hard_sigmoid_keras3: `clip(x / 6 + 0.5, 0, 1)`, which Keras 3 calls hard_sigmoid. softplus: `log(1 + exp(x))`. softsign: `x / (1 + abs(x))`. gelu:
#' `x * pnorm(x)`. swish: `x * sigmoid(x)`. mish: `x * tanh(log(1 + exp(x)))`.
#' @param x A tensor or an R array.
#' @param alpha Slope below the threshold (relu) or scale of the negative part (elu).
#' @param max_value Largest output; `NULL` for none.
#' @param threshold Below it the slope is `alpha`.
#' @param axis Axis of the softmax, from 0 with the batch axis as in layers, -1 the last.
#' @returns A tensor of the shape of `x`; for R data one with values, see [as.array()].
#' @section Errors:
#' Settings that are no numbers are errors of class `tildenet_error_argument`, axes that `x` does not have of class
#' `tildenet_error_shape`.
#' @references Clevert, Unterthiner and Hochreiter (2016) for elu; Klambauer et al. (2017) for selu;
#'   Hendrycks and Gimpel (2016) for gelu; Ramachandran, Zoph and Le (2017) for swish; Misra (2020)
#'   for mish.
#' @examples
#' as.array(activation_relu(c(-1, 0, 2)))
#' @name activations
NULL

emit_activation <- function(x, name, ...) {
  emit_op("activation", list(x), list(activation = name, ...))[[1]]
}

#' @rdname activations
#' @export
activation_relu <- function(x, alpha = 0, max_value = NULL, threshold = 0) {
  emit_activation(x, "relu", alpha = check_number(alpha, "alpha"), threshold = check_number(threshold, "threshold"),
                  max_value = check_number(max_value, "max_value", null_ok = TRUE, infinite = TRUE))
}

#' @rdname activations
#' @export
activation_elu <- function(x, alpha = 1) emit_activation(x, "elu", alpha = check_number(alpha, "alpha"))

#' @rdname activations
#' @export
activation_selu <- function(x) emit_activation(x, "selu")

#' @rdname activations
#' @export
activation_sigmoid <- function(x) emit_activation(x, "sigmoid")

#' @rdname activations
#' @export
activation_hard_sigmoid <- function(x) emit_activation(x, "hard_sigmoid")

#' @rdname activations
#' @export
activation_hard_sigmoid_keras3 <- function(x) emit_activation(x, "hard_sigmoid_keras3")

#' @rdname activations
#' @export
activation_tanh <- function(x) emit_activation(x, "tanh")

#' @rdname activations
#' @export
activation_softmax <- function(x, axis = -1) {
  emit_activation(x, "softmax", axis = check_count(axis, "axis", min = -8, max = 7))
}

#' @rdname activations
#' @export
activation_softplus <- function(x) emit_activation(x, "softplus")

#' @rdname activations
#' @export
activation_softsign <- function(x) emit_activation(x, "softsign")

#' @rdname activations
#' @export
activation_linear <- function(x) emit_activation(x, "linear")

#' @rdname activations
#' @export
activation_exponential <- function(x) emit_activation(x, "exponential")

#' @rdname activations
#' @export
activation_gelu <- function(x) emit_activation(x, "gelu")

#' @rdname activations
#' @export
activation_swish <- function(x) emit_activation(x, "swish")

#' @rdname activations
#' @export
activation_mish <- function(x) emit_activation(x, "mish")

# Axes of k_* functions count from 1; the engine's from 0. Negative ones count from the end in both.
axis_from_one <- function(axis, call = rlang::caller_env()) {
  if (is.null(axis)) return(NULL)
  axes <- listed_numbers(axis)
  fine <- is.numeric(axes) && length(axes) > 0 && !anyNA(axes) &&
    all(axes == round(axes) & axes != 0 & abs(axes) < 2^31)
  if (!fine) abort_arg("axis", "hold whole numbers from 1, or negative ones from the end", describe(axis), call = call)
  ifelse(axes > 0, axes - 1, axes)
}

activation_names <- function() {
  c("linear", "relu", "elu", "selu", "sigmoid", "hard_sigmoid", "tanh", "softmax", "softplus",
    "softsign", "exponential", "gelu", "swish", "mish", "hard_sigmoid_keras3")
}

# An activation argument as list(name) or list(fn): names stay names, so that layers can fuse them.
as_activation <- function(x, arg = "activation", call = rlang::caller_env()) {
  if (is.null(x)) return(list(name = "linear"))
  if (is.function(x)) {
    for (name in activation_names()) {
      if (identical(x, get(paste0("activation_", name), envir = topenv()))) return(list(name = name))
    }
    return(list(name = NULL, fn = x))
  }
  if (!is.character(x) || length(x) != 1 || !x %in% activation_names()) {
    abort_arg(arg, paste0("be one of ", quoted_list(activation_names()),
                          ", or a function of a tensor"), describe(x), call = call)
  }
  list(name = x)
}

# Applies what could not be fused into an op. sigmoid and softmax keep a node of their own, so that a
# crossentropy can take the value before them.
fused_activation <- function(activation) {
  if (is.null(activation$name) || activation$name %in% c("sigmoid", "softmax")) "linear"
  else activation$name
}

# A function of one's own keeps the mask, as all activations do.
apply_activation <- function(tensor, fn) {
  out <- traced_tensor(fn(tensor), "activation")
  if (has_mask(out)) out else with_masks(out, list(tensor))
}

finish_activation <- function(tensor, activation) {
  if (is.null(activation$name)) return(apply_activation(tensor, activation$fn))
  if (activation$name %in% c("sigmoid", "softmax")) return(emit_activation(tensor, activation$name))
  tensor
}
