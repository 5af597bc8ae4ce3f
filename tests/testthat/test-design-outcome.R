outcome_of <- function(y) outcome_fit(y, y ~ x, call = NULL)

test_that("numbers with more than two values are continuous, all else is categorical", {
  expect_identical(outcome_of(c(1, 2, 3.5))$type, "continuous")
  expect_null(outcome_of(1:3)$labels)
  expect_identical(outcome_of(c(5, 7, 5))$type, "binary")
  expect_identical(outcome_of(c(TRUE, FALSE))$labels, c(FALSE, TRUE))
  expect_identical(outcome_of(c("b", "a", "c"))$type, "multinomial")
  expect_identical(outcome_of(factor(c("b", "a"), c("b", "a", "unused")))$n_values, 2L)
})

test_that("22.4 defect 2: a binary outcome is coded 0/1 by the order of its labels", {
  expect_codes <- function(y, codes) expect_identical(outcome_codes(y, outcome_of(y)), codes)
  expect_codes(factor(c("yes", "no", "yes"), c("no", "yes")), c(1L, 0L, 1L))
  expect_codes(factor(c("yes", "no", "yes"), c("yes", "no")), c(0L, 1L, 0L))
  expect_codes(c("m", "f", "f"), c(1L, 0L, 0L))
  expect_codes(c(TRUE, FALSE, TRUE), c(1L, 0L, 1L))
  expect_codes(c(10, -3, 10), c(1L, 0L, 1L))
})

test_that("codes turn back into values of the outcome's type", {
  y <- factor(c("b", "a", "c"), c("c", "b", "a", "d"))
  outcome <- outcome_of(y)
  expect_identical(outcome_values(outcome_codes(y, outcome), outcome), y)
  expect_identical(outcome_factor(0:2, outcome), factor(c("c", "b", "a"), levels(y)))
  numbers <- outcome_of(c(10, 2.5, 10))
  expect_identical(outcome_values(c(1L, 0L, NA), numbers), c(10, 2.5, NA))
  expect_identical(levels(outcome_factor(1L, numbers)), c("2.5", "10"))
})

test_that("22.4 defect 11: a constant outcome is an error that says so", {
  expect_snapshot(error = TRUE, {
    outcome_of(c(3, 3, 3))
    outcome_of(factor("a"))
  })
})
