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
