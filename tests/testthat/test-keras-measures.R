# What the writer gives, read again and compiled with, is written the same way.
expect_training_round_trip <- function(model, custom_objects = NULL) {
  self <- tildenet:::self_of(model)
  config <- tildenet:::training_losses_config(self)
  args <- tildenet:::compile_arguments(config, custom_objects, tildenet:::output_names(self))
  do.call(compile, c(list(model, optimizer = "sgd"), args))
  again <- tildenet:::training_losses_config(self)
  expect_identical(tildenet:::config_json(again), tildenet:::config_json(config))
  invisible(config)
}

two_outputs <- function() {
  x <- layer_input(shape = 3)
  keras_model(x, list(layer_dense(x, 1, name = "a"), layer_dense(x, 4, activation = "softmax", name = "b")))
}

test_that("losses and metrics have the form of files of Keras", {
  model <- two_outputs()
  compile(model, loss = list("mse", "categorical_crossentropy"), loss_weights = list(1, 0.5),
          metrics = list(b = "accuracy"))
  config <- expect_training_round_trip(model)
  expect_identical(tildenet:::config_json(config), paste0(
    "{\"loss\": [\"mse\", \"categorical_crossentropy\"], \"metrics\": [[null], [{\"class_name\": ",
    "\"MeanMetricWrapper\", \"config\": {\"name\": \"b_accuracy\", \"dtype\": \"float32\", \"fn\": ",
    "\"categorical_accuracy\"}}]], \"weighted_metrics\": null, \"loss_weights\": [1.0, 0.5]}"))
  model <- keras_model_sequential() %>% layer_dense(1, activation = "sigmoid", input_shape = 2)
  compile(model, loss = "binary_crossentropy", metrics = c("acc", "mae"))
  config <- expect_training_round_trip(model)
  expect_identical(tildenet:::config_json(config), paste0(
    "{\"loss\": \"binary_crossentropy\", \"metrics\": [[{\"class_name\": \"MeanMetricWrapper\", \"config\": ",
    "{\"name\": \"acc\", \"dtype\": \"float32\", \"fn\": \"binary_accuracy\"}}, {\"class_name\": \"MeanMetricWrapper\", ",
    "\"config\": {\"name\": \"mae\", \"dtype\": \"float32\", \"fn\": \"mean_absolute_error\"}}]], ",
    "\"weighted_metrics\": null, \"loss_weights\": null}"))
})

test_that("every loss and metric comes back with its settings", {
  model <- keras_model_sequential() %>% layer_dense(3, activation = "softmax", input_shape = 2)
  for (kind in names(tildenet:::loss_table)) {
    maker <- get(paste0("loss_", kind), envir = asNamespace("tildenet"))
    compile(model, loss = kind)
    expect_training_round_trip(model)
    compile(model, loss = maker)
    expect_training_round_trip(model)
    compile(model, loss = maker(reduction = "sum", name = "own"))
    config <- expect_training_round_trip(model)
    expect_identical(config$loss$config[c("reduction", "name")], list(reduction = "sum", name = "own"))
  }
  settings <- list(loss_huber(delta = 0.3), loss_binary_crossentropy(from_logits = TRUE, label_smoothing = 0.1),
                   loss_cosine_similarity(axis = 2), loss_sparse_categorical_crossentropy(from_logits = TRUE))
  for (loss in settings) {
    compile(model, loss = loss)
    expect_training_round_trip(model)
    expect_identical(tildenet:::self_of(model)$compiled$losses[[1]]$attrs, loss$attrs)
  }
  for (kind in names(tildenet:::metric_table)) {
    compile(model, loss = "mse", metrics = kind)
    expect_training_round_trip(model)
    expect_identical(tildenet:::self_of(model)$compiled$metric_lists[[1]][[1]]$kind, kind)
  }
  metrics <- list(metric_auc(num_thresholds = 50, curve = "PR", multi_label = TRUE, num_labels = 3),
                  metric_auc(thresholds = c(0.2, 0.5), summation_method = "minoring", from_logits = TRUE, name = "other"),
                  metric_precision(thresholds = c(0.3, 0.6)), metric_recall(top_k = 2, class_id = 1),
                  metric_true_negatives(thresholds = 0.4), metric_binary_accuracy(threshold = 0.3),
                  metric_top_k_categorical_accuracy(k = 2), metric_root_mean_squared_error(), metric_logcosh_error(),
                  metric_cosine_similarity(axis = 2), metric_categorical_crossentropy(label_smoothing = 0.1),
                  metric_kullback_leibler_divergence(name = "kl"))
  compile(model, loss = "mse", metrics = metrics, weighted_metrics = metrics[1:2])
  config <- expect_training_round_trip(model)
  back <- tildenet:::self_of(model)$compiled$metric_lists[[1]]
  expect_identical(lapply(back, function(m) m$kind), lapply(metrics, function(m) m$kind))
  expect_identical(lapply(back, function(m) m$name), lapply(metrics, function(m) m$name))
  order <- function(m) m$attrs[sort(names(m$attrs))]
  expect_equal(lapply(back[-2], order), lapply(metrics[-2], order))
})

test_that("functions written in R come back by name, or the model is not compiled", {
  model <- keras_model_sequential() %>% layer_dense(1, input_shape = 2)
  my_loss <- function(y_true, y_pred) k_mean(k_abs(y_true - y_pred), axis = 2)
  my_metric <- function(y_true, y_pred) k_max(y_pred)
  compile(model, loss = my_loss, metrics = list("mae", my_metric, custom_metric("top", my_metric)))
  own <- list(my_loss = my_loss, my_metric = my_metric, top = my_metric)
  config <- expect_training_round_trip(model, own)
  expect_identical(config$loss, "my_loss")
  expect_identical(tildenet:::compiled_metric_names(tildenet:::self_of(model)), c("loss", "mae", "my_metric", "top"))
  expect_error(tildenet:::compile_arguments(config, own[1]), "my_metric", class = "tildenet_error_unsupported")
  expect_error(tildenet:::compile_arguments(config), "my_loss", class = "tildenet_error_unsupported")
})

test_that("other forms are read", {
  read <- function(...) tildenet:::compile_arguments(list(...), NULL, c("a", "b"))
  object <- function(class_name, ...) {
    list(module = "keras.losses", class_name = class_name, config = list(...), registered_name = NULL)
  }
  new <- read(loss = object("CategoricalCrossentropy", name = "cce", reduction = "sum_over_batch_size",
                            from_logits = FALSE, label_smoothing = 0.1, axis = -1L),
              metrics = list(object("CategoricalAccuracy", name = "acc", dtype = "float32"),
                             list(module = "builtins", class_name = "function", config = "mean_squared_error",
                                  registered_name = "function")))
  expect_identical(new$loss$attrs$label_smoothing, 0.1)
  expect_identical(vapply(new$metrics, function(m) m$name, ""), c("acc", "mean_squared_error"))
  by_name <- read(loss = list(a = "mse", b = "kld"), loss_weights = list(a = 1L, b = 2.5),
                  metrics = list(a = "mae", b = list("accuracy", "mse")))
  expect_identical(by_name$loss, list(a = "mse", b = "kld"))
  expect_identical(by_name$loss_weights, c(a = 1, b = 2.5))
  expect_identical(lapply(by_name$metrics, function(l) vapply(l, function(m) m$name, "")),
                   list(a = "mae", b = c("accuracy", "mse")))
  expect_identical(vapply(read(metrics = list("accuracy", "mse"))$metrics, function(m) m$name, ""), c("accuracy", "mse"))
  wrapped <- list(class_name = "LossFunctionWrapper",
                  config = list(reduction = "auto", name = "x", fn = "mean_absolute_error"))
  expect_identical(read(loss = wrapped)$loss$kind, "mean_absolute_error")
  expect_null(read(loss = NULL)$metrics)
})

test_that("damaged settings of training are refused", {
  bad <- list(list(loss = 3), list(loss = list(config = list())), list(metrics = list(3)), list(loss_weights = "a"),
              list(metrics = list(list(class_name = "AUC", config = 3))), list(loss = list(class_name = 1)))
  for (config in bad) {
    expect_error(tildenet:::compile_arguments(config, NULL, "a"), class = "tildenet_error_io")
  }
  expect_error(tildenet:::compile_arguments("loss"), class = "tildenet_error_io")
})
