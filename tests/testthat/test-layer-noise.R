drawn <- function(layer, shape) as.array(layer(array(1, shape), training = TRUE))

test_that("rates that are 1 in 32-bit numbers are refused by every layer that drops", {
  layers <- list(
    rate = function(x) layer_dropout(rate = x), rate = function(x) layer_spatial_dropout_1d(rate = x),
    rate = function(x) layer_spatial_dropout_2d(rate = x), rate = function(x) layer_gaussian_dropout(rate = x),
    rate = function(x) layer_alpha_dropout(rate = x), dropout = function(x) layer_lstm(units = 2, dropout = x),
    recurrent_dropout = function(x) layer_gru(units = 2, recurrent_dropout = x),
    dropout = function(x) layer_simple_rnn(units = 2, dropout = x))
  for (k in seq_along(layers)) {
    arg <- paste0("`", names(layers)[k], "` must be below 1")
    expect_error(layers[[k]](0.99999999), arg, class = "tildenet_error_argument")
    expect_error(layers[[k]](1 - 2^-25), "which is 1 in 32-bit numbers", class = "tildenet_error_argument")
    expect_error(layers[[k]](1), arg, class = "tildenet_error_argument")
    expect_s3_class(layers[[k]](1 - 2^-24), "tildenet_layer")
  }
  expect_error(kms(Species ~ ., iris, dropout = 0.99999999, verbose = 0), "dropout", class = "tildenet_error_argument")
  expect_error(layer_gaussian_noise(stddev = 1e39), "stddev", class = "tildenet_error_argument")
})

test_that("the largest rate below 1 trains", {
  largest <- 1 - 2^-24
  for (layer in list(layer_dropout(rate = largest), layer_gaussian_dropout(rate = largest),
                     layer_alpha_dropout(rate = largest))) {
    expect_true(all(is.finite(drawn(layer, c(4, 5)))))
  }
})

test_that("a noise shape of fewer axes stands for the last ones", {
  set.seed(8)
  all_or_nothing <- vapply(1:20, function(i) {
    out <- drawn(layer_dropout(rate = 0.5, noise_shape = 1), c(4, 6))
    expect_length(unique(as.vector(out)), 1)
    out[1]
  }, 0)
  expect_setequal(all_or_nothing, c(0, 2))
  columns <- drawn(layer_dropout(rate = 0.5, noise_shape = 40), c(3, 40))
  expect_identical(columns[1, ], columns[2, ])
  expect_setequal(columns[1, ], c(0, 2))
  steps <- drawn(layer_dropout(rate = 0.5, noise_shape = c(30, 1)), c(2, 30, 4))
  expect_identical(steps[1, , ], steps[2, , ])
  expect_identical(steps[1, , 1], steps[1, , 4])
  expect_setequal(steps[1, , 1], c(0, 2))
  selu <- drawn(layer_alpha_dropout(rate = 0.5, noise_shape = list(1)), c(5, 5))
  expect_length(unique(as.vector(selu)), 1)
})

test_that("a noise shape of all axes follows the input where it says so", {
  rows <- drawn(layer_dropout(rate = 0.5, noise_shape = list(NULL, 1)), c(40, 3))
  expect_identical(rows[, 1], rows[, 3])
  expect_setequal(rows[, 1], c(0, 2))
  expect_identical(dim(drawn(layer_dropout(rate = 0.5, noise_shape = c(NA, 1, 2)), c(4, 3, 2))), c(4L, 3L, 2L))
})

test_that("noise shapes that do not fit are refused", {
  x <- layer_input(shape = c(3, 2))
  expect_error(layer_dropout(x, 0.5, noise_shape = c(1, 3, 2, 1)), class = "tildenet_error_shape")
  expect_error(layer_dropout(x, 0.5, noise_shape = 5), class = "tildenet_error_shape")
  expect_error(layer_dropout(x, 0.5, noise_shape = list(NULL, 2)), "follow", class = "tildenet_error_shape")
  expect_error(layer_dropout(rate = 0.5, noise_shape = 0), "noise_shape", class = "tildenet_error_argument")
  expect_error(layer_alpha_dropout(rate = 0.5, noise_shape = "a"), "noise_shape", class = "tildenet_error_argument")
})
