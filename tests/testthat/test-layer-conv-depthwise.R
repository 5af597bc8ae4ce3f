test_that("channels are convolved one by one", {
  x <- random_image(c(2, 6, 5, 3))
  layer <- layer_depthwise_conv_2d(kernel_size = c(3, 2), strides = 2, padding = "same", depth_multiplier = 2)
  y <- as.array(layer(x))
  k <- get_weights(layer)[[1]]
  expect_identical(dim(k), c(3L, 2L, 3L, 2L))
  for (channel in 1:3) {
    alone <- plain_conv(x[, , , channel, drop = FALSE], k[, , channel, , drop = FALSE], c(2, 2), "same")
    expect_equal(y[, , , 2 * channel - 1:0], alone, tolerance = 1e-5)
  }
})

test_that("a separable convolution mixes channels afterwards", {
  x <- random_image(c(2, 6, 5, 3))
  layer <- layer_separable_conv_2d(filters = 4, kernel_size = 2, depth_multiplier = 2, dilation_rate = 2)
  y <- as.array(layer(x))
  weights <- get_weights(layer)
  expect_identical(lapply(weights, dim), list(c(2L, 2L, 3L, 2L), c(1L, 1L, 6L, 4L), 4L))
  expect_identical(vapply(self_of(layer)$params, function(p) sub(".*/", "", p$name), ""),
                   c("depthwise_kernel", "pointwise_kernel", "bias"))
  depthwise <- layer_depthwise_conv_2d(kernel_size = 2, depth_multiplier = 2, dilation_rate = 2, use_bias = FALSE,
                                       weights = weights[1])
  pointwise <- layer_conv_2d(filters = 4, kernel_size = 1, weights = weights[2:3])
  expect_equal(as.array(pointwise(depthwise(x))), y, tolerance = 1e-6)
})

test_that("each weight has its own options", {
  layer <- layer_separable_conv_2d(filters = 2, kernel_size = 2, depthwise_initializer = "ones",
                                   pointwise_initializer = initializer_constant(2),
                                   bias_initializer = initializer_constant(3),
                                   depthwise_regularizer = regularizer_l1(1), pointwise_regularizer = regularizer_l1(10),
                                   depthwise_constraint = constraint_nonneg(), activation = "relu")
  expect_equal(as.vector(as.array(layer(array(1, c(1, 2, 2, 1))))), c(11, 11))
  params <- self_of(layer)$params
  expect_identical(params[[1]]$regularizer$l1, 1)
  expect_identical(params[[2]]$regularizer$l1, 10)
  expect_false(is.null(params[[1]]$constraint))
  expect_null(params[[2]]$constraint)
  none <- layer_depthwise_conv_2d(kernel_size = 2, use_bias = FALSE, depthwise_initializer = "ones")
  expect_equal(as.vector(as.array(none(array(1, c(1, 2, 2, 1))))), 4)
  expect_length(get_weights(none), 1)
})

test_that("they stand in models as other layers do", {
  k_clear_session()
  model <- keras_model_sequential() %>%
    layer_separable_conv_2d(6, 3, activation = "relu", input_shape = c(8, 8, 2)) %>%
    layer_depthwise_conv_2d(3) %>%
    layer_flatten() %>%
    layer_dense(1)
  expect_identical(vapply(model$layers[1:2], function(l) l$name, ""), c("separable_conv2d_1", "depthwise_conv2d_1"))
  expect_identical(count_params(model$layers[[1]]), 3 * 3 * 2 + 2 * 6 + 6)
  x <- random_image(c(20, 8, 8, 2))
  y <- apply(x, 1, mean)
  compile(model, "adam", "mse")
  losses <- fit(model, x, y, epochs = 20, verbose = 0)$metrics$loss
  expect_lt(losses[20], losses[1])
  copy <- set_weights(clone_model(model), get_weights(model))
  expect_identical(predict(copy, x), predict(model, x))
})

test_that("mistakes are named", {
  k_clear_session()
  expect_snapshot(error = TRUE, {
    layer_depthwise_conv_2d(kernel_size = 3, depth_multiplier = 0)
    layer_depthwise_conv_2d(kernel_size = 3, padding = "causal")
    layer_separable_conv_2d(filters = 3, kernel_size = 3, strides = 2, dilation_rate = 2)
    layer_separable_conv_2d(layer_input(shape = c(4, 4)), 3, 3)
    layer_depthwise_conv_2d(layer_input(shape = c(4, 2, 1)), 3)
  })
})
