test_that("callbacks come alone, in lists, and with nothing among them", {
  early <- callback_early_stopping()
  expect_length(callback_list(NULL), 0)
  expect_length(callback_list(early), 1)
  expect_length(callback_list(c(early, callback_terminate_on_naan())), 2)
  expect_length(callback_list(list(early, NULL, KerasCallback$new())), 2)
})

test_that("log entries of one callback reach the next and the history", {
  extra <- new_callback("extra", list(), list(on_epoch_end = function(self, epoch, logs) add_logs(own = epoch)))
  seen <- NULL
  note <- callback_lambda(on_epoch_end = function(epoch, logs) seen <<- logs$own)
  history <- quiet_fit(scale_model(), 1, 0, epochs = 2, callbacks = list(extra, note))
  expect_equal(seen, 1)
  expect_equal(history$metrics$own, c(0, 1))
})

test_that("callbacks let go of the model", {
  early <- callback_early_stopping(monitor = "loss")
  quiet_fit(scale_model(), 1, 0, epochs = 1, callbacks = early)
  expect_null(self_of(early)$model)
})
