test_that("digits have a label and 64 pixels", {
  path <- file.path(local_data_dir(), "digits.csv")
  digits <- as.data.frame(matrix(c(3:4, rep(0:16, length.out = 128)), 2))
  names(digits) <- c("label", outer(0:7, 0:7, function(column, row) paste0("p", row, column)))
  put_table(path, digits)
  expect_identical(dataset_digits(), digits)
  put_table(path, digits[-65])
  expect_error(dataset_digits(), "no column \"p77\"", class = "tildenet_error_io")
})
