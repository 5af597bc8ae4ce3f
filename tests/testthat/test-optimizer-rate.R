test_that("the rate is a number that knows its optimizer", {
  optimizer <- optimizer_sgd(0.1)
  rate <- optimizer$lr
  expect_equal(rate * 2, 0.2)
  expect_equal(-rate, -0.1)
  expect_equal(sqrt(rate), sqrt(0.1))
  expect_true(rate < 0.2)
  expect_equal(paste(rate), "0.1")
  expect_equal(format(rate), "0.1")
  expect_output(print(rate), "0.1")
  k_set_value(rate, 0.3)
  expect_equal(k_get_value(optimizer$lr), 0.3)
  optimizer$lr <- optimizer$lr / 3
  expect_equal(as.numeric(optimizer$lr), 0.1)
})

test_that("the rate acts on the next fit", {
  model <- scale_model(optimizer_sgd(0))
  quiet_fit(model, 1, 0, epochs = 1)
  expect_equal(scale_weight(model), 1)
  model$optimizer$lr <- 0.25
  quiet_fit(model, 1, 0, epochs = 1)
  expect_equal(scale_weight(model), 0.5)
  k_set_value(model$optimizer$lr, 0.125)
  quiet_fit(model, 1, 0, epochs = 1)
  expect_equal(scale_weight(model), 0.375)
})

test_that("a schedule gives the rate of the last update", {
  schedule <- learning_rate_schedule_exponential_decay(1, decay_steps = 2, decay_rate = 0.25)
  expect_equal(schedule_rate(schedule, 1), 0.5)
  model <- scale_model(optimizer_sgd(learning_rate_schedule_exponential_decay(0.1, 1, 0.5)))
  expect_equal(as.numeric(model$optimizer$lr), 0.1)
  quiet_fit(model, 1, 0, epochs = 3)
  expect_equal(as.numeric(model$optimizer$lr), 0.025)
  expect_output(print(model$optimizer), "exponential decay")
})

test_that("decay follows the updates", {
  model <- scale_model(optimizer_sgd(0.25, decay = 1))
  quiet_fit(model, 1, 0, epochs = 1)
  expect_equal(scale_weight(model), 0.5)
  quiet_fit(model, 1, 0, epochs = 1)
  expect_equal(scale_weight(model), 0.5 - 0.125 * 2 * 0.5)
})
