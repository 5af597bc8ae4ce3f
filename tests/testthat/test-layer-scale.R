test_that("layer_scale() multiplies each input by a learned number", {
  x <- withr::with_seed(1, matrix(stats::rnorm(12), 3))
  layer <- layer_scale(initial = 2)
  expect_equal(as.array(layer(x)), 2 * x, tolerance = 1e-6)
  set_weights(layer, list(c(1, -2, 0, 3)))
  expect_equal(as.array(layer(x)), x %*% diag(c(1, -2, 0, 3)), tolerance = 1e-6)
  steps <- array(as.vector(x), c(1, 3, 4))
  expect_equal(as.array(layer(steps))[1, , ], x %*% diag(c(1, -2, 0, 3)), tolerance = 1e-6)
  expect_identical(count_params(keras_model_sequential() %>% layer_scale(input_shape = 7)), 7)
})

test_that("layer_dense_ntk() is a dense layer whose kernel is divided by the root of the number of inputs", {
  x <- withr::with_seed(1, matrix(stats::rnorm(90), 3))
  layer <- layer_dense_ntk(units = 4, activation = "tanh", bias_initializer = "ones")
  y <- as.array(layer(x))
  w <- get_weights(layer)
  expect_equal(y, tanh(x %*% w[[1]] / sqrt(30) + 1), tolerance = 1e-5)
  expect_lt(abs(stats::sd(w[[1]]) - 1), 0.25)
  plain <- layer_dense(units = 4, activation = "tanh", weights = list(w[[1]] / sqrt(30), w[[2]]))
  expect_equal(y, as.array(plain(x)), tolerance = 1e-5)
  bare <- layer_dense_ntk(units = 2, use_bias = FALSE, kernel_initializer = "ones")
  expect_equal(as.array(bare(matrix(1, 1, 4))), matrix(2, 1, 2))
})

test_that("scales and layers in neural-tangent form of members are each one's own", {
  x <- withr::with_seed(1, matrix(stats::rnorm(12), 3))
  scale <- layer_scale(members = 2)
  scale(x)
  s <- rbind(c(1, 2, 3, 4), c(-1, 0, 0.5, 2))
  set_weights(scale, list(s))
  scaled <- as.array(scale(x))
  layer <- layer_dense_ntk(units = 5, members = 2, activation = "tanh", bias_initializer = "normal")
  y <- as.array(layer(scaled))
  w <- get_weights(layer)
  expect_identical(lapply(w, dim), list(c(2L, 4L, 5L), c(2L, 5L)))
  for (m in 1:2) {
    expect_equal(scaled[, m, ], x %*% diag(s[m, ]), tolerance = 1e-6)
    expect_equal(y[, m, ], tanh(scaled[, m, ] %*% w[[1]][m, , ] / 2 + rep(w[[2]][m, ], each = 3)), tolerance = 1e-5)
  }
  expect_identical(dim(as.array(layer_dense_ntk(units = 3, members = 4)(x))), c(3L, 4L, 3L))
  expect_error(layer_scale(members = 0), "members", class = "tildenet_error_argument")
  expect_error(layer_scale(members = 3)(scaled), "members", class = "tildenet_error_shape")
})

test_that("layer_activation_parametric() mixes an activation with the identity", {
  x <- withr::with_seed(1, matrix(stats::rnorm(12), 3))
  for (name in c("relu", "mish", "selu", "softmax")) {
    f <- as.array(layer_activation(activation = name)(x))
    layer <- layer_activation_parametric(activation = name)
    expect_equal(as.array(layer(x)), f, tolerance = 1e-6)
    a <- c(0, 1, 0.5, -2)
    set_weights(layer, list(a))
    expect_equal(as.array(layer(x)), x + (f - x) * rep(a, each = 3), tolerance = 1e-6)
  }
  own <- layer_activation_parametric(activation = function(x) x^2, start = 0.5)
  expect_equal(as.array(own(x)), x + (x^2 - x) / 2, tolerance = 1e-6)
  expect_identical(dim(layer_activation_parametric(layer_input(shape = c(5, 2)), "relu")), c(NA, 5L, 2L))
})

test_that("gradients of the parts of RealMLP are those of differences", {
  layers <- list(
    scale = function(x) layer_scale(x), ntk = function(x) layer_dense_ntk(x, 3, activation = "tanh"),
    parametric = function(x) layer_activation_parametric(x, "mish", start = 0.7),
    pbld = function(x) layer_pbld(x, frequencies = 5, units = 2, scale = 0.3))
  for (name in names(layers)) expect_layer_gradients(layers[[name]], 4, name)
})

test_that("the parts of RealMLP come back from files", {
  skip_if_not_installed("hdf5r")
  set.seed(3)
  model <- keras_model_sequential() %>% layer_pbld(frequencies = 4, units = 2, scale = 0.5, input_shape = 3) %>%
    layer_scale(initial = 1.5) %>% layer_dense_ntk(5, activation = "relu") %>%
    layer_activation_parametric("mish", start = 0.5) %>% layer_dense_ntk(1, kernel_initializer = "zeros")
  set_weights(model, lapply(get_weights(model), function(w) w + 0.1))
  x <- matrix(stats::rnorm(12), 4)
  file <- withr::local_tempfile(fileext = ".hdf5")
  save_model_hdf5(model, file)
  expect_identical(predict(suppressWarnings(load_model_hdf5(file)), x), predict(model, x))
  expect_identical(predict(unserialize_model(serialize_model(model)), x), predict(model, x))
  skip_if_not_installed("jsonlite")
  json <- model_to_json(model)
  expect_identical(model_to_json(model_from_json(json)), json)
})

test_that("layers for tables refuse what they cannot take", {
  expect_snapshot(error = TRUE, {
    layer_scale(initial = NA)
    layer_scale(name = "s")(layer_input(shape = list(3, NULL)))
    layer_dense_ntk(units = 0)
    layer_dense_ntk(units = 2, activation = "none")
    layer_activation_parametric()
    layer_activation_parametric(activation = "relu", start = "a")
    layer_activation_parametric(activation = "relu", name = "a")(layer_input(shape = list(NULL, 3)))
  })
})
