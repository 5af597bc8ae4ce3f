test_that("the summary of a graph says what is connected to what", {
  k_clear_session()
  old <- options(width = 80)
  on.exit(options(old))
  user <- layer_input(shape = 1, name = "user")
  movie <- layer_input(shape = 1, name = "movie")
  shared <- layer_dense(units = 3, name = "shared")
  parts <- list(shared(user), shared(movie), layer_embedding(movie, 9, 3) %>% layer_flatten())
  joined <- layer_concatenate(c(parts, list(parts[[1]] * parts[[2]])))
  model <- keras_model(list(user, movie), list(joined %>% layer_dense(1), layer_dot(parts[1:2], 1)))
  expect_snapshot(summary(model))
  expect_identical(capture.output(print(model)), capture.output(summary(model)))
})

test_that("a layer's row is that of its own graph", {
  k_clear_session()
  shared <- layer_dense(units = 2, name = "shared")
  first <- layer_input(shape = 3, name = "first")
  second <- layer_input(shape = 3, name = "second")
  shared(first)
  model <- keras_model(second, layer_add(shared(second), layer_dense(second, 2)))
  lines <- capture.output(summary(model))
  expect_true(any(grepl("^shared .* second$", lines)))
  expect_false(any(grepl("first", lines)))
})

test_that("long cells go on in the next line", {
  expect_identical(wrap_cell("concatenate_1 (Concatenate)", 25), c("concatenate_1", "(Concatenate)"))
  expect_identical(wrap_cell("abcdefgh", 3), c("abc", "def", "gh"))
  expect_identical(wrap_cell("", 3), "")
})

test_that("moving statistics do not train, whatever is shared, nested or frozen", {
  k_clear_session()
  totals <- function(model) {
    lines <- capture.output(summary(model))
    as.numeric(gsub(".*: |,", "", grep("params:", lines, value = TRUE)))
  }
  x <- layer_input(8)
  z <- layer_input(5)
  shared <- layer_batch_normalization(name = "shared")
  trunk <- layer_concatenate(list(x, z)) %>% layer_dense(16) %>% layer_batch_normalization(name = "norm")
  one <- trunk %>% layer_dense(4) %>% shared() %>% layer_dense(1)
  two <- trunk %>% layer_dense(4) %>% shared() %>% layer_dense(3)
  model <- keras_model(list(x, z), list(one, two))
  expect_equal(totals(model), c(460, 420, 40))
  freeze_weights(get_layer(model, "norm"))
  expect_equal(totals(model), c(460, 388, 72))
  inner <- keras_model_sequential(name = "inner") %>% layer_dense(4, input_shape = 4) %>%
    layer_batch_normalization(center = FALSE)
  outer <- keras_model_sequential() %>% inner %>% layer_dense(1) %>% layer_layer_normalization()
  expect_equal(totals(outer), c(39, 31, 8))
})

test_that("a model that is not built says so in one line, in keras' words", {
  line <- "Model: <no summary available, model was not built>"
  model <- keras_model_sequential() %>% layer_dense(3)
  expect_identical(capture.output(print(model)), line)
  expect_identical(capture.output(text <- summary(model)), line)
  expect_identical(text, line)
  expect_identical(capture.output(print(keras_model_sequential())), line)
})

test_that("numbers of weights are never broken, however narrow the table", {
  k_clear_session()
  a <- layer_input(shape = 30, name = "a")
  b <- layer_input(shape = 3, name = "b")
  model <- keras_model(list(a, b), layer_add(list(a %>% layer_dense(40000), b %>% layer_dense(40000))))
  for (width in c(60, 65, 80)) {
    text <- capture.output(summary(model, line_length = width))
    expect_true(any(grepl(" 1240000 +a$", text)), info = width)
    expect_true(any(grepl("Param #", text)), info = width)
    expect_lte(max(nchar(text)), width)
  }
  rows <- list(c("dense_1 (Dense)", "(None, 40000)", "123456789", "a"), c("", "", "1234567890123", ""))
  for (n in 1:2) {
    ends <- column_ends(rows[n], TRUE, 80)
    expect_identical(ends[c(1, 2, 4)], c(26, 44, 80))
    expect_match(format_row(rows[[n]], ends)[1], paste0(" ", rows[[n]][3]), fixed = TRUE)
  }
  expect_identical(column_ends(rows, FALSE, 80), c(36, 64, 80))
})
