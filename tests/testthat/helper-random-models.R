# Models drawn from a seed: every one is another architecture, compiled and trained for some steps.

pick <- function(...) {
  choices <- list(...)
  choices[[sample.int(length(choices), 1)]]
}

random_activation <- function() pick("relu", "tanh", "sigmoid", "elu", "selu", "softplus", "linear", "swish", "mish")

random_regularizer <- function() pick(NULL, NULL, regularizer_l2(0.01), regularizer_l1(0.02), regularizer_l1_l2(0.01, 0.03))

random_dense <- function(x, name = NULL) {
  layer_dense(x, units = sample(2:5, 1), activation = random_activation(), use_bias = pick(TRUE, FALSE),
              kernel_regularizer = random_regularizer(), kernel_initializer = pick("he_normal", "glorot_uniform", "lecun_uniform"),
              bias_constraint = pick(NULL, constraint_nonneg()), name = name)
}

# Numbers of 6 features.
random_table_branch <- function(x) {
  for (i in seq_len(sample.int(3, 1))) {
    x <- random_dense(x)
    x <- pick(layer_some_dropout, layer_batch_normalization, layer_layer_normalization, layer_gaussian_noise_little,
              layer_activation_leaky_relu, layer_activation_parametric_relu)(x)
  }
  x
}

layer_some_dropout <- function(x) layer_dropout(x, rate = 0.3)

layer_gaussian_noise_little <- function(x) layer_gaussian_noise(x, stddev = 0.1)

# 4 steps of 3 features.
random_step_branch <- function(x) {
  rnn <- pick(layer_lstm, layer_gru, layer_simple_rnn)
  x <- layer_reshape(layer_dense(x, 12, name = NULL), c(4, 3))
  x <- switch(sample.int(4, 1),
    rnn(x, units = 3, recurrent_initializer = "glorot_uniform"),
    bidirectional(x, layer_gru(units = 2, reset_after = pick(TRUE, FALSE)), merge_mode = pick("concat", "sum", "mul")),
    layer_flatten(time_distributed(x, layer_dense(units = 2, activation = "tanh"))),
    layer_global_max_pooling_1d(layer_conv_1d(x, filters = 3, kernel_size = 2, padding = pick("same", "causal", "valid"))))
  x
}

# 4 x 4 pixels of 2 channels.
random_image_branch <- function(x) {
  x <- layer_reshape(layer_dense(x, 32, name = NULL), c(4, 4, 2))
  x <- switch(sample.int(3, 1),
    layer_conv_2d(x, filters = 3, kernel_size = c(2, 3), padding = "same", activation = "relu", strides = pick(1, 2)),
    layer_separable_conv_2d(x, filters = 3, kernel_size = 2, depth_multiplier = 2),
    layer_conv_2d_transpose(x, filters = 2, kernel_size = 2, strides = 2))
  pick(layer_flatten, layer_global_average_pooling_2d)(pick(layer_max_pooling_2d, layer_average_pooling_2d)(x))
}

random_encoder <- function() {
  keras_model_sequential() %>%
    layer_dense(5, activation = "tanh", input_shape = 6) %>%
    layer_dense(6, activation = random_activation())
}

random_optimizer <- function() {
  pick(optimizer_sgd(0.01), optimizer_sgd(0.01, momentum = 0.9, nesterov = TRUE), optimizer_rmsprop(0.01),
       optimizer_rmsprop(0.01, centered = TRUE, momentum = 0.3), optimizer_adam(0.01, clipnorm = 1), optimizer_adam(0.01, amsgrad = TRUE),
       optimizer_adamax(0.01), optimizer_nadam(0.01), optimizer_adagrad(0.05), optimizer_adadelta(0.5),
       optimizer_adam(0.01, decay = 0.01), optimizer_rmsprop(0.01, decay = 0.01),
       optimizer_sgd(learning_rate_schedule_exponential_decay(0.02, 10, 0.9)))
}

# list(model, x, y)
random_model <- function(seed) {
  withr::local_seed(seed)
  k_clear_session()
  numbers <- layer_input(6, name = "numbers")
  ids <- if (runif(1) < 0.5) layer_input(3, name = "ids")
  start <- if (runif(1) < 0.4) {
    encoder <- random_encoder()
    pick(encoder(numbers), layer_add(list(encoder(numbers), encoder(layer_dense(numbers, 6)))))
  } else numbers
  branches <- lapply(seq_len(sample.int(2, 1)), function(i) pick(random_table_branch, random_step_branch, random_image_branch)(start))
  if (!is.null(ids)) branches <- c(branches, layer_flatten(layer_embedding(ids, 7, 2, mask_zero = FALSE)))
  joined <- if (length(branches) > 1) layer_concatenate(branches) else branches[[1]]
  output <- layer_dense(joined, 2, activation = pick("softmax", "sigmoid"), name = "out")
  outputs <- if (runif(1) < 0.3) list(output, layer_dense(joined, 1, name = "side")) else output
  model <- keras_model(if (is.null(ids)) numbers else list(numbers, ids), outputs)
  if (runif(1) < 0.2) freeze_weights(model, from = 1, to = 2)
  loss <- if (is.list(outputs)) list("categorical_crossentropy", "mse") else pick("categorical_crossentropy", "mse", loss_huber(delta = 0.5))
  compile(model, random_optimizer(), loss, metrics = if (!is.list(outputs)) pick("accuracy", list("mae", metric_auc()), NULL),
          loss_weights = if (is.list(outputs)) c(1, 0.5))
  n <- 8
  x <- matrix(round(rnorm(6 * n), 2), n)
  if (!is.null(ids)) x <- list(x, matrix(sample(0:6, 3 * n, TRUE), n))
  y <- to_categorical(sample(0:1, n, TRUE), 2)
  if (is.list(outputs)) y <- list(y, matrix(round(rnorm(n), 2), n))
  for (i in seq_len(sample(0:3, 1))) train_on_batch(model, x, y)
  list(model = model, x = x, y = y)
}

# What must be the same after a round trip.
learned <- function(model) {
  self <- self_of(model)
  training <- self$training
  state <- if (!is.null(training$state)) {
    settle_optimizer(self)
    engine_raw_copy(training$state)
  }
  list(weights = get_weights(model), state = state, step = training$step)
}

# Whether both train on to the same bits, dropout and all.
expect_same_course <- function(a, b, x, y, info) {
  testthat::expect_identical(predict(b, x, verbose = 0), predict(a, x, verbose = 0), info = info)
  testthat::expect_identical(learned(b), learned(a), info = info)
  # A model that was not trained yet draws its seed at the first step.
  for (model in list(a, b)) withr::with_seed(1, for (i in 1:2) train_on_batch(model, x, y))
  testthat::expect_identical(get_weights(b), get_weights(a), info = info)
}
