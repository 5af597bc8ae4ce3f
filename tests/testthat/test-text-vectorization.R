adapted <- function(..., texts = c("The cat sat.", "The dog sat down!")) adapt(layer_text_vectorization(...), texts)

test_that("the layer is adapted in place and called on texts", {
  layer <- layer_text_vectorization(max_tokens = 5, output_sequence_length = 3)
  expect_invisible(adapt(layer, c("b a b", "c b")))
  expect_identical(get_vocabulary(layer), c("", "[UNK]", "b", "c", "a"))
  out <- layer(c("A b x b", NA, "c"))
  expect_true(is_tensor(out))
  expect_identical(out$dtype, "int32")
  expect_equal(as.array(out), rbind(c(4, 2, 1), 0, c(3, 0, 0)))
  adapt(layer, "new")
  expect_identical(get_vocabulary(layer), c("", "[UNK]", "new"))
  expect_equal(dim(layer(matrix("new", 2, 1))), c(2, 3))
})

test_that("functions standardize and split", {
  layer <- adapted(standardize = toupper, split = function(x) strsplit(x, "|", fixed = TRUE), texts = "a|b c|a")
  expect_identical(get_vocabulary(layer, FALSE), c("A", "B C"))
  expect_equal(as.array(layer("b c|z|a")), rbind(c(3, 1, 2)))
  layer <- adapted(split = function(x) strsplit(x, "-"), texts = "A?-b")
  expect_identical(get_vocabulary(layer, FALSE), "ab")
})

test_that("an n-gram number means all lengths up to it, a list only those named", {
  expect_identical(get_vocabulary(adapted(ngrams = 2, texts = "a b"), FALSE), c("b", "a b", "a"))
  expect_identical(get_vocabulary(adapted(ngrams = list(2), texts = "a b"), FALSE), "a b")
})

test_that("the vocabulary can be given, also as a file", {
  layer <- layer_text_vectorization(vocabulary = c("", "[UNK]", "b", "a"))
  expect_equal(as.array(layer("a b c")), rbind(c(3, 2, 1)))
  path <- withr::local_tempfile(lines = c("one", "two"))
  expect_identical(get_vocabulary(set_vocabulary(layer, path), FALSE), c("one", "two"))
  tf <- set_vocabulary(layer_text_vectorization(output_mode = "tf_idf"), c("a", "b"), c(1, 3))
  expect_equal(as.array(tf("a a b z")), rbind(c(2, 2, 3)))
})

test_that("its output goes into a model", {
  layer <- adapted(output_mode = "multi_hot")
  x <- layer(c("the cat", "a dog"))
  model <- keras_model_sequential() %>% layer_dense(1, input_shape = dim(x)[2])
  expect_equal(dim(predict(model, x)), c(2, 1))
})

test_that("settings, inputs and vocabularies are checked", {
  expect_snapshot(error = TRUE, {
    layer_text_vectorization(standardize = "upper")
    layer_text_vectorization(output_mode = "hot")
    layer_text_vectorization(ngrams = 0)
    layer_text_vectorization(split = NULL, ngrams = 2)
    layer_text_vectorization(output_mode = "count", output_sequence_length = 3)
    layer_text_vectorization(pad_to_max_tokens = TRUE)
    layer_text_vectorization(vocabulary = c("a", "a"))
    layer_text_vectorization(vocabulary = c("a", "b"), max_tokens = 3)
    layer_text_vectorization(vocabulary = "a", output_mode = "tf_idf")
    layer_text_vectorization(name = "text")("a")
    adapted()(1:3)
    adapted()(list("a", "b"))
    adapted()(matrix("a", 2, 2))
    adapt(layer_flatten(), "a")
    adapted(standardize = function(x) x[1], texts = c("a", "b"))
  })
})
