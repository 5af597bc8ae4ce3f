test_that("a saved tokenizer gives the same results, also in a new process", {
  tokenizer <- fit_text_tokenizer(text_tokenizer(num_words = 6, oov_token = "?"), c("caf\u00e9 to be", "or not to be"))
  fit_text_tokenizer(tokenizer, list(c(1, 50)))
  path <- withr::local_tempfile()
  expect_invisible(save_text_tokenizer(tokenizer, path))
  loaded <- load_text_tokenizer(path)
  expect_equal(loaded, tokenizer)
  expect_identical(texts_to_matrix(loaded, "not to be", "tfidf"), texts_to_matrix(tokenizer, "not to be", "tfidf"))
  fit_text_tokenizer(loaded, "or")
  fit_text_tokenizer(tokenizer, "or")
  expect_equal(loaded, tokenizer)
})

test_that("another process reads what saveRDS() wrote", {
  skip_on_cran()
  tokenizer <- fit_text_tokenizer(text_tokenizer(), c("to be", "or not to be"))
  got <- called_fresh(tokenizer, function(t) tildenet::texts_to_sequences(t, "not to be"))
  expect_identical(got, texts_to_sequences(tokenizer, "not to be"))
})

test_that("files that hold no tokenizer are refused", {
  path <- withr::local_tempfile()
  refused <- function() expect_error(load_text_tokenizer(path), class = "tildenet_error_io")
  refused()
  writeLines("no rds", path)
  refused()
  for (content in list(3, list(), list(format = 1), list(format = "1"))) {
    saveRDS(content, path)
    refused()
  }
  save_text_tokenizer(fit_text_tokenizer(text_tokenizer(), "a b"), path)
  content <- readRDS(path)
  saveRDS(utils::modifyList(content, list(format = 2)), path)
  expect_error(load_text_tokenizer(path), "format 2", class = "tildenet_error_io")
  for (damage in list(list(counts = 1), list(appeared = c(1L, 1L)), list(words = 1:2), list(split = ""))) {
    saveRDS(utils::modifyList(content, damage), path)
    refused()
  }
  expect_error(save_text_tokenizer(text_tokenizer(), file.path(path, "no", "folder")), class = "tildenet_error_io")
})
