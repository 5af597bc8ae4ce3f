test_that("a transposed convolution is the way back of a convolution", {
  x <- random_image(c(1, 3, 4, 2))
  for (padding in c("valid", "same")) {
    layer <- layer_conv_2d_transpose(filters = 3, kernel_size = c(3, 2), strides = 2, padding = padding)
    y <- as.array(layer(x))
    k <- get_weights(layer)[[1]]
    expect_identical(dim(k), c(3L, 2L, 3L, 2L))
    # <conv(u), x> = <u, transposed(x)> for every u
    u <- random_image(dim(y))
    there <- plain_conv(u, k, c(2, 2), padding)
    expect_identical(dim(there), dim(x))
    expect_equal(sum(there * x), sum(u * y), tolerance = 1e-5)
  }
})

test_that("sizes are those of Keras", {
  size <- function(...) {
    shape <- k_int_shape(layer_conv_2d_transpose(layer_input(shape = c(5, 7, 2)), 3, ...))
    as.numeric(unlist(shape)[1:2])
  }
  expect_identical(size(3), c(7, 9))
  expect_identical(size(3, strides = 2), c(11, 15))
  expect_identical(size(2, strides = c(3, 1)), c(15, 8))
  expect_identical(size(3, strides = 2, padding = "same"), c(10, 14))
  expect_identical(size(3, strides = 2, padding = "same", output_padding = 0), c(9, 13))
  expect_identical(size(3, strides = 2, padding = "same", output_padding = list(1, 0)), c(10, 13))
  expect_identical(size(3, strides = 2, output_padding = 1), c(12, 16))
  expect_identical(size(3, dilation_rate = 2), c(9, 11))
  open <- layer_conv_2d_transpose(layer_input(shape = c(NA, 7, 2)), 3, 3, strides = 2)
  expect_identical(k_int_shape(open), list(NULL, NULL, 15L, 3L))
})

test_that("it stands in a model as other layers do", {
  k_clear_session()
  model <- keras_model_sequential() %>%
    layer_conv_2d(4, 3, strides = 2, padding = "same", input_shape = c(8, 8, 1)) %>%
    layer_conv_2d_transpose(1, 3, strides = 2, padding = "same", activation = "sigmoid")
  expect_identical(model$layers[[2]]$name, "conv2d_transpose_1")
  x <- array(stats::runif(64 * 3), c(3, 8, 8, 1))
  compile(model, "adam", "mse")
  losses <- fit(model, x, x, epochs = 30, verbose = 0)$metrics$loss
  expect_lt(losses[30], losses[1])
  copy <- set_weights(clone_model(model), get_weights(model))
  expect_identical(predict(copy, x), predict(model, x))
})

test_that("mistakes are named", {
  k_clear_session()
  expect_snapshot(error = TRUE, {
    layer_conv_2d_transpose(filters = 3, kernel_size = 3, strides = 2, output_padding = 2)
    layer_conv_2d_transpose(filters = 3, kernel_size = 3, output_padding = -1)
    layer_conv_2d_transpose(filters = 3, kernel_size = 3, padding = "causal")
    layer_conv_2d_transpose(layer_input(shape = c(4, 4)), 3, 3)
    layer_conv_2d_transpose(layer_input(shape = c(1, 4, 2)), 3, 2, padding = "same", output_padding = 0)
  })
})
