
test_that("a matrix of contrasts keeps all its columns, in new data too", {
  d <- data.frame(f = factor(c("a", "b", "c", "a")), s = c("u", "v", "u", "v"), l = c(TRUE, FALSE, TRUE, TRUE), y = 1:4 / 2)
  codes <- function(variables, given) {
    list(f = matrix(diag(3), 3, dimnames = list(letters[1:3], letters[1:3])), s = cbind(u = c(1, -1)), l = cbind(c(3, 5)))
  }
  built <- design_fit(y ~ ., d, codes = list(contrasts = codes))
  expect_equal(unname(built$x), cbind(diag(3)[c(1, 2, 3, 1), ], c(1, -1, 1, -1), c(5, 3, 5, 5)))
  expect_equal(unname(design_apply(built$design, d[c(3, 1), ])$x), unname(built$x[c(3, 1), ]))
  expect_equal(level_coding(letters[1:3], codes()$f, FALSE), diag(3))
})
