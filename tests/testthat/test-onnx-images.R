y <- array(sin(seq_len(2 * 7 * 6 * 4)), c(2, 7, 6, 4))

test_that("convolutions of every kind, with open sizes", {
  open <- layer_input(shape = c(NA, NA, 4))
  through <- function(f) expect_onnx(keras_model(open, f(open)), y)
  through(function(x) layer_conv_2d(x, 2, 3, padding = "same", dilation_rate = c(2, 1), activation = "elu"))
  through(function(x) layer_conv_2d(x, 4, c(2, 3), strides = c(2, 1), groups = 2, use_bias = FALSE))
  through(function(x) layer_depthwise_conv_2d(x, 3, depth_multiplier = 2, padding = "same", strides = 2))
  for (stride in 1:3) for (size in 1:4) for (padding in c("same", "valid")) {
    through(function(x) layer_conv_2d_transpose(x, 2, size, strides = stride, padding = padding))
  }
  through(function(x) layer_conv_2d_transpose(x, 2, 3, strides = 2, output_padding = 1, padding = "same"))
  steps <- layer_input(shape = c(NA, 4))
  expect_onnx(keras_model(steps, layer_conv_1d(steps, 3, 3, padding = "causal", dilation_rate = 2)), y[, , 1, ])
  expect_onnx(keras_model(open, layer_conv_1d(open, 3, 3, padding = "same", strides = 2)), y)
})

test_that("pooling, padding, cropping and upsampling", {
  open <- layer_input(shape = c(NA, NA, 4))
  through <- function(f) expect_onnx(keras_model(open, f(open)), y)
  through(function(x) layer_max_pooling_2d(x, c(2, 3), strides = c(1, 2), padding = "same"))
  through(function(x) layer_average_pooling_2d(x, 3, strides = 2, padding = "same"))
  through(function(x) layer_global_max_pooling_2d(x, keepdims = TRUE))
  through(function(x) layer_zero_padding_2d(x, list(c(1, 2), c(0, 3))))
  through(function(x) layer_cropping_2d(x, list(c(1, 0), c(2, 1))))
  through(function(x) layer_upsampling_2d(x, c(2, 3)))
  through(function(x) layer_upsampling_2d(x, c(3, 2), interpolation = "bilinear"))
  steps <- layer_input(shape = c(7, 4))
  expect_onnx(keras_model(steps, steps %>% layer_upsampling_1d(2) %>% layer_average_pooling_1d(3) %>%
                            layer_zero_padding_1d(1) %>% layer_cropping_1d(c(0, 1))), y[, , 1, ])
})
