iris_fit <- function() small_kms(Species ~ ., iris, Nepochs = 30)

test_that("22.4 defect 30: every type has one row per row of newdata", {
  fit <- iris_fit()
  rows <- c(140, 3, 60)
  class <- predict(fit, iris[rows, ], type = "class")
  prob <- predict(fit, iris[rows, ], type = "prob")
  expect_identical(levels(class), levels(iris$Species))
  expect_identical(dim(prob), c(3L, 3L))
  expect_identical(colnames(prob), levels(iris$Species))
  expect_equal(rowSums(prob), rep(1, 3), tolerance = 1e-6)
  expect_identical(levels(iris$Species)[max.col(prob)], as.character(class))
  expect_identical(predict(fit, iris[rows, ], type = "response"), prob)
  link <- predict(fit, iris[rows, ], type = "link")
  expect_equal(exp(link) / rowSums(exp(link)), prob, tolerance = 1e-5)
})

test_that("binary types agree with one another", {
  fit <- small_kms(am ~ mpg + wt, transform(mtcars, am = factor(am, labels = c("auto", "manual"))))
  prob <- predict(fit, mtcars, type = "prob")
  expect_identical(colnames(prob), c("auto", "manual"))
  expect_equal(predict(fit, mtcars, type = "response"), unname(prob[, 2]))
  expect_equal(stats::plogis(predict(fit, mtcars, type = "link")), unname(prob[, 2]), tolerance = 1e-5)
  expect_identical(predict(fit, mtcars, type = "class") == "manual", unname(prob[, 2] > 0.5))
})

test_that("a continuous outcome has response and link in its own units", {
  fit <- small_kms(mpg ~ wt, mtcars)
  response <- predict(fit, mtcars[1:2, ], type = "response")
  expect_identical(predict(fit, mtcars[1:2, ], type = "link"), response)
  expect_identical(predict(fit, mtcars[1:2, ])$fit, response)
  expect_snapshot(error = TRUE, {
    predict(fit, mtcars, type = "prob")
    predict(fit, mtcars, type = "best")
    predict(fit)
    predict(fit, mtcars, 32, 0, NULL, "class")
    predict(fit, mtcars["hp"])
    predict(fit, mtcars["wt"], y_test = 1:3)
  })
})

test_that("without type the result is that of kerasformula", {
  result <- predict(iris_fit(), iris)
  expect_s3_class(result, "kms_prediction")
  expect_identical(names(result), c("fit", "y_test", "y_test_labels", "confusion", "accuracy"))
  expect_equal(result$accuracy, mean(result$fit == iris$Species))
  number <- predict(small_kms(mpg ~ wt, mtcars), mtcars)
  expect_identical(names(number), c("fit", "y_test", regression_names))
  expect_equal(number$MSE_predictions, mean((number$fit - mtcars$mpg)^2))
})

test_that("22.4 defect 18: single rows and missing levels are predicted as within the data", {
  d <- transform(mtcars, cyl = factor(cyl))
  fit <- small_kms(mpg ~ cyl + poly(wt, 2), d)
  all_rows <- predict(fit, d, type = "response")
  expect_equal(predict(fit, d[5, ], type = "response"), all_rows[5], tolerance = 1e-5)
  eights <- which(d$cyl == 8)
  expect_equal(predict(fit, droplevels(d[eights, ]), type = "response"), all_rows[eights], tolerance = 1e-5)
})

test_that("22.4 defect 19: without the outcome every term counts", {
  fit <- small_kms(mpg ~ wt + hp, mtcars, Nepochs = 20)
  result <- predict(fit, mtcars[c("hp", "wt")])
  expect_null(result$y_test)
  expect_identical(names(result), c("fit", "y_test"))
  expect_identical(result$fit, predict(fit, mtcars)$fit)
})

test_that("22.4 defect 20: y_test counts when the outcome is not in newdata", {
  fit <- iris_fit()
  result <- predict(fit, iris[1:4], y_test = iris$Species)
  expect_equal(result$accuracy, predict(fit, iris)$accuracy)
  expect_identical(predict(fit, iris, y_test = rev(iris$Species))$y_test, iris$Species)
})

test_that("22.4 defect 21: NA in newdata is NA in the result for those rows", {
  fit <- iris_fit()
  new <- iris[c(1, 60, 120), ]
  new$Petal.Length[2] <- NA
  for (type in c("class", "prob", "response", "link")) {
    result <- as.matrix(predict(fit, new, type = type))
    expect_identical(nrow(result), 3L)
    expect_identical(is.na(result[, 1]), c(FALSE, TRUE, FALSE), label = type)
  }
  result <- predict(fit, new)
  expect_identical(is.na(result$fit), c(FALSE, TRUE, FALSE))
  expect_false(is.na(result$accuracy))
  nothing <- predict(fit, transform(new, Petal.Length = NA), type = "prob")
  expect_identical(dim(nothing), c(3L, 3L))
  expect_true(all(is.na(nothing)))
})

test_that("22.4 defect 22: unknown levels warn, unknown labels are counted as wrong", {
  d <- transform(mtcars, cyl = as.character(cyl), am = ifelse(am == 1, "manual", "auto"))
  fit <- small_kms(am ~ cyl, d)
  new <- data.frame(cyl = c("4", "5"), am = c("auto", "robot"))
  expect_warning(class <- predict(fit, new, type = "class"), "`cyl` .*\"5\"")
  expect_identical(class[2], predict(fit, data.frame(cyl = "4"), type = "class"))
  expect_message(result <- predict(fit, data.frame(cyl = "4", am = c("auto", "robot"))), "\"robot\"")
  expect_lte(result$accuracy, 0.5)
})

test_that("22.4 defect 23: labels are compared whatever their type", {
  fit <- iris_fit()
  as_text <- transform(iris, Species = as.character(Species))
  expect_equal(predict(fit, as_text)$accuracy, predict(fit, iris)$accuracy)
  other <- transform(iris[101:150, ], Species = factor(Species))
  expect_equal(predict(fit, other)$accuracy, mean(predict(fit, other, type = "class") == "virginica"))
})
