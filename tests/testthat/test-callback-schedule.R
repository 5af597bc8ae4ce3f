# Dropout and weight decay that change with the progress of a training.

# A gradient of zero leaves the decay alone.
decaying_model <- function(decay = 1) {
  model <- scale_model(optimizer_sgd(0.1, weight_decay = decay), loss = function(y_true, y_pred) k_sum(y_pred * 0))
  model
}

decayed <- function(schedule, ..., epochs = 3, initial_epoch = 0, model = decaying_model()) {
  quiet_fit(model, rep(1, 6), rep(0, 6), batch_size = 2, epochs = epochs, initial_epoch = initial_epoch,
            callbacks = callback_schedule("weight_decay", schedule, ...))
  scale_weight(model)
}

test_that("the weight decay follows the progress, batch by batch or epoch by epoch", {
  square <- function(progress) progress^2
  expect_equal(decayed(square), prod(1 - 0.1 * ((0:8) / 9)^2), tolerance = 1e-6)
  expect_equal(decayed(square, by = "epoch"), prod(1 - 0.1 * (c(0, 0, 0, 1, 1, 1, 2, 2, 2) / 3)^2), tolerance = 1e-6)
  expect_equal(decayed(schedule_flat_cos), prod(1 - 0.1 * schedule_flat_cos((0:8) / 9)), tolerance = 1e-6)
  model <- decaying_model()
  decayed(square, epochs = 2, model = model)
  expect_equal(decayed(square, epochs = 3, initial_epoch = 2, model = model),
               prod(1 - 0.1 * ((0:5) / 6)^2) * prod(1 - 0.1 * ((6:8) / 9)^2), tolerance = 1e-6)
  expect_equal(model$optimizer$weight_decay, 1)
  before <- scale_weight(model)
  quiet_fit(model, 1, 0, epochs = 1)
  expect_equal(scale_weight(model), before * 0.9, tolerance = 1e-6)
})

test_that("a factor of its own and a schedule of the rate go with it", {
  optimizer <- optimizer_sgd(learning_rate_schedule_polynomial_decay(0.1, 9, 0), weight_decay = 1,
                             weight_decay_factors = c(kernel = 0.5))
  model <- scale_model(optimizer, loss = function(y_true, y_pred) k_sum(y_pred * 0))
  expect_equal(decayed(function(progress) 2 * progress, model = model),
               prod(1 - 0.1 * (1 - (0:8) / 9) * (0:8) / 9), tolerance = 1e-6)
})

# The sum of 400 ones that pass a dropout, and its gradient, tell what was dropped: the output is
# kept / (1 - rate), whatever the weights.
dropout_model <- function(..., layer = layer_dropout) {
  k_clear_session()
  input <- layer_input(400)
  output <- layer(input, 0.8, name = "first")
  output <- layer(output, 0.5, name = "second")
  model <- keras_model(input, output)
  compile(model, optimizer_sgd(0), loss = function(y_true, y_pred) k_mean(k_cast(k_not_equal(y_pred, 0), "float32"), axis = -1), ...)
  model
}

kept <- function(model, ..., epochs = 4) {
  set.seed(1)
  quiet_fit(model, matrix(1, 50, 400), matrix(0, 50, 400), batch_size = 50, epochs = epochs, ...)$metrics$loss
}

test_that("rates of dropout layers change in the running graph, of all or of some", {
  steps <- function(progress) c(1, 0.5, 0.25, 0)[1 + 4 * progress]
  whole <- c(1, 0.5, 0.25, 0)
  both <- (1 - 0.8 * whole) * (1 - 0.5 * whole)
  model <- dropout_model()
  expect_equal(kept(model, callbacks = callback_schedule("dropout", steps)), both, tolerance = 0.03)
  expect_equal(kept(model, epochs = 1), 0.1, tolerance = 0.1) # as it was
  expect_equal(evaluate(model, matrix(1, 2, 400), matrix(0, 2, 400), verbose = 0)$loss, 1)
  first <- callback_schedule("dropout", steps, layers = "first")
  expect_equal(kept(model, callbacks = first), (1 - 0.8 * whole) * 0.5, tolerance = 0.03)
  second <- callback_schedule("dropout", function(progress) 0, by = "epoch", layers = "second")
  expect_equal(kept(model, callbacks = list(first, second)), 1 - 0.8 * whole, tolerance = 0.03)
})

test_that("a factor is a layer of that rate, to the bit", {
  train <- function(layer, rate, ...) {
    k_clear_session()
    set.seed(3)
    model <- keras_model_sequential() %>% layer_dense(6, input_shape = 4)
    layer(model, rate)
    model %>% layer_dense(1)
    compile(model, "adam", "mse")
    d <- small_data()
    set.seed(3)
    quiet_fit(model, d$x, d$y, epochs = 2, ...)
    get_weights(model)
  }
  for (layer in list(layer_dropout, layer_gaussian_dropout, layer_alpha_dropout)) {
    half <- callback_schedule("dropout", function(progress) 0.5)
    expect_identical(train(layer, 0.5, callbacks = half), train(layer, 0.25))
  }
  withr::local_options(tildenet.threads = 1)
  one <- train(layer_dropout, 0.5, callbacks = callback_schedule("dropout", schedule_flat_cos))
  withr::local_options(tildenet.threads = 2)
  expect_identical(train(layer_dropout, 0.5, callbacks = callback_schedule("dropout", schedule_flat_cos)), one)
})

test_that("generators follow the same course, whatever the shapes of their batches", {
  k_clear_session()
  model <- keras_model_sequential() %>% layer_conv_1d(1, 1, use_bias = FALSE, input_shape = list(NULL, 1)) %>%
    layer_global_average_pooling_1d()
  set_weights(model, list(array(1, c(1, 1, 1))))
  compile(model, optimizer_sgd(0.1, weight_decay = 1), function(y_true, y_pred) k_sum(y_pred * 0))
  at <- 0
  generator <- function() {
    at <<- at + 1
    list(array(1, c(2, 2 + at %% 2, 1)), matrix(0, 2, 1))
  }
  quiet_fit(model, generator, steps_per_epoch = 3, epochs = 2, callbacks = callback_schedule("weight_decay", identity))
  expect_equal(get_weights(model)[[1]][1], prod(1 - 0.1 * (0:5) / 6), tolerance = 1e-6)
})

test_that("flat, then a cosine", {
  expect_equal(schedule_flat_cos(c(0, 0.5, 0.75, 1)), c(1, 1, 0.5, 0))
})

test_that("what cannot be scheduled is refused before the training", {
  model <- dropout_model()
  run <- function(...) kept(model, callbacks = callback_schedule(...))
  expect_snapshot(error = TRUE, {
    callback_schedule("momentum", identity)
    callback_schedule("dropout", 0.5)
    callback_schedule("weight_decay", identity, layers = "first")
    callback_schedule("dropout", identity, layers = 1)
    run("weight_decay", identity)
    run("dropout", identity, layers = "third")
    run("dropout", function(progress) progress - 0.5)
    run("dropout", function(progress) 2)
    decayed(function(progress) NA)
    quiet_fit(scale_model(), 1, 0, callbacks = callback_schedule("dropout", identity))
  })
  expect_null(self_of(model)$training$courses)
  expect_equal(kept(model, epochs = 1), 0.1, tolerance = 0.1)
})

test_that("courses of nodes that are not there, and such without factors, do not reach the engine", {
  model <- decaying_model()
  quiet_fit(model, 1, 0, epochs = 1)
  optimizer <- model_cache(self_of(model))$live$optimizer
  good <- list(nodes = c(-1L, 0L), first = 0, factors = c(1, 0.5))
  for (bad in list(list(nodes = 1000L), list(nodes = -2L), list(nodes = 0), list(factors = numeric()), list(factors = 1L))) {
    expect_error(engine_optimizer_courses(optimizer, list(good, replace(good, names(bad), bad))),
                 class = "tildenet_error_state")
  }
  expect_null(engine_optimizer_courses(optimizer, list(good)))
  expect_null(engine_optimizer_courses(optimizer, list()))
})
