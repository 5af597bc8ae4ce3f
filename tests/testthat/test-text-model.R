words <- c("a", "bad", "film", "good", "one", "plot", "the")

# Texts of which the label is known from one word.
labelled_texts <- function(n = 60) {
  set.seed(2)
  y <- rep(0:1, length.out = n)
  text <- vapply(y, function(l) {
    paste(sample(c(if (l == 1) "Good" else "Bad!", sample(c("a", "film", "plot", "the"), 3, TRUE))), collapse = " ")
  }, "")
  list(text = text, y = y)
}

index_layer <- function(...) layer_text_vectorization(vocabulary = words, output_sequence_length = 4, ...)

test_that("a functional model reads texts in fit(), evaluate() and predict()", {
  data <- labelled_texts()
  vectorize <- layer_text_vectorization(max_tokens = 20, output_sequence_length = 4)
  adapt(vectorize, data$text)
  input <- layer_input(shape = 1, dtype = "string")
  output <- input %>% vectorize() %>% layer_embedding(20, 4) %>% layer_global_average_pooling_1d() %>%
    layer_dense(1, activation = "sigmoid")
  model <- keras_model(input, output)
  expect_identical(k_dtype(input), "string")
  expect_identical(get_layer(model, index = 2)$output_shape, list(NULL, 4L))
  compile(model, optimizer_adam(0.05), "binary_crossentropy", metrics = "accuracy")
  history <- fit(model, data$text, data$y, epochs = 15, validation_split = 0.2, verbose = 0)
  expect_equal(history$metrics$val_accuracy[15], 1)
  expect_equal(evaluate(model, data$text, data$y, verbose = 0)$accuracy, 1)
  # the same net on the numbers the layer gives
  ids <- layer_input(shape = 4)
  numbers <- keras_model(ids, Reduce(function(t, layer) layer(t), model$layers[-(1:2)], ids))
  expect_equal(predict(model, data$text, verbose = 0), predict(numbers, vectorize(data$text), verbose = 0))
  for (x in list(matrix(data$text), factor(data$text), data.frame(text = data$text), list(data$text))) {
    expect_equal(predict(model, x, verbose = 0), predict(model, data$text, verbose = 0))
  }
  expect_equal(as.array(model(data$text[1:3])), predict(model, data$text[1:3], verbose = 0), tolerance = 1e-6)
  expect_identical(dim(predict(model, character(), verbose = 0)), c(0L, 1L))
})

test_that("a sequential model begins with the layer, in every mode", {
  data <- labelled_texts()
  for (mode in c("multi_hot", "binary", "count")) {
    model <- keras_model_sequential() %>%
      layer_text_vectorization(vocabulary = words, output_mode = mode) %>%
      layer_dense(1, activation = "sigmoid")
    expect_identical(model$input_shape, list(NULL, 1L))
    compile(model, optimizer_adam(0.1), "binary_crossentropy", metrics = "accuracy")
    fit(model, data$text, data$y, epochs = 12, verbose = 0)
    expect_equal(evaluate(model, data$text, data$y, verbose = 0)$accuracy, 1)
  }
  model <- keras_model_sequential(index_layer(), input_shape = 1)
  expect_equal(predict(model, c("the film", "zzz a a a a"), verbose = 0), rbind(c(8, 4, 0, 0), c(1, 2, 2, 2)))
  layer <- layer_text_vectorization(output_mode = "tf-idf")
  adapt(layer, data$text)
  model <- keras_model_sequential(list(layer))
  expect_equal(predict(model, data$text[1:5], verbose = 0), as.array(layer(data$text[1:5])), tolerance = 1e-6)
  whole <- layer_text_vectorization(vocabulary = words, split = NULL)
  model <- keras_model_sequential(list(whole)) %>% layer_embedding(9, 2)
  expect_identical(dim(predict(model, c("a", "film", ""), verbose = 0)), c(3L, 2L))
})

test_that("the vocabulary may come after the model, and texts may be of any length", {
  layer <- layer_text_vectorization()
  model <- keras_model_sequential(layer, input_shape = 1) %>% layer_embedding(10, 2) %>% layer_lstm(2)
  expect_error(predict(model, "a", verbose = 0), "no vocabulary", class = "tildenet_error_state")
  set_vocabulary(layer, words)
  expect_identical(dim(predict(model, c("a film", "the bad plot of the film"), verbose = 0)), c(2L, 2L))
  padded <- layer_text_vectorization(max_tokens = 12, output_mode = "count", pad_to_max_tokens = TRUE)
  model <- keras_model_sequential(padded) %>% layer_dense(1)
  adapt(padded, "a film")
  expect_identical(dim(predict(model, c("a", "b"), verbose = 0)), c(2L, 1L))
  hot <- layer_text_vectorization(output_mode = "multi_hot")
  expect_error(keras_model_sequential(hot), "no vocabulary", class = "tildenet_error_state")
  adapt(hot, c("a film", "a plot"))
  model <- keras_model_sequential(hot) %>% layer_dense(1)
  adapt(hot, "more words than at first")
  expect_error(predict(model, "a", verbose = 0), "as the model was built", class = "tildenet_error_shape")
})

test_that("texts stand beside numbers, under names, in generators and batches", {
  data <- labelled_texts(20)
  text <- layer_input(shape = 1, dtype = "string")
  number <- layer_input(shape = 1)
  bag <- text %>% layer_text_vectorization(vocabulary = words, output_mode = "count")
  ids <- text %>% index_layer() %>% layer_embedding(9, 2) %>% layer_flatten()
  model <- keras_model(list(text = text, n = number), layer_concatenate(list(number, bag, ids)) %>% layer_dense(1))
  compile(model, "sgd", "mse")
  x <- list(n = seq_along(data$y), text = data$text)
  out <- predict(model, x, verbose = 0)
  expect_equal(predict(model, as.data.frame(x), verbose = 0), out)
  expect_equal(predict(model, function() list(x, data$y), steps = 1, verbose = 0), out)
  expect_equal(predict_on_batch(model, x), out, tolerance = 1e-6)
  loss <- evaluate(model, x, data$y, verbose = 0)[["loss"]]
  expect_equal(loss, mean((out - data$y)^2), tolerance = 1e-5)
  expect_equal(train_on_batch(model, x, data$y), loss, tolerance = 1e-5)
  expect_error(predict(model, list(text = 1:3, n = 1:3), verbose = 0), "x$text", fixed = TRUE,
               class = "tildenet_error_argument")
  expect_error(predict(model, list(text = "a", n = "b"), verbose = 0), "x$n", fixed = TRUE,
               class = "tildenet_error_argument")
  expect_error(predict(model, list(text = c("a", "b"), n = 1), verbose = 0), class = "tildenet_error_shape")
})

test_that("models with texts are nested, copied, saved and cut", {
  model <- keras_model_sequential() %>% index_layer() %>% layer_embedding(9, 2) %>% layer_flatten()
  texts <- c("a good film", "the bad one")
  out <- predict(model, texts, verbose = 0)
  copy <- clone_model(model)
  set_weights(copy, get_weights(model))
  expect_equal(predict(copy, texts, verbose = 0), out)
  input <- layer_input(shape = 1, dtype = "string")
  outer <- keras_model(input, model(input) %>% layer_lambda(f = function(t) t * 2))
  expect_equal(predict(outer, texts, verbose = 0), out * 2, tolerance = 1e-6)
  cut <- keras_model(model$input, get_layer(model, index = 1)$output)
  expect_equal(predict(cut, texts, verbose = 0)[1, ], c(2, 5, 4, 0))
  rest <- keras_model(get_layer(model, index = 1)$output, model$output)
  expect_equal(predict(rest, predict(cut, texts, verbose = 0), verbose = 0), out)
  file <- withr::local_tempfile(fileext = ".rds")
  saveRDS(model, file)
  expect_equal(predict(readRDS(file), texts, verbose = 0), out)
  ready <- keras_model_sequential() %>% layer_embedding(9, 2, input_length = 4) %>% layer_flatten()
  export <- keras_model_sequential() %>% index_layer() %>% ready()
  expect_identical(dim(predict(export, texts, verbose = 0)), c(2L, 8L))
})

test_that("the layer takes texts only, other layers numbers only", {
  expect_error(layer_dense(layer_input(shape = 1, dtype = "string"), 2), "texts", class = "tildenet_error_shape")
  expect_error(layer_input(shape = 2) %>% layer_dense(2) %>% index_layer(), "takes texts",
               class = "tildenet_error_argument")
  model <- keras_model_sequential() %>% index_layer()
  expect_error(predict(model, 1:3, verbose = 0), "hold texts", class = "tildenet_error_argument")
  expect_error(predict(model, matrix("a", 2, 2), verbose = 0), "one text", class = "tildenet_error_shape")
  expect_error(predict(keras_model_sequential() %>% layer_dense(1, input_shape = 1), "a", verbose = 0),
               "hold numbers", class = "tildenet_error_argument")
  layer <- index_layer()
  expect_equal(as.array(layer("a film")), array(c(2, 4, 0, 0), c(1, 4)))
})
