test_that("fitting gives a value and leaves the unfitted one alone", {
  unfitted <- text_vectorizer()
  fitted <- fit(unfitted, c("the cat", "the dog"))
  expect_snapshot({
    unfitted
    fitted
    fit(text_vectorizer(hash = 8), "a text")
  })
  expect_identical(vocabulary(fitted), c("cat", "dog", "the"))
  path <- withr::local_tempfile()
  saveRDS(fitted, path)
  expect_identical(readRDS(path), fitted)
  expect_identical(predict(readRDS(path), "the cat"), predict(fitted, "the cat"))
})

test_that("settings and inputs are checked", {
  expect_snapshot(error = TRUE, {
    text_vectorizer(ngrams = c(2, 1))
    text_vectorizer(analyzer = "byte")
    text_vectorizer(max_df = 1.5)
    text_vectorizer(min_df = -1)
    text_vectorizer(stop_words = 3)
    text_vectorizer(vocabulary = c("a", "a"))
    text_vectorizer(analyzer = "char", stop_words = "the")
    text_vectorizer(hash = 16, max_features = 3)
    text_vectorizer(norm = "max")
    vocabulary(text_vectorizer())
    vocabulary("a")
    predict(text_vectorizer(), "a text")
    fit(text_vectorizer(), 1:3)
    fit(text_vectorizer(), list("a", 2))
    fit(text_vectorizer(), "a b")
    fit(text_vectorizer(min_df = 3), c("aa", "aa"))
    fit(text_vectorizer(min_df = 3, max_df = 0.5), c("aa", "aa"))
    fit(text_vectorizer(token_pattern = "("), "aa")
  })
})

test_that("groups end at a length that can be counted", {
  for (bad in list(c(1, 1e9), c(1, 1001), c(1, Inf), c(NA, 2), 1.5, c(2, 1), "a", 1:3)) {
    expect_error(text_vectorizer(ngrams = bad), "`ngrams` must be the shortest", class = "tildenet_error_argument")
  }
  fitted <- fit(text_vectorizer(ngrams = c(1, 1000)), c("aa bb cc", "dd"))
  expect_identical(vocabulary(fitted), c("aa", "aa bb", "aa bb cc", "bb", "bb cc", "cc", "dd"))
  for (bad in list(1e9, list(1, 1e9), 1001, Inf, 0, NA, "a")) {
    expect_error(layer_text_vectorization(ngrams = bad), "`ngrams` must be", class = "tildenet_error_argument")
  }
})
