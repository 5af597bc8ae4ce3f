two_layers <- function() {
  k_clear_session()
  keras_model_sequential() %>%
    layer_dense(4, activation = "relu", input_shape = 3) %>%
    layer_dense(2, activation = "softmax")
}

test_that("a model is a reference: the pipe changes it in place", {
  model <- two_layers()
  other <- model
  other %>% layer_dense(1)
  expect_length(model$layers, 3)
  pop_layer(model)
  expect_length(other$layers, 2)
  expect_identical(k_int_shape(model$output), list(NULL, 2L))
})

test_that("members answer as scripts expect", {
  model <- two_layers()
  expect_identical(model$name, "sequential_1")
  expect_true(model$built)
  expect_length(model$weights, 4)
  expect_length(model$trainable_weights, 4)
  expect_identical(model$count_params(), 26)
  expect_identical(model$get_layer("dense_2")$name, "dense_2")
  expect_identical(get_layer(model, index = -1)$name, "dense_2")
  expect_identical(model$input_shape, list(NULL, 3L))
  expect_identical(model$layers[[1]]$output_shape, list(NULL, 4L))
  expect_s3_class(c(model, model)[[2]], "tildenet_model")
})

test_that("weights are read and written as R arrays", {
  model <- two_layers()
  w <- get_weights(model)
  expect_identical(lapply(w, dim), list(c(3L, 4L), 4L, c(4L, 2L), 2L))
  w[[1]][] <- 1:12
  set_weights(model, w)
  expect_equal(get_weights(model)[[1]], matrix(as.numeric(1:12), 3))
  copy <- clone_model(model)
  expect_identical(vapply(copy$layers, function(l) l$name, ""), c("dense_1", "dense_2"))
  expect_false(isTRUE(all.equal(get_weights(copy)[[1]], w[[1]])))
})

test_that("the same seed gives the same weights", {
  set.seed(3)
  a <- get_weights(two_layers())
  set.seed(3)
  expect_identical(get_weights(two_layers()), a)
})

test_that("a model without a shape is built when data arrive", {
  model <- keras_model_sequential() %>% layer_dense(2)
  expect_false(model$built)
  expect_output(print(model), "not built")
  expect_identical(dim(predict(model, matrix(0, 5, 3))), c(5L, 2L))
  expect_identical(count_params(model), 8)
})

test_that("freezing takes ranges, names and functions", {
  model <- two_layers()
  freeze_weights(model, to = 1)
  expect_length(model$trainable_weights, 2)
  unfreeze_weights(model)
  expect_length(model$trainable_weights, 4)
  freeze_weights(model, which = "dense_2")
  expect_length(model$non_trainable_weights, 2)
  unfreeze_weights(model)
  freeze_weights(model, which = ~ .x$name == "dense_1")
  expect_false(model$layers[[1]]$trainable)
})

test_that("functional models share layers and start at any tensor", {
  k_clear_session()
  input <- layer_input(shape = 3)
  hidden <- input %>% layer_dense(4, activation = "tanh")
  output <- hidden %>% layer_dense(1)
  model <- keras_model(input, output)
  encoder <- keras_model(input, hidden)
  head <- keras_model(hidden, output)
  x <- matrix(rnorm(6), 2)
  expect_equal(as.array(head(encoder(x))), as.array(model(x)), tolerance = 1e-6)
  outer <- keras_model_sequential(input_shape = 3) %>% layer_dense(3)
  outer$add(model)
  expect_identical(count_params(outer), 12 + count_params(model))
  clone <- clone_model(model)
  set_weights(clone, get_weights(model))
  expect_equal(as.array(clone(x)), as.array(model(x)))
})

test_that("the summary is the known table", {
  withr_width <- options(width = 80)
  on.exit(options(withr_width))
  model <- two_layers()
  freeze_weights(model, to = 1)
  expect_snapshot(summary(model))
  a <- layer_input(shape = 2, name = "a")
  b <- layer_input(shape = 2, name = "b")
  expect_snapshot(keras_model(c(a, b), a %>% layer_dense(2, name = "left") + b, name = "sum"))
})

test_that("models survive saveRDS", {
  model <- two_layers()
  file <- tempfile(fileext = ".rds")
  on.exit(unlink(file))
  saveRDS(model, file)
  again <- readRDS(file)
  x <- matrix(rnorm(6), 2)
  expect_identical(predict(again, x), predict(model, x))
  set_weights(again, lapply(get_weights(again), function(w) w * 0))
  expect_false(all(get_weights(model)[[1]] == 0))
})

test_that("typical mistakes with models are named", {
  model <- two_layers()
  input <- layer_input(shape = 3, name = "x")
  expect_snapshot(error = TRUE, {
    get_layer(model, "nothing")
    get_layer(model, index = 0)
    set_weights(model, list(1))
    set_weights(model, list(matrix(0, 2, 2), 1:4, matrix(0, 4, 2), 1:2))
    keras_model(input, layer_input(shape = 3, name = "lost") %>% layer_dense(1))
    keras_model(input, 3)
    keras_model_sequential(shape = 3)
    model %>% layer_dense(1, name = "dense_1")
    pop_layer(keras_model_sequential())
    model$trainable <- "no"
    keras_model_sequential() %>% predict(matrix(1))
  })
})

test_that("a first embedding takes any number of steps, until a layer must know it", {
  model <- keras_model_sequential() %>% layer_embedding(9, 2) %>% layer_global_average_pooling_1d()
  expect_identical(k_int_shape(get_layer(model, index = 1)$output), list(NULL, NULL, 2L))
  model %>% layer_dense(1) %>% compile("sgd", "mse")
  fit(model, matrix(1:8, 2), 1:2, epochs = 1, verbose = 0)
  expect_identical(dim(predict(model, matrix(1:6, 2))), c(2L, 1L))

  model <- keras_model_sequential() %>% layer_embedding(9, 2) %>% layer_flatten()
  weights <- get_weights(model)
  model %>% layer_dense(1)
  expect_false(model$built)
  expect_identical(dim(model(matrix(1:8, 2))), c(2L, 1L))
  expect_identical(get_weights(model)[1], weights)
  expect_identical(k_int_shape(model$layers[[2]]$output), list(NULL, 8L))
  expect_error(keras_model_sequential() %>% layer_embedding(9, 2) %>% layer_dense(0), class = "tildenet_error_argument")
})
