# Tests of "Divergence is caught and told", for models of the pipe language.

# A rate at which the only weight of y = w x grows without bound.
runaway <- function(epochs = 200, ...) {
  model <- scale_model(optimizer_sgd(1e3))
  list(model = model, run = function() fit(model, 1:4, 1:4 / 2, epochs = epochs, shuffle = FALSE, verbose = 0, ...))
}

test_that("divergence is caught and told: the last finite weights come back", {
  case <- runaway()
  expect_warning(history <- case$run(), "diverged.*not finite from epoch [0-9]+ on.*weights of the end of epoch",
                 class = "tildenet_warning_diverged")
  losses <- history$metrics$loss
  first <- which(!is.finite(losses))[1]
  expect_length(losses, 200)
  weight <- scale_weight(case$model)
  expect_true(is.finite(weight))
  again <- runaway(epochs = first - 1)
  again$run()
  before <- scale_weight(again$model)
  if (is.finite(before)) expect_identical(weight, before)
  set_weights(case$model, list(matrix(1)))
  case$model$optimizer$lr <- 0.01
  expect_no_warning(calm <- quiet_fit(case$model, 1:4, 1:4 / 2, epochs = 2))
  expect_true(all(is.finite(calm$metrics$loss)))
})

test_that("the warning has the rate, what to try, and the epochs as fields", {
  case <- runaway()
  caught <- tryCatch(case$run(), tildenet_warning_diverged = identity)
  expect_match(conditionMessage(caught), "The learning rate was 1000: try a tenth", fixed = TRUE)
  expect_lt(caught$kept, 200)
})

test_that("a loss that was never finite gives the first weights back", {
  model <- scale_model(loss = function(y_true, y_pred) k_log(y_pred * 0) * y_true)
  before <- get_weights(model)
  expect_warning(quiet_fit(model, 1:4, 1:4, epochs = 2), "weights of the start", class = "tildenet_warning_diverged")
  expect_identical(get_weights(model), before)
})

test_that("weights that a callback brought back stay, and a loss that is finite again is no divergence", {
  case <- runaway(validation_data = list(1:4, 1:4 / 2),
                  callbacks = callback_early_stopping(patience = 1, restore_best_weights = TRUE))
  expect_no_warning(history <- case$run())
  expect_lt(length(history$metrics$loss), 200)
  expect_no_warning(quiet_fit(scale_model(), 1:4, 1:4, epochs = 3))
})

test_that("weights that the last update of all made infinite are told, and not kept", {
  for (epochs in c(1, 3)) {
    model <- scale_model(optimizer_sgd(3e38))
    before <- get_weights(model)
    expect_warning(history <- quiet_fit(model, 1:4, 1:4 / 2, epochs = epochs),
                   "weights are not finite from epoch 1 on.*weights of the start", class = "tildenet_warning_diverged")
    expect_true(is.finite(history$metrics$loss[1]))
    expect_identical(get_weights(model), before)
  }
})
