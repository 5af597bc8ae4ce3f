columns <- function(...) {
  x <- cbind(...)
  x + 0
}

test_that("columns with more than two distinct training values are scaled", {
  x <- columns(a = c(1, 2, 3, 6), b = c(0, 1, 0, 1), c = c(5, 5, 5, 5) / 5, d = c(-2, 0, 4, 4))
  z <- scale_fit(x)
  expect_identical(z$cols_to_scale, c(1L, 4L))
  expect_identical(dimnames(z$X), list(c("mean", "sd"), c("a", "d")))
  expect_equal(unname(scale_apply(x, z)[, c(1, 4)]), unname(scale(x[, c(1, 4)])[1:4, ]))
  expect_identical(scale_apply(x, z)[, 2:3], x[, 2:3])
  unit <- scale_fit(x, how = "zero_one")
  expect_equal(scale_apply(x, unit)[, "d"], c(0, 1 / 3, 1, 1))
  expect_equal(scale_apply(columns(a = 11, b = 0, c = 0, d = 10), unit)[, "a"], c(a = 2))
})

test_that("22.4 defect 10: a continuous outcome is scaled when no column is", {
  y <- c(2, 4, 9)
  for (how in c("z", "zero_one")) {
    scale <- scale_fit(columns(a = c(0, 1, 1)), y, how)
    expect_length(scale$cols_to_scale, 0)
    z <- scale_outcome_apply(y, scale)
    expect_equal(z, if (how == "z") as.vector(base::scale(y)) else c(0, 2 / 7, 1))
    expect_equal(scale_outcome_undo(z, scale), y)
    expect_identical(dim(scale$y), c(2L, 1L))
  }
})

test_that("22.4 defect 11: a two-valued column far from 0..1 stays and is told", {
  x <- columns(year = c(1999, 2000, 1999), b = c(1, 2, 1))
  expect_message(s <- scale_fit(x), "`year`", class = "tildenet_message_unscaled_columns")
  expect_identical(scale_apply(x, s), x)
  expect_no_message(scale_fit(x[, "b", drop = FALSE]))
  expect_message(scale_fit(Matrix::Matrix(x, sparse = TRUE)), "`year`")
})

test_that("a sparse design is scaled like a dense one where its columns are filled", {
  x <- columns(a = c(1, 2, 3, 6, 7), b = c(0, 1, 0, 1, 0), d = c(-2, 0, 4, 4, 1))
  sparse <- methods::as(x, "CsparseMatrix")
  for (how in c("z", "zero_one")) {
    s <- scale_fit(x, how = how)
    expect_equal(scale_fit(sparse, how = how), s)
    scaled <- scale_apply(sparse, s)
    expect_s4_class(scaled, "dgCMatrix")
    expect_equal(as.matrix(scaled), scale_apply(x, s))
  }
})

test_that("a column that is mostly zeros is divided but not moved", {
  set.seed(3)
  x <- Matrix::sparseMatrix(i = 1:10, j = rep(1:2, 5), x = c(1:9, 30), dims = c(40, 3),
                            dimnames = list(NULL, c("a", "b", "c")))
  s <- scale_fit(x)
  expect_identical(unname(s$X["mean", ]), c(0, 0))
  expect_equal(s$X["sd", "a"], sd(x[, "a"]))
  scaled <- scale_apply(x, s)
  expect_identical(length(scaled@x), length(x@x))
  expect_equal(sd(scaled[, "b"]), 1)
})

test_that("dummies of many levels are passed over quickly and stay", {
  x <- design_fit(y ~ f, data.frame(y = 1:3e4, f = factor(rep_len(1:10000, 3e4))))$x
  s <- scale_fit(x)
  expect_length(s$cols_to_scale, 0)
  expect_identical(scale_apply(x, s), x)
})

test_that("whole weights scale as repeated rows do, others as shares", {
  x <- columns(a = c(1, 2, 3, 6, 7), b = c(-2, 0, 4, 4, 1))
  w <- c(1, 3, 2, 1, 2)
  long <- x[rep(1:5, w), ]
  for (how in c("z", "zero_one")) {
    expect_equal(scale_fit(x, x[, 1], how, w), scale_fit(long, long[, 1], how))
    sparse <- scale_fit(methods::as(x, "CsparseMatrix"), x[, 1], how, w)
    expect_equal(sparse, scale_fit(methods::as(long, "CsparseMatrix"), long[, 1], how))
  }
  expect_equal(scale_fit(x, weights = rep(0.1, 5)), scale_fit(x))
})
