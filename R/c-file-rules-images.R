# Rules for convolutions, pooling and the resizing of images: see c-file-steps.R.

# A window along one axis as src/ops/images/window.c places it.
c_window <- function(n, size, stride, dilation, padding) {
  reach <- (size - 1) * dilation + 1
  small <- if (padding == "valid") (n - reach) %/% stride + 1 else ceiling(n / stride)
  pad <- switch(padding, valid = 0, causal = reach - 1, same = max((small - 1) * stride + reach - n, 0) %/% 2)
  c_window_text(n, small, size, stride, dilation, pad)
}

c_window_text <- function(...) paste0("&(const struct window){", paste(c_integer(c(...)), collapse = ", "), "}")

# Height and width of an option of one or two numbers; along one axis the height is 1.
c_both <- function(value, axes) {
  value <- rep_len(as.numeric(unlist(value %||% 1)), 2)
  if (axes == 1) c(1, value[2]) else value
}

# Cells of images along height and width, images in front of them.
c_image <- function(shape, axes) {
  rank <- length(shape)
  height <- if (axes == 1) 1 else shape[rank - 2]
  list(images = prod(shape[seq_len(rank - axes - 1)]), cells = c(height, shape[rank - 1]), channels = shape[rank])
}

# Windows along both axes of a convolution or pooling.
c_windows <- function(image, size, attrs, axes) {
  padding <- attrs$padding %||% "valid"
  stride <- c_both(attrs$strides, axes)
  dilation <- c_both(attrs$dilation_rate, axes)
  c(c_window(image$cells[1], size[1], stride[1], dilation[1], if (axes == 1) "valid" else padding),
    c_window(image$cells[2], size[2], stride[2], dilation[2], padding))
}

# ---- convolution -----------------------------------------------------------------------------------

c_convolve <- function(s, name, windows, image, ...) {
  c_make(c(c_call(name, s$x, s$weight(1), s$weight(2), s$y, image$images, windows, image$channels, ...),
           c_activate(s$attrs, s$y, s$out_shape[[1]])))
}

define_c(c("conv", "depthwise_conv"), function(s) {
  axes <- s$attrs$axes %||% 2
  image <- c_image(s$shape[[1]], axes)
  windows <- c_windows(image, c_both(s$attrs$kernel_size, axes), s$attrs, axes)
  groups <- if (s$op == "conv") s$attrs$groups %||% 1 else image$channels
  c_convolve(s, "conv", windows, image, c_last(s$out_shape[[1]]), groups)
})

# The output is the larger side; what is too much of the full length is cut off, the smaller half in front.
define_c("conv_transpose", function(s) {
  image <- c_image(s$shape[[1]], 2)
  size <- c_both(s$attrs$kernel_size, 2)
  stride <- c_both(s$attrs$strides, 2)
  dilation <- c_both(s$attrs$dilation_rate, 2)
  out <- s$out_shape[[1]][2:3]
  full <- (image$cells - 1) * stride + (size - 1) * dilation + 1
  pad <- pmax(full - out, 0) %/% 2
  windows <- vapply(1:2, function(k) {
    c_window_text(out[k], image$cells[k], size[k], stride[k], dilation[k], pad[k])
  }, "")
  c_convolve(s, "conv_transpose", windows, image, c_last(s$out_shape[[1]]))
})

# ---- pooling ---------------------------------------------------------------------------------------

c_pool <- function(s) {
  axes <- length(s$attrs$pool_size)
  image <- c_image(s$shape[[1]], axes)
  windows <- c_windows(image, c_both(s$attrs$pool_size, axes), s$attrs, axes)
  c_make(c_call(s$op, s$x, s$y, image$images, windows, image$channels))
}

define_c(c("max_pool", "average_pool"), c_pool)

# Axes between samples and channels.
c_inner_axes <- function(s) seq_len(length(s$shape[[1]]) - 2) + 1

define_c("global_max_pool", function(s) c_reduce(s, "max", c_inner_axes(s)))

define_c("global_average_pool", function(s) {
  shape <- s$shape[[1]]
  if (length(shape) != 3 || s$flag_axes != 2) return(c_reduce(s, "mean", c_inner_axes(s)))
  c_make(c_call("mean_of_steps", s$x, s$flags, s$y, shape[1], shape[2], shape[3]))
})

# ---- resizing --------------------------------------------------------------------------------------

# Cells in front of and behind height and width.
c_sides <- function(s) {
  sides <- as.numeric(unlist(s$attrs$sides))
  if (length(sides) == 2) c(0, 0, sides) else sides
}

# The smaller of two images as a walk over the larger one, and where it begins there.
c_inside <- function(small, large, sides) {
  list(size = c(small$images, small$cells, small$channels),
       step = c_steps(c(large$images, large$cells, large$channels)),
       start = (sides[1] * large$cells[2] + sides[3]) * large$channels)
}

c_behind <- function(place, start) if (start == 0) place else paste0(place, " + ", c_integer(start))

define_c("zero_padding", function(s) {
  axes <- length(s$shape[[1]]) - 2
  small <- c_image(s$shape[[1]], axes)
  inside <- c_inside(small, c_image(s$out_shape[[1]], axes), c_sides(s))
  c_make(c(c_fill(s$y, prod(s$out_shape[[1]])),
           c_call("spread", s$x, c_behind(s$y, inside$start), c_walk(inside$size, inside$step), prod(s$shape[[1]]))))
})

define_c("cropping", function(s) {
  axes <- length(s$shape[[1]]) - 2
  inside <- c_inside(c_image(s$out_shape[[1]], axes), c_image(s$shape[[1]], axes), c_sides(s))
  c_arrange(c_behind(s$x, inside$start), inside$size, inside$step, s$y)
})

define_c("upsample", function(s) {
  axes <- length(s$attrs$size)
  image <- c_image(s$shape[[1]], axes)
  times <- c_both(s$attrs$size, axes)
  if (identical(s$attrs$interpolation, "bilinear")) {
    return(c_make(c_call("upsample_bilinear", s$x, s$y, image$images, image$cells, image$channels, times)))
  }
  step <- c_steps(c(image$images, image$cells, image$channels))
  c_arrange(s$x, c(image$images, rbind(image$cells, times), image$channels),
            c(step[1], step[2], 0, step[3], 0, step[4]), s$y)
})
