test_that("rows and prices stay together", {
  path <- withr::local_tempfile()
  put_npz(path, list(x = npy_bytes(matrix(1:10, 5), "<i4"), y = npy_bytes(1:5)))
  for (split in c(0, 0.2, 0.5)) {
    data <- dataset_boston_housing(path, split, seed = 1)
    expect_identical(data$train$x[, 1], data$train$y)
    expect_identical(data$test$x[, 2], data$test$y + 5L)
    expect_identical(sort(c(data$train$y, data$test$y)), 1:5)
    expect_identical(dim(data$test$x), c(as.integer(ceiling(5 * split)), 2L))
  }
  expect_error(dataset_boston_housing(path, 1), class = "tildenet_error_argument")
  put_npz(path, list(x = npy_bytes(matrix(1:10, 5), "<i4"), y = npy_bytes(1:4)))
  expect_error(dataset_boston_housing(path), "row for each", class = "tildenet_error_io")
})
