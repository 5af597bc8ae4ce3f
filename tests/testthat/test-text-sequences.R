test_that("unknown words are left out or become the oov index", {
  texts <- c("the cat sat", "the dog")
  tokenizer <- fit_text_tokenizer(text_tokenizer(), texts)
  expect_identical(texts_to_sequences(tokenizer, c("the bird sat", "nothing", NA)), list(c(1L, 3L), integer(), integer()))
  tokenizer <- fit_text_tokenizer(text_tokenizer(num_words = 3, oov_token = "?"), texts)
  expect_identical(texts_to_sequences(tokenizer, "the cat x"), list(c(2L, 1L, 1L)))
  expect_identical(tokenizer$sequences_to_texts(list(c(2, 3, 0, 99))), "the ? ? ?")
  expect_identical(texts_to_sequences(tokenizer, character()), list())
  expect_identical(texts_to_sequences(tokenizer, list(c("THE", "the cat"))), list(c(2L, 1L)))
})

test_that("an unfitted tokenizer knows no words", {
  expect_identical(texts_to_sequences(text_tokenizer(), c("a", "b")), list(integer(), integer()))
  expect_identical(texts_to_sequences(text_tokenizer(oov_token = "?"), "a"), list(integer()))
  expect_identical(text_tokenizer(oov_token = "?")$sequences_to_texts(list(1:2)), "")
})
