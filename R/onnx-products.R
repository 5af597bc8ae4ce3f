# ONNX rules of products and normalisations.

define_onnx("dense", function(g, step, x) {
  kernel <- onnx_weight(g, step$params[[1]])
  bias <- if (step$attrs$use_bias %||% TRUE) onnx_weight(g, step$params[[2]])
  plain <- onnx_rank(g, step$inputs) == 2 && !is.null(bias)
  y <- if (plain) onnx_put(g, "Gemm", c(x, kernel, bias)) else onnx_put(g, "MatMul", c(x, kernel))
  if (!plain && !is.null(bias)) y <- onnx_put(g, "Add", c(y, bias))
  onnx_activation(g, y, step$attrs)
})

# Member by member; two axes are an input that all members share.
define_onnx("dense_packed", function(g, step, x) {
  kernel <- onnx_weight(g, step$params[[1]])
  own <- if (onnx_rank(g, step$inputs) == 3) c("b", "m", "i") else c("b", "i")
  y <- onnx_einsum(g, c(x, kernel), own, c("m", "i", "u"), c("b", "m", "u"))
  if (step$attrs$use_bias %||% TRUE) y <- onnx_put(g, "Add", c(y, onnx_weight(g, step$params[[2]])))
  onnx_activation(g, y, step$attrs)
})

# The last axis of x with the last but one of y; the axes of x come first.
define_onnx("matmul", function(g, step, x) {
  a <- letters[seq_len(onnx_rank(g, step$inputs[1]))]
  b <- LETTERS[seq_len(onnx_rank(g, step$inputs[2]))]
  b[length(b) - 1] <- a[length(a)]
  onnx_einsum(g, x, a, b, c(a[-length(a)], b[-(length(b) - 1)]))
})

# Sample by sample over one axis of each.
define_onnx("batch_dot", function(g, step, x) {
  ranks <- c(onnx_rank(g, step$inputs[1]), onnx_rank(g, step$inputs[2]))
  axes <- onnx_axis(rep_len(step$attrs$axes, 2), ranks) + 1
  a <- letters[seq_len(ranks[1])]
  b <- LETTERS[seq_len(ranks[2])]
  b[1] <- a[1]
  b[axes[2]] <- a[axes[1]]
  left <- c(a[-axes[1]], b[-c(1, axes[2])])
  y <- onnx_einsum(g, x, a, b, left)
  if (length(left) == 1) onnx_unsqueeze(g, y, 1) else y
})

onnx_einsum <- function(g, x, a, b, out) {
  equation <- paste0(paste(a, collapse = ""), ",", paste(b, collapse = ""), "->", paste(out, collapse = ""))
  onnx_put(g, "Einsum", x, list(equation = equation))
}

# ---- normalisation ---------------------------------------------------------------------------------

# Channels stand on axis 1 there.
define_onnx("batch_norm", function(g, step, x) {
  rank <- onnx_rank(g, step$inputs)
  axis <- onnx_axis(step$attrs$axis %||% -1, rank)
  there <- c(0, axis, setdiff(seq_len(rank - 1), axis))
  given <- step$params
  channels <- given[[length(given)]]$shape
  weight <- function(wanted, value) {
    if (!wanted) return(onnx_constant(g, rep(value, channels), channels, "float", if (value == 1) "gamma" else "beta"))
    p <- given[[1]]
    given <<- given[-1]
    onnx_weight(g, p)
  }
  gamma <- weight(step$attrs$scale %||% TRUE, 1)
  beta <- weight(step$attrs$center %||% TRUE, 0)
  moving <- vapply(given, onnx_weight, "", g = g)
  y <- onnx_put(g, "BatchNormalization", c(onnx_transpose(g, x, there), gamma, beta, moving),
                list(epsilon = onnx_kind(step$attrs$epsilon %||% 1e-3, "float")))
  onnx_transpose(g, y, order(there) - 1)
})

# Its op came with version 17 of the set. Weights lie as the axes do in the input, whatever order they were named
# in.
define_onnx("layer_norm", function(g, step, x) {
  rank <- onnx_rank(g, step$inputs)
  axes <- onnx_axis(step$attrs$axis %||% -1, rank)
  centred <- onnx_centred(g, x, axes)
  spread <- onnx_affine(g, onnx_reduce(g, centred$square, "Mean", axes), 1, step$attrs$epsilon %||% 1e-3)
  y <- onnx_put(g, "Div", c(centred$value, onnx_put(g, "Sqrt", spread)))
  along <- rep(1, rank)
  along[axes + 1] <- g$graph$shapes[[step$inputs]][axes + 1]
  given <- vapply(step$params, onnx_shaped, "", g = g, shape = along)
  if (step$attrs$scale %||% TRUE) {
    y <- onnx_put(g, "Mul", c(y, given[1]))
    given <- given[-1]
  }
  if (step$attrs$center %||% TRUE) onnx_put(g, "Add", c(y, given[1])) else y
})

define_onnx("l2_normalize", function(g, step, x) {
  sums <- onnx_reduce(g, onnx_put(g, "Mul", c(x, x)), "Sum", step$attrs$axis %||% -1)
  length <- onnx_put(g, "Sqrt", onnx_put(g, "Max", c(sums, onnx_float(g, 1e-12))))
  onnx_put(g, "Div", c(x, length))
})
