test_that("a saved model goes on as if nothing had happened", {
  data <- small_data()
  run <- function(between) {
    model <- small_model(dropout = 0.3, optimizer = optimizer_nadam(0.01))
    quiet_fit(model, data$x, data$y, epochs = 3, batch_size = 16)
    model <- between(model)
    quiet_fit(model, data$x, data$y, epochs = 2, batch_size = 16)
    get_weights(model)
  }
  path <- withr::local_tempfile(fileext = ".rds")
  through_file <- function(model) {
    saveRDS(model, path)
    readRDS(path)
  }
  expect_identical(run(through_file), run(identity))
})

test_that("files hold weights and moments once", {
  model <- keras_model_sequential() %>% layer_dense(100, input_shape = 500)
  compile(model, "adam", "mse")
  quiet_fit(model, matrix(stats::rnorm(5000), 10), matrix(0, 10, 100), epochs = 1)
  predict(model, matrix(0, 1, 500))
  size <- length(serialize(model, NULL))
  expect_lt(size, 4 * 3 * 50100 * 1.1 + 20000)
})

test_that("updates by fit() and by single batches are the same", {
  data <- small_data()
  by_fit <- small_model(dropout = 0.3)
  quiet_fit(by_fit, data$x, data$y, epochs = 1, batch_size = 10, shuffle = FALSE)
  by_batch <- small_model(dropout = 0.3)
  for (i in 1:4) {
    rows <- 10 * (i - 1) + 1:10
    train_on_batch(by_batch, data$x[rows, ], data$y[rows])
  }
  expect_identical(get_weights(by_batch), get_weights(by_fit))
})

test_that("the state survives a change of graph", {
  data <- small_data()
  run <- function(weight) {
    model <- small_model()
    quiet_fit(model, data$x, data$y, epochs = 1, shuffle = FALSE)
    quiet_fit(model, data$x, data$y, epochs = 1, shuffle = FALSE, sample_weight = weight)
    get_weights(model)
  }
  expect_equal(run(rep(1, 40)), run(NULL), tolerance = 1e-6)
})
