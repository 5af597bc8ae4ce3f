# The mask of an output counts in its losses and metrics as weights do: masked steps have none. As in
# Keras, the mean loss is that of the steps which count, sum(mask * weight * value) / sum(mask), and a
# metric the weighted mean.

# Weights of the values of a loss or metric of `output`, whose values have so many axes: the given ones
# (NULL: none) times the mask. share: ones of the mask are as large as keeps their mean at 1. Values of
# samples, made of all their steps, are not masked.
masked_weight <- function(output, weight, axes, share = FALSE) {
  if (!has_mask(output) || (axes > 0 && output$mask_axes > axes)) return(weight)
  mask <- emit_op("mask_weights", list(output), list(share = share))[[1]]
  if (is.null(weight)) return(mask)
  axes <- max(length(weight$shape), length(mask$shape))
  emit_op("multiply", lapply(list(weight, mask), with_axes, axes))[[1]]
}

# Closing axes of size 1 until there are so many.
with_axes <- function(t, axes) {
  while (length(t$shape) < axes) t <- emit_op("expand_dims", list(t), list(axis = -1))[[1]]
  t
}
