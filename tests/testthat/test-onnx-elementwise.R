# A model of one function of a tensor.
function_model <- function(f, shape = 4, ...) keras_model_sequential() %>% layer_lambda(f, input_shape = shape, ...)

x <- matrix(c(-3, -1.5, -0.5, 0, 0.5, 1, 2.5, 7), 2)

test_that("functions of one tensor", {
  functions <- list(
    k_abs, k_square, k_sqrt, k_exp, function(x) k_log(k_abs(x) + 1), k_sign, k_round, floor, ceiling, trunc,
    function(x) -x, function(x) k_clip(x, -1, 2), function(x) k_cast(x, "int32"), function(x) k_cast(x, "bool"),
    function(x) log1p(k_abs(x)), function(x) k_l2_normalize(x, axis = 2), k_softplus, k_hard_sigmoid,
    activation_hard_sigmoid_keras3,     function(x) 1 / (x^2 + 1), function(x) k_relu(x, alpha = 0.1, max_value = 2, threshold = 1))
  for (f in functions) expect_onnx(function_model(f), x)
})

test_that("functions of two tensors, which repeat along axes of size 1", {
  other <- matrix(c(2, -3, 1.5, -1), 1)
  functions <- list(
    function(x) x + other, function(x) other - x, function(x) x * k_mean(x, axis = 2, keepdims = TRUE),
    function(x) x / other, function(x) (k_abs(x) + 1)^other, function(x) x %% other, function(x) k_maximum(x, other),
    function(x) k_minimum(x, 1), function(x) x > 0.5, function(x) x >= 0.5, function(x) x < other,
    function(x) x <= 0.5, function(x) x == 0.5, function(x) x != 0.5, function(x) x * k_zeros_like(x),
    function(x) x * k_cast(k_shape(x)[1], "float32"))
  for (f in functions) expect_onnx(function_model(f), x)
})

test_that("reductions over some axes or all", {
  y <- array(stats::rnorm(24), c(2, 4, 3))
  for (f in list(k_sum, k_mean, k_max, k_min, k_prod, k_var, k_std)) {
    expect_onnx(function_model(function(t) f(t, axis = 2), c(4, 3)), y)
    expect_onnx(function_model(function(t) f(t, axis = c(2, -1), keepdims = TRUE), c(4, 3)), y)
    expect_onnx(function_model(function(t) t * f(t), c(4, 3)), y)
  }
  expect_onnx(function_model(function(t) k_argmax(t, axis = 2), c(4, 3)), y)
})

test_that("variables, constants and weights are tensors of the file", {
  v <- k_variable(matrix(1:4, 1))
  expect_onnx(function_model(function(t) t * v + k_constant(c(1, 2, 3, 4))), x)
})

test_that("activations inside layers and by themselves", {
  for (name in activation_names()) {
    expect_onnx(keras_model_sequential() %>% layer_dense(3, activation = name, input_shape = 4), x)
  }
  expect_onnx(keras_model_sequential() %>% layer_activation_relu(max_value = 1, negative_slope = -2, input_shape = 4), x)
})
