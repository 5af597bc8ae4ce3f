skip_without_liblinear <- function() skip_if_not_installed("LiblineaR")

# The objective of one label.
svm_objective <- function(fit, x, positive, cost, weights = c(1, 1), power = 2) {
  b <- coef(fit)
  score <- b[1] + as.matrix(x) %*% b[-1]
  loss <- pmax(0, 1 - ifelse(positive, 1, -1) * score)^power
  sum(b^2) / 2 + cost * sum(ifelse(positive, weights[2], weights[1]) * loss)
}

test_that("the objective cannot be made smaller", {
  skip_without_liblinear()
  x <- scale(iris[51:150, 1:4])
  y <- droplevels(iris$Species[51:150])
  for (loss in c("squared_hinge", "hinge")) {
    fit <- linear_svm(x, y, cost = 0.5, class_weight = c(virginica = 3), loss = loss)
    power <- if (loss == "hinge") 1 else 2
    at <- svm_objective(fit, x, y == "virginica", 0.5, c(1, 3), power)
    for (k in 1:5) {
      for (step in c(-0.01, 0.01)) {
        moved <- fit
        moved$coefficients[k] <- moved$coefficients[k] + step
        expect_gt(svm_objective(moved, x, y == "virginica", 0.5, c(1, 3), power), at)
      }
    }
  }
})

test_that("shapes and names are those of the labels, of two the second", {
  skip_without_liblinear()
  three <- linear_svm(iris[1:4], iris$Species)
  expect_identical(dimnames(coef(three)), list(c("(Intercept)", names(iris)[1:4]), levels(iris$Species)))
  expect_identical(dim(predict(three, iris, type = "link")), c(150L, 3L))
  expect_gt(mean(predict(three, iris) == iris$Species), 0.9)
  two <- linear_svm(iris[1:4], ifelse(iris$Species == "setosa", "b", "a"))
  expect_identical(colnames(coef(two)), "b")
  expect_identical(predict(two, iris, type = "link")[, 1] > 0, iris$Species == "setosa")
  expect_identical(as.character(predict(two, iris)), ifelse(iris$Species == "setosa", "b", "a"))
  # The order of rows names no side.
  turned <- linear_svm(iris[150:1, 1:4], ifelse(iris$Species == "setosa", "b", "a")[150:1])
  expect_equal(coef(turned), coef(two), tolerance = 1e-5)
})

test_that("a label of all rows or of none is predicted so", {
  skip_without_liblinear()
  y <- cbind(none = 0, all = 1, some = rep(0:1, c(50, 100)))
  fit <- linear_svm(iris[1:4], y, class_weight = "balanced")
  expect_identical(unname(coef(fit)[, "none"]), c(-1, 0, 0, 0, 0))
  expect_identical(unname(colMeans(predict(fit, iris))[1:2]), c(0, 1))
})

test_that("balanced weights are n / (2 n of the side), in any form of the labels", {
  skip_without_liblinear()
  y <- iris$Species == "virginica"
  balanced <- linear_svm(iris[1:4], y, class_weight = "balanced")
  expect_equal(coef(linear_svm(iris[1:4], y, class_weight = c("TRUE" = 1.5, "FALSE" = 0.75))), coef(balanced))
  several <- linear_svm(iris[1:4], cbind(virginica = y, setosa = iris$Species == "setosa"), class_weight = "balanced")
  expect_equal(coef(several)[, 1], coef(balanced)[, 1])
  expect_equal(coef(linear_svm(iris[1:4], iris$Species, class_weight = "balanced"))[, "virginica"], coef(balanced)[, 1])
})

test_that("a seed repeats a fit to the bit", {
  skip_without_liblinear()
  for (loss in c("squared_hinge", "hinge")) {
    fit <- function(seed) withr::with_seed(seed, coef(linear_svm(iris[1:4], iris$Species, loss = loss)))
    expect_identical(fit(1), fit(1))
    expect_equal(fit(1), fit(2), tolerance = if (loss == "hinge") 0.05 else 0)
  }
})

test_that("settings that cannot be are refused by name", {
  skip_without_liblinear()
  expect_snapshot(error = TRUE, {
    linear_svm(iris[1:4], iris$Species, cost = 0)
    linear_svm(iris[1:4], iris$Species, cost = "high")
    linear_svm(iris[1:4], iris$Species, loss = "log")
    linear_svm(iris[1:4], iris$Species, class_weight = c(rose = 2))
    linear_svm(iris[1:4], iris$Species, class_weight = c(setosa = 0))
    linear_svm(y = iris$Species)
    predict(linear_svm(iris[1:4], iris$Species), iris, type = "prob")
  })
})

test_that("a machine is shown in two lines", {
  skip_without_liblinear()
  expect_snapshot(linear_svm(iris[1:4], iris$Species, cost = 0.1, class_weight = "balanced"))
})

test_that("columns without an entry have no weight, and the intercept is its own", {
  skip_without_liblinear()
  set.seed(5)
  full <- matrix(rbinom(120, 1, 0.4), 30)
  y <- factor(ifelse(full[, 1] + full[, 2] + rnorm(30, 0, 0.5) > 0.4, "yes", "no"))
  empty <- function(x, columns) {
    x[, columns] <- 0
    x
  }
  for (x in list(full, empty(full, 4), empty(full, 3:4), empty(full, 2), empty(full, 1:4))) {
    none <- colSums(x) == 0
    dense <- coef(linear_svm(x, y, class_weight = "balanced"))
    sparse <- coef(linear_svm(Matrix::Matrix(x, sparse = TRUE), y, class_weight = "balanced"))
    expect_equal(unname(sparse), unname(dense), tolerance = 1e-6)
    expect_identical(unname(sparse[-1, ][none]), numeric(sum(none)))
    others <- Matrix::Matrix(x[, !none, drop = FALSE], sparse = TRUE)
    if (ncol(others) > 0) {
      expect_equal(unname(sparse[c(TRUE, !none), ]), unname(coef(linear_svm(others, y, class_weight = "balanced"))[, 1]),
                   tolerance = 1e-6)
    }
  }
})
