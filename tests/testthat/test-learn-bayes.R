test_that("probabilities are shares of the counts", {
  x <- rbind(c(2, 0, 1), c(0, 3, 0), c(1, 1, 0))
  fit <- naive_bayes(x, c("a", "b", "a"), alpha = 0.5)
  expect_equal(fit$log_prior, log(c(a = 2, b = 1) / 3))
  expect_equal(unname(fit$feature_log_prob), log(rbind(c(3.5, 1.5, 1.5) / 6.5, c(0.5, 3.5, 0.5) / 4.5)))
  joint <- x %*% t(fit$feature_log_prob) + rep(fit$log_prior, each = 3)
  expect_equal(predict(fit, x, type = "link"), joint)
  expect_equal(predict(fit, x, type = "prob"), exp(joint) / rowSums(exp(joint)))
})

test_that("a row of weight 2 is as two rows, one of weight 0 as none", {
  x <- rbind(c(2, 0, 1), c(0, 3, 0), c(1, 1, 0), c(4, 0, 0))
  several <- cbind(u = c(1, 0, 1, 0), v = c(1, 1, 0, 0))
  for (y in list(c("a", "b", "a", "b"), several)) {
    rows <- function(i) if (is.matrix(y)) y[i, ] else y[i]
    weighted <- naive_bayes(x, y, weights = c(2, 1, 1, 0))
    repeated <- naive_bayes(x[c(1, 1, 2, 3), ], rows(c(1, 1, 2, 3)))
    expect_equal(weighted[c("log_prior", "feature_log_prob", "rest")],
                 repeated[c("log_prior", "feature_log_prob", "rest")])
  }
})

test_that("priors are shares, equal, or given by name or place", {
  x <- as.matrix(iris[1:4])
  prior <- function(...) unname(exp(naive_bayes(x, iris$Species, ...)$log_prior))
  expect_equal(prior(prior = "uniform"), rep(1 / 3, 3))
  expect_equal(prior(prior = c(2, 1, 1)), c(0.5, 0.25, 0.25))
  expect_equal(prior(prior = c(virginica = 0.5, setosa = 0.3, versicolor = 0.2)), c(0.3, 0.2, 0.5))
  several <- naive_bayes(x, cbind(a = iris$Species == "setosa", b = iris$Petal.Width > 1), prior = "uniform")
  expect_equal(unname(exp(several$log_prior)), c(0.5, 0.5))
})

test_that("a label of all rows or of none is predicted so", {
  fit <- naive_bayes(iris[1:4], cbind(none = 0, all = 1, some = rep(0:1, 75)))
  expect_identical(unname(colMeans(predict(fit, iris))[1:2]), c(0, 1))
  expect_identical(unname(predict(fit, iris[1, ], type = "prob")[1, 1:2]), c(0, 1))
})

test_that("settings that cannot be are refused by name", {
  x <- as.matrix(iris[1:4])
  expect_snapshot(error = TRUE, {
    naive_bayes(-x, iris$Species)
    naive_bayes(x, iris$Species, alpha = -1)
    naive_bayes(x, iris$Species, prior = c(1, 1))
    naive_bayes(x, iris$Species, prior = c(1, 0, 1))
    naive_bayes(x, iris$Species, prior = c(a = 1, b = 1, c = 1))
    naive_bayes(x, iris$Species, weights = c(1, 2))
    naive_bayes(x, iris$Species, weights = rep(0, 150))
    naive_bayes(x, cbind(a = rep(0:1, 75), b = 1), prior = c(0.5, 1))
    predict(naive_bayes(x, iris$Species))
  })
})

test_that("a model is shown in one line", {
  expect_snapshot(naive_bayes(iris[1:4], iris$Species))
})
