x <- array(sin(1:40), c(2, 5, 4))

test_that("every kind, backwards, with sequences, states and first states", {
  for (layer in list(layer_simple_rnn, layer_lstm, layer_gru)) {
    input <- layer_input(shape = c(NA, 4))
    made <- layer(input, units = 3, return_state = TRUE, return_sequences = TRUE)
    again <- layer(made[[1]], units = 3, initial_state = made[-1], go_backwards = TRUE, use_bias = FALSE,
                   return_sequences = TRUE)
    expect_onnx(keras_model(input, c(made, list(again))), x)
  }
})

test_that("activations that ONNX has, and those it does not", {
  for (name in names(onnx_cells)) {
    model <- keras_model_sequential() %>%
      layer_lstm(3, activation = name, recurrent_activation = "hard_sigmoid", input_shape = c(5, 4))
    expect_onnx(model, x / 4)
  }
  path <- withr::local_tempfile(fileext = ".onnx")
  for (name in setdiff(activation_names(), names(onnx_cells))) {
    model <- keras_model_sequential() %>% layer_gru(3, recurrent_activation = name, input_shape = c(5, 4))
    expect_error(save_onnx(model, path), name, class = "tildenet_error_unsupported")
  }
  expect_false(file.exists(path))
})

test_that("directions are merged in every way", {
  for (mode in list("concat", "sum", "mul", "ave")) {
    model <- keras_model_sequential() %>% layer_dense(3, input_shape = c(5, 4)) %>%
      bidirectional(layer = layer_gru(units = 2, reset_after = FALSE, return_sequences = TRUE), merge_mode = mode)
    expect_onnx(model, x)
  }
})
