# ONNX rules of convolutions, pooling and images. Channels come first there: values are turned before and
# back behind each, and runtimes take out what two neighbours do for nothing.

# f(x with channels first), turned back. axes: 1 (steps) or 2 (images).
onnx_channels_first <- function(g, x, axes, f) {
  y <- f(onnx_transpose(g, x, c(0, axes + 1, seq_len(axes))))
  onnx_transpose(g, y, c(0, seq_len(axes) + 1, 1))
}

# Axes of a window: those between samples and channels.
onnx_image_axes <- function(g, step) onnx_rank(g, step$inputs) - 2

onnx_each <- function(x, axes) onnx_kind(rep_len(x %||% 1, axes), "ints")

onnx_auto_pad <- function(attrs) if (identical(attrs$padding, "same")) "SAME_UPPER" else "VALID"

# ---- convolutions ----------------------------------------------------------------------------------

# Attributes of a window. Runtimes do not find out the padding "same" of dilated kernels; their strides are 1,
# so that it is known. causal: zeros in front.
onnx_conv_attrs <- function(attrs, axes, group) {
  size <- onnx_each(attrs$kernel_size, axes)
  dilation <- onnx_each(attrs$dilation_rate, axes)
  more <- (as.numeric(size) - 1) * as.numeric(dilation)
  same <- identical(attrs$padding, "same")
  pads <- if (identical(attrs$padding, "causal")) c(more, 0)
          else if (same && any(as.numeric(dilation) > 1)) c(floor(more / 2), ceiling(more / 2))
  list(kernel_shape = size, strides = onnx_each(attrs$strides, axes), dilations = dilation, group = group,
       auto_pad = if (is.null(pads)) onnx_auto_pad(attrs), pads = pads)
}

# Kernel, then bias where there is one. perm: of the kernel's axes, from 1.
onnx_conv_weights <- function(g, step, form, turn) {
  kernel <- onnx_arranged(g, step$params[[1]], form, turn)
  c(kernel, if (step$attrs$use_bias %||% TRUE) onnx_weight(g, step$params[[2]]))
}

define_onnx("conv", function(g, step, x) {
  axes <- step$attrs$axes %||% 2
  weights <- onnx_conv_weights(g, step, "out first", function(k) aperm(k, c(axes + 2:1, seq_len(axes))))
  attrs <- onnx_conv_attrs(step$attrs, axes, step$attrs$groups %||% 1)
  y <- onnx_over_samples(g, step, x, axes, function(x) {
    onnx_channels_first(g, x, axes, function(x) onnx_put(g, "Conv", c(x, weights), attrs))
  })
  onnx_activation(g, y, step$attrs)
})

# Axes before those of an image are samples, too.
onnx_over_samples <- function(g, step, x, axes, f) {
  more <- onnx_rank(g, step$inputs) - axes - 2
  if (more == 0) return(f(x))
  y <- f(onnx_reshape(g, x, list(-1, onnx_sizes(g, x, more + 1))))
  onnx_reshape(g, y, list(onnx_sizes(g, x, 0, more + 1), onnx_sizes(g, y, 1)))
}

define_onnx("depthwise_conv", function(g, step, x) {
  shape <- step$params[[1]]$shape
  weights <- onnx_conv_weights(g, step, "channel by channel", function(k) {
    array(aperm(k, c(4, 3, 1, 2)), c(prod(shape[3:4]), 1, shape[1:2]))
  })
  attrs <- onnx_conv_attrs(step$attrs, 2, shape[3])
  y <- onnx_channels_first(g, x, 2, function(x) onnx_put(g, "Conv", c(x, weights), attrs))
  onnx_activation(g, y, step$attrs)
})

define_onnx("conv_transpose", function(g, step, x) {
  weights <- onnx_conv_weights(g, step, "in first", function(k) aperm(k, c(4, 3, 1, 2)))
  size <- as.numeric(onnx_each(step$attrs$kernel_size, 2))
  stride <- as.numeric(onnx_each(step$attrs$strides, 2))
  dilation <- as.numeric(onnx_each(step$attrs$dilation_rate, 2))
  cut <- transpose_cut((size - 1) * dilation + 1, stride, identical(step$attrs$padding, "same"), step$attrs$output_padding)
  less <- pmax(cut, 0)
  attrs <- list(kernel_shape = size, strides = stride, dilations = dilation,
                pads = c(floor(less / 2), ceiling(less / 2)), output_padding = pmax(-cut, 0))
  y <- onnx_channels_first(g, x, 2, function(x) onnx_put(g, "ConvTranspose", c(x, weights), attrs))
  onnx_activation(g, y, step$attrs)
})

# How much shorter than (n - 1) stride + reach the output of a transposed convolution is, on each axis.
transpose_cut <- function(reach, stride, same, more) {
  if (!is.null(more)) return(same * 2 * floor(reach / 2) - rep_len(more, 2))
  if (same) reach - stride else -pmax(stride - reach, 0)
}

# ---- pooling ---------------------------------------------------------------------------------------

onnx_pools <- c(max_pool = "MaxPool", average_pool = "AveragePool")

define_onnx(names(onnx_pools), function(g, step, x) {
  axes <- onnx_image_axes(g, step)
  size <- onnx_each(step$attrs$pool_size, axes)
  attrs <- list(kernel_shape = size, strides = onnx_each(step$attrs$strides %||% as.numeric(size), axes),
                auto_pad = onnx_auto_pad(step$attrs))
  onnx_channels_first(g, x, axes, function(x) onnx_put(g, onnx_pools[[step$op]], x, attrs))
})

define_onnx("global_max_pool", function(g, step, x) {
  onnx_reduce(g, x, "Max", seq_len(onnx_image_axes(g, step)), isTRUE(step$attrs$keepdims))
})

# Masked steps do not count; a sample without others gives 0.
define_onnx("global_average_pool", function(g, step, x) {
  axes <- seq_len(onnx_image_axes(g, step))
  keep <- isTRUE(step$attrs$keepdims)
  masked <- length(axes) == 1 && identical(as.numeric(g$graph$masks[[step$inputs]]$axes), 2)
  if (!masked) return(onnx_reduce(g, x, "Mean", axes, keep))
  counts <- onnx_unsqueeze(g, onnx_cast(g, onnx_mask(g, step$inputs), "float"), -1)
  sums <- onnx_reduce(g, onnx_put(g, "Mul", c(x, counts)), "Sum", 1, keep)
  n <- onnx_put(g, "Max", c(onnx_reduce(g, counts, "Sum", 1, keep), onnx_float(g, 1)))
  onnx_put(g, "Div", c(sums, n))
})

# ---- sizes of images -------------------------------------------------------------------------------

define_onnx("zero_padding", function(g, step, x) {
  sides <- matrix(step$attrs$sides, 2)
  onnx_put(g, "Pad", c(x, onnx_ints(g, c(0, sides[1, ], 0, 0, sides[2, ], 0))))
})

define_onnx("cropping", function(g, step, x) {
  sides <- matrix(step$attrs$sides, 2)
  to <- ifelse(sides[2, ] == 0, 2^31, -sides[2, ])
  onnx_slice(g, x, seq_len(ncol(sides)), sides[1, ], to, rep(1, ncol(sides)))
})

define_onnx("upsample", function(g, step, x) {
  axes <- onnx_image_axes(g, step)
  times <- onnx_constant(g, c(1, 1, rep_len(step$attrs$size, axes)), axes + 2, "float", "scales")
  nearest <- identical(step$attrs$interpolation %||% "nearest", "nearest")
  attrs <- if (nearest) list(mode = "nearest", coordinate_transformation_mode = "asymmetric", nearest_mode = "floor")
           else list(mode = "linear", coordinate_transformation_mode = "half_pixel")
  onnx_channels_first(g, x, axes, function(x) onnx_put(g, "Resize", c(x, "", times), attrs))
})
