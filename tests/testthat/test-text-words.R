test_that("words of one text", {
  expect_identical(text_to_word_sequence("Don't panic, it's ORGANIC!"), c("don't", "panic", "it's", "organic"))
  expect_identical(text_to_word_sequence("a,b c", filters = "", split = ","), c("a", "b c"))
  expect_identical(text_to_word_sequence("A b", lower = FALSE), c("A", "b"))
  expect_identical(text_to_word_sequence("\u039f\u03a3 \u0130"), c("\u03bf\u03c2", "i\u0307"))
  expect_identical(text_to_word_sequence(""), character())
  expect_identical(text_to_word_sequence(NA), character())
  expect_identical(text_to_word_sequence("a!b", filters = NULL), "a!b")
})

test_that("lower case is that of R for every letter of one code point", {
  points <- setdiff(1:0xFFFD, c(32, 0x130, 0x3A3, 0xD800:0xDFFF))
  letters_all <- intToUtf8(points, multiple = TRUE)
  got <- vapply(split_texts(word_settings("", TRUE, " "), letters_all), paste, "", collapse = " ")
  expect_identical(got, enc2utf8(tolower(letters_all)))
})

test_that("numbers for words are fixed", {
  expect_identical(text_hashing_trick("the cat the", 1000), c(670L, 451L, 670L))
  expect_identical(text_one_hot("the cat the", 1000), text_hashing_trick("the cat the", 1000))
  expect_identical(text_one_hot(n = 1000, text = "the"), text_hashing_trick("the", 1000))
  expect_identical(text_hashing_trick("a b", 2), c(1L, 1L))
  expect_identical(text_hashing_trick(NA, 10), NA_integer_)
  expect_identical(text_hashing_trick("a bb", 10, hash_function = nchar), c(2L, 3L))
  expect_identical(text_hashing_trick("", 10), integer())
})

test_that("bad calls are refused", {
  expect_snapshot(error = TRUE, {
    text_to_word_sequence(c("a", "b"))
    text_to_word_sequence(3)
    text_to_word_sequence("a b", split = "")
    text_hashing_trick(c("a", "b"), 10)
    text_hashing_trick("a", 1)
    text_hashing_trick("a", 10, hash_function = "sha1")
    text_hashing_trick("a", 10, hash_function = function(word) word)
  })
})
