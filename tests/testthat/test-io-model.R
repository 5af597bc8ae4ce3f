# Whole models in files.

# By format: a function of a model that gives it back from a file.
round_trips <- list(
  hdf5 = function(model) {
    path <- withr::local_tempfile(fileext = ".h5")
    save_model_hdf5(model, path)
    load_model_hdf5(path)
  },
  keras = function(model) {
    path <- withr::local_tempfile(fileext = ".keras")
    save_model_keras(model, path)
    load_model_keras(path)
  },
  folder = function(model) {
    path <- withr::local_tempfile()
    save_model_tf(model, path)
    load_model_tf(path)
  },
  raw = function(model) unserialize_model(serialize_model(model)),
  rds = function(model) {
    path <- withr::local_tempfile(fileext = ".rds")
    saveRDS(model, path)
    readRDS(path)
  })

# TILDENET_TEST_MODELS=200 tries more of them.
n_random <- as.numeric(Sys.getenv("TILDENET_TEST_MODELS", "6"))

test_that("random models come back with all they have learned, and train on to the same bits", {
  skip_without_hdf5()
  for (seed in seq_len(n_random)) {
    for (format in names(round_trips)) {
      made <- random_model(seed)
      again <- round_trips[[format]](made$model)
      expect_same_course(made$model, again, made$x, made$y, paste("seed", seed, format))
    }
    made <- random_model(seed)
    json <- model_to_json(made$model)
    again <- model_from_json(json)
    expect_identical(model_to_json(again), json, info = paste("seed", seed))
    set_weights(again, get_weights(made$model))
    expect_identical(predict(again, made$x, verbose = 0), predict(made$model, made$x, verbose = 0), info = paste("seed", seed))
  }
})

state_x <- matrix(sin(1:12), 4)

small_model <- function(...) {
  k_clear_session()
  model <- filed_model()
  compile(model, ...)
  model
}

test_that("what was compiled comes back: losses, metrics, weights of losses, rates", {
  skip_without_hdf5()
  path <- withr::local_tempfile(fileext = ".h5")
  model <- small_model(optimizer_adam(0.01), loss_huber(delta = 0.3), metrics = list("mae", metric_auc(name = "area")))
  save_model_hdf5(model, path)
  again <- load_model_hdf5(path)
  x <- state_x
  y <- matrix(0:1, 4, 2)
  expect_equal(evaluate(again, x, y, verbose = 0), evaluate(model, x, y, verbose = 0))
  expect_equal(as.numeric(again$optimizer$lr), 0.01)
  expect_null(load_model_hdf5(path, compile = FALSE)$optimizer)
  save_model_hdf5(model, path, include_optimizer = FALSE)
  expect_warning(load_model_hdf5(path), "not compiled", class = "tildenet_warning_uncompiled")
})

test_that("functions written in R are those of custom_objects", {
  skip_without_hdf5()
  path <- withr::local_tempfile(fileext = ".h5")
  my_loss <- function(y_true, y_pred) k_mean(k_square(y_true - y_pred) * 3, axis = -1)
  double <- function(x) x * 2
  k_clear_session()
  model <- keras_model_sequential() %>% layer_dense(2, input_shape = 3) %>% layer_lambda(f = double, name = "twice")
  compile(model, "sgd", my_loss, metrics = custom_metric("far", function(y_true, y_pred) k_max(k_abs(y_true - y_pred))))
  save_model_hdf5(model, path)
  error <- expect_error(load_model_hdf5(path), "twice", class = "tildenet_error_unsupported")
  expect_match(conditionMessage(error), "custom_objects")
  objects <- list(twice = double)
  expect_warning(some <- load_model_hdf5(path, objects), "not compiled", class = "tildenet_warning_uncompiled")
  expect_equal(predict(some, state_x, verbose = 0), predict(model, state_x, verbose = 0))
})

test_that("files of any ending, models that are not built, wrong arguments", {
  skip_without_hdf5()
  model <- small_model("sgd", "mse")
  path <- withr::local_tempfile(fileext = ".model")
  expect_true(save_model_hdf5(model, path))
  expect_identical(get_weights(load_model_hdf5(path)), get_weights(model))
  expect_error(save_model_hdf5(model, path, overwrite = FALSE), class = "tildenet_error_io")
  expect_error(save_model_hdf5(keras_model_sequential() %>% layer_dense(2), path), class = "tildenet_error_state")
  expect_error(save_model_hdf5(1, path), "`object`", class = "tildenet_error_argument")
  expect_error(save_model_hdf5(model, path, include_optimizer = "yes"), "include_optimizer", class = "tildenet_error_argument")
  expect_error(load_model_hdf5(path, custom_objects = function(x) x), "custom_objects", class = "tildenet_error_argument")
  expect_error(load_model_hdf5(withr::local_tempfile()), "does not exist", class = "tildenet_error_io")
  folder <- withr::local_tempdir()
  expect_error(load_model_tf(folder), "model.bin", class = "tildenet_error_io")
  file.create(file.path(folder, "saved_model.pb"))
  expect_error(load_model_tf(folder), "TensorFlow", class = "tildenet_error_io")
  expect_error(save_model_tf(model, path), "is a file", class = "tildenet_error_io")
})

test_that("methods and checkpoints write whole models", {
  skip_without_hdf5()
  folder <- withr::local_tempdir()
  model <- small_model(optimizer_adam(0.01), "mse")
  y <- matrix(cos(1:8), 4)
  checkpoint <- callback_model_checkpoint(file.path(folder, "m_{epoch:02d}.h5"), monitor = "loss")
  fit(model, state_x, y, epochs = 2, verbose = 0, callbacks = checkpoint)
  expect_setequal(list.files(folder), c("m_01.h5", "m_02.h5"))
  last <- load_model_hdf5(file.path(folder, "m_02.h5"))
  expect_same_course(model, last, state_x, y, "checkpoint")
  model$save(file.path(folder, "own.h5"))
  model$save(file.path(folder, "own"))
  model$save(file.path(folder, "own.keras"))
  model$save(file.path(folder, "other"), save_format = "keras")
  expect_identical(vapply(file.path(folder, c("own.h5", "own.keras", "other")), is_zip, NA, USE.NAMES = FALSE), c(FALSE, TRUE, TRUE))
  for (name in c("own.h5", "own", "own.keras", "other")) expect_identical(get_weights(load_model_hdf5(file.path(folder, name))), get_weights(model))
  fit(model, state_x, y, epochs = 1, verbose = 0, callbacks = callback_model_checkpoint(file.path(folder, "whole"), "loss"))
  expect_identical(get_weights(load_model_tf(file.path(folder, "whole"))), get_weights(model))
  fit(model, state_x, y, epochs = 1, verbose = 0, callbacks = list(
    callback_model_checkpoint(file.path(folder, "c.keras"), "loss"),
    callback_model_checkpoint(file.path(folder, "w.keras"), "loss", save_weights_only = TRUE)))
  expect_same_course(model, load_model_keras(file.path(folder, "c.keras")), state_x, y, "archive")
  expect_false(is_zip(file.path(folder, "w.keras")))
})

test_that("an interrupted training goes on from its file to the same bits, shuffles and dropout too", {
  skip_without_hdf5()
  path <- withr::local_tempfile(fileext = ".h5")
  x <- matrix(sin(1:60), 20)
  y <- matrix(cos(1:40), 20)
  train <- function(model, epochs) fit(model, x, y, epochs = epochs, batch_size = 7, verbose = 0)
  set.seed(1)
  whole <- small_model(optimizer_adam(0.01), "mse")
  train(whole, 2)
  save_model_hdf5(whole, path)
  train(whole, 2)
  part <- load_model_hdf5(path)
  train(part, 2)
  expect_identical(get_weights(part), get_weights(whole))
})
