exported <- function(model) export_graph(self_of(model))

ops <- function(graph) vapply(graph$steps, `[[`, "", "op")

test_that("steps come in order, with ids, parameters and the layer they are part of", {
  x <- layer_input(shape = 4, name = "x")
  shared <- layer_dense(units = 3, activation = "softmax", name = "head")
  out <- list(x %>% layer_dense(4, name = "first") %>% shared(), shared(x))
  graph <- exported(keras_model(x, out, name = "two"))
  expect_identical(graph$name, "two")
  expect_identical(ops(graph), c("dense", "dense", "activation", "dense", "activation"))
  expect_identical(vapply(graph$steps, `[[`, "", "layer"), c("first", "head", "head", "head", "head"))
  seen <- graph$inputs[[1]]$id
  for (step in graph$steps) {
    expect_true(all(step$inputs %in% seen))
    expect_false(any(step$outputs %in% seen))
    seen <- c(seen, step$outputs)
  }
  expect_identical(lapply(graph$steps[[2]]$params, parameter_value), get_weights(shared))
  expect_identical(graph$steps[[4]]$params, graph$steps[[2]]$params)
  expect_identical(graph$inputs, list(list(id = 1, name = "x", shape = c(NA, 4), dtype = "float32")))
  expect_identical(vapply(graph$outputs, `[[`, 0, "id"), c(4, 6))
  expect_identical(vapply(graph$outputs, `[[`, "", "name"), c("head", "head_1"))
  expect_identical(graph$shapes[[4]], c(NA, 3))
})

test_that("what only training does is left out, wherever it stands", {
  x <- layer_input(shape = c(5, 2))
  dropped <- x %>% layer_dropout(0.5)
  out <- dropped %>% layer_gaussian_noise(1) %>% time_distributed(layer_dense(units = 2)) %>%
    layer_spatial_dropout_1d(0.2) %>% layer_activity_regularization(l1 = 1) %>% layer_gaussian_dropout(0.1) %>%
    layer_alpha_dropout(0.3)
  model <- keras_model(x, list(out, dropped))
  compile(model, "sgd", "mse")
  graph <- exported(model)
  expect_identical(ops(graph), c("dense", "activation"))
  expect_identical(graph$steps[[1]]$inputs, 1)
  expect_identical(vapply(graph$outputs, `[[`, 0, "id"), c(3, 1))
})

test_that("functions of tensors, nested models and parts of graphs go through", {
  inner <- keras_model_sequential(name = "inner") %>% layer_dense(2, input_shape = 3) %>%
    layer_activation(function(x) k_square(x))
  x <- layer_input(shape = 3)
  between <- k_exp(x)
  out <- layer_lambda(inner(between), function(x) k_sum(x, axis = 2) + k_variable(1), name = "sum")
  graph <- exported(keras_model(x, out))
  expect_identical(ops(graph), c("unary", "dense", "unary", "reduce", "parameter", "add"))
  expect_identical(vapply(graph$steps, `[[`, "", "layer"), c(NA, "inner", "inner", "sum", "sum", "sum"))
  part <- exported(keras_model(between, out))
  expect_identical(ops(part), ops(graph)[-1])
  expect_identical(part$inputs[[1]]$shape, c(NA, 3))
})

test_that("a state that is also an input stays one", {
  x <- layer_input(shape = c(4, 2))
  made <- layer_gru(x, 3, return_state = TRUE)
  graph <- exported(keras_model(list(x, made[[2]]), list(layer_dense(made[[2]], 1), layer_dense(made[[1]], 1))))
  dense <- Filter(function(step) step$op == "dense", graph$steps)
  expect_identical(vapply(dense, `[[`, 0, "inputs"), c(2, 4))
})

test_that("masks are those that the ops give on", {
  x <- layer_input(shape = 5)
  e <- x %>% layer_embedding(9, 2, mask_zero = TRUE) %>% layer_dropout(0.1)
  graph <- exported(keras_model(x, e %>% layer_dense(3) %>% layer_lstm(2, return_sequences = TRUE) %>% layer_gru(2)))
  expect_null(graph$masks[[1]])
  expect_identical(graph$masks[2:4], rep(list(list(axes = 2L, from = 2)), 3))
  expect_null(graph$masks[[5]])
  part <- exported(keras_model(e, e %>% layer_dense(3) %>% layer_gru(2)))
  expect_identical(part$masks, list(NULL, NULL, NULL))
  joined <- exported(keras_model(x, layer_add(list(e, e)) %>% layer_dense(2)))
  expect_identical(ops(joined), c("embedding", "add", "join_masks", "dense"))
  expect_identical(lapply(joined$masks, `[[`, "from"), list(NULL, 2, NULL, 4, 4))
})

test_that("layers of texts are steps, named like others", {
  layer <- layer_text_vectorization(output_mode = "count", name = "words")
  adapt(layer, c("a b", "b"))
  x <- layer_input(shape = 1, dtype = "string", name = "text")
  graph <- exported(keras_model(x, x %>% layer() %>% layer_dense(1)))
  expect_identical(ops(graph), c("text", "dense"))
  expect_identical(graph$steps[[1]]$layer, "words")
  expect_identical(graph$inputs[[1]]$dtype, "string")
})
