# The works of rows T1 and T2: functions of no argument, each some tenths of a second of training or prediction, on
# made-up data of the rows whose names they bear; and how they are timed.
source("bench/common.R")
source("bench/data_rows.R")

dense_net <- function(inputs, units, loss, optimizer = "adam", last = "softmax") {
  model <- keras_model_sequential(input_shape = inputs)
  for (n in units[-length(units)]) model %>% layer_dense(n, activation = "relu")
  model %>% layer_dense(units[length(units)], activation = last) %>% compile(optimizer, loss, metrics = "accuracy")
}

training <- function(model, x, y, batch_size, epochs = 1) {
  function() fit(model, x, y, epochs = epochs, batch_size = batch_size, verbose = 0)
}

numbers <- function(...) array(stats::rnorm(prod(...)), c(...))
classes <- function(rows, n) to_categorical(sample.int(n, rows, replace = TRUE) - 1, n)

embeddings_dot <- function(users, items) {
  inputs <- list(layer_input(shape = 1), layer_input(shape = 1))
  factors <- Map(function(input, rows) {
    input %>% layer_embedding(rows, 50, embeddings_regularizer = regularizer_l2(1e-4)) %>% layer_flatten()
  }, inputs, c(users, items))
  keras_model(inputs, layer_dot(factors, axes = 1)) %>% compile("adam", "mse")
}

vgg16_convolutions <- function() {
  model <- keras_model_sequential(input_shape = c(224, 224, 3))
  for (block in list(c(64, 64), c(128, 128), rep(256, 3), rep(512, 3), rep(512, 3))) {
    for (filters in block) model %>% layer_conv_2d(filters, 3, padding = "same", activation = "relu")
    model %>% layer_max_pooling_2d(2)
  }
  model
}

works <- list(
  P1 = function() {
    training(dense_net(10000, c(16, 16, 1), "binary_crossentropy", "rmsprop", "sigmoid"),
             made_up_rows(15000, 10000, 157), rep(0:1, 7500), 512, 3)
  },
  P2 = function() training(dense_net(8, c(256, 256, 128, 17), "categorical_crossentropy"), numbers(1894, 8), classes(1894, 17), 32, 10),
  P3 = function() {
    training(embeddings_dot(671, 9066), list(sample.int(671, 80000, TRUE) - 1, sample.int(9066, 80000, TRUE) - 1),
             stats::runif(80000), 64)
  },
  P4 = function() {
    training(dense_net(1500, c(512, 64, 21), "categorical_crossentropy"), made_up_rows(8000, 1500, 45), classes(8000, 21), 64, 2)
  },
  P5 = function() {
    training(dense_net(25088, c(1024, 256, 20), "binary_crossentropy", "rmsprop", "sigmoid"), numbers(128, 25088), classes(128, 20), 64)
  },
  P7 = function() {
    model <- vgg16_convolutions()
    x <- array(stats::runif(2 * 224 * 224 * 3), c(2, 224, 224, 3))
    function() predict(model, x, verbose = 0)
  },
  P8 = function() {
    model <- keras_model_sequential(input_shape = c(80, 128)) %>% layer_lstm(units = 64) %>%
      layer_dense(1, activation = "sigmoid") %>% compile("adam", "binary_crossentropy")
    training(model, numbers(320, 80, 128), rep(0:1, 160), 32, 5)
  },
  "512-512" = function() {
    training(dense_net(100, c(512, 512, 1), "binary_crossentropy", "adam", "sigmoid"), numbers(10000, 100), rep(0:1, 5000), 128)
  })

# Seconds of f(): wall clock, and processor of all threads.
both_clocks <- function(f) {
  time <- system.time(f())
  c(wall = time[["elapsed"]], processor = time[["user.self"]] + time[["sys.self"]])
}

# Medians by threads (1, 2) and clock, in processes of one number of threads each, by turns: a pool that is ended and
# made anew at each turn is not the pool that users have. Attribute `runs`: of each number of threads, at least.
threads_by_turns <- function(name, seconds, turns = 3) {
  times <- replicate(turns, lapply(1:2, function(threads) {
    args <- c("bench/threads_once.R", name, threads, seconds / turns / 2)
    utils::read.table(text = system2("Rscript", args, stdout = TRUE), col.names = c("wall", "processor"))
  }), simplify = FALSE)
  runs <- lapply(1:2, function(threads) do.call(rbind, lapply(times, `[[`, threads)))
  middle <- t(vapply(runs, function(run) vapply(run, stats::median, 0), c(wall = 0, processor = 0)))
  structure(middle, runs = min(vapply(runs, nrow, 0L)))
}
