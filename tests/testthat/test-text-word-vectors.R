hide_path <- function(lines) gsub("\"?[^ \"]*/file[^ \"]*\"?", "<path>", lines)

text_file <- function(lines, ending = ".txt") {
  path <- withr::local_tempfile(fileext = ending, .local_envir = parent.frame())
  writeLines(enc2utf8(lines), path, useBytes = TRUE)
  path
}

binary_file <- function(vectors, break_after = TRUE, env = parent.frame()) {
  path <- withr::local_tempfile(fileext = ".bin", .local_envir = env)
  con <- file(path, "wb")
  writeBin(charToRaw(paste0(nrow(vectors), " ", ncol(vectors), "\n")), con)
  for (word in rownames(vectors)) {
    writeBin(charToRaw(paste0(word, " ")), con)
    writeBin(vectors[word, ], con, size = 4, endian = "little")
    if (break_after) writeBin(charToRaw("\n"), con)
  }
  close(con)
  path
}

test_that("word vectors of all formats are the same matrix", {
  vectors <- matrix(c(1, -2.5, 0.25, 3, 0, 7.5), 3, dimnames = list(c("cat", "日本", "e-mail"), NULL))
  lines <- paste(rownames(vectors), vectors[, 1], vectors[, 2])
  expect_identical(read_word_vectors(binary_file(vectors)), vectors)
  expect_identical(read_word_vectors(binary_file(vectors, FALSE)), vectors)
  expect_identical(read_word_vectors(text_file(c("3 2", lines))), vectors)
  expect_identical(read_word_vectors(text_file(lines)), vectors)
  expect_identical(read_word_vectors(text_file(paste0(c("3 2", lines), "\r"))), vectors)
})

test_that("compressed files are read, cut ones refused", {
  lines <- c("a 1 2", "b 3 4")
  path <- withr::local_tempfile(fileext = ".gz")
  con <- gzfile(path, "w")
  writeLines(lines, con)
  close(con)
  expect_identical(read_word_vectors(path), read_word_vectors(text_file(lines)))
  writeBin(head(readBin(path, "raw", 1000), -6), path)
  expect_error(read_word_vectors(path), class = "tildenet_error_io")
})

test_that("a vocabulary and a number of words choose, the first of equal words counts", {
  path <- text_file(c("a 1", "b 2", "a 3", "c 4"))
  expect_identical(rownames(read_word_vectors(path)), c("a", "b", "c"))
  expect_identical(unname(read_word_vectors(path)["a", ]), 1)
  expect_identical(rownames(read_word_vectors(path, vocabulary = c("c", "nowhere", "a"))), c("a", "c"))
  expect_identical(dim(read_word_vectors(path, vocabulary = "nowhere")), c(0L, 1L))
  expect_identical(rownames(read_word_vectors(path, n_max = 2)), c("a", "b"))
})

test_that("a first line that counts words twice leaves no empty rows", {
  vectors <- rbind(a = c(1, 2), b = 3:4, c = 5:6)
  twice <- vectors[c(1, 2, 1, 3, 2), ]
  expect_identical(read_word_vectors(binary_file(twice)), vectors)
  lines <- paste(rownames(twice), twice[, 1], twice[, 2])
  expect_identical(read_word_vectors(text_file(c("5 2", lines))), vectors)
  expect_identical(read_word_vectors(text_file(c("5 2", lines)), n_max = 3), vectors[1:2, ])
  many <- matrix(seq_len(3e4) / 8, 1000, dimnames = list(sprintf("w%d", seq_len(1000) %% 700), NULL))
  expect_identical(read_word_vectors(binary_file(many)), many[1:700, ])
})

test_that("words of GloVe may hold spaces, other lines must fit", {
  path <- text_file(c(". . . 1 2.5", "at name@domain.com -1 0", "1999 5 6"))
  expect_identical(rownames(read_word_vectors(path)), c(". . .", "at name@domain.com", "1999"))
  expect_snapshot(error = TRUE, transform = hide_path, {
    read_word_vectors(text_file(c("a 1 2", "b 1")))
    read_word_vectors(text_file(c("2 2", "a 1 2", "b 1 x")))
    read_word_vectors(text_file(c("3 2", "a 1 2", "b 1 2")))
    read_word_vectors(text_file("alone"))
    read_word_vectors(tempfile())
    read_word_vectors(text_file("a 1"), n_max = 0)
    read_word_vectors(text_file("a 1"), vocabulary = NA)
  })
})

test_that("damaged files are refused by name and place", {
  good <- binary_file(matrix(1, 3, 4, dimnames = list(c("a", "b", "c"), NULL)))
  bytes <- readBin(good, "raw", 1000)
  for (n in c(0, 3, 4, 10, length(bytes) - 2)) {
    writeBin(bytes[seq_len(n)], good)
    expect_error(read_word_vectors(good), class = "tildenet_error_io", regexp = basename(good))
  }
  writeBin(c(bytes, as.raw(1:5)), good)
  expect_error(read_word_vectors(good), "goes on after", class = "tildenet_error_io")
})
