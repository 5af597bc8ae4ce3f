parts_of <- function(formula, data, split, ...) {
  control <- kms_control_of(...)
  kms_parts(design_fit(formula, data, sparse = kms_wants_sparse(control)), split, control, NULL)
}

test_that("test rows are put on the scale of the training rows", {
  split <- rep(c("train", "train", "test"), 50)
  set.seed(1)
  parts <- parts_of(Sepal.Length ~ Petal.Length + Species, iris, split)
  train <- iris$Petal.Length[split == "train"]
  expect_equal(sort(parts$train$x[, "Petal.Length"]), sort((train - mean(train)) / sd(train)))
  expect_equal(parts$test$x[, "Petal.Length"],
               (iris$Petal.Length[split == "test"] - mean(train)) / sd(train))
  expect_identical(parts$test$y, iris$Sepal.Length[split == "test"])
  expect_setequal(parts$test$x[, "Speciesvirginica"], c(0, 1))
  expect_null(parts_of(Sepal.Length ~ Petal.Length, iris, split, scale_continuous = NULL)$scale)
})

test_that("22.4 defect 6: one predictor and one test row stay matrices", {
  parts <- parts_of(Sepal.Length ~ Petal.Length, iris, c("test", rep("train", 149)))
  expect_identical(dim(parts$train$x), c(149L, 1L))
  expect_identical(dim(parts$test$x), c(1L, 1L))
})

test_that("22.4 defect 15: index columns are not scaled and all rows count for the table", {
  d <- data.frame(y = c(1, 2, 3, 4), a = c(0, 5, 2, 9), b = c(3, 1, 4, 1))
  expect_message(parts <- parts_of(y ~ a + b, d, c("train", "train", "train", "test"), embedding = TRUE),
                 "not scaled", class = "tildenet_message_embedding_scale")
  expect_identical(parts$input_dim, 10)
  expect_setequal(parts$train$x[, "a"], c(0, 5, 2))
  expect_identical(rownames(parts$scale$y), c("mean", "sd"))
  d$b <- d$b / 2
  expect_error(suppressMessages(parts_of(y ~ a + b, d, rep("train", 4), embedding = TRUE, pTraining = 1)),
               "`b`", class = "tildenet_error_data")
})

test_that("targets follow outcome and loss", {
  expect_identical(kms_targets(c("yes", "no"), binary, NULL, 1, "binary_crossentropy"), c(1, 0))
  expect_equal(kms_targets(c("c", "a"), three, NULL, 3, "categorical_crossentropy"),
               rbind(c(0, 0, 1), c(1, 0, 0)), ignore_attr = TRUE)
  expect_identical(kms_targets(c("c", "a"), three, NULL, 3, "sparse_categorical_crossentropy"), c(2, 0))
  scale <- scale_fit(matrix(0, 2, 0), c(1, 3))
  expect_equal(kms_targets(c(1, 3, 5), continuous, scale, 1, "mse"), c(-1, 1, 3) / sqrt(2))
})

test_that("outputs turn into labels and numbers", {
  expect_identical(kms_classes(cbind(c(0.5, 0.51))), c(0L, 1L))
  expect_identical(kms_classes(rbind(c(0.2, 0.4, 0.4), c(0.6, 0.3, 0.1))), c(1L, 0L))
  expect_identical(kms_fitted(cbind(c(0.7, 0.1)), binary, NULL), c("yes", "no"))
  scale <- scale_fit(matrix(0, 2, 0), c(1, 3), "zero_one")
  expect_equal(kms_fitted(cbind(c(0, 1)), continuous, scale), c(1, 3))
})

test_that("whole-number columns are not scaled for a given model that begins with an embedding", {
  set.seed(3)
  ids <- data.frame(a = sample(0:9, 80, TRUE), b = sample(0:9, 80, TRUE))
  ids$y <- factor(ifelse(ids$a > 4, "high", "low"))
  ids$z <- ids$a * 100 + rnorm(80)
  head <- function(model, ...) model %>% layer_dense(1, ...)
  build <- list(
    known = function() keras_model_sequential() %>% layer_embedding(10, 4, input_length = 2) %>% layer_flatten(),
    open = function() keras_model_sequential() %>% layer_embedding(10, 4) %>% layer_global_average_pooling_1d(),
    behind = function() {
      keras_model_sequential() %>% layer_reshape(2, input_shape = 2) %>% layer_embedding(10, 4) %>% layer_flatten()
    })
  for (name in names(build)) {
    model <- build[[name]]() %>% head(activation = "sigmoid")
    compile(model, "adam", "binary_crossentropy", metrics = "accuracy")
    capture.output(suppressMessages(expect_message(
      fit <- kms(y ~ a + b, ids, model, Nepochs = 2, seed = 1, verbose = 1), "not scaled"
    )))
    expect_length(fit$train_scale$cols_to_scale, 0)
    expect_identical(dim(predict(fit, ids[1:3, ], type = "prob")), c(3L, 2L))
  }
  model <- build$known() %>% head()
  compile(model, "adam", "mse")
  suppressMessages(fit <- kms(z ~ a + b, ids, model, Nepochs = 2, seed = 1, verbose = 0))
  expect_false(is.null(fit$train_scale$y))
  expect_length(fit$train_scale$cols_to_scale, 0)
})

test_that("the other columns of a model with an embedding are scaled, and all those of one without", {
  set.seed(4)
  data <- data.frame(id = sample(0:9, 60, TRUE), price = rnorm(60, 500, 90), w = sample(1:50, 60, TRUE))
  data$y <- data$id + data$price / 100
  input <- layer_input(shape = 3)
  columns <- function(k) layer_lambda(f = function(x) x[, k, drop = FALSE])
  looked_up <- input %>% columns(1)() %>% layer_embedding(10, 3) %>% layer_flatten()
  model <- keras_model(input, layer_concatenate(list(looked_up, columns(2:3)(input))) %>% layer_dense(1))
  compile(model, "adam", "mse")
  suppressMessages(fit <- kms(y ~ id + price + w, data, model, Nepochs = 2, seed = 1, verbose = 0))
  expect_identical(colnames(fit$train_scale$X), "price")
  expect_identical(fit$train_scale$cols_to_scale, 2L)
  expect_true(all(is.finite(predict(fit, data[1:5, ], type = "response"))))
  plain <- keras_model_sequential() %>% layer_dense(1, input_shape = 3)
  compile(plain, "adam", "mse")
  expect_no_message(fit <- kms(y ~ id + price + w, data, plain, Nepochs = 1, seed = 1, verbose = 0))
  expect_identical(fit$train_scale$cols_to_scale, 1:3)
})
