# A row's output has the same bits whatever rows it is computed with, whatever the batch size and the
# number of threads.
skip_on_cran()

some_numbers <- function(...) withr::with_seed(2, array(stats::rnorm(prod(...)), c(...)))

test_that("layers of vectors", {
  k_clear_session()
  activations <- c("linear", "relu", "elu", "selu", "sigmoid", "hard_sigmoid", "tanh", "softplus", "softsign",
                   "exponential", "gelu", "swish", "mish", "softmax", "hard_sigmoid_keras3")
  dense <- lapply(activations, function(name) function(x) layer_dense(x, 9, activation = name))
  names(dense) <- activations
  branches <- c(dense, list(
    one = function(x) layer_dense(x, 1), wide = function(x) layer_dense(x, 130, use_bias = FALSE),
    leaky = function(x) layer_activation_leaky_relu(x), prelu = function(x) layer_activation_parametric_relu(x),
    thresholded = function(x) layer_activation_thresholded_relu(x, 0.1),
    relu6 = function(x) layer_activation_relu(x, max_value = 6, negative_slope = 0.1),
    batch_norm = function(x) layer_batch_normalization(layer_dense(x, 19)),
    layer_norm = function(x) layer_layer_normalization(layer_dense(x, 19)),
    dropout = function(x) layer_dense(layer_dropout(x, 0.5), 3),
    alpha_dropout = function(x) layer_dense(layer_alpha_dropout(x, 0.5), 3),
    noise = function(x) layer_dense(layer_gaussian_noise(layer_gaussian_dropout(x, 0.3), 0.5), 3),
    scale = function(x) layer_scale(x, 1 / 3), ntk = function(x) layer_dense_ntk(x, 21, activation = "selu"),
    parametric = function(x) layer_activation_parametric(x, "mish", 0.3),
    pbld = function(x) layer_pbld(x, frequencies = 7, units = 3, scale = 2),
    packed = function(x) layer_dense_packed(layer_dense_packed(x, 9, 5, activation = "relu"), 3, 5, activation = "softmax"),
    ensemble = function(x) layer_dense_ensemble(layer_dense_ensemble(x, 17, 5, "selu", scale_start = "signs"), 3, 5),
    piecewise = function(x) layer_piecewise_linear(x, rep(list(c(-1, 0, 0.3, 2)), 12), 5),
    member_dropout = function(x) layer_dropout(layer_dense_packed(x, 4, 2), c(0.2, 0.5)),
    rescaled = function(x) layer_rescaling(x, 1 / 3, 0.1),
    merged = function(x) {
      a <- layer_dense(x, 5)
      b <- layer_dense(x, 5, activation = "tanh")
      layer_concatenate(list(layer_add(list(a, b)), layer_subtract(list(a, b)), layer_multiply(list(a, b)),
                             layer_average(list(a, b)), layer_maximum(list(a, b)), layer_minimum(list(a, b))))
    },
    dot = function(x) layer_dot(list(layer_dense(x, 11), layer_dense(x, 11)), axes = 1),
    cosine = function(x) layer_dot(list(layer_dense(x, 11), layer_dense(x, 11)), axes = 1, normalize = TRUE),
    repeated = function(x) layer_permute(layer_repeat_vector(x, 4), c(2, 1)),
    reshaped = function(x) layer_flatten(layer_reshape(x, c(3, 4))),
    lambda = function(x) layer_lambda(x, function(x) k_log(k_exp(x) + 1) / k_sqrt(1 + k_square(x)) + k_tanh(x)^2),
    normal = function(x) layer_lambda(x, function(x) k_l2_normalize(x, axis = -1)),
    reduced = function(x) layer_lambda(x, function(x) k_sum(x, axis = -1, keepdims = TRUE) + k_mean(x, axis = -1, keepdims = TRUE) + k_std(x, axis = -1, keepdims = TRUE)),
    product = function(x) layer_lambda(x, function(x) k_dot(x, k_constant(matrix(seq(-1, 1, length.out = 84), 12))))
  ))
  model <- model_of_branches(layer_input(shape = 12), branches)
  expect_model_rows_alone(model, some_numbers(33, 12))
})

test_that("layers of images", {
  k_clear_session()
  branches <- list(
    conv = function(x) layer_conv_2d(x, 5, 3, activation = "relu"),
    strides = function(x) layer_conv_2d(x, 17, c(3, 2), strides = 2, padding = "same"),
    dilation = function(x) layer_conv_2d(x, 33, 3, dilation_rate = 2, activation = "tanh"),
    groups = function(x) layer_conv_2d(x, 6, 3, groups = 3, padding = "same"),
    point = function(x) layer_conv_2d(x, 8, 1),
    transpose = function(x) layer_conv_2d_transpose(x, 4, 3, strides = 2, padding = "same"),
    depthwise = function(x) layer_depthwise_conv_2d(x, 3, depth_multiplier = 2),
    depthwise_strides = function(x) layer_depthwise_conv_2d(x, 3, strides = 2, padding = "same", activation = "elu"),
    separable = function(x) layer_separable_conv_2d(x, 7, 3),
    max = function(x) layer_max_pooling_2d(x, 3, strides = 2, padding = "same"),
    average = function(x) layer_average_pooling_2d(x, 3, strides = 2, padding = "same"),
    average_large = function(x) layer_average_pooling_2d(x, c(5, 4)),
    global_max = function(x) layer_global_max_pooling_2d(x),
    global_average = function(x) layer_global_average_pooling_2d(layer_conv_2d(x, 11, 2)),
    up = function(x) layer_upsampling_2d(x, 2), bilinear = function(x) layer_upsampling_2d(x, 2, interpolation = "bilinear"),
    pad = function(x) layer_zero_padding_2d(x, 1), crop = function(x) layer_cropping_2d(x, 1),
    batch_norm = function(x) layer_batch_normalization(layer_spatial_dropout_2d(x, 0.5)),
    layer_norm = function(x) layer_layer_normalization(x),
    flat = function(x) layer_dense(layer_flatten(x), 9, activation = "softmax")
  )
  model <- model_of_branches(layer_input(shape = c(9, 8, 3)), branches)
  expect_model_rows_alone(model, some_numbers(33, 9, 8, 3))
})

test_that("layers of sequences", {
  k_clear_session()
  attention <- function(x) {
    query <- layer_dense(x, 6)
    scores <- layer_activation_softmax(layer_dot(list(query, layer_dense(x, 6)), axes = 2))
    layer_dot(list(scores, layer_dense(x, 3)), axes = c(2, 1))
  }
  branches <- list(
    lstm = function(x) layer_lstm(x, 9), lstm_wide = function(x) layer_lstm(x, 37, return_sequences = TRUE),
    lstm_dropout = function(x) layer_lstm(x, 5, dropout = 0.3, recurrent_dropout = 0.3),
    gru = function(x) layer_gru(x, 9), gru_before = function(x) layer_gru(x, 10, reset_after = FALSE, return_sequences = TRUE),
    simple = function(x) layer_simple_rnn(x, 7, go_backwards = TRUE),
    both_ways = function(x) bidirectional(x, layer_lstm(units = 4, return_sequences = TRUE)),
    summed = function(x) bidirectional(x, layer_gru(units = 4), merge_mode = "sum"),
    conv = function(x) layer_conv_1d(x, 6, 3, padding = "causal", dilation_rate = 2),
    conv_strides = function(x) layer_conv_1d(x, 18, 2, strides = 2, activation = "relu"),
    each = function(x) time_distributed(x, layer_dense(units = 4, activation = "softmax")),
    max = function(x) layer_max_pooling_1d(x, 2), average = function(x) layer_average_pooling_1d(x, 3, strides = 1),
    global_max = function(x) layer_global_max_pooling_1d(x), global_average = function(x) layer_global_average_pooling_1d(x),
    attention = attention,
    up = function(x) layer_upsampling_1d(x, 2), pad = function(x) layer_zero_padding_1d(x, 1),
    crop = function(x) layer_cropping_1d(x, 1), dropout = function(x) layer_spatial_dropout_1d(x, 0.2),
    norm = function(x) layer_layer_normalization(layer_batch_normalization(x))
  )
  x <- some_numbers(33, 7, 5)
  model <- model_of_branches(layer_input(shape = c(7, 5)), branches)
  expect_model_rows_alone(model, x)
  x[, 5:7, ] <- 0
  x[1:9, 3, ] <- 0
  k_clear_session()
  masked <- branches[c("lstm", "lstm_wide", "gru", "gru_before", "simple", "both_ways", "summed", "global_average",
                       "each", "attention")]
  model <- model_of_branches(layer_masking(layer_input(shape = c(7, 5))), masked)
  expect_model_rows_alone(model, x)
})

test_that("embeddings, masks and pairs of inputs", {
  k_clear_session()
  set.seed(3)
  ids <- layer_input(shape = 6)
  table <- layer_embedding(ids, 20, 9)
  masked <- layer_embedding(ids, 20, 10, mask_zero = TRUE)
  other <- layer_input(shape = 4)

  outputs <- list(layer_dense(layer_flatten(table), 3), layer_lstm(masked, 6), layer_gru(masked, 11, return_sequences = TRUE),
                  bidirectional(masked, layer_simple_rnn(units = 5)), layer_global_average_pooling_1d(masked),
                  layer_concatenate(list(layer_global_max_pooling_1d(table), layer_dense(other, 8, activation = "elu"))),
                  layer_dot(list(layer_dense(other, 10), layer_global_average_pooling_1d(layer_embedding(ids, 20, 10))), axes = 1))
  model <- keras_model(list(ids, other), outputs)
  x <- withr::with_seed(4, matrix(sample(0:19, 33 * 6, TRUE), 33))
  expect_model_rows_alone(model, list(x, some_numbers(33, 4)))
})

test_that("sparse rows, and wide rows of mostly zeros", {
  k_clear_session()
  set.seed(3)
  for (units in c(1, 16, 37)) {
    model <- keras_model_sequential() %>% layer_dense(units, activation = "relu", input_shape = 210) %>%
      layer_dense(3, activation = "softmax")
    x <- withr::with_seed(4, Matrix::rsparsematrix(33, 210, 0.05))
    expect_model_rows_alone(model, x)
    expect_model_rows_alone(model, x != 0)
    expect_model_rows_alone(model, as.matrix(x))
  }
})

test_that("layers large enough for two threads", {
  k_clear_session()
  sizes <- c(1, 2, 7, 32, 33)
  wide <- model_of_branches(layer_input(shape = 1100), list(function(x) layer_dense(x, 1100, activation = "tanh")))
  expect_model_rows_alone(wide, some_numbers(33, 1100), sizes = sizes)
  k_clear_session()
  images <- model_of_branches(layer_input(shape = c(16, 16, 16)), list(
    function(x) layer_conv_2d(x, 70, 3, padding = "same", activation = "relu"),
    function(x) layer_conv_2d_transpose(x, 40, 3, strides = 2),
    function(x) layer_depthwise_conv_2d(x, 5, depth_multiplier = 3),
    function(x) layer_layer_normalization(layer_batch_normalization(x))))
  expect_model_rows_alone(images, some_numbers(33, 16, 16, 16), sizes = c(1, 32, 33))
  k_clear_session()
  steps <- model_of_branches(layer_input(shape = c(30, 40)), list(
    function(x) layer_lstm(x, 96), function(x) layer_gru(x, 96, return_sequences = TRUE)))
  expect_model_rows_alone(steps, some_numbers(33, 30, 40), sizes = sizes)
})

test_that("fits of kms() with texts, levels and numbers", {
  d <- withr::with_seed(6, data.frame(
    y = factor(sample(c("a", "b", "c"), 60, TRUE)), x = stats::rnorm(60), f = factor(sample(letters[1:9], 60, TRUE)),
    g = factor(sample(LETTERS[1:7], 60, TRUE)),
    words = replicate(60, paste(sample(c("tax", "war", "love", "cat", "sea"), 6, TRUE), collapse = " "))))
  formulas <- list(y ~ x + f, y ~ log(x^2 + 1) + emb(f, 3) + text(words, 5), x ~ emb(f, 2):emb(g, 2) + g,
                   y ~ tokens(words, 5, 6))
  for (formula in formulas) {
    fit <- small_kms(formula, d, Nepochs = 1)
    type <- if (identical(formula[[2]], quote(x))) "response" else "prob"
    expect_rows_alone(function(rows, batch_size) {
      predict(fit, d[rows, ], batch_size = batch_size, type = type)
    }, sizes = c(1, 2, 5, 8, 16, 31, 33))
  }
})

test_that("batches given by hand and layers called on numbers see the same rows", {
  k_clear_session()
  set.seed(3)
  model <- keras_model_sequential() %>% layer_dense(21, activation = "selu", input_shape = 12) %>%
    layer_dense(13, activation = "gelu") %>% layer_dense(2, activation = "softmax")
  x <- some_numbers(33, 12)
  whole <- predict(model, x)
  kernel <- layer_dense(units = 4)
  values <- as.array(kernel(x))
  for (size in c(1, 2, 9, 32)) {
    rows <- withr::with_seed(size, sample(33, size))
    expect_identical(predict_on_batch(model, x[rows, , drop = FALSE]), whole[rows, , drop = FALSE])
    expect_identical(as.array(model(x[rows, , drop = FALSE])), whole[rows, , drop = FALSE])
    expect_identical(as.array(kernel(x[rows, , drop = FALSE])), values[rows, , drop = FALSE])
  }
})
