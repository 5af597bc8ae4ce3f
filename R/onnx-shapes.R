# ONNX rules of ops that arrange values, look rows up, or go around the axis of steps.

define_onnx("concatenate", function(g, step, x) {
  onnx_put(g, "Concat", x, list(axis = step$attrs$axis %||% -1))
})

define_onnx("permute", function(g, step, x) onnx_transpose(g, x, c(0, step$attrs$dims)))

define_onnx("permute_all", function(g, step, x) onnx_transpose(g, x, step$attrs$dims - 1))

define_onnx("repeat_vector", function(g, step, x) {
  onnx_put(g, "Tile", c(onnx_unsqueeze(g, x, 1), onnx_ints(g, c(1, step$attrs$n, 1))))
})

define_onnx("flatten", function(g, step, x) onnx_put(g, "Flatten", x, list(axis = 1)))

define_onnx("reshape", function(g, step, x) onnx_reshape(g, x, list(0, step$attrs$target_shape)))

define_onnx("reshape_all", function(g, step, x) onnx_reshape(g, x, list(step$attrs$shape)))

define_onnx("expand_dims", function(g, step, x) onnx_unsqueeze(g, x, step$attrs$axis %||% -1))

define_onnx("squeeze", function(g, step, x) onnx_squeeze(g, x, step$attrs$axis %||% -1))

define_onnx("sizes", function(g, step, x) {
  sizes <- onnx_put(g, "Shape", x)
  g$whole[[as.character(step$outputs)]] <- sizes
  onnx_cast(g, sizes, "float")
})

# ---- look-up ---------------------------------------------------------------------------------------

define_onnx("embedding", function(g, step, x) {
  ids <- onnx_whole(g, step$inputs)
  onnx_give_mask(g, step, function() onnx_nonzero(g, x))
  onnx_put(g, "Gather", c(onnx_weight(g, step$params[[1]]), ids), list(axis = 0))
})

define_onnx("gather", function(g, step, x) {
  onnx_put(g, "Gather", c(x[1], onnx_whole(g, step$inputs[2])), list(axis = 0))
})

define_onnx("take", function(g, step, x) {
  onnx_put(g, "Gather", c(x, onnx_ints(g, step$attrs$index)), list(axis = step$attrs$axis %||% 0))
})

# ---- steps -----------------------------------------------------------------------------------------

# (B,T,...) to (B T,...)
onnx_fold <- function(g, x, rest) {
  onnx_reshape(g, x, c(list(-1), if (!anyNA(rest)) list(rest) else list(onnx_sizes(g, x, 2))))
}

define_onnx("fold_steps", function(g, step, x) {
  mask <- g$graph$masks[[step$inputs]]
  if (isTRUE(mask$axes > 2)) {
    onnx_give_mask(g, step, function() onnx_fold(g, onnx_mask(g, step$inputs), NA))
  }
  onnx_fold(g, x, g$graph$shapes[[step$inputs]][-(1:2)])
})

# Rows (B T,...) to the samples and steps of another tensor.
onnx_unfold <- function(g, rows, like, from = 1) {
  onnx_reshape(g, rows, list(onnx_sizes(g, like, 0, 2), onnx_sizes(g, rows, from)))
}

define_onnx("unfold_steps", function(g, step, x) {
  onnx_give_mask(g, step, function() {
    rows <- onnx_mask(g, step$inputs[2])
    if (!is.null(rows)) return(onnx_unfold(g, rows, x[1]))
    onnx_mask_of_axes(g, step$inputs[1], 2)
  })
  steps <- g$graph$shapes[[step$inputs[1]]][2]
  rest <- g$graph$shapes[[step$inputs[2]]][-1]
  if (anyNA(c(steps, rest))) onnx_unfold(g, x[2], x[1]) else onnx_reshape(g, x[2], list(-1, c(steps, rest)))
})

define_onnx("reverse_steps", function(g, step, x) onnx_reverse(g, x, 1))
