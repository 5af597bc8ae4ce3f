#' Crossentropies of tensors
#'
#' `k_binary_crossentropy()` gives one value per cell, the other two one per sample (row). The formulas
#' are those of the [losses][loss_mean_squared_error]. An output that comes straight from a sigmoid or
#' softmax is taken before it, without clipping.
#' @param target The truth: 0 and 1 or shares, or class numbers from 0 for the sparse one.
#' @param output Probabilities, or with `from_logits` what goes into the sigmoid or softmax.
#' @param from_logits Which of the two.
#' @param axis Axis of the classes, from 1; -1 is the last.
#' @returns A tensor.
#' @section Errors:
#' Shapes that do not fit are errors of class `tildenet_error_shape`.
#' @examples
#' as.array(k_binary_crossentropy(c(0, 1), c(0.25, 0.25)))
#' as.array(k_sparse_categorical_crossentropy(1, matrix(c(0.5, 0.25, 0.25), 1)))
#' @export
k_binary_crossentropy <- function(target, output, from_logits = FALSE) {
  attrs <- crossentropy_attrs(from_logits)
  output <- as_tensor(output)
  logits <- if (!from_logits) pre_activation(output, "sigmoid")
  if (!is.null(logits)) {
    output <- logits
    attrs$from_logits <- 1
  }
  # the loss is the mean over its last axis: of one cell each
  loss_emit("binary_crossentropy", k_expand_dims(target), k_expand_dims(output), attrs, fuse = FALSE)
}

#' @rdname k_binary_crossentropy
#' @export
k_categorical_crossentropy <- function(target, output, from_logits = FALSE, axis = -1) {
  loss_emit("categorical_crossentropy", as_tensor(target), as_tensor(output),
            crossentropy_attrs(from_logits, axis = axis))
}

#' @rdname k_binary_crossentropy
#' @export
k_sparse_categorical_crossentropy <- function(target, output, from_logits = FALSE, axis = -1) {
  attrs <- crossentropy_attrs(from_logits, axis = axis)[c("from_logits", "axis")]
  loss_emit("sparse_categorical_crossentropy", as_tensor(target), as_tensor(output), attrs)
}
