test_that("a path is read as it is, whatever its name", {
  dir <- local_data_dir()
  path <- put_imdb(file.path(dir, "any name"))
  c(c(x_train, y_train), c(x_test, y_test)) %<-% dataset_imdb(path)
  expect_identical(lengths(x_train), c(3L, 3L, 3L))
  expect_identical(x_test, list(c(1L, 10L, 2L))) # 11 is the largest index, and left out
  expect_identical(y_test, 1L)
  expect_error(dataset_imdb(file.path(dir, "not", "here.npz")), "here.npz", class = "tildenet_error_download")
  expect_error(dataset_imdb(dir), class = "tildenet_error_download")
})

test_that("R's own random numbers are left alone", {
  path <- put_imdb(withr::local_tempfile())
  set.seed(4)
  before <- .Random.seed
  dataset_imdb(path)
  expect_identical(.Random.seed, before)
})

test_that("wrong arguments are named before a file is looked for", {
  local_data_dir()
  expect_wrong <- function(arg, ...) {
    error <- expect_error(dataset_reuters(...), class = "tildenet_error_argument")
    expect_identical(error$arg, arg)
  }
  expect_wrong("num_words", num_words = -3)
  expect_wrong("skip_top", skip_top = "a")
  expect_wrong("maxlen", maxlen = 0)
  expect_wrong("test_split", test_split = 2)
  expect_wrong("seed", seed = -1)
  expect_wrong("seed", seed = 2^32)
  expect_wrong("start_char", start_char = NA)
  expect_wrong("oov_char", oov_char = 1.5)
  expect_wrong("index_from", index_from = NULL)
  expect_wrong("path", path = 3)
  path <- put_imdb(withr::local_tempfile())
  expect_error(dataset_imdb(path, index_from = 2^31 - 2), class = "tildenet_error_argument")
})

test_that("a word index must be one", {
  skip_if_not_installed("jsonlite")
  path <- file.path(local_data_dir(), "reuters_word_index.json")
  put <- function(text) writeBin(charToRaw(text), path)
  put("{\"a\": 2, \"b\": 1}")
  expect_identical(dataset_reuters_word_index(), list(a = 2L, b = 1L))
  for (text in c("[1, 2]", "{\"a\": \"b\"}", "{\"a\": [1, 2]}", "{\"a\"", "{\"a\": 1.5}", "{\"a\": 1e12}")) {
    put(text)
    expect_error(dataset_reuters_word_index(), "reuters_word_index.json", class = "tildenet_error_io")
  }
})
