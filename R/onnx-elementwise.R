# ONNX rules of ops that work cell by cell, and of reductions.

define_onnx("constant", function(g, step, x) {
  onnx_constant(g, step$attrs$value, step$attrs$shape, "float")
})

define_onnx("parameter", function(g, step, x) onnx_weight(g, step$params[[1]]))

# ---- activations -----------------------------------------------------------------------------------

onnx_same_name <- c(elu = "Elu", selu = "Selu", sigmoid = "Sigmoid", tanh = "Tanh", softplus = "Softplus",
                    softsign = "Softsign", exponential = "Exp")

# An activation with its attributes, fused into another op or not.
onnx_activation <- function(g, x, attrs) {
  name <- attrs$activation %||% "linear"
  switch(name,
    linear = x,
    relu = onnx_relu(g, x, attrs),
    elu = onnx_put(g, "Elu", x, list(alpha = onnx_kind(attrs$alpha %||% 1, "float"))),
    leaky_relu = onnx_put(g, "LeakyRelu", x, list(alpha = onnx_kind(attrs$alpha %||% 0.3, "float"))),
    thresholded_relu = onnx_put(g, "ThresholdedRelu", x, list(alpha = onnx_kind(attrs$threshold %||% 1, "float"))),
    hard_sigmoid = onnx_hard_sigmoid(g, x, 0.2),
    hard_sigmoid_keras3 = onnx_hard_sigmoid(g, x, 1 / 6),
    softmax = onnx_put(g, "Softmax", x, list(axis = attrs$axis %||% -1)),
    gelu = onnx_gelu(g, x),
    swish = onnx_put(g, "Mul", c(x, onnx_put(g, "Sigmoid", x))),
    mish = onnx_put(g, "Mul", c(x, onnx_put(g, "Tanh", onnx_put(g, "Softplus", x)))),
    onnx_put(g, onnx_same_name[[name]], x))
}

onnx_hard_sigmoid <- function(g, x, slope) {
  onnx_put(g, "HardSigmoid", x, list(alpha = onnx_kind(slope, "float"), beta = onnx_kind(0.5, "float")))
}

onnx_relu <- function(g, x, attrs) {
  alpha <- attrs$alpha %||% 0
  most <- attrs$max_value %||% Inf
  threshold <- attrs$threshold %||% 0
  if (alpha == 0 && is.infinite(most) && threshold == 0) return(onnx_put(g, "Relu", x))
  below <- onnx_affine(g, x, alpha, -alpha * threshold)
  y <- onnx_put(g, "Where", c(onnx_put(g, "GreaterOrEqual", c(x, onnx_float(g, threshold))), x, below))
  if (is.infinite(most)) return(y)
  onnx_put(g, "Where", c(onnx_put(g, "GreaterOrEqual", c(x, onnx_float(g, most))), onnx_float(g, most), y))
}

# x Phi(x), Phi(x) = (1 + erf(x / sqrt(2))) / 2
onnx_gelu <- function(g, x) {
  bent <- onnx_put(g, "Erf", onnx_affine(g, x, sqrt(0.5)))
  onnx_put(g, "Mul", c(x, onnx_affine(g, bent, 0.5, 0.5)))
}

onnx_affine <- function(g, x, scale = 1, offset = 0) {
  if (scale != 1) x <- onnx_put(g, "Mul", c(x, onnx_float(g, scale)))
  if (offset != 0) x <- onnx_put(g, "Add", c(x, onnx_float(g, offset)))
  x
}

define_onnx("activation", function(g, step, x) onnx_activation(g, x, step$attrs))

define_onnx("prelu", function(g, step, x) onnx_put(g, "PRelu", c(x, onnx_weight(g, step$params[[1]]))))

define_onnx("rescale", function(g, step, x) {
  onnx_affine(g, x, step$attrs$scale %||% 1, step$attrs$offset %||% 0)
})

# ---- two tensors -----------------------------------------------------------------------------------

onnx_binary <- c(add = "Add", subtract = "Sub", multiply = "Mul", divide = "Div", power = "Pow",
                 maximum = "Max", minimum = "Min")

define_onnx(names(onnx_binary), function(g, step, x) onnx_put(g, onnx_binary[[step$op]], x))

onnx_comparisons <- c(equal = "Equal", not_equal = "Equal", greater = "Greater", greater_equal = "GreaterOrEqual",
                      less = "Less", less_equal = "LessOrEqual")

define_onnx(names(onnx_comparisons), function(g, step, x) {
  holds <- onnx_put(g, onnx_comparisons[[step$op]], x)
  onnx_cast(g, if (step$op == "not_equal") onnx_put(g, "Not", holds) else holds, "float")
})

# The remainder has the sign of the divisor, that of ONNX the sign of the first.
define_onnx("floormod", function(g, step, x) {
  rest <- onnx_put(g, "Mod", x, list(fmod = 1))
  signs <- onnx_put(g, "Mul", c(onnx_put(g, "Sign", rest), onnx_put(g, "Sign", x[2])))
  differ <- onnx_put(g, "Less", c(signs, onnx_float(g, 0)))
  onnx_put(g, "Where", c(differ, onnx_put(g, "Add", c(rest, x[2])), rest))
})

# ---- one tensor ------------------------------------------------------------------------------------

onnx_root <- function(g, x) onnx_put(g, "Sqrt", onnx_put(g, "Max", c(x, onnx_float(g, 0))))

define_onnx("unary", function(g, step, x) {
  switch(step$attrs$fn,
    negate = onnx_put(g, "Neg", x), square = onnx_put(g, "Mul", c(x, x)), sqrt = onnx_root(g, x),
    rsqrt = onnx_put(g, "Reciprocal", onnx_root(g, x)), reciprocal = onnx_put(g, "Reciprocal", x),
    exp = onnx_put(g, "Exp", x), log = onnx_put(g, "Log", x), log1p = onnx_put(g, "Log", onnx_affine(g, x, 1, 1)),
    sin = onnx_put(g, "Sin", x), cos = onnx_put(g, "Cos", x), abs = onnx_put(g, "Abs", x), sign = onnx_put(g, "Sign", x), round = onnx_put(g, "Round", x),
    floor = onnx_put(g, "Floor", x), identity = x,
    clip = onnx_put(g, "Clip", c(x, onnx_float(g, step$attrs$min %||% -Inf), onnx_float(g, step$attrs$max %||% Inf))),
    cast_int = onnx_put(g, "Mul", c(onnx_put(g, "Sign", x), onnx_put(g, "Floor", onnx_put(g, "Abs", x)))),
    cast_logical = onnx_cast(g, onnx_nonzero(g, x), "float"),
    onnx_refuse(step, paste0("whose function ", quoted(step$attrs$fn), " ONNX does not have")))
})

onnx_nonzero <- function(g, x) onnx_put(g, "Not", onnx_put(g, "Equal", c(x, onnx_float(g, 0))))

# ---- reductions ------------------------------------------------------------------------------------

onnx_reductions <- c(sum = "Sum", mean = "Mean", prod = "Prod", max = "Max", min = "Min")

define_onnx("reduce", function(g, step, x) {
  fn <- step$attrs$fn %||% "sum"
  axes <- step$attrs$axis
  keep <- isTRUE(as.logical(step$attrs$keepdims %||% FALSE))
  if (fn %in% names(onnx_reductions)) return(onnx_reduce(g, x, onnx_reductions[[fn]], axes, keep))
  variance <- onnx_reduce(g, onnx_centred(g, x, axes)$square, "Mean", axes, keep)
  if (fn == "std") onnx_put(g, "Sqrt", variance) else variance
})

# x without its mean over axes, and the square of that.
onnx_centred <- function(g, x, axes) {
  centred <- onnx_put(g, "Sub", c(x, onnx_reduce(g, x, "Mean", axes)))
  list(value = centred, square = onnx_put(g, "Mul", c(centred, centred)))
}

define_onnx("argmax", function(g, step, x) {
  found <- onnx_put(g, "ArgMax", x, list(axis = step$attrs$axis %||% -1, keepdims = 0))
  g$whole[[as.character(step$outputs)]] <- found
  onnx_cast(g, found, "float")
})
