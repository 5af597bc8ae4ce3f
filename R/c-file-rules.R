# Rules for ops that work cell by cell or on lines of cells: see c-file-steps.R.

c_rows <- function(shape) prod(shape[-length(shape)])

c_last <- function(shape) shape[length(shape)]

# ---- activations -----------------------------------------------------------------------------------

# Arguments behind (y, n) of an activation and what is taken when the layer does not say.
c_activations <- list(
  linear = NULL, relu = list("relu"), elu = list("elu", alpha = 1), selu = list("selu", alpha = 1.6732632423543772),
  sigmoid = list("sigmoid"), hard_sigmoid = list("hard_sigmoid"),
  hard_sigmoid_keras3 = list("hard_sigmoid_keras3"), tanh = list("hyperbolic_tangent"),
  softplus = list("softplus"), softsign = list("softsign"), exponential = list("exponential"), gelu = list("gelu"),
  swish = list("swish"), mish = list("mish"), leaky_relu = list("leaky_relu", alpha = 0.3),
  thresholded_relu = list("thresholded_relu", threshold = 1), softmax = list("softmax"))

# The function of an activation and its further arguments as text; NULL for none.
c_activation <- function(attrs, which = "activation") {
  kind <- attrs[[which]] %||% "linear"
  known <- c_activations[[kind]]
  if (is.null(known)) return(NULL)
  bent <- kind == "relu" && !is.null(unlist(attrs[c("alpha", "max_value", "threshold")]))
  if (bent) known <- list("bent_relu", alpha = 0, max_value = Inf, threshold = 0)
  arguments <- vapply(names(known)[-1], function(name) c_number(attrs[[name]] %||% known[[name]]), "")
  list(name = known[[1]], arguments = unname(arguments))
}

# Lines that put y (rows, n) through an activation.
c_activate <- function(attrs, y, shape) {
  act <- c_activation(attrs)
  if (is.null(act)) return(character())
  if (act$name == "softmax" && c_rows(shape) > 1) return(c_call("softmax_rows", y, c_rows(shape), c_last(shape)))
  c_call(act$name, y, prod(shape), act$arguments)
}

# The name of a function of (y, n).
c_curve <- function(s, which = "activation") {
  act <- c_activation(s$attrs, which)
  if (is.null(act)) return(s$named("(void)y; (void)n;"))
  if (length(act$arguments) == 0) return(act$name)
  s$named(c_call(act$name, "y", "n", act$arguments))
}

define_c("activation", function(s) {
  axis <- s$attrs$axis %||% -1
  shape <- s$shape[[1]]
  kind <- s$attrs$activation %||% "linear"
  if (kind == "linear") return(c_view())
  if (kind != "softmax" || axis %in% c(-1, length(shape) - 1)) return(c_change(c_activate(s$attrs, s$y, shape)))
  c_change(c_call("softmax_along", s$y, c_lines(shape, axis)))
})

define_c("prelu", function(s) {
  slopes <- s$values(1)
  own <- c(1, dim(slopes) %||% length(slopes))
  shape <- s$shape[[1]]
  c_change(c_call("prelu", s$y, prod(shape), s$weight(1), c_walk(shape, c_spread_steps(own, shape))))
})

# ---- arithmetic ------------------------------------------------------------------------------------

define_c("rescale", function(s) {
  c_change(c_call("rescale", s$y, prod(s$shape[[1]]), c_number(s$attrs$scale %||% 1),
                  c_number(s$attrs$offset %||% 0)))
})

c_unary <- c(negate = "negative_of", square = "square_of", sqrt = "root_of", rsqrt = "inverse_root_of",
             reciprocal = "inverse_of", log = "logf", log1p = "log1pf", sin = "sinf", cos = "cosf", abs = "fabsf", sign = "sign_of",
             round = "rintf", floor = "floorf", cast_int = "truncf", cast_logical = "is_not_zero")

define_c("unary", function(s) {
  n <- prod(s$shape[[1]])
  switch(s$attrs$fn,
    identity = c_view(),
    exp = c_change(c_call("exponential", s$y, n)),
    clip = c_change(c_call("clip", s$y, n, c_number(s$attrs$min %||% -Inf), c_number(s$attrs$max %||% Inf))),
    c_change(c_call("each", s$y, n, c_unary[[s$attrs$fn]])))
})

c_binary <- c(add = "sum_of", subtract = "difference_of", multiply = "product_of", divide = "quotient_of",
              power = "power_of", maximum = "larger_of", minimum = "smaller_of", floormod = "modulo_of",
              equal = "is_equal", not_equal = "is_unequal", greater = "is_larger", greater_equal = "is_not_smaller",
              less = "is_smaller", less_equal = "is_not_larger")

c_combine <- function(s) {
  shape <- s$out_shape[[1]]
  walk <- function(own) c_walk(shape, c_spread_steps(own, shape))
  c_make(c_call("combine", c_binary[[s$op]], s$x[1], walk(s$shape[[1]]), s$x[2], walk(s$shape[[2]]), s$y,
                prod(shape)), share = 1:2)
}

define_c(names(c_binary), c_combine)

# ---- constants -------------------------------------------------------------------------------------

define_c("constant", function(s) c_at(s$constant("values", s$attrs$value)))

define_c("parameter", function(s) c_at(s$weight(1)))

define_c("sizes", function(s) c_at(s$constant("sizes", s$shape[[1]])))

# ---- products --------------------------------------------------------------------------------------

define_c("dense", function(s) {
  shape <- s$out_shape[[1]]
  c_make(c(c_call("dense", s$x, s$weight(1), s$weight(2), s$y, c_rows(shape), c_last(s$shape[[1]]), c_last(shape)),
           c_activate(s$attrs, s$y, shape)))
})

define_c("dense_packed", function(s) {
  shape <- s$out_shape[[1]]
  c_make(c(c_call("dense_packed", s$x, as.integer(length(s$shape[[1]]) == 2), s$weight(1), s$weight(2), s$y, shape[1],
                  shape[2], c_last(s$shape[[1]]), shape[3]),
           c_activate(s$attrs, s$y, shape)))
})

# One side of dot_lines(): lines along an axis (from 1), which start at all places of the others.
c_side <- function(shape, axis) {
  step <- c_steps(shape)
  paste0("&(const struct lines){", c_integer(prod(shape[-axis])), ", ", c_integer(step[axis]), ", ",
         c_walk_value(shape[-axis], step[-axis]), "}")
}

define_c("matmul", function(s) {
  x <- s$shape[[1]]
  y <- s$shape[[2]]
  c_make(c_call("dot_lines", s$x[1], c_side(x, length(x)), s$x[2], c_side(y, length(y) - 1), s$y, c_last(x)))
})

# Sample by sample.
define_c("batch_dot", function(s) {
  axes <- rep_len(s$attrs$axes, 2)
  ranks <- lengths(s$shape)
  axes <- ifelse(axes < 0, axes + ranks, axes)
  own <- lapply(s$shape, `[`, -1)
  product <- c_call("dot_lines", "a", c_side(own[[1]], axes[1]), "b", c_side(own[[2]], axes[2]), "z",
                    own[[1]][axes[1]])
  samples <- s$shape[[1]][1]
  place <- function(k, size) paste0(s$x[k], " + i * ", c_integer(size))
  c_make(c(paste0("for (int i = 0; i < ", c_integer(samples), "; i++) {"),
           paste0("  const float *a = ", place(1, prod(own[[1]])), ", *b = ", place(2, prod(own[[2]])), ";"),
           paste0("  float *z = ", s$y, " + i * ", c_integer(prod(s$out_shape[[1]][-1])), ";"),
           paste0("  ", product), "}"))
})

# ---- normalisation ---------------------------------------------------------------------------------

define_c("batch_norm", function(s) {
  attrs <- s$attrs
  scale <- attrs$scale %||% TRUE
  center <- attrs$center %||% TRUE
  mean <- s$values(1 + scale + center)
  factor <- (if (scale) s$values(1) else 1) / sqrt(s$values(2 + scale + center) + (attrs$epsilon %||% 1e-3))
  offset <- if (center) s$values(1 + scale) else numeric(length(mean))
  c_change(c_call("batch_norm", s$y, s$constant("mean", mean), s$constant("factor", factor),
                  s$constant("offset", offset), c_lines(s$shape[[1]], attrs$axis %||% -1)))
})

define_c("layer_norm", function(s) {
  shape <- s$shape[[1]]
  axes <- as.numeric(unlist(s$attrs$axis %||% -1))
  axes <- sort(ifelse(axes < 0, axes + length(shape), axes) + 1)
  step <- c_steps(shape)
  scale <- s$attrs$scale %||% TRUE
  center <- s$attrs$center %||% TRUE
  c_change(c_call("layer_norm", s$y, c_walk(shape[-axes], step[-axes]), prod(shape[-axes]),
                  c_walk(shape[axes], step[axes]), prod(shape[axes]), if (scale) s$weight(1) else "NULL",
                  if (center) s$weight(1 + scale) else "NULL", c_number(s$attrs$epsilon %||% 1e-3)))
})

define_c("l2_normalize", function(s) {
  c_change(c_call("unit_length", s$y, c_lines(s$shape[[1]], s$attrs$axis %||% -1)))
})

# ---- reduction -------------------------------------------------------------------------------------

define_c("argmax", function(s) {
  c_make(c_call("largest_along", s$x, s$y, c_lines(s$shape[[1]], s$attrs$axis %||% -1)))
})

# axes from 1.
c_reduce <- function(s, fn, axes) {
  shape <- s$shape[[1]]
  step <- c_steps(shape)
  n <- prod(shape[axes])
  cells <- prod(shape[-axes])
  fold <- switch(fn, sum = , mean = "sum_of", prod = "product_of", max = "larger_of", min = "smaller_of")
  name <- if (is.null(fold)) "variance_along" else c("fold_along", fold)
  code <- c_call(name[1], name[-1], s$x[1], c_walk(shape[-axes], step[-axes]), s$y, cells,
                 c_walk(shape[axes], step[axes]), n)
  c_make(c(code, if (fn == "mean") c_call("rescale", s$y, cells, c_number(1 / n), c_number(0)),
           if (fn == "std") c_call("each", s$y, cells, "root_of")))
}

define_c("reduce", function(s) {
  rank <- length(s$shape[[1]])
  axes <- as.numeric(unlist(s$attrs$axis))
  axes <- if (length(axes) == 0) seq_len(rank) else sort(unique(ifelse(axes < 0, axes + rank, axes) + 1))
  c_reduce(s, s$attrs$fn %||% "sum", axes)
})
