test_that("22.1: without a number of epochs there are about 3,000 updates", {
  epochs <- function(n, ...) kms_epochs(n, kms_control_of(...))
  expect_identical(epochs(2349), ceiling(3000 / ceiling(1879 / 32)))
  expect_identical(epochs(10), 500)
  expect_identical(epochs(1e6), 15)
  expect_identical(epochs(100, Nepochs = 7), 7)
  expect_identical(epochs(1000, batch_size = 100, validation_split = 0), 300)
})

test_that("optimizers are found by name, function and object", {
  make <- function(optimizer, args = list()) kms_optimizer(optimizer, args, NULL)
  rate <- function(...) as.numeric(make(...)$learning_rate)
  expect_equal(rate("optimizer_adam"), 0.001)
  expect_equal(rate("Adam", list(learning_rate = 0.1)), 0.1)
  expect_equal(rate(optimizer_sgd, list(0.5)), 0.5)
  made <- optimizer_adam(0.2)
  expect_identical(make(made), made)
  expect_snapshot(error = TRUE, {
    make("optimizer_best")
    make(made, list(learning_rate = 1))
    make("adam", 3)
  })
})
