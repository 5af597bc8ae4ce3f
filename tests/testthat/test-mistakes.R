# What users get wrong in graphs, data and functions of tensors: every message names the layer or the
# argument, what was expected and what was given.

mistaken_model <- function() {
  k_clear_session()
  a <- layer_input(4, name = "a")
  b <- layer_input(3, name = "b")
  hidden <- layer_dense(a, 5, name = "hidden")
  score <- layer_dense(hidden, 1, name = "score")
  class <- layer_concatenate(list(hidden, b), name = "joined") %>%
    layer_dense(3, activation = "softmax", name = "class")
  keras_model(list(a, b), list(score, class))
}

test_that("graphs that do not hold together", {
  k_clear_session()
  a <- layer_input(4, name = "a")
  b <- layer_input(3, name = "b")
  left <- layer_dense(a, 5, name = "left")
  right <- layer_dense(b, 6, name = "right")
  chain <- keras_model_sequential(name = "chain") %>% layer_dense(2, input_shape = 2, name = "first")
  outer <- keras_model_sequential(name = "outer")
  outer$add(chain)
  shared <- layer_dense(units = 2, name = "shared")
  shared(left)
  expect_snapshot(error = TRUE, {
    keras_model(a, layer_concatenate(list(left, right)))
    keras_model(b, left)
    keras_model(outputs = left)
    keras_model(a)
    keras_model(list(a, a), left)
    keras_model("a", left)
    keras_model(a, left %>% layer_dense(2, name = "left"))
    chain %>% chain()
    chain$add(outer)
    chain %>% layer_dense(2, name = "first")
    layer_add(list(left, right), name = "sum")
    layer_dot(list(left, right), axes = 1, name = "dot")
    layer_concatenate(list(left, layer_reshape(right, c(2, 3), name = "two")), name = "joined")
    layer_subtract(list(left, left, left), name = "minus")
    shared(right)
    layer_reshape(left, c(2, 2), name = "reshaped")
    layer_dense(iris, 2)
    keras_model(a, left) %>% layer_dense(2)
  })
})

test_that("losses and metrics that do not fit the outputs", {
  model <- mistaken_model()
  expect_snapshot(error = TRUE, {
    compile(model, "adam", list("mse", "mse", "mse"))
    compile(model, "adam", list(score = "mse", klass = "mse"))
    compile(model, "adam", "msee")
    compile(model, "adam", function(y) y)
    compile(model, "adam", "mse", metrics = list(klass = "mae"))
    compile(model, "adam", "mse", metrics = "accurcy")
    compile(model, "adam", "mse", loss_weights = c(1, 2, 3))
    compile(model, "adamm", "mse")
    custom_metric("one", function(y_true) y_true)
    fit(model, list(1, 2), list(1, 2))
  })
})

test_that("a loss that captures a tensor of another model", {
  k_clear_session()
  other <- layer_input(2, name = "elsewhere")
  model <- keras_model_sequential() %>% layer_dense(1, input_shape = 2)
  compile(model, "sgd", function(y, p) k_mean(k_square(y - p)) + k_mean(other))
  expect_error(fit(model, matrix(1, 4, 2), 1:4, verbose = 0), "depends on the input \"elsewhere\"",
               class = "tildenet_error_graph")
  expect_error(layer_lambda(other, function() 1), "`f` must be a function of a tensor",
               class = "tildenet_error_argument")
})

test_that("data that do not fit the inputs and outputs", {
  model <- mistaken_model()
  compile(model, "adam", list("mse", "categorical_crossentropy"))
  a <- matrix(1, 6, 4)
  b <- matrix(1, 6, 3)
  y <- 1:6
  k <- to_categorical(rep(0:2, 2))
  gap <- a
  gap[2, 3] <- NA
  weights <- get_weights(model)
  expect_snapshot(error = TRUE, {
    fit(model, a, list(y, k))
    fit(model, list(a), list(y, k))
    fit(model, list(b, a), list(y, k))
    fit(model, list(a = a, c = b), list(y, k))
    fit(model, list(a, b[1:2, ]), list(y, k))
    fit(model, list(gap, b), list(y, k))
    fit(model, list(a, b), list(k, y))
    fit(model, list(a, b), y)
    fit(model, list(a, b), list(score = y, klass = k))
    fit(model, list(a, b), list(y, factor(1:6)))
    fit(model, list(a, b), list(replace(y, 1, NA), k))
    predict(model, list(a, b, b))
    predict(model, list(a[, 1:2], b))
  })
  expect_identical(get_weights(model), weights)
})

test_that("indices outside an embedding, wherever they come in", {
  k_clear_session()
  model <- keras_model_sequential() %>%
    layer_embedding(5, 2, input_length = 1, name = "table") %>% layer_flatten() %>% layer_dense(1)
  compile(model, "sgd", "mse")
  must <- "Layer \"table\" with `input_dim` 5 takes whole numbers from 0 to 4,\\s+not 5"
  weights <- get_weights(model)
  expect_error(fit(model, c(1, 5), c(0, 1), verbose = 0), must, class = "tildenet_error_argument")
  expect_error(evaluate(model, c(1, 5), c(0, 1), verbose = 0), must)
  expect_error(predict(model, 5, verbose = 0), must)
  expect_error(train_on_batch(model, 5, 1), must)
  expect_error(model(matrix(5)), must)
  expect_error(get_layer(model, "table")(matrix(5)), must)
  expect_identical(get_weights(model), weights)
  expect_length(fit(model, 1:4, 1:4, epochs = 1, verbose = 0)$metrics$loss, 1)
})
