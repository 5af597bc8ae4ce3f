dense_model <- function() {
  k_clear_session()
  with_sine_weights(keras_model_sequential() %>% layer_dense(3, "relu", input_shape = 2) %>%
                      layer_dropout(0.25) %>% layer_dense(20) %>% layer_activation("tanh") %>%
                      layer_dense(2, "softmax", use_bias = FALSE))
}

branched_model <- function() {
  k_clear_session()
  numbers <- layer_input(4, name = "numbers")
  words <- layer_input(6, name = "words")
  hidden <- layer_dense(numbers, 8, "relu")
  keras_model(list(numbers, words), list(layer_dense(hidden, 1), layer_dense(words, 2)))
}

long_model <- function() {
  k_clear_session()
  model <- keras_model_sequential() %>% layer_embedding(50, 4, input_length = 5) %>% layer_flatten()
  for (i in 1:5) model %>% layer_dense(8, "relu") %>% layer_dropout(0.1)
  model %>% layer_dense(3)
}

# The input is added to what two layers make of it.
skipping_model <- function() {
  k_clear_session()
  input <- layer_input(4, name = "films")
  made <- layer_dense(layer_dense(input, 8, "relu", name = "wide"), 4, name = "narrow")
  keras_model(input, layer_add(list(input, made), name = "sum"))
}

fanning_model <- function() {
  k_clear_session()
  input <- layer_input(4, name = "films")
  keras_model(input, layer_concatenate(lapply(1:7, function(i) layer_dense(input, i)), name = "all_of_them"))
}

test_that("a row for every unit, weight and box of dense layers", {
  data <- autoplot(dense_model())$data
  expect_identical(as.vector(table(data$part)[c("layer", "link", "unit", "weight")]), c(1L, 3L + 2L, 7L, 6L))
  weights <- data[data$part == "weight", ]
  expect_equal(weights$value, sine_weights(6))
  expect_identical(weights$unit, rep(1:3, each = 2))
  units <- data[data$part == "unit" & data$x == 2, ]
  expect_equal(units$value, sine_weights(3))
  expect_equal(units$y, c(1, 0, -1) * units$y[1])
  expect_identical(data$text[data$part == "layer"], "20")
  expect_identical(sum(autoplot(dense_model(), max_units = 30)$data$part == "weight"), 6L + 60L + 40L)
})

test_that("names stand beside units, captions under columns", {
  columns <- network_columns(self_of(dense_model()))
  expect_identical(vapply(columns, function(column) column$caption, ""),
                   c("input", "relu\ndropout 0.25", "linear\ntanh", "softmax"))
  fit <- small_kms(Species ~ ., iris)
  data <- autoplot(fit, "network")$data
  expect_identical(data$text[data$part == "unit" & !is.na(data$text)], c(names(iris)[1:4], levels(iris$Species)))
  cars <- small_kms(am ~ wt, mtcars)
  data <- autoplot(cars, "network")$data
  expect_identical(data$text[!is.na(data$text)], c("wt", "am = 1"))
})

test_that("there is room for the captions of the first and the last column", {
  k_clear_session()
  model <- keras_model_sequential() %>% layer_batch_normalization(input_shape = 4) %>%
    layer_dense(3) %>% layer_batch_normalization()
  columns <- network_columns(self_of(model))
  expect_identical(vapply(columns, function(column) column$caption, ""),
                   c("input\nbatch normalization", "linear\nbatch normalization"))
  room <- network_room(columns)
  width <- 1 + room$left + room$right
  half <- nchar("batch normalization") / 2 / 75
  expect_gte(room$left / width, half - 1e-9)
  expect_gte(room$right / width, half - 1e-9)
  expect_figures("normalised ends" = autoplot(with_sine_weights(model)))
})

# Which aesthetics have a scale of their own.
scaled <- function(plot) Filter(Negate(is.null), list(plot$scales$get_scales("colour"), plot$scales$get_scales("linewidth")))

test_that("weights have scales where one is drawn, from zero and of those that are numbers", {
  expect_length(scaled(autoplot(dense_model(), max_units = 1)), 0)
  expect_length(scaled(autoplot(dense_model(), max_units = 3)), 2)
  expect_length(scaled(autoplot(small_kms(Species ~ ., iris, units = 20), "network")), 0)
  of_weights <- function(value) {
    k_clear_session()
    model <- keras_model_sequential() %>% layer_dense(3, input_shape = 2, use_bias = FALSE)
    autoplot(set_weights(model, list(matrix(value, 2, 3))))
  }
  lines <- function(plot) ggplot2::layer_data(plot, 2)
  expect_identical(unique(lines(of_weights(0))$linewidth), 0.1)
  expect_equal(lines(of_weights(c(1, -2)))$linewidth, rep(c(0.85, 1.6), 3))
  expect_silent(drawn(broken <- of_weights(c(NaN, Inf, -Inf, 1, 2, 3))))
  expect_identical(nrow(lines(broken)), 3L)
})

test_that("captions that would meet stand in two rows", {
  rows_of_captions <- function(layers, ...) {
    k_clear_session()
    model <- keras_model_sequential() %>% layer_dense(3, input_shape = 2)
    for (i in seq_len(layers)) model %>% layer_dense(3) %>% layer_batch_normalization()
    columns <- network_columns(self_of(model))
    guide <- network_captions(columns, network_room(columns), ...)
    (guide$params %||% guide)$n.dodge
  }
  expect_identical(rows_of_captions(2, legend = FALSE), 1)
  expect_identical(rows_of_captions(4, legend = FALSE), 2)
  expect_identical(rows_of_captions(6, legend = TRUE), 2)
})

test_that("the text of a box fits into it, in the lines that let it be largest", {
  # Widths in mm: of the letters, and of the box with the margins left and right.
  fits <- function(text, rows, across) {
    writing <- network_writing(text, rows, across)
    box <- 170 * box_width / ((across - 1 + box_width) * (1 + 2 * writing$margin))
    lines <- strsplit(writing$lines(text), "\n")[[1]]
    expect_lte(max(nchar(lines)) * 0.57 * writing$size, box + 1e-9)
    expect_lte(length(lines) * writing$size, 57 / rows + 1e-9)
    length(lines)
  }
  pooling <- "global_average_pooling2d_1 (GlobalAveragePooling2D)\n(None, 16)"
  dense <- "dense_12 (Dense)\n(None, 8)  1,400 weights"
  expect_identical(fits(pooling, 8, 1), 2L)
  expect_identical(fits(dense, 20, 1), 1L)
  expect_identical(fits(dense, 3, 2), 2L)
  expect_identical(fits(dense, 3, 7), 4L)
  expect_identical(fits(strrep(dense, 3), 4, 3), 4L)
})

test_that("other models are boxes and arrows", {
  expect_null(network_columns(self_of(branched_model())))
  expect_null(network_columns(self_of(long_model())))
  data <- autoplot(branched_model())$data
  boxes <- data[data$part == "layer", ]
  expect_equal(sort(-boxes$y), c(0, 1, 1, 2, 2))
  expect_equal(sum(boxes$value), 40 + 14 + 9)
  expect_identical(sum(data$part == "link"), 3L)
})

test_that("a layer used twice, a sum of branches and one input for two layers are no chain", {
  input <- layer_input(4)
  shared <- layer_dense(units = 4)
  twice <- keras_model(input, layer_dense(shared(shared(input)), 1))
  expect_identical(length(network_columns(self_of(twice))), 4L)
  fork <- keras_model(input, list(layer_dense(input, 1), layer_dense(input, 2)))
  expect_null(network_columns(self_of(fork)))
  expect_identical(sum(autoplot(fork)$data$part == "link"), 2L)
})

test_that("a link over several rows bends around what stands between", {
  model <- skipping_model()
  data <- autoplot(model)$data
  links <- data[data$layer == "sum" & data$part != "layer", ]
  expect_identical(sort(links$part), c("bend", "bend", "link", "link"))
  bends <- links[links$part == "bend", ]
  boxes <- data[data$part == "layer", ]
  on_the_way <- boxes[boxes$y == bends$yend[1], ]
  expect_true(abs(bends$xend[1] - on_the_way$x) >= 0.99)
})

test_that("figures", {
  expect_figures(
    "a skip" = autoplot(skipping_model()),
    "units" = autoplot(dense_model()),
    "boxes of units" = autoplot(dense_model(), max_units = 1),
    "branches" = autoplot(branched_model()),
    "many branches" = autoplot(fanning_model()),
    "many layers" = autoplot(long_model()))
})

test_that("plot() of a model is its autoplot()", {
  model <- branched_model()
  expect_equal(plot(model)$data, ggplot2::autoplot(model)$data)
  expect_error(plot(model, max_units = 0), class = "tildenet_error_argument")
})
