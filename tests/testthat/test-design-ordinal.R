# The order of levels as a number.
test_that("Ordinal: places go from 0 to 1 in the order of the levels", {
  size <- factor(c("s", "l", "m", NA), c("s", "m", "l"), ordered = TRUE)
  expect_identical(as.vector(ordinal(size)), c(0, 1, 0.5, NA))
  expect_identical(as.vector(ordinal(factor(c("b", "a")))), c(1, 0))
  expect_identical(as.vector(ordinal(c("low", "high"), c("low", "middle", "high"))), c(0, 1))
  expect_identical(as.vector(ordinal(c(10, 30, 20), c(10, 20, 30))), c(0, 1, 0.5))
})

test_that("Ordinal: other values are the mean of those that are known", {
  expect_identical(as.vector(ordinal(c("a", "b", "b", "?"), c("a", "b"))), c(0, 1, 1, 2 / 3))
  expect_identical(as.vector(ordinal(c("?", NA), c("a", "b"))), c(0.5, NA))
  expect_identical(as.vector(ordinal(c("?", "b"), c("a", "b"), unseen = 0.25)), c(0.25, 1))
})

test_that("Ordinal: what has no order is refused", {
  expect_error(ordinal(c("a", "b")), "be a factor", class = "tildenet_error_data")
  expect_error(ordinal(factor("a")), "two different labels", class = "tildenet_error_argument")
  expect_error(ordinal("a", c("a", NA)), "two different labels", class = "tildenet_error_argument")
  expect_error(ordinal("a", c("a", "a")), "two different labels", class = "tildenet_error_argument")
  expect_error(ordinal("a", c("a", "b"), unseen = "b"), "one number", class = "tildenet_error_argument")
})

test_that("Ordinal: new rows are read by the levels and the mean of the training data", {
  size <- factor(rep(c("s", "m", "l", "m"), 15), c("s", "m", "l"), ordered = TRUE)
  d <- data.frame(size, y = as.integer(size) + sin(1:60))
  built <- design_fit(y ~ ordinal(size), d)
  expect_identical(built$x[1:3, 1], c(0, 0.5, 1))
  new <- data.frame(size = c("l", "s", "XL", NA))
  expect_identical(suppressWarnings(design_apply(built$design, new)$x[, 1]), c(1, 0, 0.5))
  fit <- small_kms(y ~ ordinal(size) + factor(size, ordered = FALSE), d)
  expect_identical(fit$P, 3L)
  expect_warning(p <- predict(fit, new), "\"XL\"", class = "tildenet_warning_new_levels")
  expect_identical(which(is.na(p)), 4L)
})
