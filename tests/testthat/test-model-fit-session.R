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

# A model with rows that wait, noise and a shuffle, trained once or twice.
started_model <- function(optimizer) {
  k_clear_session()
  set.seed(3)
  model <- keras_model_sequential() %>% layer_embedding(30, 9, input_length = 2) %>% layer_flatten() %>%
    layer_dropout(0.2) %>% layer_dense(1)
  compile(model, optimizer, "mse")
  model
}
started_x <- matrix(0:29, 15)
started_y <- seq_len(15) / 15

train_started <- function(model, epochs = 2, ...) {
  quiet_fit(model, started_x, started_y, batch_size = 4, epochs = epochs, ...)
}

test_that("a fit that finds no memory for its start is one that never was, with every optimizer", {
  for (kind in names(optimizer_kinds)) {
    optimizer <- function() get(paste0("optimizer_", kind))(0.05)
    expected <- started_model(optimizer())
    train_started(expected)
    model <- started_model(optimizer())
    n <- each_allocation(function() train_started(model), by = if (kind == "adagrad") 1 else 7, function(n) {
      expect_equal(self_of(model)$training$step, 0)
      expect_identical(get_weights(model), get_weights(started_model(optimizer())))
    })
    expect_gt(n, 10)
    expect_identical(get_weights(model), get_weights(expected), info = kind)
    expect_identical(self_of(model)$training$state, self_of(expected)$training$state, info = kind)
  }
})

test_that("another optimizer whose start fails leaves that of before", {
  run <- function(fault) {
    model <- started_model(optimizer_adam(0.05))
    train_started(model)
    adam <- model$optimizer
    if (fault) {
      withr::local_envvar(TILDENET_FAULTS = "1")
      for (n in c(0:3, 10)) {
        model$optimizer <- optimizer_sgd(0.1, weight_decay = 0.1)
        engine_fail_allocations(n)
        expect_error(train_started(model, sample_weight = rep(1, 15)), class = "tildenet_error_alloc")
        engine_fail_allocations(-1)
        model$optimizer <- adam
      }
    }
    train_started(model)
    get_weights(model)
  }
  expect_identical(run(TRUE), run(FALSE))
})

test_that("an error in a callback before the first update is undone, later ones leave the last step", {
  events <- c("on_train_begin", "on_epoch_begin", "on_train_batch_begin", "on_batch_begin", "on_train_batch_end",
              "on_batch_end", "on_epoch_end", "on_train_end")
  slower <- function() callback_learning_rate_scheduler(function(epoch, lr) lr / 2)
  expected <- started_model(optimizer_adagrad(0.05))
  train_started(expected, callbacks = slower())
  for (event in events) {
    model <- started_model(optimizer_adagrad(0.05))
    fail <- do.call(callback_lambda, stats::setNames(list(function(...) stop("no")), event))
    expect_error(train_started(model, callbacks = list(slower(), fail)), "no")
    before <- grepl("begin", event)
    expect_equal(self_of(model)$training$step, if (before) 0 else if (grepl("batch", event)) 1 else
      if (event == "on_epoch_end") 4 else 8, info = event)
    train_started(model, callbacks = slower())
    if (before) expect_identical(get_weights(model), get_weights(expected), info = event)
  }
})

test_that("an epoch that fails before its first update can be made up for", {
  run <- function(fail) {
    model <- started_model("rmsprop")
    seen <- 0
    late <- callback_lambda(on_batch_begin = function(batch, logs) {
      if (seen == 8) stop("no")
      seen <<- seen + 1
    })
    if (fail) expect_error(train_started(model, 3, callbacks = late), "no")
    else train_started(model, 2, callbacks = late)
    train_started(model, 3, initial_epoch = 2)
    get_weights(model)
  }
  expect_identical(run(TRUE), run(FALSE))
})

test_that("a model that data build is built by the next fit as if it were the first", {
  make <- function() {
    k_clear_session()
    set.seed(4)
    model <- keras_model_sequential() %>% layer_dense(3, kernel_initializer = initializer_orthogonal()) %>%
      bidirectional_on_steps() %>% layer_dense(1, kernel_initializer = "orthogonal")
    compile(model, "sgd", "mse")
    model
  }
  bidirectional_on_steps <- function(model) model %>% bidirectional(layer = layer_lstm(units = 2))
  x <- array(seq_len(24) / 24, c(4, 3, 2))
  expected <- make()
  quiet_fit(expected, x, 1:4, epochs = 1)
  model <- make()
  each_allocation(function() quiet_fit(model, x, 1:4, epochs = 1))
  expect_identical(get_weights(model), get_weights(expected))
})

test_that("faults are for tests only", {
  withr::local_envvar(TILDENET_FAULTS = NA)
  expect_error(engine_fail_allocations(0), "for tests", class = "tildenet_error_state")
})

test_that("rows made as batches need them give the same bits", {
  data <- small_data(n = 70)
  whole <- matrix(rep(0:4, length.out = 280), 70)
  run <- function(x, shuffle, ...) {
    model <- small_model(dropout = 0.3)
    h <- quiet_fit(model, x, data$y, epochs = 3, batch_size = 8, validation_split = 0.2, shuffle = shuffle, ...)
    list(h$metrics, get_weights(model), evaluate(model, x, data$y, verbose = 0), predict(model, x), predict(model, x[1:3, ]))
  }
  cases <- list(list(data$x, TRUE), list(data$x, FALSE), list(data$x, "batch"), list(whole, TRUE),
                list(whole > 1, TRUE), list(as.data.frame(data$x), TRUE))
  copied <- lapply(cases, do.call, what = run)
  weights <- rep(1:2, 35)
  weighted <- run(data$x, TRUE, sample_weight = weights, validation_data = list(data$x, data$y, weights))
  local_no_copies()
  expect_identical(lapply(cases, do.call, what = run), copied)
  expect_identical(run(data$x, TRUE, sample_weight = weights, validation_data = list(data$x, data$y, weights)), weighted)
})

test_that("arrays, ids and several inputs are made row by row alike", {
  run <- function() {
    k_clear_session()
    set.seed(1)
    image <- layer_input(shape = c(4, 3, 2))
    word <- layer_input(shape = 5)
    both <- layer_concatenate(list(image %>% layer_conv_2d(2, 2) %>% layer_flatten(),
                                   word %>% layer_embedding(9, 3) %>% layer_flatten()))
    model <- keras_model(list(image, word), layer_dense(both, 2))
    compile(model, "adam", "mse")
    x <- list(array(stats::rnorm(30 * 24), c(30, 4, 3, 2)), matrix(rep(0:8, length.out = 150), 30))
    h <- quiet_fit(model, x, matrix(stats::rnorm(60), 30), epochs = 2, batch_size = 7)
    list(h$metrics, get_weights(model), predict(model, x))
  }
  copied <- run()
  local_no_copies()
  expect_identical(run(), copied)
})

test_that("numbers that the engine reads are those of the call, whatever callbacks do", {
  local_no_copies()
  data <- small_data(n = 200)
  x <- data$x
  kept <- data$x + 0
  run <- function(...) {
    model <- small_model()
    quiet_fit(model, x, data$y, epochs = 3, batch_size = 16, ...)
    get_weights(model)
  }
  plain <- run()
  changed <- run(callbacks = list(callback_lambda(on_epoch_begin = function(epoch, logs) {
    x[] <<- 0
    gc()
  })))
  expect_identical(changed, plain)
  expect_identical(data$x, kept)
})

test_that("fit() and evaluate() on a matrix take less than a tenth of it besides", {
  skip_on_cran()
  skip_if_not(file.exists("/proc/self/status"))
  grown <- called_fresh(c(rows = 6000, columns = 1500), function(size) {
    peak <- function() as.numeric(gsub("[^0-9]", "", grep("^VmHWM", readLines("/proc/self/status"), value = TRUE)))
    library(tildenet)
    utils::assignInNamespace("copied_numbers", 0, "tildenet") # as for larger matrices
    run <- function(x, y) {
      model <- keras_model_sequential() %>% layer_dense(1, input_shape = ncol(x))
      compile(model, "sgd", "mse")
      fit(model, x, y, epochs = 2, batch_size = 512, verbose = 0)
      evaluate(model, x, y, batch_size = 512, verbose = 0)
    }
    run(matrix(1, 40, size[["columns"]]), numeric(40))
    x <- matrix(0, size[["rows"]], size[["columns"]])
    for (j in seq_len(ncol(x))) x[, j] <- j %% 7 + 1
    before <- peak()
    run(x, numeric(nrow(x)))
    (peak() - before) * 1024 / (8 * length(x) + 2 * 512 * 4 * ncol(x))
  })
  expect_lt(grown, 0.1)
})
