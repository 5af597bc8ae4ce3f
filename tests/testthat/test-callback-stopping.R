# Feeds a series of values to a callback through the validation loss and returns the run.
series_run <- function(values, ..., monitor = "val_loss") {
  model <- scale_model(optimizer_sgd(0))
  set <- callback_lambda(on_epoch_begin = function(epoch, logs) {
    set_weights(model, list(matrix(sqrt(values[epoch + 1]))))
  })
  history <- quiet_fit(model, 0, 0, epochs = length(values), validation_data = list(1, 0),
                       callbacks = c(set, list(...)))
  list(model = model, history = history, epochs = length(history$metrics$loss))
}

test_that("early stopping waits for patience epochs", {
  expect_equal(series_run(c(4, 3, 3, 2), callback_early_stopping())$epochs, 3)
  expect_equal(series_run(c(4, 3, 3, 2, 5, 5, 5), callback_early_stopping(patience = 2))$epochs, 6)
  expect_equal(series_run(c(4, 3.9, 3.8), callback_early_stopping(min_delta = 0.5))$epochs, 2)
  expect_equal(series_run(c(4, 5, 6, 7), callback_early_stopping(mode = "max"))$epochs, 4)
})

test_that("it is not stopped in the first epoch and knows where it stopped", {
  early <- callback_early_stopping(baseline = 1)
  run <- series_run(c(4, 3, 2, 1.5), early)
  expect_equal(run$epochs, 4)
  early <- callback_early_stopping(verbose = 1)
  expect_output(series_run(c(4, 4, 4), early), "Epoch 2: early stopping")
  expect_equal(early$stopped_epoch, 1)
})

test_that("the best weights come back only after a stop", {
  stopped <- series_run(c(4, 1, 9, 9), callback_early_stopping(patience = 2, restore_best_weights = TRUE))
  expect_equal(scale_weight(stopped$model), 1)
  ran <- series_run(c(4, 1, 9), callback_early_stopping(patience = 2, restore_best_weights = TRUE))
  expect_equal(scale_weight(ran$model), 3)
})

test_that("a monitor that is not there warns and does nothing", {
  expect_snapshot(run <- series_run(c(4, 4), callback_early_stopping(monitor = "val_acc")))
  expect_equal(run$epochs, 2)
})

test_that("a loss that is not finite ends training", {
  model <- scale_model(optimizer_sgd(1e30))
  expect_output(
    expect_warning(history <- quiet_fit(model, rep(1, 4), rep(0, 4), batch_size = 1, epochs = 3,
                                        callbacks = callback_terminate_on_naan()),
                   class = "tildenet_warning_diverged"),
    "invalid loss"
  )
  expect_length(history$metrics$loss, 1)
  model <- scale_model(optimizer_sgd(1e30))
  expect_warning(history <- quiet_fit(model, rep(1, 4), rep(0, 4), batch_size = 1, epochs = 3),
                 class = "tildenet_warning_diverged")
  expect_length(history$metrics$loss, 3)
})

test_that("bad settings are refused", {
  expect_snapshot(error = TRUE, {
    callback_early_stopping(patience = -1)
    callback_early_stopping(mode = "maximum")
    callback_early_stopping(monitor = 1)
  })
})
