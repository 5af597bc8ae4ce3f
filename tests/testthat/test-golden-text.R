# Word splitting, hashing, tokenizers and the text vectorisation layer against Keras.

strings_of <- function(x) as.character(unlist(x))
numbers_of <- function(x) as.numeric(unlist(x))
integers_of <- function(x) lapply(x, function(s) as.integer(unlist(s)))

# Texts of a case: a character vector, or a list when all are split already.
documents_of <- function(texts) {
  if (length(texts) > 0 && all(vapply(texts, is.list, NA))) lapply(texts, strings_of) else strings_of(texts)
}

# Texts of both kinds cannot stand in one call.
for_documents <- function(texts, call, bind) {
  split <- vapply(texts, is.list, NA)
  if (!any(split) || all(split)) return(call(documents_of(texts)))
  do.call(bind, lapply(texts, function(text) call(documents_of(list(text)))))
}

golden_sparse <- function(m) {
  out <- matrix(0, m$shape[[1]], m$shape[[2]])
  out[cbind(as.integer(unlist(m$i)) + 1L, as.integer(unlist(m$j)) + 1L)] <- numbers_of(m$x)
  out
}

expect_text_matrices <- function(matrices, make, label) {
  for (mode in names(matrices)) {
    expected <- golden_sparse(matrices[[mode]])
    expect_golden(make(mode, FALSE), expected, paste(label, mode), 1e-7, 1e-9)
    expect_golden(as.matrix(make(mode, TRUE)), expected, paste(label, mode, "sparse"), 1e-7, 1e-9)
  }
}

fitted_tokenizer <- function(case) {
  tokenizer <- golden_call("text_tokenizer", case$args)
  for (texts in case$fit) tokenizer$fit_on_texts(documents_of(texts))
  if (length(case$fit_sequences)) fit_text_tokenizer(tokenizer, integers_of(case$fit_sequences))
  tokenizer
}

expect_tokenizer_state <- function(tokenizer, case) {
  expect_equal(tokenizer$document_count, case$document_count, label = case$name)
  expect_identical(names(tokenizer$word_index) %||% character(), strings_of(case$word_index$words), label = case$name)
  expect_equal(numbers_of(tokenizer$word_index), numbers_of(case$word_index$index), label = case$name)
  expect_identical(names(tokenizer$word_counts) %||% character(), strings_of(case$word_counts$words), label = case$name)
  expect_equal(numbers_of(tokenizer$word_counts), numbers_of(case$word_counts$counts), label = case$name)
  expect_equal(numbers_of(tokenizer$word_docs), numbers_of(case$word_counts$docs), label = case$name)
  index <- strings_of(case$index_docs$index)
  expect_setequal(names(tokenizer$index_docs), index)
  expect_equal(numbers_of(tokenizer$index_docs[index]), numbers_of(case$index_docs$docs), label = case$name)
}

check_golden_tokenizer <- function(case) {
  tokenizer <- fitted_tokenizer(case)
  expect_tokenizer_state(tokenizer, case)
  sequences <- for_documents(case$texts, function(x) texts_to_sequences(tokenizer, x), c)
  expect_identical(sequences, integers_of(case$sequences), label = case$name)
  expect_text_matrices(case$texts_to_matrix, function(mode, sparse) {
    for_documents(case$texts, function(x) texts_to_matrix(tokenizer, x, mode, sparse), rbind)
  }, case$name)
  expect_identical(tokenizer$sequences_to_texts(integers_of(case$sequences)),
                   strings_of(case$sequences_to_texts), label = case$name)
  other <- case$other_sequences
  if (!is.null(other)) {
    given <- integers_of(other$sequences)
    expect_identical(tokenizer$sequences_to_texts(given), strings_of(other$texts), label = case$name)
    expect_text_matrices(other$matrix, function(mode, sparse) {
      sequences_to_matrix(tokenizer, given, mode, sparse)
    }, paste(case$name, "other"))
  }
}

check_golden_text_error <- function(case) {
  if (!is.null(case[["split"]])) {
    return(expect_error(text_to_word_sequence(case$text, split = case[["split"]]), class = "tildenet_error"))
  }
  tokenizer <- fitted_tokenizer(case)
  expect_error(sequences_to_matrix(tokenizer, integers_of(case$sequences), case$mode), class = "tildenet_error")
}

check_golden_unfitted <- function(case) {
  tokenizer <- golden_call("text_tokenizer", case$args)
  expect_text_matrices(case$matrix, function(mode, sparse) {
    sequences_to_matrix(tokenizer, integers_of(case$sequences), mode, sparse)
  }, case$name)
  expect_identical(texts_to_sequences(tokenizer, strings_of(case$texts)), integers_of(case$texts_to_sequences))
}

test_that("words, hashes and tokenizers are Keras'", {
  golden_group("text", function(case, top) {
    texts <- strings_of(case$texts)
    switch(case$kind,
      words = for (i in seq_along(texts)) {
        expect_identical(golden_call("text_to_word_sequence", case$args, list(texts[i])),
                         strings_of(case$words[[i]]), label = paste(case$name, i))
      },
      hashing = for (i in seq_along(texts)) {
        expect_equal(golden_call("text_hashing_trick", case$args, list(texts[i])),
                     numbers_of(case$values[[i]]), label = paste(case$name, i))
      },
      tokenizer = check_golden_tokenizer(case),
      error = check_golden_text_error(case),
      unfitted = check_golden_unfitted(case))
  })
})

test_that("the text vectorisation layer gives Keras' numbers", {
  golden_group("text_vectorization", function(case, top) {
    layer <- golden_call("layer_text_vectorization", case$args)
    if (!is.null(case$adapt)) adapt(layer, strings_of(case$adapt))
    expect_identical(get_vocabulary(layer), strings_of(case$vocabulary), label = case$name)
    expect_identical(get_vocabulary(layer, FALSE), strings_of(case$vocabulary_without_specials), label = case$name)
    expect_golden(as.array(layer(strings_of(case$inputs))), golden_array(case$output), case$name)
  })
})
