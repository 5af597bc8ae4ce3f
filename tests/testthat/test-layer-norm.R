# Normalisation layers: moving statistics through all ways of training and using a model, freezing,
# copies and files, mistakes. Numbers against Keras are in test-golden-layers.R.

norm_model <- function(momentum = 0.5, ...) {
  keras_model_sequential() %>%
    layer_batch_normalization(momentum = momentum, input_shape = 2, name = "norm", ...) %>%
    layer_dense(1, name = "out")
}

norm_fit <- function(model, x, batch_size = nrow(x), epochs = 1, ...) {
  fit(model, x, x[, 1], batch_size = batch_size, epochs = epochs, shuffle = FALSE, verbose = 0, ...)
}

norm_data <- cbind(c(1, 4, 2, 8, 5), c(0, 1, 0, 3, 7))

# The last two weights; those that do not train would be all of a frozen layer.
moving_of <- function(model, layer = "norm") utils::tail(get_weights(get_layer(model, layer)), 2)

variance_of <- function(x) colMeans(sweep(x, 2, colMeans(x))^2)

# Moving mean and variance after these batches.
moving_after <- function(batches, momentum = 0.5, mean = 0, variance = 1) {
  for (x in batches) {
    mean <- momentum * mean + (1 - momentum) * colMeans(x)
    variance <- momentum * variance + (1 - momentum) * variance_of(x)
  }
  list(mean, variance)
}

expect_moving <- function(model, expected, layer = "norm") {
  found <- lapply(moving_of(model, layer), as.vector)
  expect_equal(found, lapply(expected, as.vector), tolerance = 1e-6)
}

compiled <- function(model, ...) compile(model, optimizer = optimizer_sgd(0.01), loss = "mse", ...)

# ---- what the layers give -------------------------------------------------------------------------

test_that("layers called on data normalise them", {
  layer <- layer_batch_normalization(epsilon = 0, momentum = 0.75)
  x <- matrix(c(1, 3, 10, 30), 2)
  expect_equal(as.array(layer(x, training = TRUE)), matrix(c(-1, 1, -1, 1), 2), tolerance = 1e-6)
  expect_equal(get_weights(layer), list(array(c(1, 1)), array(c(0, 0)), array(c(0.5, 5)),
                                        array(c(1, 25.75))), tolerance = 1e-6)
  set_weights(layer, list(c(2, 2), c(1, 1), c(1, 10), c(4, 100)))
  expect_equal(as.array(layer(x)), matrix(c(1, 3, 1, 5), 2), tolerance = 1e-6)
  expect_equal(get_weights(layer)[[3]], array(c(1, 10))) # used, not changed
  lines <- layer_layer_normalization(epsilon = 0)
  expect_equal(as.array(lines(matrix(c(1, 10, 3, 30), 2))), matrix(c(-1, -1, 1, 1), 2), tolerance = 1e-6)
})

test_that("arguments have the order and defaults of keras", {
  k_clear_session()
  expect_identical(names(formals(layer_batch_normalization))[1:20], c(
    "object", "axis", "momentum", "epsilon", "center", "scale", "beta_initializer", "gamma_initializer",
    "moving_mean_initializer", "moving_variance_initializer", "beta_regularizer", "gamma_regularizer",
    "beta_constraint", "gamma_constraint", "renorm", "renorm_clipping", "renorm_momentum", "fused",
    "virtual_batch_size", "adjustment"))
  expect_identical(names(formals(layer_layer_normalization))[1:13], c(
    "object", "axis", "epsilon", "center", "scale", "beta_initializer", "gamma_initializer",
    "beta_regularizer", "gamma_regularizer", "beta_constraint", "gamma_constraint", "trainable", "name"))
  x <- layer_input(shape = c(3, 2))
  model <- keras_model(x, x %>% layer_batch_normalization(1, 0.5, 0.25, FALSE, TRUE, "ones", "zeros"))
  expect_equal(dim(predict(model, array(1:12, c(2, 3, 2)))), c(2L, 3L, 2L))
  expect_equal(get_weights(model), list(array(0, 3), array(0, 3), array(1, 3)))
  expect_identical(layer_batch_normalization()$name, "batch_normalization_2")
  expect_identical(layer_layer_normalization()$name, "layer_normalization_1")
  given <- layer_batch_normalization(axis = list(-1), weights = list(c(1, 2), c(3, 4), c(5, 6), c(7, 8)))
  given(x)
  expect_equal(get_weights(given)[[4]], array(c(7, 8)))
  two <- layer_layer_normalization(axis = c(2, 1), trainable = FALSE, name = "two")
  expect_equal(k_int_shape(two(x)), list(NULL, 3L, 2L))
  expect_equal(lapply(get_weights(two), dim), list(c(2L, 3L), c(2L, 3L)))
  expect_length(two$trainable_weights, 0)
})

test_that("images feed the moving variance with n - 1, unless not fused", {
  x <- array(c(0, 1, 1, 0, 3, 3, 4, 8), c(2, 2, 1, 2))
  channel <- function(k) as.vector(x[, , , k])
  biased <- function(v) mean((v - mean(v))^2)
  for (fused in list(NULL, TRUE, FALSE)) {
    layer <- layer_batch_normalization(momentum = 0, fused = fused)
    layer(x, training = TRUE)
    expect_equal(as.vector(get_weights(layer)[[4]]),
                 vapply(1:2, function(k) (if (isFALSE(fused)) biased else var)(channel(k)), 0),
                 tolerance = 1e-6)
  }
})

# ---- training -------------------------------------------------------------------------------------

test_that("every batch moves the statistics, a smaller last one too", {
  model <- norm_model()
  compiled(model)
  norm_fit(model, norm_data, batch_size = 2, epochs = 2)
  batches <- list(norm_data[1:2, ], norm_data[3:4, ], norm_data[5, , drop = FALSE])
  expect_moving(model, moving_after(c(batches, batches)))
  train_on_batch(model, norm_data, norm_data[, 1])
  expect_moving(model, moving_after(c(batches, batches, list(norm_data))))
})

test_that("one sample in a batch has variance 0 and gives beta", {
  layer <- layer_batch_normalization(beta_initializer = initializer_constant(3), momentum = 0)
  expect_identical(as.array(layer(matrix(c(5, -2), 1), training = TRUE)), matrix(3, 1, 2))
  expect_equal(get_weights(layer)[3:4], list(array(c(5, -2)), array(c(0, 0))))
})

test_that("looking at a model leaves its moving statistics alone", {
  model <- norm_model()
  compiled(model, metrics = "mae")
  norm_fit(model, norm_data)
  before <- get_weights(model)
  expect_moving(model, moving_after(list(norm_data)))
  evaluate(model, norm_data + 5, norm_data[, 1], verbose = 0)
  test_on_batch(model, norm_data + 5, norm_data[, 1])
  shown <- predict(model, norm_data + 5)
  model(norm_data + 5)
  expect_identical(get_weights(model), before)
  by_hand <- sweep(sweep(norm_data + 5, 2, before[[3]]), 2, sqrt(before[[4]] + 0.001), "/")
  by_hand <- sweep(sweep(by_hand, 2, before[[1]], "*"), 2, before[[2]], "+")
  expect_equal(as.vector(shown), as.vector(by_hand %*% before[[5]]) + as.vector(before[[6]]), tolerance = 1e-5)
})

test_that("validation inside fit() uses the moving statistics and keeps them", {
  both <- lapply(1:2, function(i) {
    set.seed(3)
    model <- norm_model()
    compiled(model)
    validation <- if (i == 2) list(norm_data + 7, norm_data[, 1])
    history <- norm_fit(model, norm_data, batch_size = 2, epochs = 3, validation_data = validation)
    list(model = model, history = history)
  })
  expect_identical(get_weights(both[[1]]$model), get_weights(both[[2]]$model))
  last <- utils::tail(both[[2]]$history$metrics$val_loss, 1)
  expect_equal(last, as.numeric(evaluate(both[[2]]$model, norm_data + 7, norm_data[, 1], verbose = 0)),
               tolerance = 1e-6)
})

test_that("a layer called twice moves twice, in order", {
  a <- layer_input(2)
  b <- layer_input(2)
  norm <- layer_batch_normalization(momentum = 0.5, name = "norm")
  model <- keras_model(list(a, b), layer_concatenate(list(norm(a), norm(b))))
  compiled(model)
  y <- matrix(0, 5, 4)
  train_on_batch(model, list(norm_data, norm_data + 3), y)
  expect_moving(model, moving_after(list(norm_data, norm_data + 3)))
})

test_that("a step that fails moves nothing, a loss that is not finite does not undo the batch", {
  ids <- layer_input(1)
  x <- layer_input(2)
  out <- layer_concatenate(list(layer_flatten(layer_embedding(ids, 3, 2)),
                                layer_batch_normalization(x, name = "norm", momentum = 0.5)))
  model <- keras_model(list(ids, x), layer_dense(out, 1))
  compiled(model)
  before <- get_weights(model)
  expect_error(train_on_batch(model, list(c(0, 1, 9, 0, 0), norm_data), norm_data[, 1]),
               class = "tildenet_error")
  expect_identical(get_weights(model), before)
  bad <- norm_model()
  compile(bad, optimizer = "sgd", loss = function(y_true, y_pred) k_mean(k_log(y_pred * 0 - 1)))
  train_on_batch(bad, norm_data, norm_data[, 1])
  expect_moving(bad, moving_after(list(norm_data)))
  before <- get_weights(bad)
  expect_warning(history <- norm_fit(bad, norm_data, epochs = 3, callbacks = callback_terminate_on_naan()),
                 class = "tildenet_warning_diverged")
  expect_length(history$metrics$loss, 1)
})

test_that("early stopping brings back the moving statistics of the best epoch", {
  set.seed(1)
  model <- norm_model()
  compiled(model)
  seen <- list()
  note <- callback_lambda(on_epoch_end = function(epoch, logs) seen[[epoch + 1]] <<- get_weights(model))
  worse <- callback_lambda(on_epoch_begin = function(epoch, logs) {
    if (epoch > 1) set_weights(model, lapply(get_weights(model), function(w) w + 50))
  })
  history <- norm_fit(model, norm_data, epochs = 20, callbacks = list(
    worse, note, callback_early_stopping("loss", patience = 2, restore_best_weights = TRUE)))
  best <- which.min(history$metrics$loss)
  expect_lt(length(seen), 20)
  expect_identical(get_weights(model), seen[[best]])
  expect_false(identical(moving_of(model), utils::tail(seen, 1)[[1]][3:4]))
})

test_that("weights that a callback sets are where the moving statistics go on", {
  model <- norm_model()
  compiled(model)
  reset <- callback_lambda(on_epoch_begin = function(epoch, logs) {
    w <- get_weights(model)
    w[3:4] <- list(c(8, 8), c(2, 2))
    set_weights(model, w)
  })
  norm_fit(model, norm_data, epochs = 2, callbacks = list(reset))
  expect_moving(model, moving_after(list(norm_data), mean = 8, variance = 2))
})

# ---- frozen layers --------------------------------------------------------------------------------

test_that("a frozen layer uses and keeps its moving statistics after the next compile()", {
  model <- norm_model()
  compiled(model)
  norm_fit(model, norm_data)
  freeze_weights(get_layer(model, "norm"))
  norm_fit(model, norm_data) # not compiled again: goes on
  expect_moving(model, moving_after(list(norm_data, norm_data)))
  compiled(model)
  before <- get_weights(model)
  expected <- as.numeric(evaluate(model, norm_data, norm_data[, 1], verbose = 0))
  history <- norm_fit(model, norm_data)
  expect_equal(history$metrics$loss, expected, tolerance = 1e-6) # as in evaluate(): moving values
  expect_identical(get_weights(model)[1:4], before[1:4])
  expect_false(identical(get_weights(model)[5], before[5]))
  unfreeze_weights(get_layer(model, "norm"))
  norm_fit(model, norm_data)
  expect_identical(get_weights(model)[1:4], before[1:4])
  compiled(model)
  norm_fit(model, norm_data)
  expect_moving(model, moving_after(list(norm_data, norm_data, norm_data)))
})

test_that("layers frozen from the start, and models around them, are frozen for calls on data", {
  x <- matrix(c(1, 3, 10, 30), 2)
  layer <- layer_batch_normalization(trainable = FALSE, epsilon = 0)
  expect_equal(as.array(layer(x, training = TRUE)), x)
  expect_equal(get_weights(layer)[3:4], list(array(c(0, 0)), array(c(1, 1))))
  expect_length(get_weights(layer, trainable = TRUE), 0)
  layer$trainable <- TRUE
  expect_equal(as.array(layer(x, training = TRUE))[1, ], c(-1, -1), tolerance = 1e-6)
  inner <- keras_model_sequential(name = "inner") %>% layer_batch_normalization(input_shape = 2, name = "norm")
  outer <- keras_model_sequential() %>% inner %>% layer_dense(1)
  freeze_weights(inner)
  outer(x, training = TRUE)
  compiled(outer)
  norm_fit(outer, norm_data)
  expect_equal(moving_of(inner), list(array(c(0, 0)), array(c(1, 1))))
  unfreeze_weights(inner)
  outer(x, training = TRUE)
  expect_equal(moving_of(inner)[[1]], array(c(0.02, 0.2)), tolerance = 1e-6)
})

test_that("weights that train and weights that move are told apart", {
  k_clear_session()
  model <- norm_model()
  expect_equal(lengths(get_weights(model, trainable = TRUE)), c(2, 2, 2, 1))
  expect_equal(get_weights(model, trainable = FALSE), list(array(c(0, 0)), array(c(1, 1))))
  expect_identical(vapply(get_layer(model, "norm")$weights, function(p) p$name, ""),
                   paste0("norm/", c("gamma", "beta", "moving_mean", "moving_variance")))
  expect_equal(count_params(get_layer(model, "norm")), 8)
  expect_snapshot(summary(model, line_length = 70))
  freeze_weights(model)
  expect_length(model$trainable_weights, 0)
})

# ---- copies and files -----------------------------------------------------------------------------

test_that("models with moving statistics survive saveRDS() and go on as before", {
  set.seed(2)
  model <- norm_model()
  compiled(model)
  norm_fit(model, norm_data)
  path <- withr::local_tempfile(fileext = ".rds")
  saveRDS(model, path)
  copy <- readRDS(path)
  expect_identical(get_weights(copy), get_weights(model))
  expect_identical(predict(copy, norm_data), predict(model, norm_data))
  norm_fit(model, norm_data)
  norm_fit(copy, norm_data)
  expect_identical(get_weights(copy), get_weights(model))
})

test_that("clones have the same settings and fresh statistics", {
  model <- norm_model(epsilon = 0.5, center = FALSE)
  compiled(model)
  norm_fit(model, norm_data)
  copy <- clone_model(model)
  expect_equal(moving_of(copy), list(array(c(0, 0)), array(c(1, 1))))
  expect_identical(get_layer(copy, "norm")$get_config(), get_layer(model, "norm")$get_config())
  set_weights(copy, get_weights(model))
  expect_identical(predict(copy, norm_data), predict(model, norm_data))
  compiled(copy)
  norm_fit(copy, norm_data)
  expect_moving(copy, moving_after(list(norm_data, norm_data)))
})

test_that("moving statistics go through weights files, frozen or not", {
  for (suffix in c("", if (requireNamespace("hdf5r", quietly = TRUE)) ".h5")) {
    path <- withr::local_tempfile(fileext = suffix)
    model <- fill_weights(norm_model())
    model$save_weights(path)
    other <- norm_model()
    freeze_weights(other)
    other$load_weights(path)
    expect_identical(get_weights(other), get_weights(model))
  }
})

# ---- masks, sparse data ---------------------------------------------------------------------------

test_that("masks are passed on, and masked steps count", {
  x <- layer_input(shape = c(3, 2))
  for (make in list(layer_batch_normalization, layer_layer_normalization)) {
    expect_true(has_mask(make(layer_masking(x))))
    expect_false(has_mask(make(x)))
  }
  data <- array(c(0, 2, 4, 8, 1, 3), c(1, 3, 2))
  layer <- layer_batch_normalization(momentum = 0, name = "norm")
  model <- keras_model(x, layer(layer_masking(x, mask_value = 8)))
  model(data, training = TRUE)
  expect_equal(moving_of(model)[[1]], array(c(2, 4)))
})

test_that("sparse data reach a normalisation as a dense batch", {
  x <- Matrix::sparseMatrix(i = c(1, 3, 5), j = c(1, 2, 1), x = c(2, 4, 6), dims = c(5, 2))
  model <- norm_model()
  compiled(model)
  fit(model, x, as.matrix(x)[, 1], batch_size = 5, epochs = 1, verbose = 0)
  expect_moving(model, moving_after(list(as.matrix(x))))
  expect_identical(predict(model, x), predict(model, as.matrix(x)))
})

# ---- mistakes -------------------------------------------------------------------------------------

test_that("mistakes are named", {
  k_clear_session()
  x <- layer_input(shape = c(4, 3))
  open <- layer_input(shape = list(NULL, 3))
  expect_snapshot(error = TRUE, {
    layer_batch_normalization(x, axis = 3)
    layer_batch_normalization(x, axis = -3)
    layer_batch_normalization(x, axis = 0)
    layer_batch_normalization(x, axis = c(1, 2))
    layer_batch_normalization(x, axis = 1.5)
    layer_batch_normalization(open, axis = 1)
    layer_batch_normalization(x, momentum = 1.5)
    layer_batch_normalization(x, epsilon = -1)
    layer_batch_normalization(x, center = NA)
    layer_batch_normalization(x, gamma_regularizer = "l3")
    layer_batch_normalization(x, renorm = TRUE)
    layer_batch_normalization(x, renorm_clipping = list(rmax = 3))
    layer_batch_normalization(x, renorm_momentum = 0.9)
    layer_batch_normalization(x, virtual_batch_size = 2)
    layer_batch_normalization(x, adjustment = identity)
    layer_batch_normalization(x, fused = TRUE)
    layer_layer_normalization(x, axis = "last")
    layer_layer_normalization(x, axis = 4)
    layer_layer_normalization(x, axis = c(1, 1))
    layer_layer_normalization(x, axis = c(1, -2))
    layer_layer_normalization(open, axis = 1)
    layer_batch_normalization()(1:3)
  })
  expect_error(layer_batch_normalization(x, axis = 3), class = "tildenet_error_shape")
  expect_error(layer_batch_normalization(x, momentum = 2), class = "tildenet_error_argument")
  same <- layer_batch_normalization()
  same(x)
  expect_error(same(layer_input(shape = c(4, 5))), "there is one of \\(3,\\)", class = "tildenet_error_shape")
})
