image <- function(m) array(m, c(1, dim(m), 1))

# The first channel of the first sample.
plane <- function(x) as.array(x)[1, , , 1]

test_that("upsampling repeats cells or blends them", {
  x <- array(1:3, c(1, 3, 1))
  expect_equal(as.vector(as.array(layer_upsampling_1d()(x))), c(1, 1, 2, 2, 3, 3))
  m <- matrix(c(1, 3, 2, 4), 2)
  expect_equal(plane(layer_upsampling_2d()(image(m))), m[c(1, 1, 2, 2), c(1, 1, 2, 2)])
  expect_equal(plane(layer_upsampling_2d(size = c(1, 3))(image(m))), m[, c(1, 1, 1, 2, 2, 2)])
  blended <- plane(layer_upsampling_2d(size = 2, interpolation = "bilinear")(image(m)))
  expect_equal(blended[1, ], c(1, 1.25, 1.75, 2))
  expect_equal(blended[, 4], c(2, 2.5, 3.5, 4))
})

test_that("zeros go around, in every way to say where", {
  x <- array(1:2, c(1, 2, 1))
  expect_equal(as.vector(as.array(layer_zero_padding_1d()(x))), c(0, 1, 2, 0))
  expect_equal(as.vector(as.array(layer_zero_padding_1d(padding = list(0, 2L))(x))), c(1, 2, 0, 0))
  m <- matrix(1:4, 2)
  expect_equal(plane(layer_zero_padding_2d()(image(m))), rbind(0, cbind(0, m, 0), 0))
  by_sides <- cbind(0, 0, rbind(m, 0))
  ways <- list(list(c(0, 1), c(2, 0)), list(list(0, 1), list(2, 0)), rbind(c(0, 1), c(2, 0)))
  for (padding in ways) expect_equal(plane(layer_zero_padding_2d(padding = padding)(image(m))), by_sides)
  both <- rbind(0, 0, cbind(0, m, 0), 0, 0)
  for (padding in list(c(2, 1), list(2, 1), list(2, c(1, 1)), rbind(c(2, 2), c(1, 1)))) {
    expect_equal(plane(layer_zero_padding_2d(padding = padding)(image(m))), both)
  }
  expect_equal(plane(layer_zero_padding_2d(padding = 0)(image(m))), m)
})

test_that("cropping takes cells away, in every way to say where", {
  x <- array(1:5, c(1, 5, 1))
  expect_equal(as.vector(as.array(layer_cropping_1d()(x))), 2:4)
  expect_equal(as.vector(as.array(layer_cropping_1d(cropping = c(0, 3))(x))), 1:2)
  m <- matrix(1:20, 4)
  expect_equal(plane(layer_cropping_2d()(image(m))), m)
  expect_equal(plane(layer_cropping_2d(cropping = 1)(image(m))), m[2:3, 2:4])
  expect_equal(plane(layer_cropping_2d(cropping = c(0, 2))(image(m)))[1:4], m[, 3])
  expect_equal(plane(layer_cropping_2d(cropping = list(c(0, 2), c(1, 0)))(image(m))), m[1:2, 2:5])
})

test_that("axes of unknown size stay unknown", {
  x <- layer_input(shape = list(NULL, 3))
  expect_identical(layer_upsampling_1d(size = 3)(x)$shape, c(NA, NA, 3))
  expect_identical(layer_zero_padding_1d()(x)$shape, c(NA, NA, 3))
  cropped <- layer_cropping_1d(cropping = c(10, 5))(x)
  expect_identical(cropped$shape, c(NA, NA, 3))
  model <- keras_model(x, cropped)
  expect_identical(dim(predict(model, array(0, c(2, 20, 3)))), c(2L, 5L, 3L))
  expect_error(predict(model, array(0, c(2, 15, 3))), "nothing would be left", class = "tildenet_error_shape")
})

test_that("mistakes with sizes and sides are named", {
  k_clear_session()
  model <- keras_model_sequential(input_shape = c(4, 5, 3))
  expect_snapshot(error = TRUE, {
    model %>% layer_upsampling_1d()
    model %>% layer_upsampling_2d(size = c(2, -1))
    model %>% layer_upsampling_2d(size = c(2, 2, 2))
    model %>% layer_upsampling_2d(interpolation = "bicubic")
    model %>% layer_upsampling_2d(interpolation = "linear")
    model %>% layer_zero_padding_1d(padding = 1)
    model %>% layer_zero_padding_2d(padding = -1)
    model %>% layer_zero_padding_2d(padding = c(1, 2, 3))
    model %>% layer_zero_padding_2d(padding = list(c(1, 2)))
    model %>% layer_zero_padding_2d(padding = list(c(1, 2), c(1, 2, 3)))
    model %>% layer_zero_padding_2d(padding = matrix(1, 4, 2))
    model %>% layer_zero_padding_2d(data_format = "channels_first")
    model %>% layer_cropping_2d(cropping = 2)
    model %>% layer_cropping_2d(cropping = list(c(0, 0), c(3, 2)))
    model %>% layer_cropping_2d(cropping = 0.5)
    layer_cropping_1d(cropping = "1")
    layer_cropping_1d(cropping = c(1, 2, 3))
    layer_zero_padding_1d(padding = NULL)
    layer_zero_padding_1d(padding = c(1, NA))
  })
  expect_length(model$layers, 0)
})
