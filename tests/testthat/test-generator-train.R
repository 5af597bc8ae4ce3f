# Gives rows 1, 2, 3 ... in batches of two.
counting <- function(weights = NULL) {
  i <- 0
  function() {
    i <<- i + 2
    c(list(c(i - 1, i), c(0, 0)), weights)
  }
}

test_that("a generator trains like the data it gives", {
  model <- scale_model(optimizer_sgd(0), metrics = "mae")
  history <- quiet_fit(model, counting(), steps_per_epoch = 3, epochs = 2)
  expect_equal(history$metrics$loss, c(mean((1:6)^2), mean((7:12)^2)), tolerance = 1e-6)
  expect_equal(history$metrics$mae, c(3.5, 9.5))
  expect_equal(history$params$steps, 3)
  expect_output(print(history), "Trained on 3 batches an epoch")
  expect_equal(quiet_fit(model, counting(list(c(2, 0))), steps_per_epoch = 1, epochs = 1)$metrics$loss, 1)
})

test_that("generators validate, test and predict", {
  model <- scale_model(optimizer_sgd(0))
  history <- quiet_fit(model, 1, 0, epochs = 1, validation_data = counting(), validation_steps = 2)
  expect_equal(history$metrics$val_loss, mean((1:4)^2))
  expect_equal(as.numeric(evaluate(model, counting(), steps = 2, verbose = 0)), mean((1:4)^2))
  expect_equal(predict(model, counting(), steps = 2), matrix(1:4))
  expect_equal(predict(model, function() c(5, 6), steps = 1), matrix(5:6))
})

test_that("the old names do the same", {
  model <- scale_model(optimizer_sgd(0))
  history <- fit_generator(model, counting(), steps_per_epoch = 2, epochs = 1, verbose = 0,
                           validation_data = list(1, 0))
  expect_equal(unlist(unclass(history$metrics)), c(loss = 7.5, val_loss = 1))
  expect_equal(as.numeric(evaluate_generator(model, counting(), 1)), 2.5)
  expect_equal(predict_generator(model, counting(), 1), matrix(1:2))
})

test_that("callbacks hear of every batch", {
  model <- scale_model(optimizer_sgd(0))
  batches <- NULL
  note <- callback_lambda(on_batch_end = function(batch, logs) batches <<- c(batches, batch))
  quiet_fit(model, counting(), steps_per_epoch = 3, epochs = 1, callbacks = note)
  expect_equal(batches, 0:2)
})

test_that("wrong generators are refused", {
  model <- scale_model()
  ends <- function() NULL
  expect_snapshot(error = TRUE, {
    fit(model, counting())
    fit(model, counting(), steps_per_epoch = 1, validation_split = 0.5)
    fit(model, function() 1:3, steps_per_epoch = 1)
    fit(model, ends, steps_per_epoch = 2)
    fit(model, counting(), y = 1, steps_per_epoch = 1)
    evaluate(model, counting())
    fit(model, 1, 1, validation_data = counting())
    predict(model, counting())
  })
})
