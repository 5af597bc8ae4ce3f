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
