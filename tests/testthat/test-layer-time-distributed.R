steps_data <- function(dim = c(5, 4, 3)) array(stats::rnorm(prod(dim)), dim)

# What a function of the arrays (n, ...) gives for every step, put together again.
each_step <- function(x, f) {
  parts <- lapply(seq_len(dim(x)[2]), function(t) {
    f(array(x[slice.index(x, 2) == t], dim(x)[-2]))
  })
  out <- array(unlist(parts), c(dim(parts[[1]]), length(parts)))
  aperm(out, c(1, length(dim(out)), seq_along(dim(out))[-c(1, length(dim(out)))]))
}

test_that("a dense layer does with each step what it does with a sample", {
  set.seed(1)
  k_clear_session()
  x <- steps_data()
  model <- keras_model_sequential() %>%
    time_distributed(layer_dense(units = 2, activation = "tanh"), input_shape = c(4, 3)) %>%
    time_distributed(layer = layer_activation_softmax())
  w <- get_weights(model)
  expect_identical(lapply(w, dim), list(c(3L, 2L), 2L))
  expect_identical(count_params(model), 8)
  expected <- each_step(x, function(s) {
    e <- exp(tanh(s %*% w[[1]] + rep(w[[2]], each = nrow(s))))
    e / rowSums(e)
  })
  expect_equal(predict(model, x), expected, tolerance = 1e-6)
  expect_identical(vapply(model$weights, function(p) p$name, ""),
                   paste0("time_distributed_1/", c("kernel", "bias")))
  expect_output(print(model), "time_distributed_1 +\\(None, 4, 2\\) +8")
})

test_that("any layer and any model can be wrapped", {
  set.seed(2)
  x <- steps_data(c(2, 3, 4, 2))
  layers <- list(layer_flatten(), layer_reshape(target_shape = c(2, 4)), layer_permute(dims = c(2, 1)),
                 layer_lambda(f = function(t) k_sum(t, axis = 2)), layer_masking(),
                 time_distributed(layer = layer_dense(units = 3)),
                 keras_model_sequential() %>% layer_flatten(input_shape = c(4, 2)) %>% layer_dense(2),
                 keras_model_sequential() %>% layer_flatten() %>% layer_dense(2))
  for (layer in layers) {
    wrapper <- time_distributed(layer = layer)
    y <- as.array(wrapper(x))
    expected <- each_step(x, function(s) as.array(layer(s)))
    expect_equal(y, expected, tolerance = 1e-6, label = layer$name)
    expect_identical(get_weights(wrapper), get_weights(layer))
  }
})

test_that("layers that run over all steps at once do the same as step by step", {
  set.seed(8)
  x <- steps_data(c(3, 4, 2, 5))
  ops <- function(t) if (is.null(t)) character() else c(t$node$op, ops(t$node$inputs[1][[1]]))
  input <- layer_input(shape = c(4, 2, 5))
  at_once <- list(layer_dense(units = 3, activation = "softmax"), layer_dense(units = 3, activation = "relu"),
                  layer_activation(activation = "softmax"), layer_dropout(rate = 0.5))
  folded <- list(layer_dense(units = 3, activation = function(x) x - k_mean(x, axis = 2, keepdims = TRUE)),
                 layer_dense(units = 3, activity_regularizer = regularizer_l2(1)),
                 layer_dropout(rate = 0.5, noise_shape = c(NA, 1, 5)))
  for (layer in c(at_once, folded)) {
    wrapper <- time_distributed(layer = layer)
    expect_identical("unfold_steps" %in% ops(wrapper(input)), !any(vapply(at_once, identical, NA, layer)))
    expect_equal(as.array(wrapper(x)), each_step(x, function(s) as.array(layer(s))), tolerance = 1e-6)
  }
})

test_that("the number of steps may be unknown, the batch size known", {
  input <- layer_input(shape = list(NULL, 3))
  model <- keras_model(input, time_distributed(input, layer_dense(units = 2)))
  expect_identical(model$output_shape, list(NULL, NULL, 2L))
  expect_identical(dim(predict(model, steps_data(c(2, 7, 3)))), c(2L, 7L, 2L))
  expect_identical(dim(predict(model, steps_data(c(4, 1, 3)))), c(4L, 1L, 2L))
  known <- layer_input(batch_shape = c(2, 4, 3)) %>% time_distributed(layer_dense(units = 2))
  expect_identical(k_int_shape(known), list(2L, 4L, 2L))
  open <- keras_model_sequential() %>% time_distributed(layer_dense(units = 2, input_shape = 3))
  expect_identical(dim(predict(open, steps_data())), c(5L, 4L, 2L))
})

test_that("models with several inputs and outputs see each step of all of them", {
  a <- layer_input(shape = 3)
  b <- layer_input(shape = 2)
  joined <- layer_concatenate(a, b)
  inner <- keras_model(list(a, b), list(layer_dense(joined, 2), joined))
  x <- list(steps_data(c(2, 4, 3)), steps_data(c(2, 4, 2)))
  out <- time_distributed(layer = inner)(x)
  expect_identical(lapply(out, dim), list(c(2L, 4L, 2L), c(2L, 4L, 5L)))
  expect_equal(as.array(out[[2]])[, , 1:3], x[[1]], tolerance = 1e-6)
  expect_equal(as.array(out[[2]])[, , 4:5], x[[2]], tolerance = 1e-6)
  expect_snapshot(error = TRUE, {
    time_distributed(layer = inner, name = "both")(list(x[[1]], x[[2]][, 1:3, ]))
  })
})

test_that("penalties are divided by samples and steps", {
  set.seed(3)
  x <- steps_data()
  model <- keras_model_sequential() %>% time_distributed(input_shape = c(4, 3), layer_dense(
    units = 2, activity_regularizer = regularizer_l2(0.5), kernel_regularizer = regularizer_l1(0.25),
    bias_regularizer = function(w) k_sum(w) + 3))
  compile(model, "sgd", "mse")
  p <- predict(model, x)
  expected <- 0.5 * sum(p^2) / 20 + 0.25 * sum(abs(get_weights(model)[[1]])) + 3
  expect_equal(evaluate(model, x, p, verbose = 0)[["loss"]], expected, tolerance = 1e-6)
})

test_that("masks go on, and weights train as those of the layer", {
  input <- layer_input(shape = 3)
  masked <- layer_embedding(input, 5, 2, mask_zero = TRUE)
  expect_true(has_mask(time_distributed(masked, layer_dense(units = 2))))
  expect_false(has_mask(time_distributed(layer_embedding(input, 5, 2), layer_dense(units = 2))))
  set.seed(4)
  x <- steps_data()
  y <- steps_data(c(5, 4, 2))
  plain <- keras_model_sequential() %>% layer_dense(2, input_shape = c(4, 3))
  wrapped <- keras_model_sequential() %>% time_distributed(layer_dense(units = 2), input_shape = c(4, 3))
  set_weights(wrapped, get_weights(plain))
  for (model in list(plain, wrapped)) {
    compile(model, optimizer_adam(0.1), "mse")
    fit(model, x, y, epochs = 3, shuffle = FALSE, verbose = 0)
  }
  expect_equal(get_weights(wrapped), get_weights(plain), tolerance = 1e-6)
})

test_that("words of sentences are masked one sentence at a time, empty sentences in the end", {
  set.seed(7)
  ids <- array(0, c(2, 3, 4))
  ids[1, 1, 1:2] <- c(1, 2)
  ids[1, 2, 1:4] <- 1:4
  ids[2, 1, 1] <- 4
  input <- layer_input(shape = c(3, 4))
  words <- time_distributed(input, layer_embedding(input_dim = 5, output_dim = 2, mask_zero = TRUE))
  expect_identical(words$mask_axes, 3L)
  reader <- layer_gru(units = 3)
  expect_identical(words$node$op, "embedding")
  inside <- keras_model(sentence <- layer_input(shape = 4), layer_embedding(sentence, 5, 2, mask_zero = TRUE))
  expect_identical(time_distributed(input, inside)$mask_axes, 3L)
  sentences <- words %>% time_distributed(layer_activation(activation = "linear")) %>% time_distributed(reader)
  expect_identical(sentences$mask_axes, 2L)
  document <- layer_lstm(sentences, units = 2, return_sequences = TRUE)
  values <- predict(keras_model(input, list(words, sentences, document)), ids)
  sentence <- function(i, j, length) as.array(reader(array(values[[1]][i, j, seq_len(length), ], c(1, length, 2))))
  expect_equal(values[[2]][1, 1, ], as.vector(sentence(1, 1, 2)), tolerance = 1e-6)
  expect_equal(values[[2]][1, 2, ], as.vector(sentence(1, 2, 4)), tolerance = 1e-6)
  expect_equal(values[[2]][2, 1, ], as.vector(sentence(2, 1, 1)), tolerance = 1e-6)
  expect_identical(values[[3]][1, 3, ], values[[3]][1, 2, ]) # masked steps repeat
  expect_identical(values[[3]][2, 3, ], values[[3]][2, 1, ])
  expect_false(identical(values[[3]][1, 1, ], values[[3]][1, 2, ]))
})

test_that("a sigmoid inside is not joined with its crossentropy", {
  x <- array(60, c(1, 1, 1))
  model <- keras_model_sequential() %>% time_distributed(input_shape = c(1, 1), layer_dense(
    units = 1, activation = "sigmoid", kernel_initializer = "ones"))
  compile(model, "sgd", "binary_crossentropy")
  y <- array(0, c(1, 1, 1))
  loss <- evaluate(model, x, y, verbose = 0)[["loss"]]
  expect_equal(loss, as.numeric(as.array(loss_binary_crossentropy(y, predict(model, x)))))
  expect_lt(loss, 17) # probabilities are cut; joined it would be 60
  outer <- keras_model_sequential() %>% model # inside a model inside a model, too
  compile(outer, "sgd", "binary_crossentropy")
  expect_equal(evaluate(outer, x, y, verbose = 0)[["loss"]], loss)
})

test_that("a layer that is used already shares its weights, a trained model keeps them", {
  set.seed(5)
  layer <- layer_dense(units = 2)
  x <- steps_data()
  before <- as.array(layer(x[, 1, ]))
  wrapper <- time_distributed(layer = layer)
  expect_equal(as.array(wrapper(x))[, 1, ], before, tolerance = 1e-6)
  expect_identical(layer$weights[[1]]$name, paste0(layer$name, "/kernel"))
  set_weights(wrapper, list(matrix(1, 3, 2), c(0, 0)))
  expect_equal(get_weights(layer)[[1]], matrix(1, 3, 2))
})

test_that("freezing, weights, copies and files see the wrapped layer", {
  set.seed(6)
  x <- steps_data()
  weights <- list(matrix(1:6 / 6, 3, 2), c(1, -1))
  model <- keras_model_sequential() %>%
    time_distributed(layer_dense(units = 2), input_shape = c(4, 3), weights = weights, name = "steps") %>%
    time_distributed(layer_dense(units = 1, trainable = FALSE))
  expect_equal(get_weights(model)[1:2], weights, tolerance = 1e-6, ignore_attr = TRUE)
  expect_length(model$trainable_weights, 2)
  freeze_weights(model, which = "steps")
  expect_length(get_layer(model, "steps")$trainable_weights, 0)
  expect_length(model$trainable_weights, 2)
  unfreeze_weights(model)
  expect_length(model$trainable_weights, 4)
  copy <- clone_model(model)
  expect_false(isTRUE(all.equal(get_weights(copy)[[1]], weights[[1]])))
  set_weights(copy, get_weights(model))
  expect_equal(predict(copy, x), predict(model, x))
  expect_identical(copy$layers[[1]]$layer$config$units, 2)
  file <- withr::local_tempfile()
  saveRDS(model, file)
  expect_equal(predict(readRDS(file), x), predict(model, x))
  config <- get_layer(model, "steps")$get_config()
  expect_identical(config$layer$class_name, "Dense")
  expect_identical(config$layer$config$units, 2L)
})

test_that("penalties written in R count once in nested models, however they are nested", {
  input <- layer_input(shape = c(4, 3))
  inner <- keras_model_sequential() %>% layer_dense(2, input_shape = 3, name = "inner",
                                                    kernel_regularizer = function(w) k_sum(w * w))
  model <- keras_model(input, layer_add(inner(input), time_distributed(input, inner)))
  compile(model, "sgd", "mse")
  x <- steps_data()
  penalty <- evaluate(model, x, predict(model, x), verbose = 0)[["loss"]]
  expect_equal(penalty, sum(get_weights(inner)[[1]]^2), tolerance = 1e-6)
})

test_that("mistakes are told", {
  x <- steps_data()
  expect_snapshot(error = TRUE, {
    time_distributed(layer_dense(units = 3))
    keras_model_sequential() %>% time_distributed(3)
    keras_model_sequential() %>% time_distributed(function(x) x)
    time_distributed(layer = layer_dense(units = 3, name = "inner"), name = "steps")(x[, , 1])
    time_distributed(layer = layer_permute(dims = c(2, 1), name = "turn"))(x)
    time_distributed(layer = layer_lambda(f = function(t) k_sum(t, axis = 1, keepdims = TRUE)))(x)
    layer_input(shape = 3) %>% time_distributed(layer_dense(units = 3, name = "d2"), name = "s2")
    time_distributed(layer = layer_dense(units = 3, name = "d3"), name = "s3")(list(x, x))
  })
})
