skip_if_not_installed("jsonlite")

golden_text <- function(name) {
  skip_without_golden()
  jsonlite::fromJSON(file.path(golden_dir(), paste0("files_", name, ".json")), simplifyVector = FALSE)
}

expect_round_trip <- function(model, custom_objects = NULL) {
  json <- model_to_json(model)
  copy <- model_from_json(json, custom_objects)
  expect_identical(model_to_json(copy), json)
  expect_newer_round_trip(model, json, custom_objects)
  invisible(copy)
}

# Through the words of Keras 3, which has no place for some settings.
expect_newer_round_trip <- function(model, json, custom_objects) {
  text <- function(model) tildenet:::config_json(tildenet:::model_config(tildenet:::self_of(model), "keras3"))
  kept <- function(json) {
    json <- gsub(", \"fused\": (true|false|null)", "", gsub(", \"batch_input_shape\": \\[[^]]*\\](?!, \"dtype)", "", json, perl = TRUE))
    spatial <- grepl("SpatialDropout", json)
    if (spatial) gsub("\"(trainable|noise_shape)\": [^,]*,", "", json) else json
  }
  copy <- model_from_json(text(model), custom_objects)
  expect_identical(text(copy), text(model))
  expect_identical(kept(model_to_json(copy)), kept(json))
}

test_that("models built here have the text that Keras writes", {
  sequential <- function(...) keras_model_sequential(list(...), name = "sequential")
  vgg <- sequential(
    layer_conv_2d(filters = 4, kernel_size = 3, padding = "same", activation = "relu", input_shape = c(12, 12, 1),
                  name = "conv2d"),
    layer_conv_2d(filters = 3, kernel_size = c(3, 2), padding = "same", activation = "relu", name = "conv2d_1"),
    layer_max_pooling_2d(name = "max_pooling2d"),
    layer_conv_2d(filters = 5, kernel_size = 3, activation = "relu", kernel_regularizer = regularizer_l2(0.01),
                  name = "conv2d_2"),
    layer_max_pooling_2d(name = "max_pooling2d_1"), layer_flatten(name = "flatten"),
    layer_dense(units = 6, activation = "relu", name = "dense"),
    layer_dense(units = 3, activation = "softmax", name = "dense_1"))
  expect_identical(model_to_json(vgg), golden_text("vgg_adam")$to_json)

  rnn <- sequential(
    layer_embedding(input_dim = 11, output_dim = 4, mask_zero = TRUE, input_length = 5, name = "embedding"),
    layer_lstm(units = 4, return_sequences = TRUE, name = "lstm"),
    layer_gru(units = 3, return_sequences = TRUE, name = "gru"),
    bidirectional(layer = layer_lstm(units = 3, name = "lstm_1"), name = "bidirectional"),
    layer_dense(units = 1, activation = "sigmoid", name = "dense"))
  expect_identical(model_to_json(rnn), golden_text("rnn_adam")$to_json)

  norm <- sequential(
    layer_separable_conv_2d(filters = 4, kernel_size = 3, padding = "same", depth_multiplier = 2,
                            input_shape = c(7, 7, 2), name = "separable_conv2d"),
    layer_batch_normalization(name = "batch_normalization"), layer_activation(activation = "relu", name = "activation"),
    layer_max_pooling_2d(name = "max_pooling2d"),
    layer_separable_conv_2d(filters = 3, kernel_size = 2, strides = 2, use_bias = FALSE, name = "separable_conv2d_1"),
    layer_batch_normalization(momentum = 0.9, scale = FALSE, name = "batch_normalization_1"),
    layer_global_average_pooling_2d(name = "global_average_pooling2d"), layer_dense(units = 2, name = "dense"))
  expect_identical(model_to_json(norm), golden_text("norm_sgd")$to_json)
})

test_that("graphs with shared and nested models have the text that Keras writes", {
  user <- layer_input(shape = 1, name = "user")
  item <- layer_input(shape = 1, name = "item")
  a <- user %>% layer_embedding(6, 3, name = "user_embedding") %>% layer_flatten(name = "flatten")
  b <- item %>% layer_embedding(10, 3, name = "item_embedding") %>% layer_flatten(name = "flatten_1")
  bias <- item %>% layer_embedding(10, 1, name = "item_bias") %>% layer_flatten(name = "flatten_2")
  dot <- layer_dot(list(a, b), axes = 1, name = "dot")
  ratings <- keras_model(list(user, item), layer_add(list(dot, bias), name = "add"), name = "ratings")
  expect_identical(model_to_json(ratings), golden_text("dot_rmsprop")$to_json)

  encoder <- keras_model_sequential(name = "encoder") %>%
    layer_dense(5, activation = "tanh", input_shape = 6, name = "dense") %>% layer_dense(3, name = "code")
  inner_in <- layer_input(shape = 3, name = "inner_in")
  inner <- keras_model(inner_in, layer_dense(inner_in, 2, activation = "relu", name = "inner_dense"), name = "inner")
  left <- layer_input(shape = 6, name = "left")
  right <- layer_input(shape = 6, name = "right")
  codes <- list(encoder(left), encoder(right))
  shared <- layer_dense(units = 4, activation = "sigmoid", name = "shared")
  difference <- layer_subtract(codes, name = "subtract")
  all <- layer_concatenate(list(shared(codes[[1]]), shared(codes[[2]]), inner(difference)), name = "concatenate")
  score <- layer_dense(all, 1, name = "score")
  side <- layer_dense(all, 2, activation = "softmax", name = "side")
  model <- keras_model(list(left, right), list(score, side), name = "model")
  golden <- golden_text("nested_adamax")
  expect_identical(model_to_json(model), golden$to_json)
  attrs <- golden$h5[[1]]$attrs
  written <- attrs[[match("model_config", vapply(attrs, `[[`, "", "name"))]]$value
  config <- tildenet:::model_config(tildenet:::self_of(model), "hdf5")
  expect_identical(tildenet:::config_json(config), written)
})

test_that("texts of Keras come back as they were", {
  for (name in c("vgg_adam", "rnn_adam", "rnn_rmsprop_new", "norm_sgd", "norm_dropout_adagrad_new", "dot_rmsprop",
                 "nested_adamax")) {
    json <- golden_text(name)$to_json
    expect_identical(model_to_json(model_from_json(json)), json, label = name)
  }
})

test_that("the text of a model of Keras 3 is that of the same model here", {
  new <- model_from_json(golden_text("keras3")$config)
  old <- model_from_json(golden_text("vgg_adam")$to_json)
  same <- function(model) sub("conv2d_input|input_layer", "input", gsub("0.009999999776482582|0.01", "0.01", model_to_json(model)))
  plain <- gsub("\"batch_input_shape\": [^]]*\\], \"filters", "\"filters", same(old))
  expect_identical(same(new), plain)
})

test_that("layers of every class come back with all their settings", {
  set.seed(1)
  settings_of <- function(layer) names(Filter(Negate(is.null), tildenet:::self_of(layer)$config))
  round_trip <- function(shape, ...) {
    layer <- list(...)[[1]]
    again <- from_config(get_config(layer))
    expect_identical(get_config(again), get_config(layer))
    expect_length(setdiff(settings_of(layer), settings_of(again)), 0)
    expect_round_trip(keras_model_sequential(list(layer), input_shape = shape, name = "m"))
    class(layer)[1]
  }
  kernel <- list(kernel_initializer = initializer_he_normal(seed = 3), kernel_regularizer = regularizer_l1_l2(0.1, 0.2),
                 kernel_constraint = constraint_maxnorm(1.5, axis = c(0, 1)))
  bias <- list(bias_initializer = initializer_constant(0.25), bias_regularizer = "l1", bias_constraint = "nonneg",
               activity_regularizer = regularizer_l2(0.003))
  depth <- list(depthwise_initializer = initializer_truncated_normal(0.5, 2), depthwise_regularizer = regularizer_l2(1),
                depthwise_constraint = constraint_unitnorm(0), depth_multiplier = 2)
  point <- list(pointwise_initializer = initializer_orthogonal(2, 7), pointwise_regularizer = "l2",
                pointwise_constraint = constraint_minmaxnorm(0.1, 0.9, 0.5, 1))
  recurrent <- list(recurrent_initializer = "he_uniform", recurrent_regularizer = "l2", recurrent_constraint = "unitnorm",
                    dropout = 0.25, recurrent_dropout = 0.5, return_sequences = TRUE, go_backwards = TRUE,
                    stateful = FALSE, unroll = TRUE, activation = "relu")
  with <- function(f, ..., trainable = FALSE) do.call(f, c(list(...), trainable = trainable))
  window <- list(kernel_size = c(2, 3), padding = "same", strides = c(2, 1), activation = "gelu")
  image <- c(8, 9, 4)
  seen <- c(
    round_trip(6, do.call(layer_dense, c(list(units = 3, activation = "selu", use_bias = FALSE), kernel, bias))),
    round_trip(6, layer_activation(activation = "softsign", trainable = FALSE)),
    round_trip(c(4, 2), layer_dropout(rate = 0.3, noise_shape = list(NULL, 1, 2), seed = 5)),
    round_trip(image, layer_flatten()), round_trip(12, layer_reshape(target_shape = c(3, -1))),
    round_trip(c(4, 2), layer_permute(dims = c(2, 1))), round_trip(4, layer_repeat_vector(n = 3)),
    round_trip(5, layer_embedding(input_dim = 9, output_dim = 2, embeddings_initializer = initializer_random_uniform(-1, 1),
      embeddings_regularizer = "l1", embeddings_constraint = "nonneg", activity_regularizer = "l2", mask_zero = TRUE,
      input_length = 5)),
    round_trip(c(4, 2), layer_masking(mask_value = -1)), round_trip(4, layer_activity_regularization(l1 = 0.1, l2 = 0.2)),
    round_trip(4, layer_rescaling(scale = 1 / 255, offset = -0.5)),
    round_trip(4, layer_activation_relu(max_value = 6, negative_slope = 0.1, threshold = 0.5)),
    round_trip(4, layer_activation_leaky_relu(alpha = 0.2)), round_trip(4, layer_activation_elu(alpha = 0.7)),
    round_trip(4, layer_activation_thresholded_relu(theta = 0.3)),
    round_trip(image, layer_activation_parametric_relu(alpha_initializer = "ones", alpha_regularizer = "l2",
                                                       alpha_constraint = "nonneg", shared_axes = c(1, 2))),
    round_trip(c(4, 2), layer_activation_softmax(axis = 1)), round_trip(4, layer_activation_selu()),
    round_trip(c(4, 2), layer_spatial_dropout_1d(rate = 0.3)), round_trip(image, layer_spatial_dropout_2d(rate = 0.3)),
    round_trip(4, layer_gaussian_noise(stddev = 0.3)), round_trip(4, layer_gaussian_dropout(rate = 0.3)),
    round_trip(4, layer_alpha_dropout(rate = 0.3, noise_shape = list(NULL, 1), seed = 2)),
    round_trip(c(8, 4), do.call(layer_conv_1d, c(list(filters = 4, kernel_size = 3, padding = "causal", groups = 2,
                                                      dilation_rate = 2), kernel, bias))),
    round_trip(image, do.call(layer_conv_2d, c(list(filters = 6, groups = 2), window, kernel, bias))),
    round_trip(image, do.call(layer_conv_2d_transpose, c(list(filters = 6, output_padding = c(1, 0)), window, kernel, bias))),
    round_trip(image, do.call(layer_separable_conv_2d, c(list(filters = 6), window, depth, point, bias))),
    round_trip(image, do.call(layer_depthwise_conv_2d, c(window, depth, bias))),
    round_trip(c(8, 4), layer_max_pooling_1d(pool_size = 3, strides = 2, padding = "same")),
    round_trip(c(8, 4), layer_average_pooling_1d(pool_size = 3, strides = 2, padding = "same")),
    round_trip(image, layer_max_pooling_2d(pool_size = c(3, 2), strides = 1, padding = "same")),
    round_trip(image, layer_average_pooling_2d(pool_size = c(3, 2), strides = 1, padding = "same")),
    round_trip(c(8, 4), layer_global_max_pooling_1d(keepdims = TRUE)),
    round_trip(c(8, 4), layer_global_average_pooling_1d(keepdims = TRUE)),
    round_trip(image, layer_global_max_pooling_2d(keepdims = TRUE)),
    round_trip(image, layer_global_average_pooling_2d(keepdims = TRUE)),
    round_trip(c(8, 4), layer_upsampling_1d(size = 3)),
    round_trip(image, layer_upsampling_2d(size = c(2, 3), interpolation = "bilinear")),
    round_trip(c(8, 4), layer_zero_padding_1d(padding = c(1, 2))), round_trip(c(8, 4), layer_cropping_1d(cropping = c(1, 2))),
    round_trip(image, layer_zero_padding_2d(padding = list(c(1, 2), c(0, 3)))),
    round_trip(image, layer_cropping_2d(cropping = list(c(1, 2), c(0, 3)))),
    round_trip(c(5, 4), do.call(layer_simple_rnn, c(list(units = 3), recurrent, kernel, bias))),
    round_trip(c(5, 4), do.call(layer_lstm, c(list(units = 3, unit_forget_bias = FALSE, recurrent_activation = "hard_sigmoid"),
                                              recurrent, kernel, bias))),
    round_trip(c(5, 4), do.call(layer_gru, c(list(units = 3, reset_after = FALSE, recurrent_activation = "hard_sigmoid"),
                                             recurrent, kernel, bias))),
    round_trip(c(5, 4), bidirectional(layer = layer_gru(units = 3), merge_mode = "ave",
                                      backward_layer = layer_lstm(units = 3, go_backwards = TRUE, name = "back"))),
    round_trip(c(5, 4), time_distributed(layer = layer_dense(units = 3, activation = "relu"))),
    round_trip(c(5, 4), layer_batch_normalization(axis = 1, momentum = 0.5, epsilon = 0.1, center = FALSE,
      beta_initializer = "ones", gamma_initializer = "zeros", moving_mean_initializer = "ones",
      moving_variance_initializer = initializer_constant(2), gamma_regularizer = "l2", beta_constraint = "nonneg",
      fused = FALSE)),
    round_trip(c(5, 4), layer_layer_normalization(axis = c(1, 2), epsilon = 0.1, scale = FALSE, beta_regularizer = "l1")),
    round_trip(1, layer_ordinal(units = 4, cutpoints = c(-1, 0.5, 2))), round_trip(1, layer_dispersion(start = 3)),
    round_trip(4, layer_scale(initial = 2)), round_trip(4, layer_scale(members = 2)),
    round_trip(4, layer_dense_ntk(units = 3, members = 2)),
    round_trip(4, layer_activation_parametric(activation = "mish", start = 0.5)),
    round_trip(4, do.call(layer_dense_ntk, c(list(units = 3, activation = "selu"), kernel, bias))),
    round_trip(4, layer_pbld(frequencies = 5, units = 2, scale = 0.3, columns = c(1, 3))),
    round_trip(2, layer_piecewise_linear(bins = list(c(0, 0.5, 1), c(0.25, 2)), units = 3, activation = "relu")),
    round_trip(3, layer_piecewise_linear(bins = list(c(0, 0.5, 1), c(0.25, 2)), units = 3, columns = c(3, 1))),
    round_trip(4, do.call(layer_dense_packed, c(list(units = 3, members = 2, activation = "relu"), kernel, bias))),
    round_trip(4, do.call(layer_dense_ensemble, c(list(units = 3, members = 2, scale_start = "normal"), kernel, bias))))
  joins <- list(layer_add(), layer_subtract(), layer_multiply(), layer_average(), layer_maximum(), layer_minimum(),
                layer_concatenate(axis = 1), layer_dot(axes = c(1, 2), normalize = TRUE), layer_dot(axes = -1))
  for (join in joins) {
    inputs <- list(layer_input(shape = c(4, 4)), layer_input(shape = c(4, 4)))
    expect_round_trip(keras_model(inputs, join(inputs)))
    seen <- c(seen, class(join)[1])
  }
  left <- setdiff(ls(tildenet:::layer_kinds),
                  c(seen, "InputLayer", "Lambda", "TextVectorization", "Sequential", "Functional"))
  expect_identical(left, character())
})

test_that("a vocabulary goes along", {
  layer <- layer_text_vectorization(output_mode = "tf_idf", ngrams = list(2), max_tokens = 20)
  adapt(layer, c("a b c", "a b", "\u00e4 \u20ac"))
  model <- keras_model_sequential(list(layer, layer_dense(units = 1)))
  copy <- expect_round_trip(model)
  set_weights(copy, get_weights(model))
  expect_identical(predict(copy, c("a b", "b c")), predict(model, c("a b", "b c")))
})

test_that("functions written in R come back by name", {
  half <- function(x, by = 2) x / by
  model <- keras_model_sequential() %>%
    layer_lambda(half, arguments = list(by = 3), input_shape = 4, name = "half") %>%
    layer_dense(2, activation = function(x) x * 2, kernel_initializer = function(shape) rep(1, prod(shape)),
                kernel_regularizer = function(w) k_sum(w), bias_constraint = function(w) w, name = "own")
  copy <- expect_round_trip(model, list(
    half = half, "own/activation" = function(x) x * 2, "own/kernel_initializer" = function(shape) rep(1, prod(shape)),
    "own/kernel_regularizer" = function(w) k_sum(w), "own/bias_constraint" = function(w) w))
  expect_identical(predict(copy, diag(4)), predict(model, diag(4)))
  expect_error(model_from_json(model_to_json(model)), "custom_objects = list\\(half", class = "tildenet_error_unsupported")
  expect_error(model_from_json(model_to_json(model), list(half = half)), "own/activation",
               class = "tildenet_error_unsupported")
})
