# How far x has come in each bin of one column, as the paper has it.
shares <- function(x, borders) {
  vapply(seq_len(length(borders) - 1), function(t) {
    share <- (x - borders[t]) / (borders[t + 1] - borders[t])
    if (t > 1) share <- pmax(share, 0)
    if (t < length(borders) - 1) share <- pmin(share, 1)
    share
  }, numeric(length(x)))
}

test_that("layer_piecewise_linear() is the encoding of its paper and a linear map of each column", {
  bins <- list(c(-1, 0, 0.5, 2), c(10, 20), c(0, 1, 3))
  x <- cbind(c(-3, -0.5, 0.2, 0.5, 4), c(5, 12, 20, 30, 10), c(-1, 0.5, 1, 2, 9))
  layer <- layer_piecewise_linear(bins = bins, units = 2)
  y <- as.array(layer(x))
  w <- get_weights(layer)
  expect_identical(lapply(w, dim), list(c(3L, 3L, 2L), c(3L, 2L)))
  wanted <- lapply(1:3, function(column) {
    share <- shares(x[, column], bins[[column]])
    share %*% array(w[[1]][column, seq_len(ncol(share)), ], c(ncol(share), 2)) + rep(w[[2]][column, ], each = 5)
  })
  expect_equal(y, do.call(cbind, wanted), tolerance = 1e-5)
  bent <- layer_piecewise_linear(bins = bins, units = 2, activation = "relu", weights = w)
  expect_equal(as.array(bent(x)), pmax(y, 0), tolerance = 1e-6)
})

test_that("columns of one bin are lines", {
  layer <- layer_piecewise_linear(bins = list(c(0, 2), c(1, 2)), units = 1)
  x <- cbind(c(-1, 3), c(0, 5))
  y <- as.array(layer(x))
  w <- get_weights(layer)
  expect_equal(y, cbind(x[, 1] / 2, x[, 2] - 1) * rep(w[[1]][, 1, 1], each = 2) + rep(w[[2]][, 1], each = 2), tolerance = 1e-5)
})

test_that("numbers far from 0 keep their digits", {
  layer <- layer_piecewise_linear(bins = list(c(100000, 100000.5, 100001)), units = 1,
                                  weights = list(array(c(1, 1), c(1, 2, 1)), matrix(0)))
  expect_equal(as.array(layer(matrix(100000.25)))[1], 0.5, tolerance = 1e-5)
})

test_that("quantile_bins() finds borders with as many numbers between them", {
  x <- withr::with_seed(1, cbind(a = stats::rexp(200), b = rep(0:1, 100), c = c(NA, stats::rnorm(199))))
  bins <- quantile_bins(x, n = 8)
  expect_identical(names(bins), c("a", "b", "c"))
  expect_equal(bins$a, unname(stats::quantile(x[, "a"], 0:8 / 8, type = 1)))
  expect_true(all(table(cut(x[, "a"], bins$a, include.lowest = TRUE)) == 25))
  expect_identical(bins$b, c(0, 1))
  expect_length(bins$c, 9)
  expect_identical(quantile_bins(as.data.frame(x), n = 8), bins)
})

test_that("gradients are those of differences, and the layer comes back from files", {
  bins <- list(c(-1, 0.1, 2), c(-0.5, 0.5), c(-2, -1, 0.3, 2))
  expect_layer_gradients(function(x) layer_piecewise_linear(x, bins, 2), 3, "piecewise")
  skip_if_not_installed("hdf5r")
  model <- keras_model_sequential() %>% layer_piecewise_linear(bins, 4, "relu", input_shape = 3) %>% layer_dense(1)
  x <- withr::with_seed(2, matrix(stats::rnorm(30), 10))
  file <- withr::local_tempfile(fileext = ".hdf5")
  save_model_hdf5(model, file)
  expect_identical(predict(suppressWarnings(load_model_hdf5(file)), x), predict(model, x))
  expect_identical(predict(unserialize_model(serialize_model(model)), x), predict(model, x))
})

test_that("bins that are none are refused", {
  expect_snapshot(error = TRUE, {
    layer_piecewise_linear(units = 2)
    layer_piecewise_linear(bins = c(1, 2), units = 2)
    layer_piecewise_linear(bins = list(), units = 2)
    layer_piecewise_linear(bins = list(c(0, 1), c(1, 1)), units = 2)
    layer_piecewise_linear(bins = list(c(0, 1)), units = 2, name = "p")(matrix(0, 2, 3))
    quantile_bins(cbind(a = 1:3, b = 1))
    quantile_bins(1:3)
    quantile_bins(diag(2), n = 0)
  })
})

test_that("some columns have features and the others pass behind them", {
  x <- withr::with_seed(1, matrix(stats::runif(15), 5))
  bins <- list(c(0, 0.5, 1), c(0, 0.2))
  some <- layer_piecewise_linear(bins = bins, units = 2, columns = c(3, 1))
  y <- as.array(some(x))
  alone <- layer_piecewise_linear(bins = bins, units = 2, weights = get_weights(some))
  expect_equal(y, cbind(as.array(alone(x[, c(3, 1)])), x[, 2]), tolerance = 1e-6)
  expect_error(layer_piecewise_linear(bins = bins, columns = 1), "`columns`", class = "tildenet_error_argument")
  expect_error(layer_piecewise_linear(bins = bins, columns = c(1, 1)), "`columns`", class = "tildenet_error_argument")
  expect_error(layer_piecewise_linear(bins = bins, columns = c(1, 9))(x), class = "tildenet_error_shape")
})
