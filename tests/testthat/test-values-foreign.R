test_that("64-bit integers are read by value, exactly", {
  x <- c(a = 1, b = 0, c = -1, d = 2^31, e = -2^31, f = 2^32 + 5, g = 2^53 - 1, h = 1 - 2^53, i = NA)
  expect_identical(own_values(integer64(x)), x)
  m <- matrix(c(3, -7, 2^40, NA), 2, dimnames = list(NULL, c("u", "v")))
  expect_identical(own_values(integer64(m)), m)
  expect_identical(own_values(integer64(numeric())), numeric())
})

test_that("64-bit integers that doubles round are left to be refused", {
  big <- beyond_doubles(2)
  expect_identical(own_values(big), big)
  expect_null(plain_numbers(big))
})

test_that("value labels go, and what SPSS counts as missing is missing", {
  x <- c(1, 2, 99, NA, -1)
  expect_identical(own_values(haven_labelled(x, labels = c(low = 1))), x)
  expect_identical(own_values(haven_labelled(x, na_values = 99, spss = TRUE)), c(1, 2, NA, NA, -1))
  expect_identical(own_values(haven_labelled(x, na_range = c(-Inf, 0), spss = TRUE)), c(1, 2, 99, NA, NA))
  expect_identical(own_values(haven_labelled(c("a", "b"))), c("a", "b"))
})

test_that("arrays of one axis, tables, I() and sparse vectors are vectors", {
  expect_identical(own_values(array(1:3)), 1:3)
  expect_identical(own_values(table(c("u", "v", "u"))), c(u = 2L, v = 1L))
  expect_identical(own_values(I(c(a = 1))), c(a = 1))
  expect_identical(own_values(I(diag(2))), diag(2))
  expect_identical(own_values(Matrix::sparseVector(2:1, c(1, 3), 3)), c(2, 0, 1))
  expect_s3_class(own_values(as.POSIXlt("2020-01-01", tz = "UTC")), "POSIXct")
})
