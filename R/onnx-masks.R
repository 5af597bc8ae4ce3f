# Masks in ONNX files: tensors of logical values, true where a cell counts.

# The mask of a value on its first axes alone: a cell counts when any part of it does.
onnx_mask_of_axes <- function(g, id, axes) {
  mask <- onnx_mask(g, id)
  more <- g$graph$masks[[id]]$axes - axes
  if (is.null(mask) || more <= 0) return(mask)
  onnx_any(g, mask, axes + seq_len(more) - 1)
}

onnx_any <- function(g, flags, axes) {
  onnx_cast(g, onnx_reduce(g, onnx_cast(g, flags, "float"), "Max", axes, keepdims = FALSE), "bool")
}

define_onnx("masking", function(g, step, x) {
  same <- onnx_put(g, "Equal", c(x, onnx_float(g, step$attrs$mask_value %||% 0)))
  kept <- onnx_any(g, onnx_put(g, "Not", same), -1)
  onnx_give_mask(g, step, function() kept)
  onnx_put(g, "Where", c(onnx_unsqueeze(g, kept, -1), x, onnx_float(g, 0)))
})

define_onnx("join_masks", function(g, step, x) {
  axes <- g$graph$masks[[step$outputs]]$axes
  onnx_give_mask(g, step, function() {
    along <- step$attrs$along %||% 0
    if (along > 0 && along < axes) return(onnx_masks_along(g, step$inputs[-1], along, axes))
    ids <- if (along > 0) step$inputs[-1] else step$inputs
    masks <- lapply(ids, function(id) onnx_wide_mask(g, id, axes))
    everywhere <- onnx_put(g, "Expand", c(onnx_constant(g, TRUE, numeric(), "bool"), onnx_sizes(g, x[1], 0, axes)))
    Reduce(function(a, b) onnx_put(g, "And", c(a, b)), masks[!vapply(masks, is.null, NA)], everywhere)
  })
  x[1]
})

# A mask with axes of size 1 behind its own.
onnx_wide_mask <- function(g, id, axes) {
  mask <- onnx_mask(g, id)
  own <- g$graph$masks[[id]]$axes
  if (is.null(mask) || own == axes) return(mask)
  onnx_unsqueeze(g, mask, seq(own, axes - 1))
}

# Masks one after the other; what has none counts.
onnx_masks_along <- function(g, ids, along, axes) {
  parts <- vapply(ids, function(id) {
    size <- onnx_sizes(g, g$values[id], 0, axes)
    mask <- onnx_wide_mask(g, id, axes) %||% onnx_constant(g, TRUE, numeric(), "bool")
    onnx_put(g, "Expand", c(mask, size))
  }, "")
  onnx_put(g, "Concat", parts, list(axis = along))
}
