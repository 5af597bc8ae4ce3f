test_that("parts are assigned, nested and with a rest", {
  c(c(a, b), c(d, .)) %<-% list(list(1, 2), list(3, 4))
  expect_equal(list(a, b, d), list(1, 2, 3))
  c(first, ...others) %<-% 1:3
  expect_equal(first, 1)
  expect_length(others, 2)
})
