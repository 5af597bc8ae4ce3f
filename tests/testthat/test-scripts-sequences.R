# Scripts with wrapped layers as users of keras in R write them.

falls <- function(history) {
  losses <- history$metrics$loss
  expect_lt(losses[length(losses)], losses[1])
}

test_that("a bidirectional LSTM reads reviews", {
  set.seed(1)
  maxlen <- 12
  words <- lapply(seq_len(48), function(i) sample(1:19, sample(3:20, 1), replace = TRUE))
  y_train <- vapply(words, function(w) as.numeric(sum(w > 10) > length(w) / 2), 0)
  x_train <- pad_sequences(words, maxlen = maxlen)
  model <- keras_model_sequential()
  model %>%
    layer_embedding(input_dim = 20, output_dim = 16, input_length = maxlen) %>%
    bidirectional(layer_lstm(units = 8)) %>%
    layer_dropout(rate = 0.5) %>%
    layer_dense(units = 1, activation = "sigmoid")
  model %>% compile(loss = "binary_crossentropy", optimizer = "adam", metrics = c("accuracy"))
  falls(model %>% fit(x_train, y_train, batch_size = 16, epochs = 8, verbose = 0, validation_split = 0.25))
  expect_length(model$layers, 4)
  expect_identical(dim(predict(model, x_train)), c(48L, 1L))
})

test_that("stacked directions, a stateful one, and a callback", {
  set.seed(2)
  model <- keras_model_sequential() %>%
    bidirectional(input_shape = c(10, 8), layer = layer_gru(units = 4, return_sequences = TRUE)) %>%
    bidirectional(layer_simple_rnn(units = 3), merge_mode = "ave") %>%
    layer_dense(units = 1)
  model %>% compile(optimizer = optimizer_rmsprop(), loss = "mae")
  x <- array(rnorm(32 * 80), c(32, 10, 8))
  falls(model %>% fit(x, rowMeans(x), epochs = 6, verbose = 0,
                      callbacks = list(callback_early_stopping(monitor = "loss", patience = 3))))
  expect_identical(unlist(lapply(get_weights(model), length))[1:3], c(96L, 48L, 24L))
})

test_that("numbers are added letter by letter: encoder, repeated state, decoder", {
  set.seed(3)
  pairs <- expand.grid(a = 0:3, b = 0:3)
  onehot <- function(m, classes) {
    aperm(array(vapply(t(m), function(v) as.numeric(seq_len(classes) - 1 == v), numeric(classes)),
                c(classes, ncol(m), nrow(m))), c(3, 2, 1))
  }
  x <- onehot(as.matrix(pairs), 4)
  y <- onehot(cbind((pairs$a + pairs$b) %/% 4, (pairs$a + pairs$b) %% 4), 4)
  model <- keras_model_sequential()
  model %>%
    layer_lstm(16, input_shape = c(2, 4)) %>%
    layer_repeat_vector(2) %>%
    layer_lstm(16, return_sequences = TRUE) %>%
    time_distributed(layer_dense(units = 4)) %>%
    layer_activation("softmax")
  model %>% compile(loss = "categorical_crossentropy", optimizer = optimizer_adam(0.02), metrics = "accuracy")
  history <- model %>% fit(x, y, epochs = 120, verbose = 0)
  expect_gt(utils::tail(history$metrics$accuracy, 1), 0.9)
})

test_that("words are tagged, padding left out", {
  set.seed(4)
  x <- t(vapply(1:24, function(i) c(sample(1:9, 6 - i %% 4, replace = TRUE), rep(0, i %% 4)), numeric(6)))
  tags <- array(0, c(24, 6, 2))
  tags[, , 1] <- x < 5
  tags[, , 2] <- x >= 5
  input <- layer_input(shape = list(NULL))
  output <- input %>%
    layer_embedding(input_dim = 10, output_dim = 8, mask_zero = TRUE) %>%
    bidirectional(layer_lstm(units = 8, return_sequences = TRUE, recurrent_dropout = 0.1)) %>%
    time_distributed(layer_dense(units = 2, activation = "softmax"))
  model <- keras_model(input, output)
  model %>% compile(optimizer = optimizer_adam(0.05), loss = "categorical_crossentropy", metrics = "accuracy")
  history <- model %>% fit(x, tags, epochs = 25, batch_size = 8, verbose = 0)
  expect_gt(utils::tail(history$metrics$accuracy, 1), 0.9)
  expect_identical(dim(predict(model, x[1:2, 1:3])), c(2L, 3L, 2L))
})

test_that("videos are classified frame by frame, with a model for the frames too", {
  set.seed(5)
  x <- array(runif(8 * 3 * 6 * 6), c(8, 3, 6, 6, 1))
  y <- rep(0:1, 4)
  x[y == 1, , , 1:3, ] <- 0
  model <- keras_model_sequential() %>%
    time_distributed(layer_conv_2d(filters = 4, kernel_size = c(3, 3), activation = "relu"),
                     input_shape = c(3, 6, 6, 1)) %>%
    time_distributed(layer_max_pooling_2d(pool_size = c(2, 2))) %>%
    time_distributed(layer_flatten()) %>%
    layer_lstm(units = 8) %>%
    layer_dense(units = 1, activation = "sigmoid")
  expect_identical(model$layers[[3]]$output_shape, list(NULL, 3L, 16L))
  model %>% compile(loss = "binary_crossentropy", optimizer = optimizer_adam(0.01), metrics = "accuracy")
  falls(model %>% fit(x, y, epochs = 15, verbose = 0))
  frames <- keras_model_sequential() %>%
    layer_conv_2d(filters = 2, kernel_size = 3, input_shape = c(6, 6, 1)) %>%
    layer_global_average_pooling_2d()
  freeze_weights(frames)
  video <- layer_input(shape = list(NULL, 6, 6, 1))
  clip <- keras_model(video, video %>% time_distributed(frames) %>% layer_gru(units = 2))
  expect_length(clip$trainable_weights, 3)
  expect_length(clip$non_trainable_weights, 2)
  expect_identical(dim(predict(clip, x)), c(8L, 2L))
  expect_equal(as.array(time_distributed(layer = frames)(x))[, 2, ], predict(frames, array(x[, 2, , , ], c(8, 6, 6, 1))),
               tolerance = 1e-6)
})

test_that("an encoder of sentences inside an encoder of documents", {
  set.seed(6)
  sentence <- layer_input(shape = 5, dtype = "int32")
  vector <- sentence %>% layer_embedding(12, 6, mask_zero = TRUE) %>% bidirectional(layer_gru(units = 3))
  encoder <- keras_model(sentence, vector)
  document <- layer_input(shape = c(4, 5), dtype = "int32")
  output <- document %>% time_distributed(encoder) %>% bidirectional(layer_gru(units = 3)) %>%
    layer_dense(2, activation = "softmax")
  model <- keras_model(document, output)
  x <- array(sample(0:11, 20 * 20, replace = TRUE), c(20, 4, 5))
  y <- to_categorical(as.numeric(apply(x, 1, mean) > 5.5), 2)
  model %>% compile("rmsprop", "categorical_crossentropy", metrics = "acc")
  falls(model %>% fit(x, y, epochs = 5, batch_size = 10, verbose = 0))
  summary_text <- utils::capture.output(summary(model))
  expect_match(summary_text, "TimeDistributed", all = FALSE)
  expect_identical(count_params(model), count_params(encoder) + count_params(model$layers[[3]]) + 14)
})
