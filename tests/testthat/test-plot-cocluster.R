test_that("a heat map has rows and columns in order of their groups", {
  groups <- structure(list(rows = c(a = 1L, b = 2L, c = 1L), columns = c(x = 2L, y = 1L),
                           inertia = 0, x = matrix(1:6, 3, dimnames = list(letters[1:3], c("x", "y")))),
                      class = "tildenet_cocluster")
  plot <- autoplot(groups)
  expect_identical(levels(plot$data$row), c("a", "c", "b"))
  expect_identical(levels(plot$data$column), c("y", "x"))
  expect_identical(plot$data$value, c(4L, 6L, 5L, 1L, 3L, 2L))
  expect_identical(plot$data$row_group, c(1L, 1L, 2L, 1L, 1L, 2L))
  expect_identical(ggplot2::layer_data(plot, 3)$yintercept, 1.5)
  expect_identical(ggplot2::layer_data(plot, 2)$xintercept, 1.5)
  large <- groups
  large$x <- groups$x * 500
  expect_figures("co-clusters" = plot, "co-clusters of large numbers without names" = function() {
    large$x <- unname(large$x)
    print(plot(large))
  })
})

test_that("breaks are some of 0 and the powers of 10 in sight", {
  expect_identical(heat_breaks(c(0, 1200)), c(0, 10, 100, 1000))
  expect_identical(heat_breaks(c(0, 5)), c(0, 1))
  expect_true(all(is.finite(heat_breaks(c(20, 60)))))
  expect_true(all(is.finite(heat_breaks(c(0, 0.5)))))
})
