texts <- c("good film good plot", "bad film", "the plot", "awful")

test_that("counts made elsewhere teach what the texts teach", {
  counts <- predict(fit(text_vectorizer(), texts), texts)
  new <- c("good good acting", "plot of film")
  for (vectorizer in list(text_vectorizer(), text_vectorizer(3), text_vectorizer(min_df = 2), text_vectorizer(binary = TRUE),
                          text_vectorizer(weighting = "tfidf", stop_words = "the"))) {
    from_texts <- fit(vectorizer, texts)
    for (form in list(counts, as.matrix(counts), methods::as(counts, "TsparseMatrix"), methods::as(counts, "RsparseMatrix"))) {
      from_counts <- fit(vectorizer, form)
      expect_identical(vocabulary(from_counts), vocabulary(from_texts))
      expect_equal(from_counts, from_texts)
      other <- predict(fit(text_vectorizer(), new), new)
      expect_equal(predict(from_counts, other), predict(from_texts, new))
    }
  }
})

test_that("patterns count as ones, the order of columns does not matter, stored zeros count nothing", {
  counts <- predict(fit(text_vectorizer(), texts), texts)
  fitted <- fit(text_vectorizer(binary = TRUE), texts)
  expect_equal(predict(fitted, methods::as(counts, "nMatrix")), predict(fitted, texts))
  expect_equal(predict(fitted, counts[, 6:1]), predict(fitted, texts))
  zeros <- counts
  zeros@x[1] <- 0
  expect_identical(vocabulary(fit(text_vectorizer(), zeros)), vocabulary(fitted)[-1])
  given <- text_vectorizer(vocabulary = c("plot", "none"), weighting = "tfidf")
  expect_equal(predict(fit(given, counts), counts), predict(fit(given, texts), texts))
})

test_that("texts that are split already are taken as they are but for letters", {
  words <- list(c("Good", "a", "film"), character(), c("film", NA))
  expect_identical(vocabulary(fit(text_vectorizer(), words)), c("a", "film", "good"))
  expect_identical(vocabulary(fit(text_vectorizer(ngrams = c(2, 2), stop_words = "a"), words)), "good film")
  expect_identical(vocabulary(fit(text_vectorizer(strip_accents = TRUE), list("caf\u00e9"))), "cafe")
  expect_identical(as.matrix(predict(fit(text_vectorizer(lower = FALSE), words), words))[, "film"], c(1, 0, 1))
})

test_that("quanteda's tokens are texts that are split already", {
  tokens <- structure(list(a = c(1L, 2L, 0L), b = c(2L, 2L), c = integer()), types = c("Good", "film"), class = "tokens")
  expect_identical(as_texts(tokens, "x"), list(c("Good", "film"), c("film", "film"), character()))
  fitted <- fit(text_vectorizer(), tokens)
  expect_equal(as.matrix(predict(fitted, tokens)), rbind(c(film = 1, good = 1), c(2, 0), 0), ignore_attr = TRUE)
  tokenizer <- fit_text_tokenizer(text_tokenizer(), tokens)
  expect_identical(tokenizer$word_counts, list(good = 1, film = 3))
  expect_identical(texts_to_sequences(tokenizer, tokens), list(2:1, c(1L, 1L), integer()))
  expect_equal(texts_to_matrix(tokenizer, tokens, "count"), rbind(c(0, 1, 1), c(0, 2, 0), 0))
})

test_that("what holds no counts is told", {
  counts <- predict(fit(text_vectorizer(), texts), texts)
  fitted <- fit(text_vectorizer(), texts)
  expect_snapshot(error = TRUE, {
    fit(text_vectorizer(), -counts)
    fit(text_vectorizer(), unname(as.matrix(counts)))
    fit(text_vectorizer(), counts[, c(1, 1)])
    fit(text_vectorizer(hash = 8), counts)
    fit(text_vectorizer(min_df = 5L), counts)
    predict(fitted, Matrix::t(counts))
    predict(fitted, `colnames<-`(counts, paste0("x", 1:6)))
    predict(fitted, structure(1, class = c("tokens_xptr", "tokens")))
    fit(text_vectorizer(analyzer = "char"), list("aa"))
    fit(text_vectorizer(), data.frame(a = 1))
  })
})
