# Every kind of layer as C, compiled without a warning, gives what predict() gives.
skip_on_cran()

some_numbers <- function(...) withr::with_seed(2, array(stats::rnorm(prod(...)), c(...)))

test_that("layers of vectors, activations and tensor functions", {
  skip_without_compiler()
  k_clear_session()
  activations <- c("linear", "relu", "elu", "selu", "sigmoid", "hard_sigmoid", "tanh", "softplus", "softsign",
                   "exponential", "gelu", "swish", "mish", "softmax", "hard_sigmoid_keras3")
  dense <- lapply(activations, function(name) function(x) layer_dense(x, 9, activation = name))
  by_themselves <- lapply(activations, function(name) function(x) layer_activation(x, name))
  lambda <- function(f) function(x) layer_lambda(x, f)
  table <- layer_dense(units = 3)
  table(matrix(0, 1, 12))
  branches <- c(dense, by_themselves, list(
    function(x) layer_dense(x, 1), function(x) layer_dense(x, 5, use_bias = FALSE),
    function(x) layer_activation_leaky_relu(x, alpha = 0.2), function(x) layer_activation_elu(x, alpha = 0.7),
    function(x) layer_activation_thresholded_relu(x, 0.1), function(x) layer_activation_softmax(x),
    function(x) layer_activation_relu(x, max_value = 0.9, negative_slope = 0.1, threshold = 0.2),
    function(x) layer_activation_relu(x, max_value = 0.9), function(x) layer_activation_parametric_relu(x),
    function(x) layer_batch_normalization(layer_dense(x, 19)),
    function(x) layer_batch_normalization(x, scale = FALSE, epsilon = 0.1),
    function(x) layer_batch_normalization(x, center = FALSE),
    function(x) layer_layer_normalization(layer_dense(x, 19)),
    function(x) layer_layer_normalization(x, scale = FALSE, epsilon = 0.1),
    function(x) layer_layer_normalization(x, center = FALSE),
    function(x) layer_dense(layer_dropout(layer_gaussian_noise(layer_gaussian_dropout(x, 0.3), 0.5), 0.3), 3),
    function(x) layer_rescaling(layer_activity_regularization(x, 0.1), 1 / 3, 0.1),
    function(x) layer_activation_parametric(layer_scale(x, 1.5), "mish", 0.4),
    function(x) layer_dense_ntk(x, 5, activation = "relu"), function(x) layer_pbld(x, frequencies = 5, scale = 1),
    function(x) layer_dense_packed(layer_dense_packed(x, 3, 4, "relu"), 2, 4, use_bias = FALSE, activation = "softmax"),
    function(x) layer_dense_ensemble(layer_dense_ensemble(x, 3, 4, "tanh", scale_start = "normal"), 2, 4),
    function(x) layer_piecewise_linear(x, rep(list(c(-1, 0, 0.3, 2), c(0, 1)), 6), 3, "relu"),
    function(x) layer_permute(layer_repeat_vector(x, 4), c(2, 1)),
    function(x) layer_flatten(layer_reshape(x, c(3, 4))),
    lambda(function(x) k_log(k_exp(x) + 1) / k_sqrt(1 + k_square(x)) + k_tanh(x)^2),
    lambda(function(x) k_abs(x)^1.7 - k_sign(x) * k_round(3 * x)), lambda(function(x) k_clip(x, -0.5, 0.7) %% 0.3),
    lambda(function(x) k_maximum(x, 0.1) + k_minimum(-x, 0.3) - 1 / (2 + x^2)),
    lambda(function(x) k_cast(x > 0.2, "float32") + k_cast(x <= 1, "float32") * x),
    lambda(function(x) k_l2_normalize(x, axis = -1)),
    lambda(function(x) k_sum(x, axis = -1, keepdims = TRUE) + k_mean(x, axis = -1, keepdims = TRUE) * x),
    lambda(function(x) k_std(x, axis = -1, keepdims = TRUE) + k_var(x, axis = -1, keepdims = TRUE)),
    lambda(function(x) k_max(x, axis = -1, keepdims = TRUE) - k_min(x, axis = -1, keepdims = TRUE) + k_prod(x, axis = -1, keepdims = TRUE)),
    lambda(function(x) k_expand_dims(k_cast(k_argmax(x, axis = -1), "float32"), axis = -1)),
    lambda(function(x) k_cast(x >= 0.3, "float32") - k_cast(x < -0.4, "float32")),
    lambda(function(x) k_cast(k_round(x) == 1, "float32") + k_cast(k_round(x) != 0, "float32") / 2),
    lambda(function(x) k_squeeze(k_expand_dims(x, 2), 2)), lambda(function(x) k_reshape(x, c(-1, 4, 3))),
    lambda(function(x) x / k_cast(k_shape(x)[2], "float32")),
    lambda(function(x) k_gather(k_constant(matrix(1:8 / 8, 4)), k_clip(k_round(x) + 1, 0, 3))),
    lambda(function(x) k_dot(x, table$weights[[1]])),
    lambda(function(x) x[, c(1, 3, 3)]),
    lambda(function(x) k_dot(x, k_constant(matrix(seq(-1, 1, length.out = 84), 12))))))
  expect_c_predicts(list(vectors = branches_case(layer_input(shape = 12), branches, some_numbers(7, 12))))
})

test_that("layers that merge", {
  skip_without_compiler()
  k_clear_session()
  pair <- function(x, units = 6) list(layer_dense(x, units), layer_dense(x, units, activation = "tanh"))
  three <- function(x) c(pair(x), list(layer_dense(x, 6, activation = "relu")))
  stacked <- function(x, axes) lapply(pair(x, 12), layer_reshape, axes)
  branches <- list(
    function(x) layer_add(three(x)), function(x) layer_subtract(pair(x)), function(x) layer_multiply(three(x)),
    function(x) layer_average(three(x)), function(x) layer_maximum(three(x)), function(x) layer_minimum(pair(x)),
    function(x) layer_concatenate(three(x)), function(x) layer_concatenate(stacked(x, c(3, 4)), axis = 1),
    function(x) layer_concatenate(stacked(x, c(3, 4)), axis = 2), function(x) layer_add(list(x, x)),
    function(x) layer_dot(pair(x, 11), axes = 1), function(x) layer_dot(pair(x, 11), axes = 1, normalize = TRUE),
    function(x) layer_dot(stacked(x, c(3, 4)), axes = 2), function(x) layer_dot(stacked(x, c(3, 4)), axes = 1),
    function(x) layer_dot(list(stacked(x, c(3, 4))[[1]], stacked(x, c(4, 3))[[1]]), axes = c(2, 1)),
    function(x) layer_dot(list(layer_reshape(x, c(2, 3, 2)), layer_reshape(x, c(3, 4))), axes = c(2, 1)))
  expect_c_predicts(list(merged = branches_case(layer_input(shape = 12), branches, some_numbers(5, 12))))
})

test_that("layers of images", {
  skip_without_compiler()
  k_clear_session()
  branches <- list(
    function(x) layer_conv_2d(x, 5, 3, activation = "relu"), function(x) layer_conv_2d(x, 4, 1, activation = "softmax"),
    function(x) layer_conv_2d(x, 4, c(3, 2), strides = 2, padding = "same", use_bias = FALSE),
    function(x) layer_conv_2d(x, 3, 3, dilation_rate = c(2, 1), activation = "tanh"),
    function(x) layer_conv_2d(x, 6, 3, groups = 3, padding = "same"),
    function(x) layer_conv_2d(x, 6, c(4, 5), strides = c(3, 1), padding = "same"),
    function(x) layer_conv_2d_transpose(x, 4, 3, strides = 2, padding = "same", activation = "elu"),
    function(x) layer_conv_2d_transpose(x, 2, c(2, 3), strides = c(3, 1), use_bias = FALSE),
    function(x) layer_conv_2d_transpose(x, 2, 4, strides = 3, padding = "same", output_padding = c(1, 2)),
    function(x) layer_depthwise_conv_2d(x, 3, depth_multiplier = 2),
    function(x) layer_depthwise_conv_2d(x, 3, strides = 2, padding = "same", activation = "elu"),
    function(x) layer_separable_conv_2d(x, 7, 3),
    function(x) layer_separable_conv_2d(x, 2, 2, depth_multiplier = 2, padding = "same"),
    function(x) layer_max_pooling_2d(x, 3, strides = 2, padding = "same"), function(x) layer_max_pooling_2d(x),
    function(x) layer_average_pooling_2d(x, 3, strides = 2, padding = "same"),
    function(x) layer_average_pooling_2d(x, c(5, 4)),
    function(x) layer_global_max_pooling_2d(x), function(x) layer_global_average_pooling_2d(x),
    function(x) layer_global_average_pooling_2d(x, keepdims = TRUE),
    function(x) layer_upsampling_2d(x, c(2, 3)),
    function(x) layer_upsampling_2d(x, c(3, 2), interpolation = "bilinear"),
    function(x) layer_zero_padding_2d(x, list(c(1, 0), c(2, 3))),
    function(x) layer_cropping_2d(x, list(c(0, 2), c(1, 1))),
    function(x) layer_batch_normalization(layer_spatial_dropout_2d(x, 0.5)),
    function(x) layer_batch_normalization(x, axis = 1),
    function(x) layer_layer_normalization(x), function(x) layer_layer_normalization(x, axis = c(1, 3)),
    function(x) layer_activation_parametric_relu(x, shared_axes = c(1, 2)), function(x) layer_permute(x, c(3, 1, 2)),
    function(x) layer_activation_softmax(x, axis = 2),
    function(x) layer_lambda(x, function(x) k_l2_normalize(x, axis = 2)),
    function(x) layer_lambda(x, function(x) k_mean(x, axis = c(2, 4)) + k_max(x, axis = c(2, 4))),
    function(x) layer_dense(layer_flatten(x), 9, activation = "softmax"))
  expect_c_predicts(list(images = branches_case(layer_input(shape = c(9, 8, 3)), branches, some_numbers(3, 9, 8, 3))))
})

test_that("layers of sequences, with and without masks", {
  skip_without_compiler()
  k_clear_session()
  both <- function(layer, ...) function(x) bidirectional(x, layer, ...)
  recurrent <- list(
    function(x) layer_lstm(x, 9), function(x) layer_lstm(x, 7, return_sequences = TRUE, go_backwards = TRUE),
    function(x) layer_lstm(x, 3, activation = "softsign", recurrent_activation = "hard_sigmoid", use_bias = FALSE),
    function(x) layer_lstm(x, 3, activation = "softmax", dropout = 0.3, recurrent_dropout = 0.3),
    function(x) layer_gru(x, 9), function(x) layer_gru(x, 10, reset_after = FALSE, return_sequences = TRUE),
    function(x) layer_gru(x, 3, use_bias = FALSE, activation = "linear", go_backwards = TRUE),
    function(x) layer_gru(x, 3, activation = "elu", reset_after = FALSE, recurrent_activation = "relu"),
    function(x) layer_simple_rnn(x, 7, go_backwards = TRUE),
    function(x) layer_simple_rnn(x, 5, return_sequences = TRUE, activation = "relu"),
    both(layer_lstm(units = 4, return_sequences = TRUE)), both(layer_gru(units = 4), merge_mode = "sum"),
    both(layer_simple_rnn(units = 4, return_sequences = TRUE), merge_mode = "ave"), both(layer_lstm(units = 4), merge_mode = "mul"),
    function(x) layer_lstm(layer_gru(x, 4, return_sequences = TRUE), 3),
    function(x) layer_lstm(x, 4, return_state = TRUE),
    function(x) {
      states <- layer_lstm(x, 4, return_state = TRUE)[-1]
      layer_lstm(units = 4, return_sequences = TRUE)(x, initial_state = states)
    },
    function(x) time_distributed(x, layer_dense(units = 4, activation = "softmax")),
    function(x) layer_global_average_pooling_1d(x), function(x) layer_flatten(layer_lambda(x, function(x) x * 2)))
  plain <- list(
    function(x) layer_conv_1d(x, 6, 3, padding = "causal", dilation_rate = 2),
    function(x) layer_conv_1d(x, 8, 2, strides = 2),
    function(x) layer_conv_1d(x, 4, 3, padding = "same", activation = "relu"), function(x) layer_max_pooling_1d(x, 2),
    function(x) layer_average_pooling_1d(x, 3, strides = 1),
    function(x) layer_average_pooling_1d(x, 4, padding = "same"),
    function(x) layer_global_max_pooling_1d(x), function(x) layer_upsampling_1d(x, 3),
    function(x) layer_zero_padding_1d(x, c(1, 2)), function(x) layer_cropping_1d(x, c(2, 1)),
    function(x) layer_spatial_dropout_1d(x, 0.2),
    function(x) time_distributed(layer_reshape(x, c(7, 5, 1)), layer_conv_1d(filters = 2, kernel_size = 3)),
    function(x) time_distributed(layer_reshape(x, c(7, 5, 1)), layer_lstm(units = 3)),
    function(x) layer_lambda(x, function(x) k_permute_dimensions(x, c(1, 3, 2))),
    function(x) {
      scores <- layer_activation_softmax(layer_dot(list(layer_dense(x, 6), layer_dense(x, 6)), axes = 2))
      layer_dot(list(scores, layer_dense(x, 3)), axes = c(2, 1))
    })
  x <- some_numbers(6, 7, 5)
  holes <- x
  holes[, 5:7, ] <- 0
  holes[1:3, 3, ] <- 0
  holes[2, , ] <- 0
  holes[4, 1, ] <- 0
  masked <- lapply(recurrent, function(branch) function(x) branch(layer_masking(x)))
  expect_c_predicts(list(steps = branches_case(layer_input(shape = c(7, 5)), c(recurrent, plain), x),
                         masked = branches_case(layer_input(shape = c(7, 5)), masked, holes)))
})

test_that("embeddings, joined masks, several inputs, nested and shared models", {
  skip_without_compiler()
  k_clear_session()
  ids <- layer_input(shape = 6, name = "ids")
  numbers <- layer_input(shape = 4, name = "numbers")
  masked <- layer_embedding(ids, 20, 10, mask_zero = TRUE)
  inner <- keras_model_sequential() %>% layer_dense(5, activation = "tanh", input_shape = 4) %>% layer_dense(4)
  shared <- layer_dense(units = 4)
  part <- layer_reshape(numbers, c(2, 2))
  per_step <- layer_reshape(ids, c(2, 3))
  outputs <- list(
    layer_dense(layer_flatten(layer_embedding(ids, 20, 9)), 3), layer_lstm(masked, 6),
    layer_gru(masked, 5, return_sequences = TRUE), bidirectional(masked, layer_simple_rnn(units = 5)),
    layer_global_average_pooling_1d(masked), layer_lstm(layer_concatenate(list(masked, layer_embedding(ids, 20, 3))), 3),
    layer_gru(layer_concatenate(list(masked, layer_repeat_vector(layer_dense(numbers, 10), 2)), axis = 1), 3),
    layer_lstm(layer_add(list(masked, layer_embedding(ids, 20, 10, mask_zero = TRUE))), 2),
    inner(numbers), inner(shared(numbers)), shared(shared(numbers)), numbers, layer_activation(numbers, "relu"),
    time_distributed(layer_embedding(per_step, 20, 4, mask_zero = TRUE), layer_lstm(units = 3)),
    layer_lstm(time_distributed(layer_embedding(per_step, 20, 4, mask_zero = TRUE), layer_lstm(units = 3)), 2),
    layer_dot(list(layer_dense(numbers, 10), layer_global_average_pooling_1d(masked)), axes = 1))
  model <- stir_weights(keras_model(list(ids, numbers), outputs))
  x <- withr::with_seed(4, matrix(sample(0:19, 48, TRUE, prob = c(9, rep(1, 19))), 8))
  x[1, ] <- 0
  expect_c_predicts(list(pairs = list(object = model, inputs = list(x, some_numbers(8, 4)))))
})
