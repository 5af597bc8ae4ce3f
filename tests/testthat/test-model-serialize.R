trained <- function(optimizer = "adam") {
  set.seed(1)
  model <- keras_model_sequential() %>%
    layer_embedding(20, 3, input_length = 4) %>% layer_lstm(4) %>% layer_dropout(0.2) %>% layer_dense(2, "softmax")
  compile(model, optimizer, function(y_true, y_pred) k_mean(k_square(y_true - y_pred), axis = 2), metrics = "accuracy")
  x <- matrix(sample(0:19, 80, TRUE), 20)
  y <- to_categorical(rep(0:1, 10))
  fit(model, x, y, epochs = 2, verbose = 0)
  list(model = model, x = x, y = y)
}

test_that("models come back from raw vectors and train on", {
  for (optimizer in c("adam", "rmsprop", "nadam")) {
    one <- trained(optimizer)
    bytes <- serialize_model(one$model)
    expect_type(bytes, "raw")
    copy <- unserialize_model(bytes)
    expect_identical(predict(copy, one$x), predict(one$model, one$x))
    expect_identical(model_to_json(copy), model_to_json(one$model))
    train <- function(model) {
      set.seed(2)
      fit(model, one$x, one$y, epochs = 2, verbose = 0)$metrics
    }
    expect_identical(train(copy), train(one$model))
    expect_identical(get_weights(copy), get_weights(one$model))
  }
})

test_that("the optimizer may stay behind", {
  one <- trained()
  bytes <- serialize_model(one$model, include_optimizer = FALSE)
  expect_lt(length(bytes), length(serialize_model(one$model)))
  expect_error(fit(unserialize_model(bytes), one$x, one$y, verbose = 0), class = "tildenet_error_state")
  plain <- unserialize_model(serialize_model(one$model), compile = FALSE)
  expect_error(evaluate(plain, one$x, one$y), class = "tildenet_error_state")
  expect_identical(predict(plain, one$x), predict(one$model, one$x))
  expect_silent(fit(one$model, one$x, one$y, epochs = 1, verbose = 0))
})

test_that("graphs around a model stay behind", {
  inner <- keras_model_sequential() %>% layer_dense(2, input_shape = 3)
  before <- length(serialize_model(inner))
  x <- layer_input(shape = 3)
  outer <- keras_model(x, inner(x) %>% layer_dense(1000))
  expect_identical(length(serialize_model(inner)), before)
  copy <- unserialize_model(serialize_model(outer))
  expect_identical(get_weights(copy), get_weights(outer))
})

test_that("raw vectors of keras are read", {
  skip_if_not_installed("hdf5r")
  model <- keras_model_sequential() %>% layer_dense(2, input_shape = 3)
  file <- withr::local_tempfile(fileext = ".h5")
  save_model_hdf5(model, file)
  copy <- unserialize_model(readBin(file, "raw", file.size(file)), compile = FALSE)
  expect_identical(get_weights(copy), get_weights(model))
})

test_that("bytes that are no model are refused", {
  one <- trained()
  bytes <- serialize_model(one$model)
  bad <- list(raw(0), as.raw(1:30), bytes[1:100], bytes[-(1:3)], serialize(1, NULL),
              c(charToRaw("tildenet model\n"), serialize(list(version = 1, self = new.env()), NULL)),
              c(charToRaw("tildenet model\n"), serialize("model", NULL)))
  for (one_bad in bad) expect_error(unserialize_model(one_bad), class = "tildenet_error_io")
  broken <- unserialize(bytes[-(1:15)])
  broken$self$layers <- 3
  expect_error(unserialize_model(c(charToRaw("tildenet model\n"), serialize(broken, NULL))), class = "tildenet_error_state")
  expect_error(unserialize_model("model"), class = "tildenet_error_argument")
  expect_error(unserialize_model(bytes, custom_objects = 3), class = "tildenet_error_argument")
  expect_error(serialize_model(3), class = "tildenet_error_argument")
})
