test_that("layer_pbld() is the formula of its help page", {
  x <- withr::with_seed(1, matrix(stats::rnorm(12), 3))
  layer <- layer_pbld(frequencies = 5, units = 2, scale = 0.5)
  y <- as.array(layer(x))
  w <- get_weights(layer)
  expect_identical(lapply(w, dim), list(c(4L, 5L), c(4L, 5L), c(4L, 5L, 2L), c(4L, 2L)))
  wanted <- lapply(1:4, function(column) {
    waves <- cos(2 * pi * outer(x[, column], w[[1]][column, ]) + rep(w[[2]][column, ], each = 3))
    cbind(x[, column], waves %*% w[[3]][column, , ] + rep(w[[4]][column, ], each = 3))
  })
  expect_equal(y, do.call(cbind, wanted), tolerance = 1e-5)
})

test_that("weights of layer_pbld() start as they should", {
  w <- withr::with_seed(5, {
    layer <- layer_pbld(frequencies = 400, units = 1, scale = 3)
    layer(matrix(0, 1, 10))
    get_weights(layer)
  })
  expect_equal(stats::sd(w[[1]]), 3, tolerance = 0.05)
  expect_true(all(abs(w[[2]]) <= pi + 1e-6) && stats::sd(w[[2]]) > 1.7)
  expect_lte(max(abs(w[[3]])), 1 / 20)
})

test_that("a net of periodic features learns what wiggles", {
  set.seed(2)
  x <- matrix(stats::runif(400, -1, 1))
  y <- sin(9 * x)
  loss <- function(first) {
    k_clear_session()
    set.seed(2)
    model <- first(keras_model_sequential()) %>% layer_dense(16, activation = "relu") %>% layer_dense(1)
    compile(model, optimizer_adam(0.01), "mse")
    fit(model, x, y, epochs = 15, verbose = 0)
    evaluate(model, x, y, verbose = 0)[[1]]
  }
  plain <- loss(function(model) layer_dense(model, 4, input_shape = 1))
  expect_lt(loss(function(model) layer_pbld(model, scale = 1, input_shape = 1)), plain / 4)
})

test_that("sizes and shapes of layer_pbld() are checked", {
  expect_snapshot(error = TRUE, {
    layer_pbld(frequencies = 0)
    layer_pbld(units = 1.5)
    layer_pbld(scale = -1)
    layer_pbld(name = "p")(layer_input(shape = c(3, 2)))
  })
})

test_that("columns of layer_pbld() that are not named pass by", {
  x <- withr::with_seed(2, matrix(stats::rnorm(20), 4))
  layer <- layer_pbld(frequencies = 6, units = 2, columns = c(4, 2))
  y <- as.array(layer(x))
  expect_identical(dim(y), c(4L, 9L))
  alone <- layer_pbld(frequencies = 6, units = 2)
  alone(x[, c(4, 2)])
  set_weights(alone, get_weights(layer))
  expect_equal(y[, 1:6], as.array(alone(x[, c(4, 2)])))
  expect_equal(y[, 7:9], x[, c(1, 3, 5)], tolerance = 1e-6)
  expect_layer_gradients(function(x) layer_pbld(x, frequencies = 5, units = 2, scale = 0.3, columns = c(1, 3)), 4, "pbld of some")
  model <- keras_model_sequential() %>% layer_pbld(columns = 3, input_shape = 5)
  expect_equal(predict(unserialize_model(serialize_model(model)), x), predict(model, x))
  for (wrong in list(0, c(1, 1), 1.5, "a")) {
    expect_error(layer_pbld(columns = wrong), "`columns` must hold places", class = "tildenet_error_argument")
  }
  expect_error(layer_pbld(columns = 6)(x), class = "tildenet_error_shape")
})
