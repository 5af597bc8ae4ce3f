test_that("training learns and reports", {
  data <- small_data()
  model <- small_model(optimizer = optimizer_adam(0.05))
  history <- fit(model, data$x, data$y, epochs = 30, verbose = 0, validation_split = 0.25)
  expect_s3_class(history, "keras_training_history")
  expect_lt(history$metrics$loss[30], history$metrics$loss[1] / 2)
  expect_equal(names(history$metrics), c("loss", "acc", "val_loss", "val_acc"))
  params <- history$params
  expect_equal(params[c("epochs", "steps", "samples", "batch_size", "validation_samples")],
               list(epochs = 30, steps = 1, samples = 30, batch_size = 32, validation_samples = 10))
  expect_true(params$do_validation)
})

test_that("set.seed() is enough, whatever the threads", {
  data <- small_data()
  run <- function() {
    model <- small_model(dropout = 0.3)
    quiet_fit(model, data$x, data$y, epochs = 3, batch_size = 7)
    get_weights(model)
  }
  one <- withr::with_options(list(tildenet.threads = 1), run())
  expect_identical(run(), one)
})

test_that("5 epochs and 5 more are 10", {
  data <- small_data()
  ten <- small_model(dropout = 0.3)
  quiet_fit(ten, data$x, data$y, epochs = 10, batch_size = 16)
  five <- small_model(dropout = 0.3)
  quiet_fit(five, data$x, data$y, epochs = 5, batch_size = 16)
  quiet_fit(five, data$x, data$y, epochs = 5, batch_size = 16)
  expect_identical(get_weights(five), get_weights(ten))
})

test_that("the last part is for validation, before any shuffling", {
  model <- scale_model(optimizer_sgd(0))
  history <- quiet_fit(model, 1:10, rep(0, 10), epochs = 2, validation_split = 0.25)
  expect_equal(history$metrics$loss, rep(mean((1:7)^2), 2))
  expect_equal(history$metrics$val_loss, rep(mean((8:10)^2), 2), tolerance = 1e-6)
  history <- quiet_fit(model, 1:10, rep(0, 10), epochs = 1, validation_split = 0.25,
                       validation_data = list(2, 0))
  expect_equal(history$metrics$val_loss, 4)
  expect_equal(history$params$samples, 10)
})

test_that("rows are shuffled, or batches, or nothing", {
  seen <- function(shuffle) {
    model <- scale_model(optimizer_sgd(0))
    losses <- NULL
    note <- callback_lambda(on_batch_end = function(batch, logs) losses <<- c(losses, logs$loss * (batch + 1)))
    quiet_fit(model, sqrt(1:6), rep(0, 6), batch_size = 2, epochs = 1, shuffle = shuffle, callbacks = note)
    round(diff(c(0, losses)), 4)
  }
  expect_equal(seen(FALSE), c(1.5, 3.5, 5.5))
  set.seed(4)
  expect_setequal(seen("batch"), c(1.5, 3.5, 5.5))
  orders <- replicate(5, seen(TRUE))
  expect_equal(colSums(orders), rep(10.5, 5))
  expect_gt(nrow(unique(t(orders))), 1)
})

test_that("steps_per_epoch shortens an epoch", {
  model <- scale_model(optimizer_sgd(0))
  history <- quiet_fit(model, 1:6, rep(0, 6), batch_size = 2, epochs = 1, steps_per_epoch = 2,
                       shuffle = FALSE)
  expect_equal(history$metrics$loss, mean((1:4)^2))
  expect_equal(history$params$steps, 2)
})

test_that("Ctrl-C keeps what was learned", {
  model <- scale_model(optimizer_sgd(0.25))
  stop_now <- callback_lambda(on_batch_end = function(batch, logs) {
    if (self_of(model)$training$step == 5) rlang::interrupt()
  })
  expect_message(
    history <- quiet_fit(model, c(1, 1), c(0, 0), batch_size = 1, epochs = 10, callbacks = stop_now),
    "interrupted after 2 whole epochs"
  )
  expect_true(history$interrupted)
  expect_length(history$metrics$loss, 2)
  expect_equal(scale_weight(model), 0.5^5)
  quiet_fit(model, 1, 0, epochs = 1)
  expect_equal(scale_weight(model), 0.5^6)
})

test_that("a constraint written in R holds after every batch", {
  model <- keras_model_sequential() %>%
    layer_dense(1, input_shape = 1, kernel_constraint = function(w) k_clip(w, -0.5, 0.5))
  compile(model, optimizer_sgd(0.5), "mse")
  quiet_fit(model, c(1, 1), c(9, 9), batch_size = 1, epochs = 2)
  expect_equal(scale_weight(model), 0.5)
})

test_that("arguments of other versions are ignored, with one warning that names them all", {
  model <- scale_model()
  expect_warning_of <- function(code, text) {
    caught <- list()
    withCallingHandlers(code, warning = function(w) {
      caught <<- c(caught, list(w))
      invokeRestart("muffleWarning")
    })
    expect_length(caught, 1)
    expect_s3_class(caught[[1]], "tildenet_warning_arguments")
    expect_match(conditionMessage(caught[[1]]), text, fixed = TRUE)
  }
  expect_warning_of(h <- quiet_fit(model, 1:4, 1:4, epochs = 2, nb_epoch = 5, weighted_metrics = "mae",
                                   validation_freq = 2), "`nb_epoch`, `weighted_metrics`, `validation_freq`")
  expect_length(h$metrics$loss, 2)
  expect_warning_of(evaluate(model, 1:4, 1:4, verbose = 0, epochs = 3), "`epochs`")
  expect_warning_of(predict(model, 1:4, verbose = 0, bach_size = 2, other = 1), "Did you mean `batch_size`")
  expect_warning_of(model$evaluate(1:4, 1:4, verbose = 0, nb_epoch = 1), "`nb_epoch`")
  expect_warning_of(predict(model, 1:4, NULL, 0, NULL, NULL, 7), "one without a name")
  expect_no_warning(quiet_fit(model, 1:4, 1:4, epochs = 1, workers = 2, use_multiprocessing = TRUE))
  expect_no_warning(quiet_fit(model, 1:4, 1:4, epoch = 1))
})

test_that("wrong settings are refused", {
  model <- scale_model()
  expect_snapshot(error = TRUE, {
    fit(model, 1:4, 1:4, batch_size = 0)
    fit(model, 1:4, 1:4, epochs = 1.5)
    fit(model, 1:4, 1:4, validation_split = 1)
    fit(model, 1:4, 1:4, validation_split = 0.9)
    fit(model, 1:4, 1:4, shuffle = "rows")
    fit(model, 1:4, 1:4, validation_data = 3)
    fit(model, 1:4, 1:4, validation_data = list(matrix(0, 2, 3), 1:2))
    fit(model, 1:4, 1:4, verbose = 3)
  })
})

test_that("errors in functions of tensors say where they come from", {
  model <- scale_model(loss = function(y_true, y_pred) y_pred$nothing())
  expect_snapshot(error = TRUE, fit(model, 1, 1))
  expect_null(self_of(model)$training$state)
})

test_that("work that threads share has the same bits for any number of them", {
  set.seed(1)
  dense <- matrix(rnorm(600 * 50), 600)
  sparse <- Matrix::sparseMatrix(i = rep(1:600, each = 60), j = sample.int(900, 36000, TRUE), x = 0.5,
                                 dims = c(600, 900))
  trained <- function(x, threads) {
    withr::local_options(tildenet.threads = threads)
    use_session_with_seed(3, quiet = TRUE)
    model <- keras_model_sequential() %>%
      layer_dense(400, activation = "relu", input_shape = ncol(x)) %>%
      layer_dropout(0.3) %>%
      layer_dense(300, kernel_regularizer = "l2") %>%
      layer_dense(1, activation = "sigmoid")
    model %>% compile("adam", "binary_crossentropy")
    model %>% fit(x, rep(0:1, 300), epochs = 1, batch_size = 300, verbose = 0)
    get_weights(model)
  }
  expect_identical(trained(dense, 1), trained(dense, 2))
  expect_identical(trained(sparse, 1), trained(sparse, 2))
})

test_that("targets and weights may have a number of steps that the model leaves open", {
  input <- layer_input(shape = list(NULL, 2))
  model <- keras_model(input, input %>% layer_dense(3, activation = "softmax"))
  compile(model, "sgd", "categorical_crossentropy", metrics = "accuracy")
  x <- array(stats::rnorm(40), c(4, 5, 2))
  y <- to_categorical(matrix(rep_len(0:2, 20), 4))
  p <- predict(model, x)
  expect_equal(evaluate(model, x, y, verbose = 0)[["loss"]], -mean(log(apply(p * y, 1:2, sum))), tolerance = 1e-6)
  half <- matrix(rep(1:0, each = 2), 4, 5)
  weighted <- evaluate(model, x, y, sample_weight = half, verbose = 0)[["loss"]]
  expect_equal(weighted, -sum(half * log(apply(p * y, 1:2, sum))) / 20, tolerance = 1e-6)
  expect_equal(evaluate(model, x[, 1:2, ], y[, 1:2, ], verbose = 0)[["loss"]],
               -mean(log(apply((p * y)[, 1:2, ], 1:2, sum))), tolerance = 1e-6)
  expect_error(fit(model, x, y[, 1:4, ], verbose = 0), "(4, 4, 3)", fixed = TRUE, class = "tildenet_error_shape")
})
