# Steps that an output masks: 3 of 4 and 2 of 4 count. The model gives each step its own number.
masked_ids <- rbind(c(1, 2, 3, 0), c(4, 0, 0, 5))

masked_model <- function(..., finish = NULL) {
  input <- layer_input(shape = 4)
  output <- layer_embedding(input, 6, 2, mask_zero = TRUE, weights = list(matrix(c(0:5, 10:15) / 10, 6)))
  model <- keras_model(input, if (is.null(finish)) output else finish(output))
  compile(model, optimizer_sgd(1), ...)
  model
}

# Values by sample, step and column; targets are 0, so that losses are functions of the values.
masked_values <- array(c(masked_ids / 10, (masked_ids + 10) / 10), c(2, 4, 2))
masked_zeros <- array(0, c(2, 4, 2))
counts <- masked_ids != 0
errors <- (masked_values[, , 1]^2 + masked_values[, , 2]^2) / 2

measured <- function(model, ..., y = masked_zeros) unlist(evaluate(model, masked_ids, y, verbose = 0, ...))

test_that("a loss is the mean over the steps that count, its gradient too", {
  model <- masked_model(loss = "mse")
  expect_equal(measured(model)[["loss"]], sum(errors * counts) / 5, tolerance = 1e-6)
  fit(model, masked_ids, masked_zeros, epochs = 1, verbose = 0)
  table <- matrix(c(0:5, 10:15) / 10, 6)
  table[-1, ] <- table[-1, ] * (1 - 1 / 5) # slope of each value v: v / 5, rows that count once
  expect_equal(get_weights(model)[[1]], table, tolerance = 1e-6)
})

test_that("sample weights, of samples or steps, go with the mask", {
  model <- masked_model(loss = "mse")
  by_sample <- c(3, 0.5)
  expect_equal(measured(model, sample_weight = by_sample)[["loss"]], sum(errors * counts * by_sample) / 5,
               tolerance = 1e-6)
  by_step <- matrix(1:8, 2)
  expect_equal(measured(model, sample_weight = by_step)[["loss"]], sum(errors * counts * by_step) / 5,
               tolerance = 1e-6)
})

test_that("the other reductions leave masked steps out", {
  sum_of <- measured(masked_model(loss = loss_mean_squared_error(reduction = "sum")))[["loss"]]
  expect_equal(sum_of, sum(errors * counts), tolerance = 1e-6)
})

test_that("losses of one's own are masked by step; those of samples or one number are not", {
  by_step <- function(y_true, y_pred) k_mean(k_square(y_pred - y_true), axis = -1)
  expect_equal(measured(masked_model(loss = by_step))[["loss"]], sum(errors * counts) / 5, tolerance = 1e-6)
  by_value <- function(y_true, y_pred) k_square(y_pred - y_true)
  expect_equal(measured(masked_model(loss = by_value))[["loss"]], sum(errors * counts) / 5, tolerance = 1e-6)
  by_sample <- function(y_true, y_pred) k_mean(k_square(y_pred - y_true), axis = c(2, 3))
  expect_equal(measured(masked_model(loss = by_sample))[["loss"]], mean(errors), tolerance = 1e-6)
  number <- function(y_true, y_pred) k_mean(k_square(y_pred - y_true))
  expect_equal(measured(masked_model(loss = number))[["loss"]], mean(errors), tolerance = 1e-6)
})

test_that("metrics are means over the steps that count", {
  own <- custom_metric("own", function(y_true, y_pred) k_mean(k_square(y_pred - y_true), axis = -1))
  model <- masked_model(loss = "mae", metrics = list("mse", own, metric_true_positives(thresholds = 0.45)),
                        weighted_metrics = list(custom_metric("weighted", own), "mape"))
  weights <- c(3, 0.5)
  y <- masked_zeros + 1
  seen <- measured(model, sample_weight = weights, y = y)
  squares <- ((masked_values[, , 1] - 1)^2 + (masked_values[, , 2] - 1)^2) / 2
  shares <- 100 * (abs(masked_values[, , 1] - 1) + abs(masked_values[, , 2] - 1)) / 2
  expect_equal(seen[["mse"]], sum(squares * counts) / 5, tolerance = 1e-6)
  expect_equal(seen[["own"]], sum(squares * counts) / 5, tolerance = 1e-6)
  expect_equal(seen[[4]], 5 + 1) # all second columns, and the 0.5
  mixed <- counts * weights
  expect_equal(seen[["weighted"]], sum(squares * mixed) / sum(mixed), tolerance = 1e-6)
  expect_equal(seen[["mape"]], sum(shares * mixed) / sum(mixed), tolerance = 1e-5)
})

test_that("metrics take one weight for each step", {
  model <- masked_model(loss = "mse", weighted_metrics = list("mae"),
                        finish = function(t) layer_lambda(t, function(x) x * 1)) # no mask
  expect_equal(measured(model)[["loss"]], mean(errors), tolerance = 1e-6)
  w <- matrix(1:8, 2)
  sizes <- (masked_values[, , 1] + masked_values[, , 2]) / 2
  expect_equal(measured(model, sample_weight = w)[["mae"]], sum(sizes * w) / sum(w), tolerance = 1e-6)
  of_samples <- custom_metric("samples", function(y_true, y_pred) k_mean(y_pred, axis = c(2, 3)))
  model <- masked_model(loss = "mse", weighted_metrics = list(of_samples),
                        finish = function(t) layer_lambda(t, function(x) x * 1))
  expect_snapshot(error = TRUE, measured(model, sample_weight = w))
})

test_that("batches count by their samples, a batch without a step that counts gives 0", {
  model <- masked_model(loss = "mse", metrics = "mae")
  ids <- rbind(masked_ids, 0, 0)
  y <- array(0, c(4, 4, 2))
  seen <- unlist(evaluate(model, ids, y, batch_size = 2, verbose = 0))
  expect_equal(seen[["loss"]], sum(errors * counts) / 5 / 2, tolerance = 1e-6)
  sizes <- (masked_values[, , 1] + masked_values[, , 2]) / 2
  expect_equal(seen[["mae"]], sum(sizes * counts) / 5, tolerance = 1e-6)
})

test_that("masks reach the loss through recurrent layers and wrappers, not past them", {
  set.seed(1)
  ids <- rbind(c(1, 2, 0), c(3, 0, 0))
  y <- rbind(c(1, 0, 1), c(0, 1, 1))
  model <- keras_model_sequential() %>% layer_embedding(4, 3, mask_zero = TRUE, input_length = 3) %>%
    bidirectional(layer_lstm(units = 2, return_sequences = TRUE)) %>%
    time_distributed(layer_dense(units = 1, activation = "sigmoid"))
  compile(model, "adam", "binary_crossentropy", metrics = "accuracy")
  p <- predict(model, ids)[, , 1]
  losses <- -(y * log(p) + (1 - y) * log(1 - p))
  seen <- unlist(evaluate(model, ids, array(y, c(2, 3, 1)), verbose = 0))
  expect_equal(seen[["loss"]], sum(losses[ids > 0]) / 3, tolerance = 1e-5)
  expect_equal(seen[["accuracy"]], mean((p > 0.5)[ids > 0] == (y > 0.5)[ids > 0]), tolerance = 1e-6)
  flat <- keras_model_sequential() %>% layer_embedding(4, 3, mask_zero = TRUE, input_length = 3) %>%
    layer_gru(units = 2)
  compile(flat, "adam", "mse")
  z <- matrix(0, 2, 2)
  expect_equal(evaluate(flat, ids, z, verbose = 0)[["loss"]], mean(predict(flat, ids)^2), tolerance = 1e-6)
})

test_that("outputs of an unknown number of steps take targets and weights of any", {
  set.seed(2)
  input <- layer_input(shape = list(NULL, 3))
  model <- keras_model(input, layer_gru(input, units = 2, return_sequences = TRUE))
  compile(model, "sgd", "mse", weighted_metrics = "mae")
  for (steps in c(4, 6)) {
    x <- array(stats::rnorm(2 * steps * 3), c(2, steps, 3))
    p <- predict(model, x)
    w <- matrix(seq_len(2 * steps), 2)
    seen <- unlist(evaluate(model, x, p * 0, sample_weight = w, verbose = 0))
    expect_equal(seen[["loss"]], mean(w * (p[, , 1]^2 + p[, , 2]^2) / 2), tolerance = 1e-6)
    expect_equal(seen[["mae"]], sum(w * (abs(p[, , 1]) + abs(p[, , 2])) / 2) / sum(w), tolerance = 1e-6)
  }
  sparse <- keras_model(input, time_distributed(input, layer_dense(units = 4, activation = "softmax")))
  compile(sparse, "sgd", "sparse_categorical_crossentropy")
  fit(sparse, x, matrix(rep(0:3, 3), 2), epochs = 1, verbose = 0)
  expect_error(fit(sparse, x, matrix(0, 2, 5), epochs = 1, verbose = 0), class = "tildenet_error_shape")
})
