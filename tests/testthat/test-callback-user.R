test_that("a lambda hears of everything in order", {
  events <- character()
  note <- function(name) function(...) events <<- c(events, name)
  names <- names(formals(callback_lambda))
  all <- do.call(callback_lambda, lapply(stats::setNames(nm = names), note))
  model <- scale_model()
  quiet_fit(model, 1:2, 1:2, batch_size = 1, epochs = 1, validation_data = list(1, 1), callbacks = all)
  batch <- c("on_train_batch_begin", "on_batch_begin", "on_train_batch_end", "on_batch_end")
  expect_equal(events, c("on_train_begin", "on_epoch_begin", batch, batch, "on_test_begin",
                         "on_test_batch_begin", "on_test_batch_end", "on_test_end", "on_epoch_end",
                         "on_train_end"))
  events <- character()
  predict(model, 1, callbacks = all)
  expect_equal(events, c("on_predict_begin", "on_predict_batch_begin", "on_predict_batch_end",
                         "on_predict_end"))
  events <- character()
  evaluate(model, 1, 1, callbacks = all, verbose = 0)
  expect_equal(events[c(1, 4)], c("on_test_begin", "on_test_end"))
})

test_that("logs hold the measures", {
  seen <- list()
  note <- callback_lambda(
    on_batch_end = function(batch, logs) seen$batches <<- c(seen$batches, batch),
    on_epoch_end = function(epoch, logs) seen$logs <<- logs,
    on_epoch_begin = function(epoch) seen$epoch <<- c(seen$epoch, epoch)
  )
  model <- scale_model(optimizer_sgd(0), metrics = "mae")
  quiet_fit(model, 1:4, rep(0, 4), batch_size = 2, epochs = 2, validation_data = list(2, 0), callbacks = note)
  expect_equal(seen$batches, c(0, 1, 0, 1))
  expect_equal(seen$epoch, c(0, 1))
  expect_equal(seen$logs, list(loss = 7.5, mae = 2.5, val_loss = 4, val_mae = 2))
})

test_that("classes that inherit from KerasCallback work", {
  Stopper <- R6::R6Class("Stopper", inherit = KerasCallback, public = list(
    losses = NULL,
    on_batch_end = function(batch, logs = list()) self$losses <- c(self$losses, logs$loss),
    on_epoch_end = function(epoch, logs = list()) {
      if (epoch == 1) self$model$stop_training <- TRUE
    }
  ))
  stopper <- Stopper$new()
  model <- scale_model(optimizer_sgd(0))
  history <- quiet_fit(model, 1:2, c(0, 0), batch_size = 1, epochs = 5, callbacks = list(stopper),
                       shuffle = FALSE)
  expect_length(history$metrics$loss, 2)
  expect_equal(stopper$losses, c(1, 2.5, 1, 2.5))
  expect_equal(stopper$params$epochs, 5)
  expect_true(model$stop_training)
})

test_that("methods nobody wrote do not slow the engine down", {
  expect_false(callback_has(callback_runner(list(KerasCallback$new()), NULL, list()),
                            batch_event_names("train")))
  expect_null(callback_hook(KerasCallback$new(), "on_epoch_end"))
})

test_that("an error in a callback leaves the last whole step", {
  model <- scale_model(optimizer_sgd(0.25))
  fail <- callback_lambda(on_batch_end = function(batch, logs) if (batch == 1) rlang::abort("mine"))
  expect_error(quiet_fit(model, rep(1, 4), rep(0, 4), batch_size = 1, callbacks = fail), "mine")
  expect_equal(scale_weight(model), 0.25)
  expect_equal(self_of(model)$training$step, 2)
  quiet_fit(model, 1, 0, epochs = 1)
  expect_equal(scale_weight(model), 0.125)
})

test_that("things that are no callbacks are refused", {
  expect_snapshot(error = TRUE, {
    callback_lambda(on_epoch_end = 3)
    quiet_fit(scale_model(), 1, 1, callbacks = "early_stopping")
    quiet_fit(scale_model(), 1, 1, callbacks = list(KerasCallback))
  })
})

test_that("TensorBoard is accepted", {
  callback <- suppressMessages(callback_tensorboard("logs"))
  expect_no_error(quiet_fit(scale_model(), 1, 1, epochs = 1, callbacks = callback))
})
