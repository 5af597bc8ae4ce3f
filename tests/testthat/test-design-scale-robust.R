clip <- function(z) z / sqrt(1 + z^2 / 9)

test_that("the middle half of the rows sets a robust scale, and outliers are drawn in", {
  set.seed(1)
  v <- c(stats::rnorm(40), 1000)
  x <- cbind(a = v, two = rep(0:1, c(30, 11)), even = rep_len(0:1, 41), rare = rep(0:1, c(38, 3)), one = 7)
  s <- scale_fit(x, c(2, 4, 9), "robust")
  expect_identical(dimnames(s$X), list(c("median", "width"), colnames(x)))
  expect_identical(s$cols_to_scale, 1:5)
  z <- scale_apply(x, s)
  expect_equal(z[, "a"], clip((v - median(v)) / IQR(v)))
  expect_lt(max(z), 3)
  expect_equal(z[, "two"], clip(x[, "two"] / 1))
  expect_equal(z[, "even"], clip(x[, "even"] - median(x[, "even"])))
  expect_equal(unname(z[41, "rare"]), clip(2))
  new <- scale_apply(x + 5, s)
  expect_identical(unname(new[, "one"]), numeric(41))
  expect_equal(scale_outcome_apply(c(2, 4, 9), s), as.vector(base::scale(c(2, 4, 9))))
  expect_equal(scale_outcome_undo(1, s), 5 + sd(c(2, 4, 9)))
})

test_that("a sparse matrix is put on the same robust scale, and stays sparse where it is empty", {
  set.seed(2)
  x <- cbind(a = stats::rnorm(40), few = replace(numeric(40), 3:6, c(1, 5, 9, 2)), some = rep(c(0, 2, 5), c(26, 7, 7)),
             signs = rep(c(-1, 0, 3), c(12, 16, 12)), none = 0)
  sparse <- Matrix::Matrix(x, sparse = TRUE)
  weights <- rep(1:2, 20)
  for (w in list(NULL, weights)) {
    s <- scale_fit(x, how = "robust", weights = w)
    expect_equal(scale_fit(sparse, how = "robust", weights = w), s)
    scaled <- scale_apply(sparse, s)
    expect_s4_class(scaled, "dgCMatrix")
    expect_equal(as.matrix(scaled), scale_apply(x, s))
  }
  expect_length(scale_apply(sparse[, 2:3], scale_fit(sparse[, 2:3], how = "robust"))@x, 18)
})

test_that("a row of whole weight w is as w rows for quartiles, too", {
  set.seed(3)
  v <- round(stats::rnorm(30), 1)
  probs <- c(0.1, 0.25, 0.5, 0.75, 1)
  expect_equal(weighted_quantiles(v, probs, rep(1, 30)), unname(stats::quantile(v, probs)))
  w <- sample(1:4, 30, TRUE)
  expect_equal(weighted_quantiles(v, probs, w), unname(stats::quantile(rep(v, w), probs)))
  expect_equal(weighted_quantiles(v, probs, rep(0.3, 30)), weighted_quantiles(v, probs))
})

test_that("kms() takes a robust scale, and levels without training rows are 0", {
  d <- data.frame(x = c(stats::qnorm(1:39 / 40), 500), f = factor(rep_len(c("a", "b"), 40), c("a", "b", "c")))
  d$y <- d$f == "b"
  fit <- small_kms(y ~ ., d, scale_continuous = "robust", pTraining = 1, verbose = 0)
  expect_identical(fit$train_scale$scale, "robust")
  expect_identical(rownames(fit$train_scale$X), c("median", "width"))
  new <- transform(d[1:2, ], f = factor("c", c("a", "b", "c")))
  expect_equal(unname(fit$train_scale$X["width", "fc"]), Inf)
  expect_false(anyNA(predict(fit, new, type = "prob")))
  again <- unserialize(serialize(fit, NULL))
  expect_equal(predict(again, d, type = "prob"), predict(fit, d, type = "prob"))
})
