# Filled up in front, behind, with holes, whole and empty.
ids <- rbind(c(0, 0, 3, 1, 2), c(4, 2, 0, 0, 0), c(5, 0, 1, 0, 3), c(1, 2, 3, 4, 5), c(0, 0, 0, 0, 0))

masked <- function() layer_input(shape = 5) %>% layer_embedding(6, 3, mask_zero = TRUE)

masked_model <- function(f) {
  x <- layer_input(shape = 5)
  keras_model(x, f(layer_embedding(x, 6, 3, mask_zero = TRUE, embeddings_initializer = "normal")))
}

test_that("recurrent layers skip masked steps wherever they stand", {
  for (layer in list(layer_simple_rnn, layer_lstm, layer_gru)) {
    for (back in c(FALSE, TRUE)) {
      expect_onnx(masked_model(function(e) layer(e, units = 2, go_backwards = back)), ids)
      expect_onnx(masked_model(function(e) layer(e, units = 2, go_backwards = back, return_sequences = TRUE)), ids)
    }
    expect_onnx(masked_model(function(e) bidirectional(e, layer = layer(units = 2, return_sequences = TRUE))), ids)
    expect_onnx(masked_model(function(e) layer(layer(e, units = 2, return_sequences = TRUE), units = 2)), ids)
  }
})

test_that("first states stay where nothing counts, the output does not", {
  expect_onnx(masked_model(function(e) {
    start <- layer_dense(layer_global_max_pooling_1d(e), 2, bias_initializer = "ones")
    layer_gru(e, 2, initial_state = start, return_state = TRUE, return_sequences = FALSE)
  }), ids)
})

test_that("masks are joined, go through layers and count for means", {
  expect_onnx(masked_model(layer_global_average_pooling_1d), ids)
  expect_onnx(masked_model(function(e) layer_global_average_pooling_1d(e, keepdims = TRUE)), ids)
  expect_onnx(masked_model(function(e) {
    layer_add(list(e, layer_masking(e))) %>% layer_dense(2, activation = "relu") %>% layer_gru(2)
  }), ids)
  expect_onnx(masked_model(function(e) layer_gru(layer_concatenate(list(e, layer_masking(e)), axis = 1), 2)), ids)
  expect_onnx(masked_model(function(e) layer_gru(layer_lambda(e, function(x) x + 1), 2)), ids)
})

test_that("masks of parts of steps, folded with them", {
  words <- array(c(0, 3, 1, 0, 0, 2, 5, 5, 0, 0, 0, 4, 0, 1, 0, 2), c(2, 2, 4))
  x <- layer_input(shape = c(2, 4))
  e <- layer_embedding(x, 6, 3, mask_zero = TRUE)
  expect_onnx(keras_model(x, e %>% time_distributed(layer_gru(units = 2)) %>% layer_gru(3)), words)
})
