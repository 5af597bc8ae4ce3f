mask_of <- function(make, x) {
  input <- layer_input(shape = dim(x)[-1])
  weights <- emit_op("mask_weights", list(make(input)))[[1]]
  predict(keras_model(input, weights), x, verbose = 0)
}

test_that("masking masks the cells of all axes but the last, whatever their number", {
  flat <- rbind(c(0, 0), c(0, 1), c(2, 3))
  masked <- layer_masking()
  expect_equal(as.vector(mask_of(masked, flat)), c(0, 1, 1))
  steps <- aperm(array(c(0, 0, 5, 0, 1, 1, 0, 0), c(2, 2, 2)), 3:1)
  any_set <- function(x, value) apply(x != value, seq_len(length(dim(x)) - 1), any) * 1
  expect_equal(mask_of(masked, steps), any_set(steps, 0))
  parts <- array(rep(c(-1, -1, 4), length.out = 24), c(2, 3, 2, 2))
  expect_equal(mask_of(layer_masking(mask_value = -1), parts), any_set(parts, -1))
  expect_equal(as.array(masked(flat)), flat)
  expect_error(layer_masking(layer_input(shape = numeric())), class = "tildenet_error_shape")
})

test_that("masked samples of a matrix do not count in the loss, behind dense and merge layers too", {
  x <- rbind(c(1, 2), c(0, 0), c(3, 1))
  y <- c(1, 100, 2)
  loss_of <- function(build) {
    input <- layer_input(shape = 2)
    model <- keras_model(input, build(input %>% layer_masking()))
    set_weights(model, lapply(get_weights(model), function(w) w * 0))
    compile(model, "sgd", "mse")
    evaluate(model, x, y, verbose = 0)[["loss"]]
  }
  dense <- function(t) layer_dense(t, 1)
  expected <- (1 + 4) / 2
  expect_equal(loss_of(dense), expected, tolerance = 1e-6)
  expect_equal(loss_of(function(t) layer_add(list(t, layer_dense(t, 2))) %>% dense()), expected, tolerance = 1e-6)
  expect_equal(loss_of(function(t) layer_concatenate(list(t, layer_lambda(t, function(x) x))) %>% dense()),
               expected, tolerance = 1e-6)
})

test_that("a mask of samples serves a recurrent layer behind a merge layer", {
  rows <- layer_input(shape = 2)
  steps <- layer_input(shape = c(3, 2))
  sum <- layer_add(list(steps, rows %>% layer_masking()))
  model <- keras_model(list(steps, rows), sum %>% layer_simple_rnn(2, activation = "linear"))
  out <- predict(model, list(array(1, c(2, 3, 2)), rbind(c(0, 0), c(1, 1))), verbose = 0)
  expect_equal(out[1, ], c(0, 0))
  expect_false(any(out[2, ] == 0))
})

test_that("masks of parts of steps follow each other in a concatenation", {
  a <- layer_input(shape = c(2, 2, 1))
  both <- layer_concatenate(list(layer_masking(a), layer_masking(a + 0, mask_value = 1)), axis = 2)
  x <- array(c(0, 1, 2, 0), c(1, 2, 2, 1))
  weights <- predict(keras_model(a, emit_op("mask_weights", list(both))[[1]]), x, verbose = 0)
  expect_equal(weights[1, , ], rbind(c(0, 1, 1, 1), c(1, 0, 0, 1)))
})

test_that("a layer that gives its input on stays a layer", {
  same <- function(x) x
  layers <- list(
    layer_lambda(f = same), layer_lambda(f = k_identity), layer_lambda(f = function(x) +x),
    layer_activation(activation = "linear"), layer_activation(activation = same), layer_activation(activation = NULL),
    layer_dropout(rate = 0), layer_reshape(target_shape = 4), layer_permute(dims = 1), layer_flatten(),
    layer_rescaling(scale = 1), layer_gaussian_noise(stddev = 0), layer_activity_regularization(),
    layer_masking(), keras_model_sequential(list(layer_lambda(f = same)), input_shape = 4))
  x <- matrix(rnorm(8), 2)
  for (layer in layers) {
    input <- layer_input(shape = 4)
    before <- layer_dense(input, 4, name = "before")
    after <- layer(before)
    model <- keras_model(input, after %>% layer_dense(1))
    expect_identical(get_layer(model, layer$name)$name, layer$name)
    expect_length(model$layers, 4)
    expect_identical(get_layer(model, "before")$output, before)
    expect_identical(get_output_at(layer, 1), after)
    expect_equal(predict(keras_model(input, after), x, verbose = 0), predict(keras_model(input, before), x, verbose = 0))
    expect_identical(vapply(clone_model(model)$layers, function(l) l$name, ""),
                     vapply(model$layers, function(l) l$name, ""))
  }
  model <- keras_model_sequential(list(layer_lambda(f = same, name = "first")), input_shape = 4)
  expect_equal(predict(model, x, verbose = 0), x, tolerance = 1e-6)
  expect_identical(get_layer(model, "first")$input_shape, list(NULL, 4L))
})

test_that("a lambda layer that gives another layer's tensor leaves it there", {
  input <- layer_input(shape = 3)
  hidden <- layer_dense(input, 2, name = "hidden")
  out <- layer_lambda(layer_dense(input, 5), function(x) hidden, name = "other")
  expect_identical(hidden$history$layer$name, "hidden")
  expect_identical(out$history$layer$name, "other")
})

test_that("an input layer takes `ragged` and `sparse`", {
  expect_identical(k_int_shape(layer_input(shape = list(NULL), ragged = TRUE)), list(NULL, NULL))
  expect_identical(k_int_shape(layer_input(shape = c(NA, 3), ragged = TRUE, sparse = FALSE)), list(NULL, NULL, 3L))
  model <- keras_model(x <- layer_input(shape = list(NULL), ragged = TRUE),
                       x %>% layer_embedding(5, 2, mask_zero = TRUE) %>% layer_lstm(2))
  ids <- pad_sequences(list(1:3, 4), padding = "post")
  expect_equal(predict(model, ids[2, , drop = FALSE], verbose = 0), predict(model, matrix(4), verbose = 0))
  expect_error(layer_input(shape = 3, ragged = NA), "ragged", class = "tildenet_error_argument")
  expect_error(layer_input(shape = 3, tensor = k_constant(1)), "tensor", class = "tildenet_error_unsupported")
})
