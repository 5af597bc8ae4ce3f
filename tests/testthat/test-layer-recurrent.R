sequences <- function(n = 4, steps = 5, features = 2) {
  array(seq(-1, 1, length.out = n * steps * features), c(n, steps, features))
}

test_that("the layers have Keras' arguments, names, shapes and weights", {
  k_clear_session()
  common <- c("input_shape", "batch_input_shape", "batch_size", "dtype", "name", "trainable", "weights")
  for (f in list(layer_simple_rnn, layer_lstm, layer_gru, layer_cudnn_lstm, layer_cudnn_gru)) {
    expect_identical(utils::tail(names(formals(f)), 7), common)
    expect_identical(names(formals(f))[1:2], c("object", "units"))
  }
  expect_identical(names(formals(layer_lstm))[3:9], c("activation", "recurrent_activation", "use_bias",
    "return_sequences", "return_state", "go_backwards", "stateful"))
  shapes <- function(layer) lapply(k_shapes(layer), as.numeric)
  k_shapes <- function(layer) {
    x <- layer_input(c(NA, 2))
    layer(x)
    lapply(get_weights(layer), dim)
  }
  expect_equal(shapes(layer_simple_rnn(units = 3)), list(c(2, 3), c(3, 3), 3))
  expect_equal(shapes(layer_lstm(units = 3)), list(c(2, 12), c(3, 12), 12))
  expect_equal(shapes(layer_gru(units = 3)), list(c(2, 9), c(3, 9), c(2, 9)))
  expect_equal(shapes(layer_gru(units = 3, reset_after = FALSE)), list(c(2, 9), c(3, 9), 9))
  expect_equal(shapes(layer_gru(units = 3, use_bias = FALSE)), list(c(2, 9), c(3, 9)))
  names <- vapply(list(layer_simple_rnn(units = 1), layer_lstm(units = 1), layer_gru(units = 1),
                       layer_cudnn_lstm(units = 1), layer_cudnn_gru(units = 1)), function(l) l$name, "")
  expect_identical(names, c("simple_rnn_2", "lstm_2", "gru_4", "cu_dnnlstm_1", "cu_dnngru_1"))
})

test_that("weights begin as Keras makes them", {
  begin <- function(layer) {
    layer(layer_input(c(3, 2)))
    get_weights(layer)
  }
  w <- begin(layer_lstm(units = 4))
  expect_equal(w[[2]] %*% t(w[[2]]), diag(4), tolerance = 1e-5) # orthogonal rows of 4 x 16
  expect_equal(as.vector(w[[3]]), rep(c(0, 1, 0, 0), each = 4))
  expect_lte(max(abs(w[[1]])), sqrt(6 / (2 + 16)))
  expect_equal(as.vector(begin(layer_lstm(units = 2, bias_initializer = initializer_constant(3)))[[3]]),
               c(3, 3, 1, 1, 3, 3, 3, 3))
  expect_equal(as.vector(begin(layer_lstm(units = 2, unit_forget_bias = FALSE))[[3]]), rep(0, 8))
  given <- begin(layer_gru(units = 2, recurrent_initializer = "ones"))
  expect_true(all(given[[2]] == 1) && all(given[[3]] == 0))
})

test_that("aliases of cuDNN are the layers themselves", {
  x <- sequences()
  for (pair in list(list(layer_lstm, layer_cudnn_lstm), list(layer_gru, layer_cudnn_gru))) {
    plain <- pair[[1]](units = 3, return_sequences = TRUE)
    plain(x)
    alias <- pair[[2]](units = 3, return_sequences = TRUE, weights = get_weights(plain))
    expect_identical(as.array(alias(x)), as.array(plain(x)))
  }
})

test_that("states and outputs unpack; sequences end in the last output", {
  x <- layer_input(c(5, 2))
  c(output, h, c) %<-% layer_lstm(x, units = 3, return_sequences = TRUE, return_state = TRUE)
  expect_identical(k_int_shape(output), list(NULL, 5L, 3L))
  expect_identical(k_int_shape(c), list(NULL, 3L))
  results <- predict(keras_model(x, list(output, h, c)), sequences(), verbose = 0)
  expect_identical(results[[1]][, 5, ], results[[2]])
  expect_false(isTRUE(all.equal(results[[2]], results[[3]])))
  both <- layer_gru(x, units = 3, return_state = TRUE)
  expect_length(both, 2)
  one <- predict(keras_model(x, both), sequences(), verbose = 0)
  expect_identical(one[[1]], one[[2]])
})

test_that("go_backwards reads the steps from the end, sequences of any length go through one layer", {
  x <- sequences()
  forward <- layer_gru(units = 3, return_sequences = TRUE)
  forward(x)
  backward <- layer_gru(units = 3, return_sequences = TRUE, go_backwards = TRUE, weights = get_weights(forward))
  expect_identical(as.array(backward(x[, 5:1, ])), as.array(forward(x)))
  model <- keras_model_sequential() %>% layer_lstm(3, input_shape = list(NULL, 2))
  whole <- predict(model, x, verbose = 0)
  expect_identical(dim(predict(model, x[, 1:2, ], verbose = 0)), c(4L, 3L))
  expect_identical(predict(model, x, verbose = 0), whole)
})

test_that("targets of every step fit a number of steps that is left open", {
  model <- keras_model_sequential() %>%
    layer_lstm(3, return_sequences = TRUE, input_shape = list(NULL, 2)) %>% layer_dense(2)
  compile(model, "adam", "mse", metrics = "mae")
  for (steps in c(5, 3)) {
    x <- sequences()[, seq_len(steps), ]
    fit(model, x, x, epochs = 1, verbose = 0, validation_data = list(x[, 1:2, ], x[, 1:2, ]))
    expect_equal(as.numeric(evaluate(model, x, x, verbose = 0))[1], mean((predict(model, x, verbose = 0) - x)^2),
                 tolerance = 1e-5)
  }
  expect_error(fit(model, sequences(), sequences()[, 1:2, ], verbose = 0), class = "tildenet_error_shape")
})

test_that("steps padded behind change nothing", {
  model <- keras_model_sequential() %>%
    layer_masking(mask_value = -9, input_shape = list(NULL, 2)) %>%
    layer_lstm(3, return_sequences = TRUE) %>% layer_gru(2)
  x <- sequences()
  padded <- array(-9, c(4, 8, 2))
  padded[, 1:5, ] <- x
  expect_equal(predict(model, padded, verbose = 0), predict(model, x, verbose = 0), tolerance = 1e-6)
})

test_that("dropout acts in training alone and repeats with the seed", {
  layer <- layer_lstm(units = 8, dropout = 0.5, recurrent_dropout = 0.5)
  x <- sequences(40)
  plain <- as.array(layer(x))
  expect_identical(as.array(layer(x)), plain)
  drawn <- function() {
    set.seed(4)
    as.array(layer(x, training = TRUE))
  }
  expect_identical(drawn(), drawn())
  expect_false(isTRUE(all.equal(drawn(), plain)))
})

test_that("the same seed gives the same bits for any number of threads", {
  trained <- function(threads) {
    withr::local_options(tildenet.threads = threads)
    set.seed(1)
    model <- keras_model_sequential() %>%
      layer_lstm(48, input_shape = c(30, 8), dropout = 0.2, recurrent_dropout = 0.2, return_sequences = TRUE) %>%
      layer_gru(48, dropout = 0.2) %>% layer_dense(1)
    compile(model, "adam", "mse")
    x <- array(rnorm(300 * 30 * 8), c(300, 30, 8))
    fit(model, x, rnorm(300), batch_size = 150, epochs = 2, verbose = 0)
    get_weights(model)
  }
  expect_identical(trained(1), trained(2))
})

test_that("penalties and constraints reach each weight", {
  model <- keras_model_sequential() %>%
    layer_lstm(3, input_shape = c(5, 2), kernel_regularizer = regularizer_l2(0.1),
               recurrent_regularizer = function(w) k_sum(k_abs(w)), bias_regularizer = regularizer_l1(0.5),
               recurrent_constraint = constraint_maxnorm(0.25, axis = 0))
  compile(model, optimizer_sgd(0.1), "mse")
  w <- get_weights(model)
  x <- sequences()
  y <- predict(model, x, verbose = 0)
  expect_equal(as.numeric(evaluate(model, x, y, verbose = 0)),
               0.1 * sum(w[[1]]^2) + sum(abs(w[[2]])) + 0.5 * 3, tolerance = 1e-5)
  fit(model, x, y, epochs = 1, verbose = 0)
  expect_true(all(sqrt(colSums(get_weights(model)[[2]]^2)) <= 0.25 + 1e-6))
})

test_that("a net learns which of two came first", {
  set.seed(3)
  x <- matrix(sample(1:9, 600 * 8, TRUE), 600)
  first <- apply(x, 1, function(row) match(1, row, 99) < match(2, row, 99))
  for (layer in list(layer_lstm, layer_gru, layer_simple_rnn)) {
    model <- keras_model_sequential() %>%
      layer_embedding(10, 8, input_length = 8) %>% layer(16) %>% layer_dense(1, activation = "sigmoid")
    compile(model, optimizer_adam(0.02), "binary_crossentropy", metrics = "accuracy")
    fit(model, x, as.numeric(first), epochs = 15, batch_size = 50, verbose = 0)
    expect_gt(evaluate(model, x, as.numeric(first), verbose = 0)[["accuracy"]], 0.9)
  }
})

test_that("clones, saved objects and arguments of old scripts work", {
  model <- keras_model_sequential() %>%
    layer_lstm(3, input_dim = 2, input_length = 5, implementation = 2, unroll = TRUE)
  expect_identical(model$input_shape, list(NULL, 5L, 2L))
  copy <- clone_model(model)
  set_weights(copy, get_weights(model))
  path <- withr::local_tempfile(fileext = ".rds")
  saveRDS(model, path)
  x <- sequences()
  expect_identical(predict(copy, x, verbose = 0), predict(model, x, verbose = 0))
  expect_identical(predict(readRDS(path), x, verbose = 0), predict(model, x, verbose = 0))
})

test_that("mistakes are named", {
  message_of <- function(code, class = "tildenet_error_argument") {
    gsub("\\s+", " ", conditionMessage(expect_error(code, class = class)))
  }
  lstm <- function(...) keras_model_sequential() %>% layer_lstm(...)
  expect_match(message_of(lstm(3, input_shape = 4), "tildenet_error_shape"),
               "3 axes \\(samples, steps, features\\), not of shape \\(None, 4\\)")
  expect_match(message_of(lstm(0)), "`units` must be one whole number")
  expect_match(message_of(lstm(input_shape = c(3, 4))), "`units` must be given")
  expect_match(message_of(lstm(3, activation = "tan")), "`activation` must be one of .* \"tan\"")
  expect_match(message_of(lstm(3, recurrent_activation = function(x) x), "tildenet_error_unsupported"),
               "`recurrent_activation` must be one of .* in a recurrent layer")
  expect_match(message_of(lstm(3, dropout = 1)), "`dropout` must be below 1")
  expect_match(message_of(lstm(3, recurrent_dropout = -1)), "`recurrent_dropout`")
  expect_match(message_of(lstm(3, dropot = 1)), "do not know `dropot`")
  expect_match(message_of(lstm(3, time_major = TRUE), "tildenet_error_unsupported"), "aperm")
  expect_match(message_of(layer_simple_rnn(units = 3, time_major = TRUE), "tildenet_error_unsupported"), "aperm")
  expect_match(message_of(lstm(3, zero_output_for_mask = TRUE), "tildenet_error_unsupported"), "masked steps")
  expect_match(message_of(lstm(3, return_state = TRUE, input_shape = c(3, 4)), "tildenet_error_shape"),
               "must have one output")
})
