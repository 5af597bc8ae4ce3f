# Archives of Keras 3.

archive_of <- function(model, frame = parent.frame(), ...) {
  path <- withr::local_tempfile(fileext = ".keras", .local_envir = frame)
  save_model_keras(model, path, ...)
  path
}

archive_config <- function(path) {
  folder <- withr::local_tempdir()
  utils::unzip(path, "config.json", exdir = folder)
  jsonlite::fromJSON(file.path(folder, "config.json"), simplifyVector = FALSE)
}

archive_names <- function(path) {
  folder <- withr::local_tempdir()
  utils::unzip(path, "model.weights.h5", exdir = folder)
  h5_with(file.path(folder, "model.weights.h5"), "r", function(file) file$ls(recursive = TRUE)$name)
}

test_that("groups have the names that Keras 3 gives its layers and their parts", {
  skip_without_hdf5()
  k_clear_session()
  model <- keras_model_sequential(input_shape = c(4, 3)) %>%
    layer_lstm(2, return_sequences = TRUE) %>% layer_lstm(2, return_sequences = TRUE) %>%
    bidirectional(layer_gru(units = 2, return_sequences = TRUE)) %>%
    time_distributed(layer_dense(units = 2)) %>% layer_flatten() %>% layer_batch_normalization() %>% layer_dense(1)
  names <- archive_names(archive_of(model))
  weights <- grep("vars/[0-9]+$", names, value = TRUE)
  expect_setequal(sub("/vars/[0-9]+$", "", weights), paste0("layers/", c(
    "lstm/cell", "lstm_1/cell", "bidirectional/forward_layer/cell", "bidirectional/backward_layer/cell",
    "time_distributed/layer", "batch_normalization", "dense")))
  expect_length(weights, 3 * 4 + 2 + 4 + 2)
  expect_true(all(c("vars", "layers/flatten/vars", "layers/lstm/vars") %in% names))
})

test_that("graphs: several inputs by name, calls, first states, a layer in two models", {
  skip_without_hdf5()
  k_clear_session()
  shared <- layer_dense(units = 3, name = "shared")
  inner_in <- layer_input(3)
  inner <- keras_model(inner_in, shared(inner_in), name = "inner")
  coder <- keras_model_sequential(name = "coder") %>% layer_dense(3, input_shape = 3)
  a <- layer_input(3, name = "a")
  b <- layer_input(c(2, 3), name = "b")
  state <- shared(coder(coder(inner(a))))
  out <- layer_concatenate(list(layer_gru(units = 3)(list(b, state)), shared(a)))
  model <- keras_model(list(first = a, second = b), list(out = out, state = state))
  path <- archive_of(model)
  again <- load_model_keras(path, compile = FALSE)
  x <- list(first = matrix(sin(1:6), 2), second = array(cos(1:12), c(2, 2, 3)))
  expect_identical(predict(again, x), predict(model, x))
  expect_length(grep("vars/[0-9]+$", archive_names(path)), 2 + 2 + 2 + 3)
  config <- archive_config(path)
  expect_identical(config$config$input_layers, list(first = list("a", 0L, 0L), second = list("b", 0L, 0L)))
  layers <- stats::setNames(config$config$layers, vapply(config$config$layers, `[[`, "", "name"))
  expect_identical(names(layers$gru$inbound_nodes[[1]]$kwargs), "initial_state")
  expect_length(layers$concatenate$inbound_nodes[[1]]$args[[1]], 2)
  expect_identical(vapply(layers$coder$inbound_nodes, function(n) n$args[[1]]$config$keras_history[[2]], 0L), c(1L, 0L))
})

test_that("every optimizer trains on from an archive to the same bits, of Keras before 2.11 too", {
  skip_without_hdf5()
  optimizers <- list(
    optimizer_sgd(0.1), optimizer_sgd(0.1, momentum = 0.5), optimizer_adam(0.01, amsgrad = TRUE), optimizer_nadam(0.01),
    optimizer_rmsprop(0.01, centered = TRUE, momentum = 0.3), optimizer_adam(0.01, decay = 0.1), optimizer_adadelta(1),
    optimizer_adam(learning_rate_schedule_exponential_decay(0.02, 10, 0.9)))
  x <- matrix(sin(1:12), 4)
  y <- matrix(cos(1:8), 4)
  for (optimizer in optimizers) {
    model <- filed_model()
    compile(model, optimizer, "mse", metrics = "mae")
    fit(model, x, y, epochs = 2, verbose = 0)
    again <- load_model_keras(archive_of(model))
    expect_same_course(model, again, x, y, optimizer$name)
  }
  fresh <- filed_model()
  compile(fresh, optimizer_adam(0.01), "mse")
  again <- expect_no_warning(load_model_keras(archive_of(fresh)))
  expect_same_course(fresh, again, x, y, "not trained")
  expect_warning(load_model_keras(archive_of(fresh, include_optimizer = FALSE)), class = "tildenet_warning_uncompiled")
})

test_that("losses and metrics stand in the words of Keras 3", {
  skip_without_hdf5()
  model <- filed_model()
  compile(model, "adam", loss_kullback_leibler_divergence, metrics = list("accuracy", "logcosh", metric_auc(name = "area")))
  compiled <- archive_config(archive_of(model))$compile_config
  expect_identical(compiled$loss, "kl_divergence")
  metrics <- compiled$metrics[[1]]
  expect_identical(vapply(metrics, function(m) m$config$name, ""), c("accuracy", "logcosh", "area"))
  expect_identical(vapply(metrics, `[[`, "", "class_name"), c("CategoricalAccuracy", "LogCoshError", "AUC"))
  compile(model, "adam", loss_huber(delta = 0.5))
  compiled <- archive_config(archive_of(model))$compile_config
  expect_identical(compiled$loss[c("module", "class_name")], list(module = "keras.losses", class_name = "Huber"))
  expect_identical(compiled$loss$config, list(reduction = "sum_over_batch_size", name = "huber_loss", delta = 0.5))
  expect_identical(compiled$optimizer$module, "keras.optimizers")
})

test_that("hard sigmoids of Keras 2 and Keras 3 are two functions, in files of both", {
  skip_without_hdf5()
  k_clear_session()
  x <- array(sin(1:24) * 6, c(2, 4, 3))
  for (name in c("hard_sigmoid", "hard_sigmoid_keras3")) {
    model <- keras_model_sequential() %>%
      layer_lstm(2, recurrent_activation = name, activation = name, input_shape = c(4, 3)) %>% layer_dense(2, activation = name)
    path <- archive_of(model)
    written <- archive_config(path)$config$layers[[2]]$config$recurrent_activation
    expect_identical(written, if (name == "hard_sigmoid") "hard_sigmoid_keras2" else "hard_sigmoid")
    json <- model_to_json(model)
    copies <- list(load_model_keras(path, compile = FALSE), set_weights(model_from_json(json), get_weights(model)))
    for (copy in copies) {
      expect_identical(predict(copy, x), predict(model, x))
      expect_identical(copy$layers[[1]]$get_config()$recurrent_activation, name)
    }
  }
  z <- c(-7, -3, -1.7, 0, 0.3, 2.9, 3, 8)
  expect_equal(as.vector(as.array(activation_hard_sigmoid_keras3(z))), pmin(pmax(z / 6 + 0.5, 0), 1), tolerance = 1e-7)
})

test_that("models that are not built, wrong arguments and existing files are refused", {
  skip_without_hdf5()
  path <- withr::local_tempfile(fileext = ".keras")
  expect_error(save_model_keras(keras_model_sequential(), path), class = "tildenet_error_state")
  expect_error(save_model_keras(filed_model(), path, include_optimizer = NA), "include_optimizer", class = "tildenet_error_argument")
  writeLines("kept", path)
  expect_error(save_model_keras(filed_model(), path, overwrite = FALSE), class = "tildenet_error_io")
  expect_identical(readLines(path), "kept")
})
