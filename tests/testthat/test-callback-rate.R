rate_run <- function(values, callback, rate = 0.5) {
  model <- scale_model(optimizer_sgd(rate))
  set <- callback_lambda(on_epoch_begin = function(epoch, logs) {
    set_weights(model, list(matrix(sqrt(values[epoch + 1]))))
  })
  history <- quiet_fit(model, 0, 0, epochs = length(values), validation_data = list(1, 0),
                       callbacks = list(set, callback))
  list(lr = history$metrics$lr, after = as.numeric(model$optimizer$lr), history = history)
}

test_that("the rate is reduced on a plateau", {
  run <- rate_run(c(4, 3, 3, 3, 3), callback_reduce_lr_on_plateau(factor = 0.5, patience = 2))
  expect_equal(run$lr, c(0.5, 0.5, 0.5, 0.5, 0.25))
  expect_equal(run$after, 0.25)
  run <- rate_run(c(4, 4, 4, 4, 4), callback_reduce_lr_on_plateau(factor = 0.5, patience = 1, cooldown = 2))
  expect_equal(run$lr, c(0.5, 0.5, 0.25, 0.25, 0.125))
  run <- rate_run(rep(4, 4), callback_reduce_lr_on_plateau(factor = 0.1, patience = 1, min_lr = 0.2))
  expect_equal(run$after, 0.2)
  expect_output(rate_run(c(4, 4), callback_reduce_lr_on_plateau(patience = 1, verbose = 1)),
                "reducing the learning rate to 0.05")
})

test_that("a schedule sets the rate before each epoch", {
  halve <- callback_learning_rate_scheduler(function(epoch, lr) lr / 2)
  expect_equal(rate_run(c(1, 1, 1), halve)$lr, c(0.25, 0.125, 0.0625))
  by_epoch <- callback_learning_rate_scheduler(function(epoch) 1 / (1 + epoch))
  run <- rate_run(c(1, 1, 1), by_epoch)
  expect_equal(run$lr, 1 / 1:3)
  expect_equal(names(run$history$metrics), c("loss", "val_loss", "lr"))
})

test_that("the rate acts on the updates of its epoch", {
  model <- scale_model(optimizer_sgd(0))
  rates <- callback_learning_rate_scheduler(function(epoch, lr) c(0.25, 0)[epoch + 1])
  quiet_fit(model, 1, 0, epochs = 2, callbacks = rates)
  expect_equal(scale_weight(model), 0.5)
})

test_that("bad settings are refused", {
  expect_snapshot(error = TRUE, {
    callback_reduce_lr_on_plateau(factor = 1)
    callback_learning_rate_scheduler(0.1)
    rate_run(1, callback_learning_rate_scheduler(function(epoch) "slow"))
    rate_run(1, callback_reduce_lr_on_plateau(),
             learning_rate_schedule_exponential_decay(0.1, 1, 0.5))
  })
})
