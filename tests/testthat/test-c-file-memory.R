working_floats <- function(model) {
  path <- withr::local_tempfile(fileext = ".c")
  save_c(model, path, "m")
  line <- grep("static float room", readLines(path), value = TRUE)
  if (length(line) == 0) 0 else as.numeric(gsub("[^0-9]", "", line))
}

test_that("a chain of layers needs its two largest neighbours", {
  k_clear_session()
  model <- keras_model_sequential() %>% layer_dense(10, "relu", input_shape = 3) %>% layer_dense(30, "tanh") %>%
    layer_batch_normalization() %>% layer_dense(20, "relu") %>% layer_dense(7) %>% layer_activation("softmax")
  expect_identical(working_floats(model), 50)
})

test_that("what only changes values lies upon its input, the last values in the output", {
  k_clear_session()
  one <- keras_model_sequential() %>% layer_dense(10, "relu", input_shape = 3) %>% layer_activation("tanh") %>%
    layer_reshape(c(2, 5)) %>% layer_layer_normalization()
  expect_identical(working_floats(one), 0)
})

test_that("values that are needed again stay, residual blocks need two places", {
  k_clear_session()
  input <- layer_input(shape = 8)
  x <- layer_dense(input, 8)
  for (k in 1:5) x <- layer_add(list(x, layer_dense(layer_activation(x, "relu"), 8)))
  model <- keras_model(input, layer_dense(x, 2))
  expect_lte(working_floats(model), 24)
  skip_without_compiler()
  expect_c_predicts(list(residual = list(object = stir_weights(model), inputs = list(matrix(1:16 / 10, 2)))))
})

test_that("places of one time do not overlap, at any sizes", {
  for (seed in 1:50) {
    spans <- withr::with_seed(seed, {
      from <- sample(20, 15, TRUE)
      data.frame(token = paste0("{v", 1:15, "}"), size = sample(40, 15, TRUE), from = from,
                 to = from + sample(0:6, 15, TRUE))
    })
    placed <- c_offsets(spans)
    before <- function(end, start) outer(end, start, `<`)
    at_once <- !before(spans$to, spans$from) & !t(before(spans$to, spans$from))
    behind <- outer(placed$at + spans$size, placed$at, `<=`)
    expect_identical(sum(at_once & !behind & !t(behind)), 15L) # each with itself
    most <- max(vapply(1:26, function(t) sum(spans$size[spans$from <= t & spans$to >= t]), 0))
    expect_gte(c_top(placed), most)
  }
})

test_that("masks that no step reads are not made", {
  k_clear_session()
  input <- layer_input(shape = 5)
  table <- layer_embedding(input, 9, 3, mask_zero = TRUE)
  path <- withr::local_tempfile(fileext = ".c")
  save_c(keras_model(input, layer_flatten(table)), path)
  expect_false(any(grepl("flags", readLines(path))))
  save_c(keras_model(input, layer_lstm(table, 2)), path)
  expect_true(any(grepl("static unsigned char flags[5];", readLines(path), fixed = TRUE)))
})
