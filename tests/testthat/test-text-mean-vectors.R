vectors <- rbind(cat = c(1, 0), dog = c(0, 1), The = c(5, 5))

test_that("features are means over all known words", {
  x <- c("A cat, a dog -- the CAT!", NA, "nothing", "dog")
  found <- mean_vectors(x, vectors)
  expect_equal(found, rbind(c(2, 1) / 3, NA, NA, c(0, 1)), ignore_attr = TRUE)
  expect_equal(attr(found, "known"), c(3 / 6, NA, 0, 1))
  expect_equal(mean_vectors(list(c("cat", "dog"), "The"), vectors, lower = FALSE),
               rbind(c(0.5, 0.5), c(5, 5)), ignore_attr = TRUE)
  expect_identical(dim(mean_vectors(character(), vectors)), c(0L, 2L))
})

test_that("vectors of no word are read, as read_word_vectors() gives them", {
  found <- mean_vectors(c("cat", ""), vectors[0, ])
  expect_equal(found, matrix(NA_real_, 2, 2), ignore_attr = TRUE)
  expect_identical(attr(found, "known"), c(0, NA))
})

test_that("stop words count neither as known nor as unknown", {
  found <- mean_vectors(c("the cat and the dog", "the and"), vectors, stop_words = "english")
  expect_equal(found, rbind(c(0.5, 0.5), NA), ignore_attr = TRUE)
  expect_equal(attr(found, "known"), c(1, NA))
  expect_equal(attr(mean_vectors("cat dog bird", vectors, stop_words = "dog"), "known"), 1 / 2)
})

test_that("columns keep their names, vectors must have words", {
  named <- vectors
  colnames(named) <- c("x", "y")
  expect_identical(colnames(mean_vectors("cat", named)), c("x", "y"))
  expect_snapshot(error = TRUE, {
    mean_vectors("cat", unname(vectors))
    mean_vectors("cat", rbind(vectors, cat = 1))
    mean_vectors("cat", data.frame(vectors))
    mean_vectors("cat", rbind(vectors, bird = NA))
    mean_vectors("cat", rbind(vectors, bird = Inf))
    mean_vectors("cat", vectors, stop_words = 1)
    mean_vectors(1, vectors)
  })
})
