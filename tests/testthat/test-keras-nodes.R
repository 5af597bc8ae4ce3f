skip_if_not_installed("jsonlite")

json_round_trip <- function(model, custom_objects = NULL) {
  json <- model_to_json(model)
  copy <- model_from_json(json, custom_objects)
  expect_identical(model_to_json(copy), json)
  set_weights(copy, get_weights(model))
  copy
}

# A graph of random layers on three inputs: shared layers, nested models, several outputs, operators.
random_model <- function(seed) {
  set.seed(seed)
  inputs <- lapply(1:3, function(i) layer_input(shape = 4, name = paste0("in", i)))
  tensors <- inputs
  shared <- layer_dense(units = 4, activation = "tanh")
  inner_in <- layer_input(shape = 4)
  inner <- keras_model(inner_in, list(layer_dense(inner_in, 4), layer_activation(inner_in, "relu")))
  row <- keras_model_sequential() %>% layer_dense(4, input_shape = 4) %>% layer_batch_normalization()
  one <- function() tensors[[sample(length(tensors), 1)]]
  for (i in seq_len(sample(4:14, 1))) {
    new <- switch(sample(11, 1),
      layer_dense(one(), 4, activation = sample(c("relu", "linear", "softmax"), 1)), shared(one()), row(one()),
      inner(one()), layer_add(list(one(), one())), layer_multiply(list(one(), one(), one())),
      layer_dense(layer_concatenate(list(one(), one())), 4), layer_dropout(one(), 0.3),
      one() * 2 + one(), k_mean(one(), axis = 2, keepdims = TRUE) - one(),
      layer_lstm(layer_reshape(one(), c(2, 2)), 4, return_state = TRUE))
    tensors <- c(tensors, if (is.list(new)) new else list(new))
  }
  outputs <- c(tail(tensors, sample(3, 1)), list(layer_dense(layer_add(inputs), 2)))
  keras_model(inputs, outputs[!duplicated(vapply(outputs, rlang::obj_address, ""))])
}

test_that("random graphs come back", {
  x <- lapply(1:3, function(i) matrix(sin(i + 1:20), 5))
  for (seed in 1:12) {
    model <- random_model(seed)
    copy <- json_round_trip(model)
    expect_identical(predict(copy, x), predict(model, x))
  }
})

test_that("first states, masks and several calls come back", {
  words <- layer_input(shape = 5)
  asked <- layer_input(shape = 4)
  embedding <- layer_embedding(input_dim = 9, output_dim = 3, mask_zero = TRUE)
  encoded <- layer_lstm(embedding(words), 3, return_state = TRUE)
  decoder <- layer_lstm(units = 3, return_sequences = TRUE)
  out <- decoder(embedding(asked), initial_state = encoded[2:3])
  both <- bidirectional(layer = layer_gru(units = 3))
  model <- keras_model(list(words, asked), list(time_distributed(out, layer_dense(units = 2)), both(out)))
  copy <- json_round_trip(model)
  x <- list(matrix(rep(c(1, 2, 3, 0, 0), each = 2), 2), matrix(rep(c(4, 5, 0, 0), each = 2), 2))
  expect_identical(predict(copy, x), predict(model, x))
})

test_that("names of inputs and outputs, models inside a graph and frozen layers come back", {
  a <- layer_input(shape = 3)
  b <- layer_input(shape = 3)
  sum <- layer_add(list(a, b))
  model <- keras_model(list(left = a, right = b), list(out = sum %>% layer_dense(2)))
  freeze_weights(model)
  copy <- json_round_trip(model)
  x <- list(right = diag(3), left = matrix(1, 3, 3))
  expect_identical(predict(copy, x), predict(model, x))
  expect_length(copy$trainable_weights, 0)
  inside <- keras_model(sum, model$output$out)
  expect_identical(predict(json_round_trip(inside), diag(3)), predict(inside, diag(3)))
  row <- keras_model_sequential() %>% layer_dense(2, input_shape = 3) %>% layer_dense(1)
  freeze_weights(row, to = 1)
  copy <- json_round_trip(row)
  expect_identical(vapply(copy$layers, function(l) l$trainable, NA), c(FALSE, TRUE))
  expect_length(json_round_trip(keras_model_sequential() %>% layer_dense(3) %>% layer_dense(1))$layers, 2)
})

test_that("a variable outside of layers is refused", {
  x <- layer_input(shape = 2)
  model <- keras_model(x, x * k_variable(c(1, 2)))
  expect_error(model_to_json(model), class = "tildenet_error_unsupported")
})

test_that("operations in a file are those of k_ functions only", {
  x <- layer_input(shape = 2, name = "x")
  config <- tildenet:::json_config(model_to_json(keras_model(x, k_concatenate(list(x + 1, k_softmax(x))))))
  at <- which(vapply(config$config$layers, `[[`, "", "class_name") == "tildenet>Operation")
  for (i in at) {
    for (change in list(list(op = "conv"), list(op = "lstm"), list(op = 3), list(op = "nothing"), list(attrs = 2))) {
      changed <- config
      changed$config$layers[[i]]$config[names(change)] <- change
      expect_error(tildenet:::model_of_config(changed), class = "tildenet_error_io")
    }
  }
  node <- tildenet:::emit_op
  expect_error(node("dense", list(x), list(units = 2)), class = "tildenet_error_shape")
})
