# Files of word vectors: golden/files and golden/files/bad.

words_file <- function(case) file.path(golden_dir(), case$file)

test_that("word vectors are those of the reference", {
  skip_without_golden()
  cases <- lapply(golden_cases("files_words"), `[[`, "case")
  good <- Filter(function(case) case$kind != "bad_file", cases)
  expect_gt(length(good), 8)
  for (case in good) {
    words <- unlist(case$words)
    first <- !duplicated(words) # a repeated word keeps its first vector
    vectors <- read_word_vectors(words_file(case))
    expect_identical(rownames(vectors), words[first], info = case$name)
    expect_equal(unname(vectors), golden_array(case$vectors)[first, , drop = FALSE], tolerance = 1e-6, info = case$name)
    expect_identical(rownames(read_word_vectors(words_file(case), vocabulary = words[1])), words[1])
  }
})

test_that("damaged files of word vectors are refused", {
  skip_without_golden()
  bad <- Filter(function(case) case$case$kind == "bad_file", golden_cases("files_words"))
  expect_gt(length(bad), 25)
  for (case in bad) {
    expect_error(read_word_vectors(words_file(case$case)), basename(case$case$file), class = "tildenet_error_io",
                 info = case$case$name)
  }
})
