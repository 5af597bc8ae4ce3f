tokenizer_of <- function(...) fit_text_tokenizer(text_tokenizer(...), c("the cat and the dog", "the dog", ""))

test_that("binary is the default, and sparse gives the same as a dgCMatrix", {
  tokenizer <- tokenizer_of()
  texts <- c("the the dog", "bird", NA, "cat and cat")
  for (mode in c("binary", "count", "freq", "tfidf")) {
    dense <- texts_to_matrix(tokenizer, texts, mode)
    sparse <- texts_to_matrix(tokenizer, texts, mode, sparse = TRUE)
    expect_true(is.matrix(dense) && is.double(dense))
    expect_s4_class(sparse, "dgCMatrix")
    expect_true(methods::validObject(sparse))
    expect_identical(unname(as.matrix(sparse)), dense)
    expect_identical(sequences_to_matrix(tokenizer, texts_to_sequences(tokenizer, texts), mode), dense)
  }
  expect_identical(texts_to_matrix(tokenizer, texts), texts_to_matrix(tokenizer, texts, "binary"))
  expect_identical(dim(texts_to_matrix(tokenizer, character(), sparse = TRUE)), c(0L, 5L))
})

test_that("a sparse matrix goes on into a model", {
  x <- texts_to_matrix(tokenizer_of(), c("the cat", "the dog"), sparse = TRUE)
  model <- keras_model_sequential() %>% layer_dense(1, input_shape = ncol(x))
  compile(model, "sgd", "mse")
  expect_length(fit(model, x, 1:2, epochs = 1, verbose = 0)$metrics$loss, 1)
})

test_that("indices without a column are left out but count for the length", {
  tokenizer <- text_tokenizer(num_words = 3)
  expect_identical(sequences_to_matrix(tokenizer, list(c(1, 1, 7, 1e12), integer())),
                   rbind(c(0, 1, 0), 0))
  expect_identical(sequences_to_matrix(tokenizer, list(c(1, 1, 7, 1e12)), "freq"), rbind(c(0, 0.5, 0)))
  expect_identical(sequences_to_matrix(tokenizer, rbind(c(0, 1), c(2, 2)), "count"), rbind(c(1, 1, 0), c(0, 0, 2)))
  expect_identical(sequences_to_matrix(tokenizer, list(list(1, 2))), rbind(c(0, 1, 1)))
  expect_identical(sequences_to_matrix(tokenizer, list(list(1, 2), NULL, 2L, TRUE, c(a = 1.0))),
                   rbind(c(0, 1, 1), 0, c(0, 0, 1), c(0, 1, 0), c(0, 1, 0)))
  expect_identical(sequences_to_matrix(tokenizer, rbind(c(TRUE, FALSE))), rbind(c(1, 1, 0)))
})

test_that("what cannot be is an error", {
  expect_snapshot(error = TRUE, {
    texts_to_matrix(text_tokenizer(), "a")
    texts_to_matrix(text_tokenizer(num_words = 5), "a", mode = "tfidf")
    texts_to_matrix(tokenizer_of(), "a", mode = "median")
    texts_to_matrix(tokenizer_of(), "a", sparse = NA)
    sequences_to_matrix(tokenizer_of(), list(c(1, -1)))
    sequences_to_matrix(tokenizer_of(), c(1, 2))
    sequences_to_matrix(tokenizer_of(), "the cat")
    sequences_to_matrix(tokenizer_of(), list("the cat"))
    sequences_to_matrix(tokenizer_of(), list(1, c(2L, NA)))
    sequences_to_matrix(tokenizer_of(), list(1, factor("a")))
    sequences_to_matrix(tokenizer_of(), rbind(c(1, 0.5)))
  })
})
