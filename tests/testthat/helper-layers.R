# The gradients of all weights of a layer, as one step of gradient descent shows them, are differences of the
# loss: the mean of the outputs times random numbers. layer: function of a tensor; shape: of a sample.
expect_layer_gradients <- function(layer, shape, label = "layer") {
  set.seed(7)
  x <- array(stats::rnorm(5 * prod(shape)), c(5, shape))
  input <- layer_input(shape = shape)
  model <- keras_model(input, layer_flatten(layer(input)))
  up <- array(stats::rnorm(5 * ncol(predict(model, x))), c(5, ncol(predict(model, x))))
  compile(model, optimizer_sgd(1), function(y_true, y_pred) k_mean(y_true * y_pred, axis = -1))
  start <- lapply(get_weights(model), function(w) w + stats::rnorm(length(w)) / 5)
  set_weights(model, start)
  start <- get_weights(model)
  loss_at <- function(weights) {
    set_weights(model, weights)
    mean(up * predict(model, x))
  }
  slope <- function(k, i) {
    moved <- function(step) {
      weights <- start
      weights[[k]][i] <- weights[[k]][i] + step
      loss_at(weights)
    }
    (8 * (moved(0.02) - moved(-0.02)) - (moved(0.04) - moved(-0.04))) / (12 * 0.02)
  }
  set_weights(model, start)
  train_on_batch(model, x, up)
  after <- get_weights(model)
  for (k in seq_along(start)) {
    wanted <- vapply(seq_along(start[[k]]), function(i) slope(k, i), 0)
    testthat::expect_lt(max(abs(as.vector(start[[k]] - after[[k]]) - wanted)), 2e-3, label = paste(label, "weight", k))
    testthat::expect_gt(max(abs(wanted)), 0.02, label = paste(label, "slopes of weight", k))
  }
}
