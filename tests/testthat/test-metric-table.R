test_that("a metric written in R can be called and measured", {
  largest <- custom_metric("largest", function(y_true, y_pred) k_max(k_abs(y_pred - y_true), axis = 2))
  expect_equal(as.numeric(as.array(largest(matrix(c(1, 2), 1), matrix(c(1, 5), 1)))), 3)
  expect_output(print(largest), "largest")
  model <- scale_model(metrics = largest)
  expect_equal(evaluate(model, c(1, 2, 3), c(0, 0, 0), verbose = 0)$largest, 2)
})

test_that("per-sample values average over samples, single numbers over batches", {
  each <- custom_metric("each", function(y_true, y_pred) k_mean(y_pred, axis = 2))
  whole <- custom_metric("whole", function(y_true, y_pred) k_mean(y_pred))
  model <- scale_model(metrics = list(each, whole))
  result <- evaluate(model, c(1, 2, 6), c(0, 0, 0), batch_size = 2, verbose = 0)
  expect_equal(result$each, 3)
  expect_equal(result$whole, (1.5 + 6) / 2)
})

test_that("weights act on weighted metrics only", {
  each <- custom_metric("each", function(y_true, y_pred) y_pred)
  model <- scale_model(metrics = list("mae", each), weighted_metrics = list("mae", each))
  result <- evaluate(model, c(1, 2, 6), c(0, 0, 0), sample_weight = c(1, 1, 0), verbose = 0)
  expect_equal(result$mae, 3)
  expect_equal(result$weighted_mae, 1.5)
  expect_equal(result$each, 3)
  expect_equal(result$weighted_each, 1.5)
  expect_equal(result$loss, (1 + 4) / 3, tolerance = 1e-6)
})

test_that("the area under the curve runs over labels and from logits", {
  y <- matrix(c(0, 1, 1, 0, 1, 0), 3)
  p <- matrix(c(0.2, 0.9, 0.4, 0.6, 0.1, 0.3), 3)
  area <- function(j) as.numeric(metric_auc()(y[, j], p[, j]))
  expect_equal(as.numeric(metric_auc(multi_label = TRUE)(y, p)), (area(1) + area(2)) / 2)
  model <- scale_model(metrics = list(metric_auc(), metric_auc(from_logits = TRUE, name = "logits")))
  result <- evaluate(model, c(-3, 1, 2), c(0, 1, 1), verbose = 0)
  expect_equal(result$logits, 1, tolerance = 1e-6)
})
