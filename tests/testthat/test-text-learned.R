texts <- c("the cat and the dog", "The dog!", "", "a cat")

test_that("words are the most frequent ones, ties by first appearance", {
  expect_identical(learn_words(list(), NULL, texts)$words, c("the", "cat", "dog", "and", "a"))
  known <- learn_words(list(), 3, texts)
  expect_identical(known$words, c("the", "cat", "dog"))
  expect_identical(known$docs, c(2, 2, 2))
  expect_identical(learned_terms(learn_words(list(oov_token = "cat"), 2, texts)), c("cat", "the", "dog"))
})

test_that("matrices are those of texts_to_matrix() without its empty column", {
  new <- c("the the bird", "dog", "no one", "cat and dog and")
  for (oov in list(NULL, "<?>")) {
    known <- learn_words(list(oov_token = oov), 3, texts)
    tokenizer <- fit_text_tokenizer(text_tokenizer(4 + length(oov), oov_token = oov), texts)
    for (mode in text_modes) {
      x <- learned_matrix(known, new, mode, NULL)
      expect_s4_class(x, "dgCMatrix")
      expect_equal(as.matrix(x), texts_to_matrix(tokenizer, new, mode)[, -1], ignore_attr = TRUE)
    }
    expect_identical(learned_sequences(known, new, NULL), texts_to_sequences(tokenizer, new))
  }
})

test_that("settings of the tokenizer hold for new texts", {
  known <- learn_words(list(lower = FALSE, split = "|", filters = NULL), NULL, "A b|c")
  expect_identical(learned_sequences(known, "c|A b|a b", NULL), list(2:1))
  known <- learn_words(list(char_level = TRUE), 2, "abba c")
  expect_identical(learned_terms(known), c("a", "b"))
})
