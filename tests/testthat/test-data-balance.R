few <- function() data.frame(x = 1:16, z = letters[1:16])
kinds <- function() factor(rep(c("a", "b", "c"), c(10, 4, 2)), c("c", "a", "none", "b"))

test_that("classes are drawn down to the smallest", {
  set.seed(1)
  out <- down_sample(few(), kinds())
  expect_identical(names(out), c("x", "z", "Class"))
  expect_identical(as.vector(table(out$Class)), c(2L, 2L, 2L))
  expect_identical(levels(out$Class), c("c", "a", "b"))
  expect_identical(out$Class, droplevels(kinds())[out$x]) # rows keep their class
  expect_false(anyDuplicated(out$x) > 0)
  expect_identical(out$z, letters[out$x])
  set.seed(1)
  expect_identical(down_sample(few(), as.character(kinds()))[order(out$x), "x"] > 0, rep(TRUE, 6))
})

test_that("classes are filled up to the largest", {
  set.seed(2)
  out <- up_sample(as.matrix(few()["x"]), kinds() == "a")
  expect_identical(as.vector(table(out$Class)), c(10L, 10L))
  expect_setequal(out$x, 1:16) # no row is lost
  expect_identical(as.character(out$Class), as.character(out$x <= 10))
})

test_that("the same seed draws the same rows", {
  draw <- function(f) {
    set.seed(3)
    f(few(), kinds())
  }
  expect_identical(draw(down_sample), draw(down_sample))
  expect_identical(draw(up_sample), draw(up_sample))
})

test_that("what cannot be balanced is refused", {
  expect_snapshot(error = TRUE, {
    down_sample(few())
    down_sample(1:3, c("a", "b", "a"))
    down_sample(few(), kinds()[-1])
    down_sample(few(), 1:16)
    up_sample(few(), replace(kinds(), 3, NA))
    up_sample(few(), rep("a", 16))
    up_sample(cbind(few(), Class = 1), kinds())
  })
})
