test_that("outcomes that are no labels, and data that do not go together, are told apart", {
  x <- as.matrix(iris[1:4])
  expect_snapshot(error = TRUE, {
    naive_bayes(x, iris$Sepal.Length)
    naive_bayes(x, iris$Species[1:10])
    naive_bayes(x, replace(iris$Species, 3, NA))
    naive_bayes(replace(x, 7, NA), iris$Species)
    naive_bayes(x[0, ], iris$Species[0])
    naive_bayes(x, rep("a", 150))
    naive_bayes(x[, 1], iris$Species)
    naive_bayes(x, matrix(0:2, 150, 2))
  })
})

test_that("new rows are read by the names of the columns, and rows with gaps are NA", {
  fit <- naive_bayes(iris[1:4], iris$Species)
  expect_identical(predict(fit, iris[4:1]), predict(fit, iris))
  expect_identical(predict(fit, as.matrix(iris[1:4])), predict(fit, iris[1:4]))
  gaps <- iris[c(1, 51, 101), ]
  gaps$Petal.Width[2] <- NA
  expect_identical(is.na(predict(fit, gaps)), c(FALSE, TRUE, FALSE))
  expect_identical(is.na(predict(fit, gaps, type = "prob")[, 2]), c(FALSE, TRUE, FALSE))
  expect_error(predict(fit, iris[1:3]), class = "tildenet_error_data")
  expect_identical(nrow(predict(fit, iris[0, ], type = "link")), 0L)
  expect_identical(levels(predict(fit, iris[0, ])), levels(iris$Species))
})

test_that("labels of any kind come back in their order", {
  x <- as.matrix(iris[1:4])
  for (y in list(iris$Species, as.character(iris$Species), iris$Species == "setosa", as.integer(iris$Species == "virginica"))) {
    found <- predict(naive_bayes(x, y), x)
    expect_gt(mean(as.character(found) == as.character(y)), 0.8)
    expect_identical(levels(found), levels(factor(y)))
  }
})
