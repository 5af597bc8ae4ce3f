blocks <- function() {
  x <- matrix(1, 7, 6, dimnames = list(letters[1:7], LETTERS[1:6]))
  x[c(1, 3, 5), c(2, 4)] <- 20
  x[c(2, 4), c(1, 6)] <- 30
  x[c(6, 7), c(3, 5)] <- 25
  x
}

test_that("blocks are found whatever the order of rows, in numbers of first appearance", {
  set.seed(1)
  found <- cocluster(blocks(), 3)
  expect_identical(found$rows, c(a = 1L, b = 2L, c = 1L, d = 2L, e = 1L, f = 3L, g = 3L))
  expect_identical(found$columns, c(A = 2L, B = 1L, C = 3L, D = 1L, E = 3L, F = 2L))
  again <- withr::with_seed(3, cocluster(Matrix::Matrix(blocks(), sparse = TRUE), 3))
  expect_identical(again[c("rows", "columns")], found[c("rows", "columns")])
  expect_equal(again$inertia, found$inertia)
})

test_that("a seed repeats a result and a data frame keeps its names", {
  set.seed(5)
  one <- cocluster(as.data.frame(blocks()), 4, n_start = 1)
  set.seed(5)
  expect_identical(cocluster(as.data.frame(blocks()), 4, n_start = 1), one)
  expect_named(one$rows, letters[1:7])
})

test_that("what cannot be clustered is refused by name", {
  expect_snapshot(error = TRUE, {
    cocluster(blocks() - 2, 2)
    cocluster(cbind(blocks(), Z = 0), 2)
    cocluster(unname(rbind(blocks(), 0)), 2)
    cocluster(blocks(), 1)
    cocluster(blocks(), 14)
    cocluster(blocks(), 9)
    cocluster(matrix(1, 3, 3), 2)
    cocluster(replace(blocks(), 3, NA), 2)
    cocluster(letters, 2)
  })
})

test_that("groups are listed by name or number", {
  set.seed(1)
  expect_snapshot(cocluster(blocks(), 3))
  set.seed(1)
  expect_snapshot(cocluster(unname(blocks()), 3))
})
