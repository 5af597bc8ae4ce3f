#' Optimizers
#'
#' How gradients change the weights. `compile(model, optimizer = "adam")` uses the defaults; an
#' object made by one of these functions sets its own.
#'
#' @details
#' With g the gradient, t the number of the update from 1 and all state starting at 0 unless said:
#'
#' * `optimizer_sgd()`: `m = momentum * m - lr * g`; `w += m`, with `nesterov`
#'   `w += momentum * m - lr * g`.
#' * `optimizer_rmsprop()`: `v = rho * v + (1 - rho) * g^2`; `d = lr * g / sqrt(v + epsilon)`.
#'   `centered` takes `v - a^2` for `v`, `a` being the same mean of g. With momentum
#'   `m = momentum * m + d; w -= m`, else `w -= d`.
#' * `optimizer_adam()`: m and v are moving means of g and g^2;
#'   `w -= lr * sqrt(1 - beta_2^t) / (1 - beta_1^t) * m / (sqrt(v) + epsilon)`. `amsgrad` takes the
#'   running maximum of v.
#' * `optimizer_adamw()`: `w -= lr * weight_decay * w`, then the step of adam: the decay is no part of the
#'   gradient and its moments.
#' * `optimizer_adamax()`: m as in adam, `u = max(beta_2 * u, abs(g))`;
#'   `w -= lr / (1 - beta_1^t) * m / (u + epsilon)`.
#' * `optimizer_nadam()`: adam with Nesterov momentum; `u_t = beta_1 * (1 - 0.5 * 0.96^t)`.
#' * `optimizer_adagrad()`: `a += g^2`; `w -= lr * g / sqrt(a + epsilon)`.
#' * `optimizer_adadelta()`: `a = rho * a + (1 - rho) * g^2`;
#'   `d = -sqrt(e + epsilon) / sqrt(a + epsilon) * g`; `e = rho * e + (1 - rho) * d^2`; `w += lr * d`.
#'
#' Rows of an embedding, or of a dense layer on sparse data, that a batch does not touch get the same
#' numbers as with a gradient of zero, but cost nothing until they are touched again.
#'
#' @section Weights of their own:
#' `rate_factors` multiply the learning rate of some weights, their decay with it; `weight_decay_factors` multiply
#' the decay alone. Both are numbers of at least 0 that are named by regular expressions (of Perl), such as
#' `c(bias = 0.1, "^dense_2/" = 0)`: an expression acts on all weights in whose names it is found, names such as
#' `"dense_1/bias:0"`. Where several are found, the last one counts; other weights have the factor 1. A weight whose
#' rate has the factor 0 stays as it is, while its moments go on. In a list a factor may also be a vector with one
#' number for each slice of the weight's first axis: the members of packed weights, the rows of an embedding. Weights
#' that an expression in `exclude_from_weight_decay` is found in do not decay at all. An expression that is found in
#' no name of the model is an error when training begins, as is a vector of another length. Files of Keras hold the
#' factors beside the optimizer's settings, where this package finds them and Keras does not.
#' @param learning_rate A number of at least 0, or a schedule such as
#'   [learning_rate_schedule_cosine_decay()].
#' @param momentum,nesterov Momentum from 0 to 1, and whether it looks ahead.
#' @param rho Weight of the past in moving means of squared gradients, from 0 to 1.
#' @param epsilon A small number that keeps divisions finite; `NULL` is 1e-7.
#' @param centered Whether the gradient's variance is used rather than its square.
#' @param beta_1,beta_2 Weights of the past in the moving means of the gradient and its square.
#' @param weight_decay The part of the weight, times the learning rate, that is taken off it in every step, a
#'   number of at least 0. 0 where the optimizer is another than adamw and does not say otherwise (see `...`).
#' @param amsgrad Whether the mean of squares may only grow.
#' @param initial_accumulator_value Start of the sum of squares.
#' @param ... For all optimizers: `clipnorm` (each gradient array is scaled to that norm at most),
#'   `global_clipnorm` (all arrays together), `clipvalue` (element by element); of several the first
#'   in this order counts. `weight_decay` (`w -= w * weight_decay * lr` before the step), `decay`
#'   (`lr / (1 + decay * updates)`), `lr` (the old name of `learning_rate`) and `name`.
#'   `rate_factors`, `weight_decay_factors` and `exclude_from_weight_decay` treat weights differently: see below.
#'   `schedule_decay`, `jit_compile` and `use_ema = FALSE` are accepted without effect.
#' @returns An optimizer. Its rate is read and set by `$lr` or `$learning_rate`, also through the model:
#'   `model$optimizer$lr <- 0.01` acts on the next fit.
#' @section Errors:
#' Unknown arguments and numbers out of range are errors of class `tildenet_error_argument`.
#' @source Kingma and Ba (2015) for adam and adamax, Dozat (2016) for nadam, Tieleman and Hinton (2012)
#'   for rmsprop, Duchi, Hazan and Singer (2011) for adagrad, Zeiler (2012) for adadelta, Reddi, Kale
#'   and Kumar (2018) for amsgrad, Loshchilov and Hutter (2019) for adamw. The formulas are those of Keras 2.11.
#' @examples
#' optimizer <- optimizer_adam(learning_rate = 0.01, clipnorm = 1)
#' optimizer$lr
#' optimizer$lr <- optimizer$lr / 10
#' optimizer
#' @name optimizer_adam
NULL

#' @rdname optimizer_adam
#' @export
optimizer_sgd <- function(learning_rate = 0.01, momentum = 0, nesterov = FALSE, ...) {
  new_optimizer("sgd", learning_rate, list(momentum = momentum, nesterov = nesterov), list(...))
}

#' @rdname optimizer_adam
#' @export
optimizer_rmsprop <- function(learning_rate = 0.001, rho = 0.9, momentum = 0, epsilon = 1e-7,
                              centered = FALSE, ...) {
  own <- list(rho = rho, momentum = momentum, epsilon = epsilon, centered = centered)
  new_optimizer("rmsprop", learning_rate, own, list(...))
}

#' @rdname optimizer_adam
#' @export
optimizer_adam <- function(learning_rate = 0.001, beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-7,
                           amsgrad = FALSE, ...) {
  own <- list(beta_1 = beta_1, beta_2 = beta_2, epsilon = epsilon, amsgrad = amsgrad)
  new_optimizer("adam", learning_rate, own, list(...))
}

#' @rdname optimizer_adam
#' @export
optimizer_adamw <- function(learning_rate = 0.001, weight_decay = 0.004, beta_1 = 0.9, beta_2 = 0.999,
                            epsilon = 1e-7, amsgrad = FALSE, ...) {
  own <- list(beta_1 = beta_1, beta_2 = beta_2, epsilon = epsilon, amsgrad = amsgrad)
  decay <- check_number(weight_decay, "weight_decay", min = 0)
  new_optimizer("adamw", learning_rate, own, list(weight_decay = decay, ...))
}

#' @rdname optimizer_adam
#' @export
optimizer_adamax <- function(learning_rate = 0.001, beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-7,
                             ...) {
  own <- list(beta_1 = beta_1, beta_2 = beta_2, epsilon = epsilon)
  new_optimizer("adamax", learning_rate, own, list(...))
}

#' @rdname optimizer_adam
#' @export
optimizer_nadam <- function(learning_rate = 0.001, beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-7,
                            ...) {
  own <- list(beta_1 = beta_1, beta_2 = beta_2, epsilon = epsilon)
  new_optimizer("nadam", learning_rate, own, list(...))
}

#' @rdname optimizer_adam
#' @export
optimizer_adagrad <- function(learning_rate = 0.001, initial_accumulator_value = 0.1, epsilon = 1e-7,
                              ...) {
  own <- list(initial_accumulator_value = initial_accumulator_value, epsilon = epsilon)
  new_optimizer("adagrad", learning_rate, own, list(...))
}

#' @rdname optimizer_adam
#' @export
optimizer_adadelta <- function(learning_rate = 0.001, rho = 0.95, epsilon = 1e-7, ...) {
  new_optimizer("adadelta", learning_rate, list(rho = rho, epsilon = epsilon), list(...))
}
