test_that("whole numbers are counts of texts, numbers below 1 shares, 1 depends", {
  texts <- c("aa bb", "aa cc", "aa")
  terms <- function(...) vocabulary(fit(text_vectorizer(...), texts))
  expect_identical(terms(), c("aa", "bb", "cc"))
  expect_identical(terms(min_df = 2), "aa")
  expect_identical(terms(min_df = 0.5), "aa")
  expect_identical(terms(max_df = 1L), c("bb", "cc"))
  expect_identical(terms(max_df = 1.0), c("aa", "bb", "cc"))
  expect_identical(terms(max_df = 0.9), c("bb", "cc"))
})

test_that("stop words go before groups are made", {
  fitted <- fit(text_vectorizer(ngrams = c(2, 2), stop_words = "the"), "sat on the mat")
  expect_identical(vocabulary(fitted), c("on mat", "sat on"))
  expect_equal(as.numeric(predict(fitted, "SAT on the mat")), c(1, 1))
})

test_that("groups of characters, with runs of white space as one", {
  fitted <- fit(text_vectorizer(analyzer = "char", ngrams = c(1, 2)), "ab  \u00e9")
  expect_identical(vocabulary(fitted), c(" ", " \u00e9", "a", "ab", "b", "b ", "\u00e9"))
})

test_that("own patterns and accents", {
  expect_identical(vocabulary(fit(text_vectorizer(token_pattern = "#\\w+"), "#A b #\u00e9")), c("#a", "#\u00e9"))
  expect_identical(vocabulary(fit(text_vectorizer(strip_accents = TRUE), "Caf\u00e9 cafe\u0301 \u039f\u03b4\u03cc\u03c2")),
                   c("cafe", "\u03bf\u03b4\u03bf\u03c2"))
})

test_that("hashed columns hold the counts of the terms", {
  texts <- c("aa bb aa", "cc", "")
  x <- predict(fit(text_vectorizer(hash = 32), texts), texts)
  expect_s4_class(x, "dgCMatrix")
  expect_identical(dim(x), c(3L, 32L))
  expect_equal(Matrix::rowSums(x), c(3, 1, 0))
  expect_equal(max(predict(fit(text_vectorizer(hash = 1, binary = TRUE), texts), texts)), 1)
  y <- predict(fit(text_vectorizer(hash = 32, weighting = "tfidf"), texts), c("aa", "new"))
  expect_equal(Matrix::rowSums(y^2), c(1, 1))
  expect_identical(dim(predict(fit(text_vectorizer(hash = 4), texts), character())), c(0L, 4L))
})

test_that("rows without known terms stay empty, given terms without texts stay finite", {
  fitted <- fit(text_vectorizer(weighting = "tfidf", smooth_idf = FALSE, vocabulary = c("aa", "zz")), "aa bb")
  expect_equal(unname(as.matrix(predict(fitted, c("zz", "new", NA)))), rbind(c(0, 1), 0, 0))
})

test_that("bytes that are not UTF-8 warn once on every way", {
  bad <- "b\xffr two"
  Encoding(bad) <- "UTF-8"
  for (vectorizer in list(text_vectorizer(), text_vectorizer(token_pattern = "\\w+"),
                          text_vectorizer(strip_accents = TRUE), text_vectorizer(analyzer = "char"))) {
    expect_warning(fitted <- fit(vectorizer, bad), class = "tildenet_warning_encoding")
    expect_true(length(vocabulary(fitted)) > 0)
  }
})

test_that("texts may come piece by piece", {
  texts <- c("aa bb", "aa cc aa", "bb dd", "", "aa")
  pieces <- function() {
    left <- split(texts, c(1, 1, 2, 2, 3))
    function() {
      piece <- left[[1]]
      left <<- c(left[-1], list(NULL))
      piece
    }
  }
  for (settings in list(list(), list(weighting = "tfidf", ngrams = c(1, 2), min_df = 2),
                        list(hash = 8, weighting = "tfidf"), list(vocabulary = c("bb", "zz")))) {
    vectorizer <- do.call(text_vectorizer, settings)
    expect_identical(fit(vectorizer, pieces()), fit(vectorizer, texts))
  }
  expect_error(fit(text_vectorizer(), function() 1), class = "tildenet_error_argument")
  expect_error(fit(text_vectorizer(), function() NULL), class = "tildenet_error_argument")
})
