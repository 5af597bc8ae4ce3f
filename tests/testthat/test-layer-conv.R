test_that("an image is convolved as in plain loops", {
  x <- random_image(c(2, 7, 6, 4))
  set.seed(6)
  cases <- list(list(), list(padding = "same"), list(strides = 2), list(strides = c(1, 3), padding = "same"),
                list(dilation_rate = c(2, 1)), list(dilation_rate = 2, padding = "same"), list(groups = 2))
  for (case in cases) {
    layer <- do.call(layer_conv_2d, c(list(filters = 6, kernel_size = c(3, 2)), case))
    y <- as.array(layer(x))
    set_weights(layer, list(layer$get_weights()[[1]], array(1:6)))
    k <- get_weights(layer)[[1]]
    wanted <- plain_conv(x, k, rep_len(case$strides %||% 1, 2), case$padding %||% "valid",
                         rep_len(case$dilation_rate %||% 1, 2), case$groups %||% 1)
    expect_equal(y, wanted, tolerance = 1e-5, label = deparse1(case))
    expect_equal(as.array(layer(x)), sweep(wanted, 4, 1:6, "+"), tolerance = 1e-5)
  }
})

test_that("steps are convolved like an image of height 1", {
  x <- random_image(c(2, 9, 3))
  layer <- layer_conv_1d(filters = 4, kernel_size = 3, strides = 2, padding = "same")
  y <- as.array(layer(x))
  k <- get_weights(layer)[[1]]
  expect_identical(dim(k), c(3L, 3L, 4L))
  wanted <- plain_conv(array(x, c(2, 1, 9, 3)), array(k, c(1, 3, 3, 4)), c(1, 2), "same")
  expect_equal(y, array(wanted, c(2, 5, 4)), tolerance = 1e-5)
})

test_that("a causal step sees no later one", {
  layer <- layer_conv_1d(filters = 2, kernel_size = 3, dilation_rate = 2, padding = "causal")
  x <- random_image(c(1, 8, 2))
  y <- as.array(layer(x))
  x[1, 6, ] <- 100
  changed <- apply(as.array(layer(x)) != y, 2, any)
  expect_identical(changed, seq_len(8) %in% c(6, 8))
  expect_identical(dim(y), c(1L, 8L, 2L))
})

test_that("arguments go by position as in scripts, with the names of Keras", {
  k_clear_session()
  model <- keras_model_sequential() %>%
    layer_conv_2d(32, c(3, 3), activation = "relu", input_shape = c(28, 28, 1)) %>%
    layer_conv_2d(filters = 8, kernel_size = 3, padding = "SAME", strides = list(2, 2)) %>%
    layer_reshape(c(13, 13 * 8)) %>%
    layer_conv_1d(4, 3, 1, "valid") %>%
    layer_flatten() %>%
    layer_dense(10, activation = "softmax")
  names <- vapply(model$layers, function(l) l$name, "")
  expect_identical(names[c(1, 2, 4)], c("conv2d_1", "conv2d_2", "conv1d_1"))
  expect_identical(count_params(model$layers[[1]]), 320)
  expect_identical(k_int_shape(model$layers[[2]]$output), list(NULL, 13L, 13L, 8L))
  expect_match(paste(summary_lines(self_of(model), 80), collapse = "\n"),
               "conv2d_1 \\(Conv2D\\) +\\(None, 26, 26, 32\\) +320")
  expect_identical(dim(predict(model, array(0, c(3, 28, 28, 1)))), c(3L, 10L))
})

test_that("weights have the options given, penalties count", {
  layer <- layer_conv_2d(filters = 2, kernel_size = 2, kernel_initializer = "ones",
                         bias_initializer = initializer_constant(0.5),
                         kernel_regularizer = regularizer_l1(0.25), bias_regularizer = regularizer_l2(1),
                         activity_regularizer = regularizer_l2(0.125), kernel_constraint = constraint_maxnorm(0.5),
                         bias_constraint = constraint_nonneg())
  model <- keras_model_sequential() %>% (layer)
  x <- array(1, c(1, 2, 2, 1))
  input <- layer_input(shape = c(2, 2, 1))
  model <- keras_model(input, layer(input))
  compile(model, optimizer_sgd(0), "mse")
  y <- as.array(model(x))
  expect_equal(as.vector(y), c(4.5, 4.5))
  # 8 * 0.25 + 2 * 0.25 + 0.125 * (2 * 4.5^2); the mean squared error is 0
  expect_equal(as.vector(evaluate(model, x, y, verbose = 0)), 2.5 + 5.0625, tolerance = 1e-6)
  compile(model, optimizer_sgd(1e-9), "mse")
  fit(model, x, y, epochs = 1, verbose = 0)
  expect_equal(as.vector(sqrt(apply(get_weights(model)[[1]]^2, 2:4, sum))), rep(0.5, 4), tolerance = 1e-5)
})

test_that("a constraint may take a whole filter", {
  model <- keras_model_sequential() %>%
    layer_conv_2d(2, 2, kernel_initializer = "ones", kernel_constraint = constraint_maxnorm(1, axis = 0:2),
                  input_shape = c(2, 2, 3))
  compile(model, optimizer_sgd(1e-9), "mse")
  fit(model, array(0, c(1, 2, 2, 3)), array(0, c(1, 1, 1, 2)), epochs = 1, verbose = 0)
  expect_equal(apply(get_weights(model)[[1]]^2, 4, sum), c(1, 1), tolerance = 1e-5)
})

test_that("R functions and softmax work as activations", {
  x <- random_image(c(2, 4, 4, 2))
  plain <- layer_conv_2d(filters = 3, kernel_size = 2)
  z <- as.array(plain(x))
  twice <- layer_conv_2d(filters = 3, kernel_size = 2, activation = function(t) k_square(t) + 1,
                         weights = get_weights(plain))
  expect_equal(as.array(twice(x)), z^2 + 1, tolerance = 1e-5)
  share <- layer_conv_2d(filters = 3, kernel_size = 2, activation = "softmax", weights = get_weights(plain))
  expect_equal(as.array(share(x)), aperm(apply(z, 1:3, function(v) exp(v) / sum(exp(v))), c(2:4, 1)),
               tolerance = 1e-5)
})

test_that("a net is trained, cloned, frozen and saved", {
  set.seed(3)
  x <- array(stats::runif(60 * 36), c(60, 6, 6, 1))
  y <- as.numeric(apply(x[, 1:3, , ], 1, mean) > apply(x[, 4:6, , ], 1, mean))
  build <- function() {
    keras_model_sequential() %>%
      layer_conv_2d(4, 3, activation = "relu", input_shape = c(6, 6, 1), name = "c") %>%
      layer_flatten() %>%
      layer_dense(1, activation = "sigmoid")
  }
  model <- build()
  compile(model, optimizer_adam(0.02), "binary_crossentropy", metrics = "acc")
  history <- fit(model, x, y, epochs = 40, batch_size = 16, verbose = 0)
  expect_gt(utils::tail(history$metrics$acc, 1), 0.9)
  copy <- clone_model(model)
  expect_identical(lapply(get_weights(copy), dim), lapply(get_weights(model), dim))
  set_weights(copy, get_weights(model))
  expect_identical(predict(copy, x), predict(model, x))
  path <- withr::local_tempfile(fileext = ".rds")
  saveRDS(model, path)
  expect_identical(predict(readRDS(path), x), predict(model, x))
  freeze_weights(model, from = "c", to = "c")
  compile(model, "adam", "binary_crossentropy")
  before <- get_weights(model)
  fit(model, x, y, epochs = 1, verbose = 0)
  expect_identical(get_weights(model)[1:2], before[1:2])
  expect_false(identical(get_weights(model)[[3]], before[[3]]))
  config <- get_layer(model, "c")$get_config()
  expect_identical(config[c("name", "filters", "kernel_size", "strides", "padding", "groups")],
                   list(name = "c", filters = 4L, kernel_size = list(3L, 3L), strides = list(1L, 1L),
                        padding = "valid", groups = 1L))
})

test_that("axes of unknown size get theirs from the data", {
  input <- layer_input(shape = c(NA, NA, 2))
  out <- input %>% layer_conv_2d(3, 12, strides = 20) %>% layer_conv_2d(4, 3, padding = "same")
  expect_identical(k_int_shape(out), list(NULL, NULL, NULL, 4L))
  model <- keras_model(input, out)
  expect_identical(dim(predict(model, array(0, c(2, 12, 53, 2)))), c(2L, 1L, 3L, 4L))
  expect_identical(dim(predict(model, array(0, c(1, 33, 12, 2)))), c(1L, 2L, 1L, 4L))
  expect_error(predict(model, array(0, c(1, 11, 40, 2))), "12 cells along the height", class = "tildenet_error_shape")
  expect_identical(k_int_shape(layer_conv_1d(layer_input(shape = c(NA, 2)), 3, 5, strides = 16, padding = "same")),
                   list(NULL, NULL, 3L))
})

test_that("further axes in front are samples", {
  x <- random_image(c(2, 3, 5, 4, 2))
  layer <- layer_conv_2d(filters = 3, kernel_size = 2)
  y <- as.array(layer(x))
  expect_identical(dim(y), c(2L, 3L, 4L, 3L, 3L))
  expect_equal(y[2, 3, , , ], as.array(layer(array(x[2, 3, , , ], c(1, 5, 4, 2))))[1, , , ], tolerance = 1e-6)
})

test_that("masks end", {
  masked <- layer_embedding(layer_input(shape = 5), 4, 2, mask_zero = TRUE)
  expect_true(has_mask(masked))
  expect_false(has_mask(layer_conv_1d(masked, 3, 2)))
})

test_that("threads change no bit", {
  x <- random_image(c(32, 40, 40, 3)) # the second layer is large enough to be shared
  y <- stats::rnorm(32)
  train <- function(threads) {
    withr::local_options(tildenet.threads = threads)
    set.seed(1)
    model <- keras_model_sequential() %>%
      layer_conv_2d(40, 3, activation = "relu", input_shape = c(40, 40, 3)) %>%
      layer_conv_2d(40, 3, strides = 2) %>%
      layer_flatten() %>%
      layer_dense(1)
    compile(model, "sgd", "mse")
    fit(model, x, y, epochs = 1, batch_size = 32, verbose = 0)
    get_weights(model)
  }
  expect_identical(train(1), train(2))
})

test_that("mistakes are named", {
  expect_snapshot(error = TRUE, {
    layer_conv_2d(kernel_size = 3)
    layer_conv_2d(filters = 8)
    layer_conv_2d(filters = 0, kernel_size = 3)
    layer_conv_2d(filters = 8, kernel_size = c(3, 3, 3))
    layer_conv_2d(filters = 8, kernel_size = 2.5)
    layer_conv_2d(filters = 8, kernel_size = 3, strides = 0)
    layer_conv_1d(filters = 8, kernel_size = 3, strides = c(1, 2))
    layer_conv_2d(filters = 8, kernel_size = 3, padding = "full")
    layer_conv_2d(filters = 8, kernel_size = 3, padding = "causal")
    layer_conv_2d(filters = 8, kernel_size = 3, strides = 2, dilation_rate = 2)
    layer_conv_2d(filters = 8, kernel_size = 3, groups = 3)
    layer_conv_2d(filters = 8, kernel_size = 3, data_format = "channels_first")
    layer_conv_2d(filters = 8, kernel_size = 3, activation = "rleu")
    layer_conv_2d(filters = 8, kernel_size = 3, kernel_initializer = "golrot")
  })
})

test_that("inputs that do not fit are named", {
  k_clear_session()
  expect_snapshot(error = TRUE, {
    layer_conv_2d(layer_input(shape = 784), 8, 3)
    layer_conv_2d(layer_input(shape = c(28, 28)), 8, 3)
    layer_conv_1d(layer_input(shape = 5), 8, 3)
    layer_conv_2d(layer_input(shape = c(2, 28, 1)), 8, 3)
    layer_conv_1d(layer_input(shape = c(4, 1)), 8, 3, dilation_rate = 2)
    layer_conv_2d(layer_input(shape = c(8, 8, 3)), 8, 3, groups = 2)
    layer_conv_2d(layer_input(shape = c(8, 8, NA)), 8, 3)
    keras_model_sequential() %>% layer_conv_2d(2, 3, input_shape = c(4, 4, 1)) %>% layer_conv_2d(2, 3)
  })
})
