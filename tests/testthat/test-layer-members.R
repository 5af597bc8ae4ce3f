some_rows <- function(n = 6, p = 3) withr::with_seed(1, matrix(stats::rnorm(n * p), n))

test_that("layer_dense_packed() is a dense layer for each member", {
  x <- some_rows()
  layer <- layer_dense_packed(units = 2, members = 4, activation = "tanh", bias_initializer = "normal")
  y <- as.array(layer(x))
  w <- get_weights(layer)
  expect_identical(lapply(w, dim), list(c(4L, 3L, 2L), c(4L, 2L)))
  for (m in 1:4) expect_equal(y[, m, ], tanh(x %*% w[[1]][m, , ] + rep(w[[2]][m, ], each = 6)), tolerance = 1e-5)
  expect_identical(dim(y), c(6L, 4L, 2L))
  behind <- layer_dense_packed(units = 1, members = 4, use_bias = FALSE)
  z <- as.array(behind(y))
  for (m in 1:4) expect_equal(z[, m, ], (y[, m, ] %*% get_weights(behind)[[1]][m, , ])[, 1], tolerance = 1e-5)
})

test_that("each member starts as a layer of its own, from seeds of its own", {
  layer <- layer_dense_packed(units = 20, members = 3, kernel_initializer = initializer_glorot_uniform(seed = 4))
  layer(matrix(0, 1, 30))
  kernel <- get_weights(layer)[[1]]
  single <- function(seed) {
    one <- layer_dense(units = 20, kernel_initializer = initializer_glorot_uniform(seed = seed))
    one(matrix(0, 1, 30))
    get_weights(one)[[1]]
  }
  for (m in 1:3) expect_identical(kernel[m, , ], single(3 + m))
  orthogonal <- layer_dense_packed(units = 3, members = 2, kernel_initializer = "orthogonal")
  orthogonal(matrix(0, 1, 3))
  for (m in 1:2) expect_equal(crossprod(get_weights(orthogonal)[[1]][m, , ]), diag(3), tolerance = 1e-5)
})

test_that("layer_dense_ensemble() scales before and behind one kernel", {
  x <- some_rows()
  layer <- layer_dense_ensemble(units = 2, members = 4, activation = "tanh", scale_start = "normal",
                                bias_initializer = "normal")
  layer(x)
  w <- lapply(get_weights(layer), function(w) w + stats::runif(length(w)))
  set_weights(layer, w)
  y <- as.array(layer(x))
  expect_identical(lapply(w, dim), list(c(4L, 3L), c(3L, 2L), c(4L, 2L), c(4L, 2L)))
  for (m in 1:4) {
    inside <- (x * rep(w[[1]][m, ], each = 6)) %*% w[[2]]
    expect_equal(y[, m, ], tanh(inside * rep(w[[3]][m, ], each = 6) + rep(w[[4]][m, ], each = 6)), tolerance = 1e-5)
  }
  behind <- layer_dense_ensemble(units = 3, members = 4, use_bias = FALSE)
  expect_identical(dim(as.array(behind(y))), c(6L, 4L, 3L))
  signs <- layer_dense_ensemble(units = 1, members = 50, scale_start = "signs")
  signs(x)
  expect_setequal(get_weights(signs)[[1]], c(-1, 1))
})

test_that("gradients of members are those of differences", {
  layers <- list(
    packed = function(x) layer_dense_packed(x, 2, 3, activation = "tanh"),
    ensemble = function(x) layer_dense_ensemble(x, 2, 3, activation = "softplus"),
    both = function(x) layer_dense_packed(layer_dense_ensemble(x, 4, 3, activation = "tanh"), 2, 3))
  for (name in names(layers)) expect_layer_gradients(layers[[name]], 3, name)
})

test_that("nets of members train as each of them alone", {
  x <- some_rows(40)
  y <- cbind(x[, 1]^2 - x[, 2])
  packed <- keras_model_sequential() %>% layer_dense_packed(5, 3, activation = "relu", input_shape = 3) %>%
    layer_dense_packed(1, 3)
  start <- get_weights(packed)
  compile(packed, optimizer_sgd(0.3), loss_members("mse"))
  fit(packed, x, y, epochs = 3, batch_size = 8, shuffle = FALSE, verbose = 0)
  for (m in 1:3) {
    alone <- keras_model_sequential() %>% layer_dense(5, activation = "relu", input_shape = 3) %>% layer_dense(1)
    slice <- function(w) list(array(w[[1]][m, , ], dim(w[[1]])[-1]), w[[2]][m, ], array(w[[3]][m, , ], dim(w[[3]])[-1]), w[[4]][m, ])
    set_weights(alone, slice(start))
    compile(alone, optimizer_sgd(0.1), "mse")
    fit(alone, x, y, epochs = 3, batch_size = 8, shuffle = FALSE, verbose = 0)
    expect_equal(predict(packed, x)[, m, ], predict(alone, x)[, 1], tolerance = 1e-4)
  }
  mean_net <- keras_model(packed$input, layer_global_average_pooling_1d(packed$output))
  expect_equal(predict(mean_net, x), apply(predict(packed, x), c(1, 3), mean), tolerance = 1e-5)
})

test_that("members drop out at rates of their own, in training only", {
  x <- array(1, c(200, 3, 10))
  layer <- layer_dropout(rate = c(0.5, 0, 0.2))
  y <- withr::with_seed(1, as.array(layer(x, training = TRUE)))
  expect_equal(apply(y == 0, 2, mean), c(0.5, 0, 0.2), tolerance = 0.06)
  expect_equal(sort(unique(as.vector(y[, 3, ]))), c(0, 1.25), tolerance = 1e-6)
  expect_equal(as.array(layer(x)), x)
  model <- keras_model_sequential() %>% layer_dense_packed(4, 3, input_shape = 2) %>% layer_dropout(c(0.1, 0, 0.3))
  expect_identical(get_config(get_layer(model, index = 2))$rate, c(0.1, 0, 0.3))
  expect_identical(get_config(from_config(get_config(model))$layers[[2]])$rate, c(0.1, 0, 0.3))
})

test_that("nets of members come back from files", {
  skip_if_not_installed("hdf5r")
  model <- keras_model_sequential() %>%
    layer_dense_ensemble(4, 3, activation = "relu", scale_start = "signs", input_shape = 3) %>%
    layer_dropout(c(0.1, 0, 0.3)) %>% layer_dense_packed(2, 3, activation = "softmax")
  compile(model, "adam", loss_members(loss_categorical_crossentropy(label_smoothing = 0.1)), metrics = "accuracy")
  x <- some_rows(20)
  y <- diag(2)[1 + (x[, 1] > 0), ]
  fit(model, x, y, epochs = 1, verbose = 0)
  file <- withr::local_tempfile(fileext = ".hdf5")
  save_model_hdf5(model, file)
  again <- load_model_hdf5(file)
  expect_identical(predict(again, x), predict(model, x))
  expect_equal(evaluate(again, x, y, verbose = 0), evaluate(model, x, y, verbose = 0))
  expect_identical(predict(unserialize_model(serialize_model(model)), x), predict(model, x))
})

test_that("layers of members refuse what they cannot take", {
  expect_snapshot(error = TRUE, {
    layer_dense_packed(units = 2)
    layer_dense_packed(units = 2, members = 0)
    layer_dense_packed(units = 2, members = 3, name = "p")(array(0, c(2, 4, 5)))
    layer_dense_ensemble(units = 2, members = 3, scale_start = "zeros")
    layer_dense_ensemble(units = 2, members = 3, name = "e")(array(0, c(2, 4, 5)))
    layer_dropout(rate = c(0.5, 1))
    layer_dropout(rate = c(0.5, 0.1), noise_shape = c(1, 2))
    layer_dropout(rate = c(0.5, 0.1), name = "d")(matrix(0, 2, 2))
  })
})
