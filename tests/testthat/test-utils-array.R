test_that("class numbers become columns", {
  expect_equal(to_categorical(c(0, 2)), rbind(c(1, 0, 0), c(0, 0, 1)))
  expect_equal(to_categorical(matrix(c(1, 0)), 3), rbind(c(0, 1, 0), c(1, 0, 0)))
  expect_equal(to_categorical(1.9), rbind(c(0, 1)))
  expect_equal(dim(to_categorical(matrix(0:3, 2))), c(2, 2, 4))
  expect_equal(to_categorical(factor(c("a", "b"))), rbind(c(0, 1, 0), c(0, 0, 1)))
  expect_equal(dim(to_categorical(numeric(), 2)), c(0, 2))
  expect_snapshot(error = TRUE, {
    to_categorical(c(1, -1))
    to_categorical(3, num_classes = 3)
    to_categorical("a")
    to_categorical(NA_real_)
  })
})

test_that("arrays are reshaped row by row", {
  expect_equal(array_reshape(1:6, c(2, 3)), rbind(1:3, 4:6))
  expect_equal(array_reshape(rbind(1:3, 4:6), 6), array(1:6, 6))
  expect_equal(array_reshape(1:6, c(-1, 2)), rbind(1:2, 3:4, 5:6))
  expect_equal(array_reshape(1:6, list(NULL, 2)), rbind(1:2, 3:4, 5:6))
  expect_equal(array_reshape(1:6, c(2, 3), order = "F"), matrix(1:6, 2))
  x <- array(stats::rnorm(24), c(2, 3, 4))
  expect_equal(array_reshape(array_reshape(x, c(2, 12)), c(2, 3, 4)), x)
  expect_snapshot(error = TRUE, {
    array_reshape(1:6, c(4, 2))
    array_reshape(1:6, c(-1, -1))
  })
})

test_that("vectors are scaled to length 1", {
  x <- rbind(c(3, 4), c(0, 0))
  expect_equal(normalize(x), rbind(c(0.6, 0.8), c(0, 0)))
  expect_equal(normalize(x, axis = 1), rbind(c(1, 1), c(0, 0)))
  expect_equal(normalize(x, order = 1)[1, ], c(3, 4) / 7)
  expect_equal(normalize(x, order = Inf)[1, ], c(0.75, 1))
  expect_equal(normalize(c(3, 4)), rbind(c(0.6, 0.8)))
  expect_error(normalize(x, axis = 3), class = "tildenet_error_argument")
})
