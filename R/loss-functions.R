#' Losses
#'
#' What training makes small. With two arguments a loss function gives one value per sample; without
#' data it gives an object for [compile()] that holds the settings. `compile()` also takes the names
#' without `loss_`, the short names (`"mse"`, `"mae"`, `"mape"`, `"msle"`, `"bce"`, `"kld"`) and R
#' functions of two tensors.
#'
#' @details
#' With p a prediction, y its target, means over the last axis and eps = 1e-7:
#'
#' | loss | value of a sample |
#' |---|---|
#' | `mean_squared_error` | mean (p - y)^2 |
#' | `mean_absolute_error` | mean abs(p - y) |
#' | `mean_absolute_percentage_error` | 100 mean(abs(y - p) / max(abs(y), eps)) |
#' | `mean_squared_logarithmic_error` | mean (log(max(p, eps) + 1) - log(max(y, eps) + 1))^2 |
#' | `binary_crossentropy` | mean of -(y log p + (1 - y) log(1 - p)), p cut to eps ... 1 - eps |
#' | `categorical_crossentropy` | -sum y log p, p scaled to sum 1 and cut to eps ... 1 - eps |
#' | `sparse_categorical_crossentropy` | -log of the p of class y, classes counted from 0 |
#' | `hinge`, `squared_hinge` | mean max(1 - y p, 0), or its square; 0/1 targets count as -1/1 |
#' | `categorical_hinge` | max(max((1 - y) p) - sum(y p) + 1, 0) |
#' | `huber` | mean of e^2 / 2 if abs(e) <= delta, else delta abs(e) - delta^2 / 2 |
#' | `logcosh` | mean of log(cosh(p - y)) |
#' | `poisson` | mean p - y log(p + eps) |
#' | `kullback_leibler_divergence` | sum y log(y / p), both cut to eps ... 1 |
#' | `cosine_similarity` | minus the cosine between y and p |
#'
#' In training, a crossentropy right behind its sigmoid or softmax is computed from what goes into the
#' activation: exact for any size, and with the gradient p - y.
#'
#' The loss of a batch is the sum of weight times value over the number of values. An output whose steps
#' are masked ([layer_masking()], `mask_zero` of [layer_embedding()], passed on by the layers between) has
#' the values of the other steps only, and so have its metrics; a function of one's own is masked when it
#' gives a value for each step.
#'
#' @param y_true Targets: an R array or a tensor, samples first; for sparse crossentropies class
#'   numbers from 0, of length n or n x 1. A vector of R counts as n x 1; a symbolic tensor with a single
#'   axis, as [k_flatten()] gives it, as one sample.
#' @param y_pred Predictions of the same shape; for sparse crossentropies n x classes.
#' @param from_logits Whether `y_pred` comes before the sigmoid or softmax.
#' @param label_smoothing From 0 to 1: how far targets are moved to the middle.
#' @param delta Where the Huber loss turns from square to straight.
#' @param axis Axis of the classes or vectors, counted from 1 with the batch axis; -1 is the last.
#' @param ... Not used.
#' @param reduction `"auto"` (the mean), `"sum"` or `"none"`; what the object form makes of the samples.
#' @param name Name of the loss.
#' @returns With data a tensor with one value per sample (all axes but the last). Without, an object of
#'   class `tildenet_loss`, which can be called: `loss(y_true, y_pred)` is the loss of the batch.
#' @section Errors:
#' Shapes that do not fit and class numbers out of range are errors of class `tildenet_error_shape` and
#' `tildenet_error_arg`.
#' @source The formulas are those of Keras 2.11. Huber (1964) for the Huber loss.
#' @examples
#' y <- matrix(c(0, 1, 1, 0), 2)
#' p <- matrix(c(0.1, 0.8, 0.9, 0.2), 2)
#' loss_mean_squared_error(y, p)
#' loss <- loss_huber(delta = 0.5)
#' loss(y, p)
#' @name loss_mean_squared_error
NULL

# All loss functions end here: values for data, an object without.
loss_function <- function(kind, y_true, y_pred, attrs, reduction, name, call = rlang::caller_env()) {
  if (missing(y_true) && missing(y_pred)) {
    return(new_loss(kind, attrs, reduction = reduction, name = name, call = call))
  }
  if (missing(y_true) || missing(y_pred)) {
    abort_arg(if (missing(y_true)) "y_true" else "y_pred", "be given with the other one", call = call)
  }
  if (is_tensor_like(y_true) && is_tensor_like(y_pred)) {
    return(loss_of_tensors(kind, as_tensor(y_true), as_tensor(y_pred), attrs))
  }
  abort_arg("y_true", "be an array or a tensor, as `y_pred`", describe(y_true), call = call)
}

is_tensor_like <- function(x) {
  is_tensor(x) || is.numeric(x) || is.logical(x) || inherits(x, c("tildenet_parameter", "Matrix"))
}

crossentropy_attrs <- function(from_logits, label_smoothing = 0, axis = -1,
                               call = rlang::caller_env()) {
  list(from_logits = as.numeric(check_flag(from_logits, "from_logits", call = call)),
       label_smoothing = check_number(label_smoothing, "label_smoothing", 0, 1, call = call),
       axis = check_axis(axis, call))
}

check_axis <- function(axis, call = rlang::caller_env()) check_count(axis, "axis", min = -8, call = call)

# ---- of numbers ------------------------------------------------------------------------------------

#' @rdname loss_mean_squared_error
#' @export
loss_mean_squared_error <- function(y_true, y_pred, ..., axis = -1, reduction = "auto",
                                    name = "mean_squared_error") {
  loss_function("mean_squared_error", y_true, y_pred, list(axis = check_axis(axis)), reduction, name)
}

#' @rdname loss_mean_squared_error
#' @export
loss_mean_absolute_error <- function(y_true, y_pred, ..., axis = -1, reduction = "auto",
                                     name = "mean_absolute_error") {
  loss_function("mean_absolute_error", y_true, y_pred, list(axis = check_axis(axis)), reduction, name)
}

#' @rdname loss_mean_squared_error
#' @export
loss_mean_absolute_percentage_error <- function(y_true, y_pred, ..., axis = -1, reduction = "auto",
                                                name = "mean_absolute_percentage_error") {
  loss_function("mean_absolute_percentage_error", y_true, y_pred, list(axis = check_axis(axis)),
                reduction, name)
}

#' @rdname loss_mean_squared_error
#' @export
loss_mean_squared_logarithmic_error <- function(y_true, y_pred, ..., axis = -1, reduction = "auto",
                                                name = "mean_squared_logarithmic_error") {
  loss_function("mean_squared_logarithmic_error", y_true, y_pred, list(axis = check_axis(axis)),
                reduction, name)
}

#' @rdname loss_mean_squared_error
#' @export
loss_huber <- function(y_true, y_pred, delta = 1, ..., reduction = "auto", name = "huber_loss") {
  delta <- check_number(delta, "delta", min = 0)
  loss_function("huber", y_true, y_pred, list(delta = delta), reduction, name)
}

#' @rdname loss_mean_squared_error
#' @export
loss_logcosh <- function(y_true, y_pred, ..., axis = -1, reduction = "auto", name = "log_cosh") {
  loss_function("logcosh", y_true, y_pred, list(axis = check_axis(axis)), reduction, name)
}

#' @rdname loss_mean_squared_error
#' @export
loss_log_cosh <- loss_logcosh

#' @rdname loss_mean_squared_error
#' @export
loss_poisson <- function(y_true, y_pred, ..., axis = -1, reduction = "auto", name = "poisson") {
  loss_function("poisson", y_true, y_pred, list(axis = check_axis(axis)), reduction, name)
}

#' @rdname loss_mean_squared_error
#' @export
loss_cosine_similarity <- function(y_true, y_pred, axis = -1, ..., reduction = "auto",
                                   name = "cosine_similarity") {
  loss_function("cosine_similarity", y_true, y_pred, list(axis = check_axis(axis)), reduction, name)
}

# ---- of probabilities ------------------------------------------------------------------------------

#' @rdname loss_mean_squared_error
#' @export
loss_binary_crossentropy <- function(y_true, y_pred, from_logits = FALSE, label_smoothing = 0,
                                     axis = -1, ..., reduction = "auto",
                                     name = "binary_crossentropy") {
  loss_function("binary_crossentropy", y_true, y_pred,
                crossentropy_attrs(from_logits, label_smoothing, axis), reduction, name)
}

#' @rdname loss_mean_squared_error
#' @export
loss_categorical_crossentropy <- function(y_true, y_pred, from_logits = FALSE, label_smoothing = 0,
                                          axis = -1, ..., reduction = "auto",
                                          name = "categorical_crossentropy") {
  loss_function("categorical_crossentropy", y_true, y_pred,
                crossentropy_attrs(from_logits, label_smoothing, axis), reduction, name)
}

#' @rdname loss_mean_squared_error
#' @export
loss_sparse_categorical_crossentropy <- function(y_true, y_pred, from_logits = FALSE, axis = -1, ...,
                                                 reduction = "auto",
                                                 name = "sparse_categorical_crossentropy") {
  attrs <- crossentropy_attrs(from_logits, axis = axis)
  loss_function("sparse_categorical_crossentropy", y_true, y_pred,
                attrs[c("from_logits", "axis")], reduction, name)
}

#' @rdname loss_mean_squared_error
#' @export
loss_kullback_leibler_divergence <- function(y_true, y_pred, ..., reduction = "auto",
                                             name = "kl_divergence") {
  loss_function("kullback_leibler_divergence", y_true, y_pred, list(), reduction, name)
}

#' @rdname loss_mean_squared_error
#' @export
loss_kl_divergence <- loss_kullback_leibler_divergence

# ---- of margins ------------------------------------------------------------------------------------

#' @rdname loss_mean_squared_error
#' @export
loss_hinge <- function(y_true, y_pred, ..., reduction = "auto", name = "hinge") {
  loss_function("hinge", y_true, y_pred, list(), reduction, name)
}

#' @rdname loss_mean_squared_error
#' @export
loss_squared_hinge <- function(y_true, y_pred, ..., reduction = "auto", name = "squared_hinge") {
  loss_function("squared_hinge", y_true, y_pred, list(), reduction, name)
}

#' @rdname loss_mean_squared_error
#' @export
loss_categorical_hinge <- function(y_true, y_pred, ..., reduction = "auto",
                                   name = "categorical_hinge") {
  loss_function("categorical_hinge", y_true, y_pred, list(), reduction, name)
}
