test_that("lists are zipped by position and by name", {
  expect_identical(zip_lists(list(1, 2), list("a", "b")), list(list(1, "a"), list(2, "b")))
  expect_identical(zip_lists(list(list(1, 2), list("a", "b"))), list(list(1, "a"), list(2, "b")))
  expect_identical(zip_lists(gradient = 1:2, weight = 3:4)[[2]], list(gradient = 2L, weight = 4L))
  a <- list(x = 1, y = 2)
  expect_identical(zip_lists(a, list(y = "b", x = "a")), list(x = list(1, "a"), y = list(2, "b")))
  expect_identical(zip_lists(unname(a), list("a", "b")), list(list(1, "a"), list(2, "b")))
  expect_identical(zip_lists(), list())
  expect_identical(zip_lists(1:2), list(list(1L), list(2L)))
})

test_that("lists that do not match are refused", {
  a <- list(x = 1, y = 2)
  for (other in list(list(x = 1, z = 2), list(1, 2), list(x = 1), list(x = 1, x = 2))) {
    expect_error(zip_lists(a, other), class = "tildenet_error_argument")
    expect_error(zip_lists(other, a), class = "tildenet_error_argument")
  }
  expect_snapshot(error = TRUE, {
    zip_lists(a, list(x = 1, z = 2))
    zip_lists(1:2, 1:3)
    zip_lists(list(a = 1, a = 2), list(a = 1, a = 2))
  })
})
