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

test_that("generators of predictions give inputs alone or with targets and weights, for several inputs too", {
  a <- layer_input(shape = 1, name = "a")
  b <- layer_input(shape = 1, name = "b")
  model <- keras_model(list(a, b), layer_subtract(list(a, b)))
  x <- list(c(5, 7), c(1, 2))
  named <- list(b = c(1, 2), a = c(5, 7))
  batches <- list(
    list(x, c(0, 0)), list(x), list(x, c(0, 0), c(1, 1)), x, named, list(named, c(0, 0)),
    list(data.frame(b = c(1, 2), a = c(5, 7)), c(0, 0)))
  for (batch in batches) {
    expect_equal(predict(model, function() batch, steps = 2, verbose = 0), matrix(rep(c(4, 5), 2)))
    expect_equal(predict_generator(model, function() batch, steps = 1), matrix(c(4, 5)))
  }
  compile(model, "sgd", "mse")
  expect_equal(as.numeric(evaluate_generator(model, function() batches[[1]], steps = 1)), 20.5)
  one <- scale_model()
  for (batch in list(list(1:2, c(0, 0)), list(1:2), 1:2, list(list(1:2), c(0, 0)))) {
    expect_equal(predict(one, function() batch, steps = 1, verbose = 0), matrix(1:2))
  }
  expect_error(predict(model, function() list(1, 2, 3), steps = 1), class = "tildenet_error_argument")
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

test_that("metrics count over the whole stream", {
  data <- small_data()
  model <- small_model(metrics = list(metric_auc(), metric_precision(), metric_root_mean_squared_error()))
  at <- 0
  batches <- function() {
    rows <- at %% 40 + 1:10
    at <<- at + 10
    list(data$x[rows, ], data$y[rows])
  }
  expect_equal(evaluate(model, batches, steps = 4, verbose = 0),
               evaluate(model, data$x, data$y, batch_size = 10, verbose = 0))
})

test_that("batches with and without weights make one mean", {
  turn <- 0
  mixed <- function() {
    turn <<- turn + 1
    c(list(c(1, 2), c(0, 0)), if (turn %% 2 == 0) list(c(2, 0)))
  }
  model <- scale_model(optimizer_sgd(0))
  expect_equal(as.numeric(evaluate(model, mixed, steps = 2, verbose = 0)), (2.5 + 1) / 2)
  expect_equal(quiet_fit(model, mixed, steps_per_epoch = 2, epochs = 1)$metrics$loss, (2.5 + 1) / 2)
})

test_that("rows of a table that wait for updates get them", {
  table_model <- function() {
    k_clear_session()
    model <- keras_model_sequential() %>%
      layer_embedding(6, 2, input_length = 1, embeddings_initializer = "ones") %>% layer_flatten()
    compile(model, optimizer_adam(0.1), "mse")
    model
  }
  set.seed(5)
  ids <- sample(0:5, 12, TRUE)
  at <- 0
  batches <- function() {
    rows <- at %% 12 + 1:2
    at <<- at + 2
    list(matrix(ids[rows]), matrix(0, 2, 2))
  }
  by_generator <- table_model()
  quiet_fit(by_generator, batches, steps_per_epoch = 6, epochs = 2)
  by_array <- table_model()
  quiet_fit(by_array, matrix(ids), matrix(0, 12, 2), batch_size = 2, epochs = 2, shuffle = FALSE)
  expect_equal(get_weights(by_generator), get_weights(by_array), tolerance = 1e-6)
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

test_that("a batch is forgotten before the next one is made", {
  alive <- 0
  seen <- NULL
  batches <- function() {
    gc()
    seen <<- c(seen, alive)
    tag <- new.env()
    reg.finalizer(tag, function(e) alive <<- alive - 1)
    alive <<- alive + 1
    list(structure(c(1, 2), tag = tag), c(0, 0))
  }
  model <- scale_model()
  quiet_fit(model, batches, steps_per_epoch = 2, epochs = 2)
  evaluate(model, batches, steps = 2, verbose = 0)
  predict(model, batches, steps = 2, verbose = 0)
  expect_identical(seen, numeric(8))
})

test_that("passes over large batches give their memory back", {
  skip_on_cran()
  skip_if_not(file.exists("/proc/self/status"))
  x <- matrix(0.5, 1000, 1000) # 8 MB, 4 MB in the engine
  grown <- called_fresh(x, function(x) {
    peak <- function() as.numeric(gsub("[^0-9]", "", grep("^VmHWM", readLines("/proc/self/status"), value = TRUE)))
    library(tildenet)
    model <- keras_model_sequential() %>% layer_dense(1, input_shape = 1000)
    compile(model, "sgd", "mse")
    batches <- function() list(x, numeric(1000))
    run <- function(n) {
      fit(model, batches, steps_per_epoch = n, epochs = 1, verbose = 0)
      evaluate(model, batches, steps = n, verbose = 0)
      predict(model, batches, steps = n, verbose = 0)
      for (i in seq_len(n)) evaluate(model, x, numeric(1000), verbose = 0)
      for (i in seq_len(n)) fit(model, x, numeric(1000), epochs = 1, batch_size = 1000, verbose = 0)
    }
    run(1)
    before <- peak()
    run(8)
    (peak() - before) / 1024
  })
  expect_lt(grown, 16) # MB; of 40 passes
})
