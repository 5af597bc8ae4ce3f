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

test_that("a first axis that stays changes nothing of the order", {
  plain <- function(x, dim) aperm(array(aperm(x), rev(dim)))
  x <- array(seq_len(2 * 3 * 4 * 5), c(2, 3, 4, 5))
  for (dim in list(c(2, 60), c(2, 12, 5), c(2, 5, 2, 6), c(2, 3, 4, 5), c(2, 1, 60))) {
    expect_identical(array_reshape(x, dim), plain(x, dim))
    expect_identical(array_reshape(array_reshape(x, dim), c(2, 3, 4, 5)), x)
  }
  named <- matrix(letters[1:6], 2, dimnames = list(c("a", "b"), NULL))
  expect_identical(array_reshape(named, c(2, 3, 1)), array(letters[1:6], c(2, 3, 1)))
  expect_identical(array_reshape(matrix(numeric(), 0, 6), c(0, 2, 3)), array(numeric(), c(0, 2, 3)))
})

test_that("norms are those of each vector along any axis", {
  x <- array(stats::rnorm(60), c(3, 4, 5), dimnames = list(NULL, letters[1:4], NULL))
  x[2, , 3] <- 0
  norms <- list("1" = function(v) sum(abs(v)), "2" = function(v) sqrt(sum(v^2)), "3" = function(v) sum(abs(v)^3)^(1 / 3),
                "0" = function(v) sum(v != 0), "Inf" = function(v) max(abs(v)))
  for (order in names(norms)) for (axis in c(1:3, -1)) {
    at <- if (axis < 0) 3 else axis
    by <- apply(x, seq_len(3)[-at], norms[[order]])
    by[by == 0] <- 1
    expect_equal(normalize(x, axis, as.numeric(order)), sweep(x, seq_len(3)[-at], by, "/"))
  }
  expect_equal(normalize(c(3, -4), order = Inf), rbind(c(0.75, -1)))
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
