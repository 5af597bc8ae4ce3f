small_tokenizer <- function(...) {
  fit_text_tokenizer(text_tokenizer(...), c("The cat sat on the mat.", "The dog ate my homework!"))
}

test_that("a tokenizer is a reference with the members of keras", {
  tokenizer <- text_tokenizer()
  same <- tokenizer
  expect_invisible(fit_text_tokenizer(tokenizer, "b a b"))
  expect_identical(same$word_index, list(b = 1L, a = 2L))
  expect_identical(same$index_word, list(`1` = "b", `2` = "a"))
  expect_equal(same$word_counts, list(b = 2, a = 1))
  expect_equal(same$word_docs, list(b = 1, a = 1))
  expect_equal(same$index_docs, list(`1` = 1, `2` = 1))
  expect_equal(same$document_count, 1)
  expect_null(same$num_words)
  expect_identical(same$texts_to_sequences("a b c"), list(c(2L, 1L)))
  expect_identical(same$texts_to_matrix("a", "count"), texts_to_matrix(tokenizer, "a", "count"))
  expect_identical(same$sequences_to_matrix(list(2)), sequences_to_matrix(tokenizer, list(2)))
  expect_identical(same$sequences_to_texts(list(c(2, 1), 9, integer())), c("a b", "", ""))
  same$fit_on_texts("c")
  same$fit_on_sequences(list(1:2))
  expect_equal(tokenizer$document_count, 3)
  expect_true(all(c("word_index", "num_words") %in% names(tokenizer)))
})

test_that("num_words can be set, what follows from the texts cannot", {
  tokenizer <- small_tokenizer()
  tokenizer$num_words <- 3
  expect_identical(texts_to_sequences(tokenizer, "the cat sat"), list(1:2))
  tokenizer$num_words <- NULL
  expect_identical(texts_to_sequences(tokenizer, "the cat sat"), list(1:3))
  expect_length(tokenizer$word_index, 9)
  expect_snapshot(error = TRUE, {
    tokenizer$num_words <- 0
    tokenizer$word_index <- list()
  })
})

test_that("settings are checked", {
  expect_snapshot(error = TRUE, {
    text_tokenizer(num_words = "many")
    text_tokenizer(filters = 3)
    text_tokenizer(lower = NA)
    text_tokenizer(split = "")
    text_tokenizer(oov_token = c("a", "b"))
    fit_text_tokenizer("a text", "another")
    texts_to_sequences("a text", "another")
  })
})

test_that("a tokenizer prints in one line", {
  expect_snapshot({
    text_tokenizer()
    print(small_tokenizer(num_words = 1000, oov_token = "<oov>"))
    print(fit_text_tokenizer(text_tokenizer(char_level = TRUE), "a"))
  })
})

test_that("it holds plain values: equal after saveRDS, and alive in another process", {
  tokenizer <- small_tokenizer(num_words = 5, oov_token = "<oov>")
  path <- withr::local_tempfile(fileext = ".rds")
  saveRDS(tokenizer, path)
  copy <- readRDS(path)
  expect_equal(copy, tokenizer)
  expect_identical(as.list(self_of(copy), sorted = TRUE), as.list(self_of(tokenizer), sorted = TRUE))
  expect_true(isTRUE(all.equal(copy, tokenizer)))
  fit_text_tokenizer(copy, "one more")
  expect_false(isTRUE(all.equal(copy, tokenizer)))
  expect_length(tokenizer$word_index, 10)
})

test_that("looking up with another tokenizer in between gives the same", {
  a <- fit_text_tokenizer(text_tokenizer(), "x y")
  b <- fit_text_tokenizer(text_tokenizer(), "y x y")
  for (k in 1:2) {
    expect_identical(texts_to_sequences(a, "x y"), list(1:2))
    expect_identical(texts_to_sequences(b, "x y"), list(2:1))
  }
})
