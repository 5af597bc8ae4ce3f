names_of <- function(metrics) vapply(metrics, function(m) self_of(m)$name, "")

test_that("what compile() accepts as metrics becomes a list of metrics", {
  plain <- function(metrics, labels = "") metrics_by_output(metrics, labels, "out", "metrics")[[1]]
  expect_equal(names_of(plain("acc")), "acc")
  expect_equal(names_of(plain(c("acc", "mae"))), c("acc", "mae"))
  expect_equal(names_of(plain(metric_mean_absolute_error)), "mean_absolute_error")
  expect_equal(names_of(plain(list("mse", metric_auc()))), c("mse", "auc"))
  expect_equal(names_of(plain(c("mse", metric_auc(name = "area")))), c("mse", "area"))
  expect_equal(names_of(plain(loss_poisson())), "poisson")
  expect_equal(plain(NULL), NULL)
})

test_that("functions are named after their variables", {
  half <- function(y_true, y_pred) y_pred / 2
  expect_equal(metric_labels(quote(half)), "half")
  expect_equal(metric_labels(quote(c("mae", half))), c("", "half"))
  model <- small_model(metrics = NULL)
  compile(model, "sgd", "mse", metrics = c("mae", half))
  expect_equal(model$metrics_names, c("loss", "mae", "half"))
  compile(model, "sgd", "mse", metrics = half)
  expect_equal(model$metrics_names, c("loss", "half"))
  compile(model, "sgd", "mse", metrics = function(y_true, y_pred) y_pred)
  expect_equal(model$metrics_names, c("loss", "custom_metric"))
  expect_warning(compile(model, "sgd", "mse", metrics = c(own = half)), class = "tildenet_warning_metric_names")
  expect_equal(model$metrics_names, c("loss", "own"))
})

test_that("metrics can be given by output", {
  model <- two_output_model(list("mse", "sparse_categorical_crossentropy"),
                            metrics = list(b = c("acc", "accuracy")))
  expect_equal(model$metrics_names, c("loss", "a_loss", "b_loss", "b_acc", "b_accuracy"))
  model <- two_output_model(list("mse", "sparse_categorical_crossentropy"), metrics = "mae")
  expect_equal(model$metrics_names, c("loss", "a_loss", "b_loss", "a_mae", "b_mae"))
})

test_that("equal names are told apart", {
  model <- small_model(metrics = list(metric_auc(), metric_auc(curve = "PR")), weighted_metrics = "auc")
  expect_equal(model$metrics_names, c("loss", "auc", "auc_1", "weighted_auc"))
})

test_that("accuracy goes by shapes and loss", {
  kind <- function(loss, pred, truth) metric_kind("accuracy", loss, pred, truth)
  expect_equal(kind("mean_squared_error", c(NA, 1), c(NA, 1)), "binary_accuracy")
  expect_equal(kind("binary_crossentropy", c(NA, 20), c(NA, 20)), "binary_accuracy")
  expect_equal(kind("categorical_crossentropy", c(NA, 4), c(NA, 4)), "categorical_accuracy")
  expect_equal(kind("sparse_categorical_crossentropy", c(NA, 4), c(NA, 1)), "sparse_categorical_accuracy")
  expect_equal(kind("mean_squared_error", c(NA, 2, 4), c(NA, 2, 1)), "sparse_categorical_accuracy")
  expect_equal(metric_kind("crossentropy", "x", c(NA, 4), c(NA, 4)), "categorical_crossentropy")
  expect_equal(metric_kind("auc", "x", c(NA, 4), c(NA, 4)), "auc")
})

test_that("every metric of the table has its function", {
  renamed <- c(logcosh = "logcosh_error")
  for (kind in setdiff(names(metric_table), "huber")) {
    name <- if (kind %in% names(renamed)) renamed[[kind]] else kind
    make <- getExportedValue("tildenet", paste0("metric_", name))
    expect_equal(self_of(make())$kind, kind)
    expect_equal(function_name(make, "metric_", metric_table), kind)
  }
})

test_that("wrong metrics are refused", {
  expect_snapshot(error = TRUE, {
    small_model(metrics = "acuracy")
    small_model(metrics = 3)
  })
})
