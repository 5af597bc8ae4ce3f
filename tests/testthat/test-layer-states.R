states_of <- function(model) lapply(tildenet:::layer_states(tildenet:::self_of(model)), as.array)

message_of <- function(code, class = "tildenet_error_shape") {
  gsub("\\s+", " ", conditionMessage(expect_error(code, class = class)))
}

stateful_model <- function(layer = layer_lstm, batch = 4) {
  model <- keras_model_sequential() %>%
    layer(3, stateful = TRUE, batch_input_shape = c(batch, 5, 2)) %>% layer_dense(1)
  compile(model, "adam", "mse")
  model
}

some_data <- function(n, steps = 5) array(sin(seq_len(n * steps * 2)), c(n, steps, 2))

# ---- first states ----------------------------------------------------------------------------------

test_that("a layer goes on from the states of another", {
  x <- some_data(4, 6)
  for (make in list(layer_simple_rnn, layer_lstm, layer_gru)) {
    layer <- make(units = 3, return_state = TRUE)
    whole <- as.array(layer(x)[[1]])
    states <- layer(x[, 1:2, ])[-1]
    rest <- layer(x[, 3:6, ], initial_state = if (length(states) == 1) states[[1]] else states)
    expect_equal(as.array(rest[[1]]), whole, tolerance = 1e-6)
    listed <- layer(c(list(x[, 3:6, ]), states))
    expect_identical(as.array(listed[[1]]), as.array(rest[[1]]))
  }
})

test_that("gradients flow into the first states", {
  x <- layer_input(c(5, 2))
  start <- layer_input(3)
  h <- start %>% layer_dense(4, use_bias = FALSE, name = "start")
  model <- keras_model(list(x, start), layer_gru(x, units = 4, initial_state = h) %>% layer_dense(1))
  compile(model, optimizer_sgd(0.5), "mse")
  before <- get_layer(model, "start")$get_weights()[[1]]
  fit(model, list(some_data(8), matrix(1, 8, 3)), rep(2, 8), epochs = 1, verbose = 0)
  expect_gt(max(abs(get_layer(model, "start")$get_weights()[[1]] - before)), 1e-4)
})

test_that("an encoder and a decoder learn to copy; their parts work alone", {
  set.seed(1)
  n <- 200
  words <- matrix(sample(4, n * 3, TRUE), n)
  one_hot <- function(ids) to_categorical(ids, 6)
  source <- one_hot(words)
  target <- one_hot(cbind(0, words)) # 0 begins
  wanted <- one_hot(cbind(words, 5)) # 5 ends
  encoder_inputs <- layer_input(shape = list(NULL, 6))
  encoder_results <- encoder_inputs %>% layer_lstm(units = 24, return_state = TRUE)
  encoder_states <- encoder_results[2:3]
  decoder_inputs <- layer_input(shape = list(NULL, 6))
  decoder_lstm <- layer_lstm(units = 24, return_sequences = TRUE, return_state = TRUE)
  decoder_dense <- layer_dense(units = 6, activation = "softmax")
  results <- decoder_lstm(decoder_inputs, initial_state = encoder_states)
  model <- keras_model(inputs = list(encoder_inputs, decoder_inputs), outputs = decoder_dense(results[[1]]))
  compile(model, optimizer_adam(0.03), "categorical_crossentropy", metrics = "accuracy")
  history <- fit(model, list(source, target), wanted, batch_size = 20, epochs = 25, verbose = 0)
  expect_gt(utils::tail(history$metrics$accuracy, 1), 0.9)

  encoder <- keras_model(encoder_inputs, encoder_states)
  state_inputs <- list(layer_input(24), layer_input(24))
  results <- decoder_lstm(decoder_inputs, initial_state = state_inputs)
  decoder <- keras_model(c(list(decoder_inputs), state_inputs), c(list(decoder_dense(results[[1]])), results[2:3]))
  states <- predict(encoder, source, verbose = 0)
  steps <- lapply(1:4, function(t) {
    out <- predict(decoder, c(list(target[, t, , drop = FALSE]), states), verbose = 0)
    states <<- out[2:3]
    out[[1]][, 1, ]
  })
  together <- predict(model, list(source, target), verbose = 0)
  for (t in 1:4) expect_equal(steps[[t]], together[, t, ], tolerance = 1e-5)
})

test_that("first states that do not fit are named", {
  x <- layer_input(c(5, 2))
  h <- layer_input(3)
  lstm <- layer_lstm(units = 3)
  expect_match(message_of(lstm(x, initial_state = h)), "takes 2 initial states, not 1")
  expect_match(message_of(lstm(x, initial_state = list(h, h, h))), "takes 2 initial states, not 3")
  expect_match(message_of(lstm(x, initial_state = list(h, layer_input(4)))),
               "must have shape \\(None, 3\\), not \\(None, 4\\)")
  expect_match(message_of(layer_dense(units = 2)(x, initial_state = h), "tildenet_error_argument"),
               "`initial_state` must go with a recurrent layer")
  expect_match(message_of(layer_gru(units = 3, initial_state = h), "tildenet_error_argument"), "Call the layer")
})

# ---- states from batch to batch --------------------------------------------------------------------

test_that("each batch continues the one before, until the states are reset", {
  x <- some_data(4, 10)
  for (layer in list(layer_simple_rnn, layer_lstm, layer_gru)) {
    model <- stateful_model(layer)
    plain <- keras_model_sequential() %>% layer(3, input_shape = c(10, 2)) %>% layer_dense(1)
    set_weights(plain, get_weights(model))
    first <- predict(model, x[, 1:5, ], verbose = 0)
    expect_equal(predict(model, x[, 6:10, ], verbose = 0), predict(plain, x, verbose = 0), tolerance = 1e-6)
    expect_invisible(reset_states(model))
    expect_identical(predict(model, x[, 1:5, ], verbose = 0), first)
    expect_length(get_weights(model), 5)
  }
})

test_that("reset_states() reaches layers, nested models and members", {
  inner <- keras_model_sequential() %>% layer_gru(2, stateful = TRUE, batch_input_shape = c(4, 5, 2))
  model <- keras_model_sequential() %>% inner %>% layer_dense(1)
  moved <- function() sum(abs(unlist(states_of(model)))) > 0
  for (reset in list(function() reset_states(model), function() model$reset_states(),
                     function() inner$layers[[1]]$reset_states(), function() reset_states(inner))) {
    model(some_data(4))
    expect_true(moved())
    reset()
    expect_false(moved())
  }
  stateless <- layer_dense(units = 2)
  expect_identical(reset_states(stateless), stateless)
  expect_error(reset_states(3), class = "tildenet_error_argument")
})

test_that("fit, evaluate and train_on_batch carry states on; frozen layers too", {
  x <- some_data(8)
  model <- stateful_model()
  fit(model, x, rep(1, 8), epochs = 1, shuffle = FALSE, verbose = 0)
  after_fit <- states_of(model)
  expect_gt(sum(abs(unlist(after_fit))), 0)
  evaluate(model, x, rep(1, 8), verbose = 0)
  after_test <- states_of(model)
  expect_false(identical(after_test, after_fit))
  train_on_batch(model, x[1:4, , ], rep(1, 4))
  expect_false(identical(states_of(model), after_test))
  freeze_weights(model, to = 1)
  compile(model, "adam", "mse")
  reset_states(model)
  fit(model, x, rep(1, 8), epochs = 1, verbose = 0)
  expect_gt(sum(abs(unlist(states_of(model)))), 0)
})

test_that("saved models keep their states, clones begin anew", {
  model <- stateful_model()
  x <- some_data(4)
  predict(model, x, verbose = 0)
  path <- withr::local_tempfile(fileext = ".rds")
  saveRDS(model, path)
  copy <- clone_model(model)
  expect_true(all(unlist(states_of(copy)) == 0))
  expect_false(all(unlist(states_of(model)) == 0))
  saved <- readRDS(path)
  expect_identical(states_of(saved), states_of(model))
  expect_identical(predict(saved, x, verbose = 0), predict(model, x, verbose = 0))
})

test_that("batches of another size are refused before anything changes", {
  model <- stateful_model()
  x <- some_data(8)
  y <- rep(1, 8)
  predict(model, x, verbose = 0)
  before <- list(get_weights(model), states_of(model))
  expect_match(message_of(fit(model, x[1:7, , ], y[1:7], verbose = 0)),
               "training data must hold whole batches of 4 samples .* There are 7 samples. .* Leave 3 of them out")
  expect_match(message_of(fit(model, x, y, batch_size = 8, verbose = 0), "tildenet_error_argument"),
               "`batch_size` must be 4")
  expect_match(message_of(fit(model, x, y, validation_split = 0.25, verbose = 0)), "whole batches")
  expect_match(message_of(fit(model, x, y, validation_data = list(x[1:3, , ], y[1:3]), verbose = 0)),
               "`validation_data` must hold whole batches")
  expect_match(message_of(predict(model, x[1:2, , ], verbose = 0)), "`x` must hold whole batches")
  expect_match(message_of(predict(model, x, batch_size = 1, verbose = 0), "tildenet_error_argument"), "must be 4")
  expect_match(message_of(evaluate(model, x[1:2, , ], y[1:2], verbose = 0)), "`x` must hold whole batches")
  expect_match(message_of(train_on_batch(model, x, y)), "A batch must hold 4 samples")
  expect_match(message_of(model(x)), "A batch must hold 4 samples")
  expect_match(message_of(predict_on_batch(model, x)), "A batch must hold 4 samples")
  expect_match(message_of(predict(model, function() x, steps = 1, verbose = 0)), "A batch must hold 4 samples")
  expect_match(message_of(fit_generator(model, function() list(x, y), steps_per_epoch = 1, verbose = 0)),
               "A batch must hold 4 samples")
  expect_match(message_of(model$layers[[1]](x)), "made for batches of 4 samples takes no batch of 8")
  expect_identical(list(get_weights(model), states_of(model)), before)
  expect_equal(dim(predict(model, x, verbose = 0)), c(8, 1)) # no batch_size: that of the layers
})

test_that("a stateful layer must know its batch", {
  expect_match(message_of(keras_model_sequential() %>% layer_gru(2, stateful = TRUE, input_shape = c(5, 2))),
               "must know how many samples a batch has .*`batch_input_shape = ")
  model <- keras_model_sequential() %>% layer_gru(2, stateful = TRUE, input_shape = c(5, 2), batch_size = 4)
  expect_identical(tildenet:::stateful_batch(tildenet:::self_of(model)), 4)
  late <- keras_model_sequential() %>% layer_gru(2, stateful = TRUE)
  for (time in 1:2) {
    expect_match(message_of(predict(late, some_data(4), verbose = 0)), "must know how many samples")
  }
})
