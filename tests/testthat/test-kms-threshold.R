# Expected F1 of predicting the k most probable labels, by all outcomes.
expected_f1 <- function(p, k) {
  outcomes <- as.matrix(expand.grid(rep(list(0:1), length(p))))
  chance <- apply(outcomes, 1, function(y) prod(ifelse(y == 1, p, 1 - p)))
  predicted <- rank(-p, ties.method = "first") <= k
  f1 <- apply(outcomes, 1, function(y) if (k + sum(y) == 0) 1 else 2 * sum(y * predicted) / (k + sum(y)))
  sum(chance * f1)
}

test_that("expected F1 is the largest of all numbers of labels", {
  set.seed(1)
  prob <- rbind(matrix(stats::runif(60), 12), matrix(stats::runif(30, 0, 0.2), 6), c(0, 0, 0, 0, 0), rep(1, 5), rep(0.5, 5))
  chosen <- choose_labels(prob, "expected_f1")
  for (row in seq_len(nrow(prob))) {
    values <- vapply(0:5, function(k) expected_f1(prob[row, ], k), 0)
    expect_equal(values[sum(chosen[row, ]) + 1], max(values))
    expect_true(all(prob[row, chosen[row, ] == 1] >= max(0, prob[row, chosen[row, ] == 0])))
  }
  expect_identical(choose_labels(rbind(prob[1:2, ], NA), "expected_f1")[1:2, ], chosen[1:2, ])
  expect_true(all(is.na(choose_labels(matrix(NA_real_, 2, 3), "expected_f1"))))
})

test_that("a tuned threshold has the highest F1, nearest to 0.5 among equals", {
  set.seed(2)
  for (n in c(5, 40)) {
    p <- round(stats::runif(n), 1)
    y <- stats::rbinom(n, 1, p)
    f1 <- function(t) 2 * sum(y * (p > t)) / max(1, sum(y) + sum(p > t))
    cut <- best_threshold(y, p)
    expect_equal(f1(cut), max(vapply(seq(-0.05, 1, 0.05), f1, 0)))
  }
  expect_identical(best_threshold(c(0, 0), c(0.1, 0.2)), 0.5)
  expect_equal(best_threshold(c(1, 1, 0, NA), c(0.9, 0.8, 0.3, 0.1)), 0.55)
  expect_equal(best_threshold(c(1, 1), c(0.9, 0.8)), 0.4)
})

labelled <- function() transform(iris, large = Sepal.Length > 6, wide = Sepal.Width > 3.4)

test_that("predict() takes thresholds as numbers, by label, and by expected F1", {
  fit <- small_kms(cbind(large, wide) ~ Petal.Length + Petal.Width, labelled())
  prob <- predict(fit, iris, type = "prob")
  class <- function(...) predict(fit, iris, type = "class", ...)
  expect_identical(class(threshold = 0.2), (prob > 0.2) + 0L)
  both <- cbind(large = prob[, 1] > 0.1, wide = prob[, 2] > 0.7) + 0L
  expect_identical(class(threshold = c(0.1, 0.7)), both)
  expect_identical(class(threshold = c(wide = 0.7, large = 0.1)), both)
  expect_identical(class(threshold = "expected_f1"), `colnames<-`(choose_labels(prob, "expected_f1"), c("large", "wide")))
  expect_identical(predict(fit, labelled(), threshold = 0.2)$fit, class(threshold = 0.2))
  tuned <- tune_thresholds(fit, labelled())
  expect_named(tuned, c("large", "wide"))
  f1 <- function(...) classification_report(predict(fit, labelled(), ...))$classes$f1
  expect_true(all(f1(threshold = tuned) >= f1()))
  expect_identical(tune_thresholds(fit, iris, y_test = cbind(labelled()$large, labelled()$wide) + 0), tuned)
  gaps <- iris[1:3, ]
  gaps$Petal.Width[2] <- NA
  expect_identical(is.na(predict(fit, gaps, type = "class", threshold = "expected_f1")[, 1]), c(FALSE, TRUE, FALSE))
})

test_that("of two labels the second is predicted above a threshold", {
  data <- labelled()
  fit <- small_kms(large ~ Petal.Length + Petal.Width, data)
  p <- predict(fit, data, type = "prob")[, 2]
  expect_identical(predict(fit, data, threshold = 0.1)$fit, unname(p > 0.1))
  expect_named(tune_thresholds(fit, data), "TRUE")
  softmax <- small_kms(large ~ Petal.Length, data, loss = "categorical_crossentropy")
  p <- predict(softmax, data, type = "prob")[, 2]
  expect_identical(predict(softmax, data, threshold = 0.4, type = "class") == "TRUE", unname(p > 0.4))
})

test_that("the most probable labels come first, of every kind of outcome", {
  top_of <- function(prob, k) t(apply(prob, 1, function(p) colnames(prob)[order(-p)[seq_len(k)]]))
  several <- small_kms(cbind(large, wide) ~ Petal.Length + Petal.Width, labelled())
  three <- small_kms(Species ~ ., iris)
  two <- small_kms(large ~ Petal.Length + Petal.Width, labelled())
  for (fit in list(several, three, two)) {
    top <- predict(fit, iris, type = "top", k = 2)
    expect_identical(unname(top), top_of(predict(fit, iris, type = "prob"), 2))
    expect_identical(colnames(top), c("top1", "top2"))
  }
  gaps <- replace(iris[1:3, ], 2, NA)
  expect_true(all(is.na(predict(three, gaps, type = "top"))))
  expect_identical(dim(predict(three, iris[0, ], type = "top")), c(0L, 3L))
})

test_that("thresholds that cannot be are refused by name", {
  several <- small_kms(cbind(large, wide) ~ Petal.Length, labelled())
  three <- small_kms(Species ~ ., iris)
  number <- small_kms(Sepal.Length ~ Petal.Length, iris)
  expect_snapshot(error = TRUE, {
    predict(several, iris, threshold = 2)
    predict(several, iris, threshold = c(0.1, 0.2, 0.3))
    predict(several, iris, threshold = c(large = 0.1, tall = 0.2))
    predict(several, iris, threshold = "best")
    predict(three, iris, threshold = 0.3)
    predict(number, iris, type = "top")
    predict(three, iris, type = "top", k = 4)
    tune_thresholds(three, iris)
    tune_thresholds(several, iris)
    tune_thresholds(several)
    tune_thresholds(iris)
  })
})
