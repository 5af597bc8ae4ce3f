members <- function(n, m, k) withr::with_seed(3, array(stats::runif(n * m * k, 0.1, 0.9), c(n, m, k)))

test_that("the loss of members is the mean of each one's loss", {
  p <- members(5, 4, 3)
  y <- withr::with_seed(4, matrix(stats::runif(15, 0.1, 0.9), 5))
  losses <- list("mse", "mae", loss_huber(delta = 0.2), "poisson", loss_quantile(quantiles = c(0.1, 0.5, 0.9)), loss_logcosh,
                 loss_categorical_crossentropy(label_smoothing = 0.1), "binary_crossentropy", "gamma", "kld")
  for (loss in losses) {
    each <- vapply(1:4, function(m) as.array(resolve_loss(loss)(y, p[, m, ])), 0)
    expect_equal(as.array(loss_members(loss)(y, p)), mean(each), tolerance = 1e-5)
  }
  classes <- c(0, 2, 1, 1, 0)
  each <- vapply(1:4, function(m) mean(as.array(loss_sparse_categorical_crossentropy(classes, p[, m, ]))), 0)
  expect_equal(as.array(loss_members("sparse_categorical_crossentropy")(classes, p)), mean(each), tolerance = 1e-5)
})

test_that("fit(), evaluate() and metrics take members: losses of each, metrics of the mean", {
  x <- withr::with_seed(1, matrix(stats::rnorm(120), 40))
  classes <- as.numeric(x[, 1] > 0) + (x[, 2] > 0.5)
  model <- keras_model_sequential() %>% layer_dense_packed(6, 4, activation = "relu", input_shape = 3) %>%
    layer_dense_packed(3, 4, activation = "softmax")
  compile(model, optimizer_adam(0.02), loss_members("sparse_categorical_crossentropy"), metrics = "accuracy",
          weighted_metrics = "accuracy")
  history <- fit(model, x, classes, epochs = 8, validation_split = 0.2, verbose = 0)
  expect_lt(history$metrics$loss[8], history$metrics$loss[1])
  p <- predict(model, x)
  result <- evaluate(model, x, classes, verbose = 0)
  own <- -log(vapply(seq_along(classes), function(i) p[i, , classes[i] + 1], numeric(4)))
  expect_equal(result[[1]], mean(own), tolerance = 1e-5)
  guess <- max.col(apply(p, c(1, 3), mean), ties.method = "first") - 1
  expect_equal(result[["accuracy"]], mean(guess == classes), tolerance = 1e-6)
  weights <- stats::runif(40)
  weighted <- evaluate(model, x, classes, sample_weight = weights, verbose = 0)
  expect_equal(weighted[[1]], mean(t(own) * weights), tolerance = 1e-5)
  one_hot <- diag(3)[classes + 1, ]
  compile(model, "adam", loss_members(loss_categorical_crossentropy()), metrics = "accuracy")
  expect_equal(evaluate(model, x, one_hot, verbose = 0)[[1]], mean(own), tolerance = 1e-5)
})

test_that("targets of one unit are a vector or a column, and class weights count", {
  x <- withr::with_seed(1, matrix(stats::rnorm(60), 20))
  y <- as.numeric(x[, 1] > 0)
  model <- keras_model_sequential() %>% layer_dense_packed(1, 3, activation = "sigmoid", input_shape = 3)
  compile(model, "sgd", loss_members("binary_crossentropy"), metrics = c("accuracy", "AUC"))
  expect_equal(evaluate(model, x, y, verbose = 0)[[1]], evaluate(model, x, cbind(y), verbose = 0)[[1]])
  fit(model, x, y, epochs = 1, class_weight = list("0" = 1, "1" = 2), verbose = 0)
  p <- predict(model, x)[, , 1]
  expect_equal(evaluate(model, x, y, verbose = 0)[[1]], mean(-log(ifelse(matrix(y, 20, 3) == 1, p, 1 - p))), tolerance = 1e-5)
  expect_equal(evaluate(model, x, y, verbose = 0)[["accuracy"]], mean((rowMeans(p) > 0.5) == y))
})

test_that("losses that are not of each sample are refused, and shapes that do not fit", {
  model <- keras_model_sequential() %>% layer_dense(2, input_shape = 3)
  compile(model, "sgd", loss_members("mse"))
  packed <- keras_model_sequential() %>% layer_dense_packed(2, 4, input_shape = 3)
  compile(packed, "sgd", loss_members("mse"))
  expect_snapshot(error = TRUE, {
    loss_members()
    loss_members(NULL)
    loss_members("cox")
    loss_members(function(y_true, y_pred) k_mean(y_true - y_pred))
    fit(model, matrix(0, 4, 3), matrix(0, 4, 2), verbose = 0)
    fit(packed, matrix(0, 4, 3), matrix(0, 4, 3), verbose = 0)
  })
})
