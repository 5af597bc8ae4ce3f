# One sample of steps with one feature.
steps <- function(...) array(c(...), c(1, length(c(...)), 1))

values <- function(x) as.vector(as.array(x))

test_that("windows move by their own size unless told otherwise", {
  x <- steps(4, 1, 2, 7, 5)
  expect_equal(values(layer_max_pooling_1d()(x)), c(4, 7))
  expect_equal(values(layer_max_pooling_1d(padding = "same")(x)), c(4, 7, 5))
  expect_equal(values(layer_max_pooling_1d(pool_size = 3, strides = 1)(x)), c(4, 7, 7))
  expect_equal(values(layer_average_pooling_1d(pool_size = 3, strides = 2, padding = "same")(x)),
               c(2.5, 10 / 3, 6), tolerance = 1e-6)
})

test_that("images are pooled over height and width, channel by channel", {
  x <- array(0, c(1, 2, 4, 2))
  x[1, , , 1] <- matrix(1:8, 2, byrow = TRUE)
  x[1, , , 2] <- -matrix(1:8, 2, byrow = TRUE)
  y <- as.array(layer_max_pooling_2d()(x))
  expect_identical(dim(y), c(1L, 1L, 2L, 2L))
  expect_equal(as.vector(y), c(6, 8, -1, -3))
  expect_equal(as.vector(as.array(layer_average_pooling_2d(pool_size = c(1, 2))(x))[1, , , 1]),
               c(1.5, 5.5, 3.5, 7.5))
  same <- as.array(layer_max_pooling_2d(pool_size = list(2L, 2L), strides = 1L)(x))
  expect_equal(as.vector(same[1, 1, , 1]), c(6, 7, 8))
  expect_equal(as.array(layer_max_pooling_2d(pool_size = 2, data_format = "channels_last")(x)), y)
})

test_that("global pooling takes whole samples and may keep the axes", {
  x <- array(c(1, 5, 3, -1, -2, -6), c(1, 3, 2))
  expect_equal(as.array(layer_global_average_pooling_1d()(x)), matrix(c(3, -3), 1))
  expect_equal(as.array(layer_global_max_pooling_1d(keepdims = TRUE)(x)), array(c(5, -1), c(1, 1, 2)))
  image <- array(1:8, c(1, 2, 2, 2))
  expect_equal(as.array(layer_global_max_pooling_2d()(image)), matrix(c(4, 8), 1))
  expect_equal(as.array(layer_global_average_pooling_2d(keepdims = TRUE)(image)),
               array(c(2.5, 6.5), c(1, 1, 1, 2)))
})

# Embeddings of ones, twos ... with step 0 masked.
masked_model <- function(pool) {
  input <- layer_input(shape = 3)
  table <- layer_embedding(input_dim = 4, output_dim = 1, mask_zero = TRUE)
  model <- keras_model(input, pool(table(input)))
  set_weights(table, list(matrix(c(100, 1, 2, 4))))
  model
}

test_that("means leave masked steps out, maxima do not look, a sample without steps gives zero", {
  x <- rbind(c(1, 3, 0), c(0, 0, 0), c(1, 2, 3))
  expect_equal(predict(masked_model(layer_global_average_pooling_1d()), x), matrix(c(2.5, 0, 7 / 3)),
               tolerance = 1e-6)
  expect_equal(predict(masked_model(layer_global_max_pooling_1d()), x), matrix(c(100, 100, 4)))
  model <- masked_model(layer_global_average_pooling_1d())
  compile(model, optimizer_sgd(1), "mse")
  train_on_batch(model, matrix(0, 2, 3), matrix(1, 2, 1)) # no gradient, above all no NaN
  expect_equal(get_weights(model)[[1]], matrix(c(100, 1, 2, 4)))
})

test_that("a mask ends at every pooling layer", {
  x <- layer_embedding(layer_input(shape = 4), input_dim = 3, output_dim = 2, mask_zero = TRUE)
  expect_true(has_mask(x))
  for (layer in list(layer_max_pooling_1d(), layer_average_pooling_1d(), layer_global_max_pooling_1d(),
                     layer_global_average_pooling_1d(keepdims = TRUE), layer_upsampling_1d(),
                     layer_zero_padding_1d(), layer_cropping_1d())) {
    expect_false(has_mask(layer(x)))
  }
})

test_that("axes of unknown size stay unknown, whatever the windows", {
  x <- layer_input(shape = list(NULL, 3))
  expect_identical(layer_max_pooling_1d(pool_size = 50)(x)$shape, c(NA, NA, 3))
  expect_identical(layer_max_pooling_1d(pool_size = 2, strides = 9)(x)$shape, c(NA, NA, 3))
  expect_identical(layer_average_pooling_1d(pool_size = 3000)(x)$shape, c(NA, NA, 3))
  expect_identical(layer_global_average_pooling_1d()(x)$shape, c(NA, 3))
  expect_identical(layer_global_max_pooling_1d(keepdims = TRUE)(x)$shape, c(NA, 1, 3))
  image <- layer_input(shape = list(NULL, NULL, 3))
  expect_identical(layer_max_pooling_2d(pool_size = c(9, 2))(image)$shape, c(NA, NA, NA, 3))
  expect_identical(layer_global_max_pooling_2d()(image)$shape, c(NA, 3))
  model <- keras_model(x, layer_max_pooling_1d(pool_size = 2)(x))
  expect_identical(dim(predict(model, array(0, c(2, 7, 3)))), c(2L, 3L, 3L))
  expect_identical(dim(predict(model, array(0, c(1, 20, 3)))), c(1L, 10L, 3L))
  expect_error(predict(model, array(0, c(1, 1, 3))), class = "tildenet_error_shape")
})

pooled_model <- function() {
  k_clear_session()
  keras_model_sequential(input_shape = c(8, 8, 2)) %>%
    layer_zero_padding_2d(padding = list(c(0, 1), c(2, 1))) %>%
    layer_max_pooling_2d(pool_size = 2) %>%
    layer_upsampling_2d(size = c(2, 1), interpolation = "bilinear") %>%
    layer_cropping_2d(cropping = c(1, 0)) %>%
    layer_average_pooling_2d(pool_size = c(3, 2), strides = 1, padding = "same") %>%
    layer_reshape(c(30, 2)) %>%
    layer_max_pooling_1d(pool_size = 3) %>%
    layer_upsampling_1d(size = 3) %>%
    layer_average_pooling_1d() %>%
    layer_zero_padding_1d(padding = c(1, 0)) %>%
    layer_cropping_1d(cropping = 2) %>%
    layer_global_average_pooling_1d() %>%
    layer_dense(1)
}

test_that("names, configuration, copies and files are those of other layers", {
  model <- pooled_model()
  names <- vapply(model$layers, function(l) l$name, "")
  expect_identical(names, c("zero_padding2d_1", "max_pooling2d_1", "up_sampling2d_1", "cropping2d_1",
                            "average_pooling2d_1", "reshape_1", "max_pooling1d_1", "up_sampling1d_1",
                            "average_pooling1d_1", "zero_padding1d_1", "cropping1d_1",
                            "global_average_pooling1d_1", "dense_1"))
  expect_identical(layer_global_max_pooling_2d()$name, "global_max_pooling2d_1")
  config <- get_layer(model, "average_pooling2d_1")$get_config()
  expect_identical(config[c("pool_size", "strides", "padding", "data_format")],
                   list(pool_size = list(3L, 2L), strides = list(1L, 1L), padding = "same",
                        data_format = "channels_last"))
  expect_identical(get_layer(model, "zero_padding2d_1")$get_config()$padding, list(list(0L, 1L), list(2L, 1L)))
  expect_identical(get_layer(model, "max_pooling1d_1")$get_config()$strides, list(3L))
  expect_output(print(model), "up_sampling2d_1 \\(UpSampling2D\\)")
  expect_identical(count_params(model), 3)
  set.seed(1)
  x <- array(rnorm(2 * 128), c(2, 8, 8, 2))
  copy <- clone_model(model)
  set_weights(copy, get_weights(model))
  expect_identical(predict(copy, x), predict(model, x))
  path <- withr::local_tempfile(fileext = ".rds")
  saveRDS(model, path)
  expect_identical(predict(readRDS(path), x), predict(model, x))
})

test_that("a network that pools learns", {
  set.seed(1)
  x <- array(runif(64 * 36), c(64, 6, 6, 1)) * runif(64)
  y <- apply(x, 1, max)
  model <- keras_model_sequential(input_shape = c(6, 6, 1)) %>%
    layer_max_pooling_2d(pool_size = 3) %>% layer_global_max_pooling_2d() %>% layer_dense(1)
  compile(model, optimizer_adam(0.05), "mse")
  loss <- fit(model, x, y, epochs = 200, verbose = 0)$metrics$loss
  expect_lt(loss[200], 1e-4)
})

test_that("mistakes with pooling are named", {
  k_clear_session()
  model <- keras_model_sequential(input_shape = c(4, 3))
  expect_snapshot(error = TRUE, {
    model %>% layer_max_pooling_2d()
    model %>% layer_max_pooling_1d(pool_size = 5)
    model %>% layer_max_pooling_1d(pool_size = 0)
    model %>% layer_max_pooling_1d(pool_size = c(2, 2))
    model %>% layer_average_pooling_1d(pool_size = 1.5)
    model %>% layer_average_pooling_1d(strides = "2")
    model %>% layer_max_pooling_1d(padding = "causal")
    model %>% layer_max_pooling_1d(data_format = "channels_first")
    model %>% layer_global_max_pooling_2d()
    model %>% layer_global_average_pooling_1d(keepdims = 2)
    layer_average_pooling_2d(pool_size = c(2, 2, 2))
    layer_max_pooling_2d(pool_size = c(5, 2))(layer_input(shape = list(NULL, 1, 3)))
    layer_global_average_pooling_2d(data_format = "first")
    layer_max_pooling_1d(layer_input(shape = list(NULL)))
  })
  expect_length(model$layers, 0)
})
