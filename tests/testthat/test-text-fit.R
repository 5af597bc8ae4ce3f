test_that("fitting adds up, in order of first appearance over all fits", {
  tokenizer <- text_tokenizer()
  fit_text_tokenizer(tokenizer, "b a")
  fit_text_tokenizer(tokenizer, c("c a", "c d"))
  once <- fit_text_tokenizer(text_tokenizer(), c("b a", "c a", "c d"))
  expect_equal(tokenizer, once)
  expect_identical(names(tokenizer$word_index), c("a", "c", "b", "d"))
})

test_that("a single string is one text of words, not of letters", {
  expect_identical(names(fit_text_tokenizer(text_tokenizer(), "two words")$word_index), c("two", "words"))
})

test_that("missing, empty and factor texts", {
  tokenizer <- fit_text_tokenizer(text_tokenizer(), c("a", NA, ""))
  expect_equal(tokenizer$document_count, 3)
  expect_identical(names(tokenizer$word_index), "a")
  expect_equal(fit_text_tokenizer(text_tokenizer(), NA)$document_count, 1)
  expect_equal(fit_text_tokenizer(text_tokenizer(), character())$document_count, 0)
  expect_equal(fit_text_tokenizer(text_tokenizer(), factor(c("b a", "b")))$word_counts, list(b = 2, a = 1))
  expect_equal(fit_text_tokenizer(text_tokenizer(), list())$document_count, 0)
})

test_that("strings that are made only when asked for are read", {
  tokenizer <- fit_text_tokenizer(text_tokenizer(), as.character(1:2000))
  expect_identical(names(tokenizer$word_index), as.character(1:2000))
  expect_identical(texts_to_sequences(tokenizer, list(as.character(3:1))), list(3:1))
})

test_that("lists of character vectors are split already", {
  tokenizer <- fit_text_tokenizer(text_tokenizer(), list(c("The", "cat sat!"), character(), "a b"))
  expect_identical(names(tokenizer$word_index), c("the", "cat sat!", "a b"))
  expect_equal(tokenizer$document_count, 3)
})

test_that("strings of any encoding count as the same word", {
  latin <- "caf\xe9"
  Encoding(latin) <- "latin1"
  tokenizer <- fit_text_tokenizer(text_tokenizer(), c(latin, "caf\u00e9"))
  expect_equal(unname(unlist(tokenizer$word_counts)), 2)
  expect_identical(texts_to_sequences(tokenizer, latin), list(1L))
  expect_identical(Encoding(names(tokenizer$word_index)), "UTF-8")
})

test_that("bytes that are not UTF-8 are read as U+FFFD, with a warning", {
  bad <- c("fine", "b\xffr", "\xc3")
  Encoding(bad) <- "UTF-8"
  tokenizer <- text_tokenizer()
  expect_snapshot(fit_text_tokenizer(tokenizer, bad))
  expect_identical(names(tokenizer$word_index), c("fine", "b\ufffdr", "\ufffd"))
  expect_warning(got <- texts_to_sequences(tokenizer, bad[2]), class = "tildenet_warning_encoding")
  expect_identical(got, list(2L))
  expect_warning(texts_to_matrix(tokenizer, bad), class = "tildenet_warning_encoding")
  expect_warning(text_to_word_sequence(bad[2]), class = "tildenet_warning_encoding")
})

test_that("a function gives texts piece by piece", {
  pieces <- list(c("b a", "a"), "c")
  k <- 0
  tokenizer <- fit_text_tokenizer(text_tokenizer(), function() {
    k <<- k + 1
    if (k <= 2) pieces[[k]]
  })
  expect_equal(tokenizer, fit_text_tokenizer(text_tokenizer(), unlist(pieces)))
})

test_that("one line of 10 MB, and many slices", {
  line <- strrep("some words and MORE words, ", 4e5)
  tokenizer <- fit_text_tokenizer(text_tokenizer(), line)
  expect_equal(tokenizer$word_counts, list(some = 4e5, words = 8e5, and = 4e5, more = 4e5))
  many <- rep(c("a b", "b c", NA), 60000)
  tokenizer <- fit_text_tokenizer(text_tokenizer(), many)
  expect_equal(tokenizer$word_counts, list(a = 60000, b = 120000, c = 60000))
  m <- texts_to_matrix(tokenizer, many, "count", sparse = TRUE)
  expect_equal(m@p, c(0L, 0L, 120000L, 180000L, 240000L))
  expect_identical(texts_to_sequences(tokenizer, many)[179998:180000], list(2:1, c(1L, 3L), integer()))
})

test_that("the number of threads changes nothing", {
  set.seed(1)
  words <- paste0("w", 1:3000)
  texts <- replicate(4000, paste(sample(words, 60, TRUE, 1 / seq_along(words)), collapse = " "))
  by <- function(threads) {
    withr::local_options(tildenet.threads = threads)
    tokenizer <- fit_text_tokenizer(text_tokenizer(num_words = 500), texts)
    list(as.list(self_of(tokenizer), sorted = TRUE), texts_to_matrix(tokenizer, texts, "tfidf", sparse = TRUE))
  }
  one <- by(1)
  expect_identical(by(2), one)
  expect_identical(by(4), one)
})

test_that("what is no text is refused and leaves the tokenizer as it was", {
  tokenizer <- fit_text_tokenizer(text_tokenizer(), "a b")
  before <- as.list(self_of(tokenizer), sorted = TRUE)
  expect_snapshot(error = TRUE, {
    fit_text_tokenizer(tokenizer, 1:3)
    fit_text_tokenizer(tokenizer, TRUE)
    fit_text_tokenizer(tokenizer, charToRaw("a text"))
    fit_text_tokenizer(tokenizer, data.frame(text = "a"))
    fit_text_tokenizer(tokenizer, list("a", 1))
    fit_text_tokenizer(tokenizer, list(c(1, -2)))
    fit_text_tokenizer(tokenizer, list(c(1, NA)))
    fit_text_tokenizer(tokenizer, list(1.5))
    texts_to_sequences(tokenizer, list("a", 1))
  })
  expect_identical(as.list(self_of(tokenizer), sorted = TRUE), before)
})

test_that("sequences update the documents per index", {
  tokenizer <- text_tokenizer(num_words = 4)
  fit_text_tokenizer(tokenizer, list(c(1, 2, 2), integer(), 1e12))
  fit_text_tokenizer(tokenizer, list(2))
  expect_equal(tokenizer$document_count, 4)
  expect_equal(tokenizer$index_docs[c("1", "2")], list(`1` = 1, `2` = 2))
  expect_equal(unname(sequences_to_matrix(tokenizer, list(2), "tfidf")[1, 3]), log(1 + 4 / 3))
})
