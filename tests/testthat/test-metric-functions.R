test_that("metrics of data are one value per sample", {
  y <- matrix(c(0, 1, 1, 0), 2)
  p <- matrix(c(0.4, 0.5, 0.6, 0.1), 2)
  expect_equal(as.numeric(as.array(metric_binary_accuracy(y, p))), c(1, 0.5))
  expect_equal(as.numeric(as.array(metric_categorical_accuracy(y, p))), c(1, 1))
  expect_equal(as.numeric(as.array(metric_mean_squared_error(y, p))), c((0.16 + 0.16) / 2, (0.25 + 0.01) / 2),
               tolerance = 1e-6)
  expect_equal(as.numeric(as.array(metric_cosine_similarity(y, y))), c(1, 1), tolerance = 1e-6)
})

test_that("objects give the result of data", {
  y <- c(0, 1, 1, 0)
  p <- c(0.2, 0.9, 0.4, 0.6)
  expect_equal(as.numeric(metric_precision()(y, p)), 0.5)
  expect_equal(as.numeric(metric_recall(thresholds = c(0.3, 0.5))(y, p)), c(1, 0.5))
  expect_equal(as.numeric(metric_root_mean_squared_error()(y, p)), sqrt(mean((y - p)^2)), tolerance = 1e-6)
  expect_equal(as.numeric(metric_auc()(y, p)), 0.75, tolerance = 1e-2)
  expect_equal(as.numeric(metric_true_positives()(y, p)), 1)
})

test_that("metric functions work inside functions of tensors", {
  data <- small_data()
  traced <- list(
    custom_metric("t_bin", function(y_true, y_pred) metric_binary_accuracy(y_true, y_pred)),
    custom_metric("t_mae", function(y_true, y_pred) metric_mean_absolute_error(y_true, y_pred))
  )
  model <- small_model(metrics = c(list("binary_accuracy", "mae"), traced))
  result <- evaluate(model, data$x, data$y, verbose = 0)
  expect_equal(result$t_bin, result$binary_accuracy)
  expect_equal(result$t_mae, result$mae, tolerance = 1e-6)
  traced <- list(
    custom_metric("t_cat", function(y_true, y_pred) metric_categorical_accuracy(y_true, y_pred)),
    custom_metric("t_top", function(y_true, y_pred) metric_top_k_categorical_accuracy(y_true, y_pred, k = 2))
  )
  plain <- list(metric_categorical_accuracy, metric_top_k_categorical_accuracy(k = 2))
  model <- small_model(3, "softmax", "categorical_crossentropy", metrics = c(plain, traced))
  result <- evaluate(model, data$x, to_categorical(data$classes), verbose = 0)
  expect_equal(result$t_cat, result$categorical_accuracy)
  expect_equal(result$t_top, result$top_k_categorical_accuracy)
})

test_that("bad arguments are refused", {
  expect_snapshot(error = TRUE, {
    metric_precision(1:3, 1:3)
    metric_auc(curve = "XY")
    metric_precision(thresholds = 2)
    metric_top_k_categorical_accuracy(k = 0)
    metric_mean_squared_error(1:3)
    custom_metric("x", "y")
  })
})
