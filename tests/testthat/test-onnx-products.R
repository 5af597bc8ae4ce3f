test_that("dense layers of any number of axes, with and without bias", {
  for (bias in c(TRUE, FALSE)) {
    expect_onnx(keras_model_sequential() %>% layer_dense(2, use_bias = bias, input_shape = 3), matrix(1:6, 2))
    expect_onnx(keras_model_sequential() %>% layer_dense(2, use_bias = bias, input_shape = c(NA, 3)), array(1:12, c(2, 2, 3)))
  }
})

test_that("layers for tables", {
  x <- matrix(cos(1:12), 3)
  expect_onnx(keras_model_sequential() %>% layer_scale(initial = 1.5, input_shape = 4) %>% layer_dense_ntk(3), x)
  expect_onnx(keras_model_sequential() %>% layer_pbld(frequencies = 5, scale = 1, input_shape = 4) %>%
                layer_activation_parametric("mish", start = 0.4), x)
  expect_onnx(keras_model_sequential() %>% layer_dense_packed(3, 2, activation = "relu", input_shape = 4) %>%
                layer_dense_ensemble(2, 2, scale_start = "normal") %>% layer_dense_packed(2, 2, use_bias = FALSE), x)
  expect_onnx(keras_model_sequential() %>% layer_piecewise_linear(list(c(-1, 0, 1), c(0, 1), c(0, 2), c(-1, 1)), 3, input_shape = 4), x)
})

test_that("dot products over any axes", {
  a <- layer_input(shape = c(4, 3))
  b <- layer_input(shape = c(3, 5))
  y <- list(array(cos(1:24), c(2, 4, 3)), array(sin(1:30), c(2, 3, 5)))
  expect_onnx(keras_model(list(a, b), layer_dot(list(a, b), axes = c(2, 1))), y)
  expect_onnx(keras_model(list(a, b), layer_dot(list(a, b), axes = c(-1, -2), normalize = TRUE)), y)
  expect_onnx(keras_model(a, layer_dot(list(a, a), axes = 1)), y[[1]])
  flat <- layer_input(shape = 3)
  expect_onnx(keras_model(flat, layer_dot(list(flat, flat), axes = 1)), matrix(1:6, 2))
  expect_onnx(keras_model(a, k_dot(a, k_constant(matrix(1:6, 3)))), y[[1]])
})

test_that("normalisation along any axis", {
  y <- array(sin(1:48), c(2, 4, 3, 2))
  for (axis in c(1, 2, -1)) {
    model <- keras_model_sequential() %>%
      layer_batch_normalization(axis = axis, moving_mean_initializer = "uniform", beta_initializer = "ones", input_shape = c(4, 3, 2)) %>%
      layer_layer_normalization(axis = axis, gamma_initializer = "uniform", beta_initializer = "uniform")
    expect_onnx(model, y)
  }
  model <- keras_model_sequential() %>%
    layer_layer_normalization(axis = c(3, 1), gamma_initializer = "uniform", center = FALSE, input_shape = c(4, 3, 2)) %>%
    layer_batch_normalization(scale = FALSE, center = FALSE, epsilon = 0.1)
  expect_onnx(model, y)
})
