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

test_that("every metric and loss gives the same values on data, on tensors and inside functions of tensors", {
  set.seed(3)
  p <- matrix(runif(48, 0.05, 0.95), 12)
  p <- p / rowSums(p)
  classes <- sample(0:3, 12, TRUE)
  only_objects <- c("precision", "recall", "auc", "root_mean_squared_error",
                    grep("positives|negatives", names(metric_table), value = TRUE), "huber")
  # The partial likelihood compares the rows of a batch: one number a row.
  functions <- c(paste0("loss_", setdiff(names(loss_table), "cox")), paste0("metric_", setdiff(names(metric_table), only_objects)))
  functions <- sub("metric_logcosh", "metric_logcosh_error", functions)
  for (name in functions) {
    fn <- get(name)
    sparse <- grepl("sparse", name)
    y <- if (sparse) matrix(classes) else to_categorical(classes, 4)
    values <- as.vector(as.array(fn(y, p)))
    expect_length(values, 12)
    truth <- layer_input(shape = ncol(y))
    output <- layer_input(shape = 4)
    graph <- keras_model(list(truth, output), fn(truth, output))
    expect_equal(as.vector(predict(graph, list(y, p), verbose = 0)), values, tolerance = 1e-5, info = name)
    model <- keras_model_sequential() %>% layer_activation("linear", input_shape = 4)
    own <- custom_metric("own", function(y_true, y_pred) fn(y_true, y_pred))
    compile(model, "sgd", if (sparse) "sparse_categorical_crossentropy" else "mse", metrics = list(own, fn, fn()))
    result <- evaluate(model, p, y, verbose = 0)
    expect_equal(as.vector(unlist(result)[2:4]), rep(mean(values), 3), tolerance = 1e-5, info = name)
  }
})

test_that("the sparse top k takes class numbers with and without a second axis, and steps", {
  p <- rbind(c(0.1, 0.2, 0.7), c(0.5, 0.3, 0.2), c(0.4, 0.4, 0.2))
  of_tensors <- function(truth, shape, k, data = list(truth, p)) {
    y <- layer_input(shape = shape)
    y_pred <- layer_input(shape = dim(data[[2]])[-1])
    y_true <- if (identical(shape, 1)) k_squeeze(y, -1) else y
    model <- keras_model(list(y, y_pred), metric_sparse_top_k_categorical_accuracy(y_true, y_pred, k = k))
    predict(model, data, verbose = 0)
  }
  expect_equal(as.vector(of_tensors(c(1, 2, 1), 1, 2)), c(1, 0, 1))
  expect_equal(as.vector(of_tensors(c(1, 2, 1), 1, 1)), c(0, 0, 1))
  steps <- array(rep(p, 2), c(3, 3, 2))
  steps <- aperm(steps, c(1, 3, 2))
  expect_equal(of_tensors(NULL, 2, 2, list(cbind(c(1, 2, 1), 0), steps)), cbind(c(1, 0, 1), c(0, 1, 1)))
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
