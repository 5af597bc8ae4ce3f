test_that("settings come as keras has them and are read by name", {
  expect_identical(names(formals(image_data_generator)), names(generator_checks))
  generator <- image_data_generator(rotation_range = 40, zoom_range = 0.25, fill_mode = "wrap", rescale = 1 / 255)
  expect_identical(generator$rotation_range, 40)
  expect_equal(generator$zoom_range, c(0.75, 1.25))
  expect_identical(image_data_generator(zoom_range = list(0.5, 2))$zoom_range, c(0.5, 2))
  expect_identical(image_data_generator(width_shift_range = 2L)$width_shift_range, 2L)
  expect_identical(image_data_generator(height_shift_range = list(-1, 3))$height_shift_range, c(-1, 3))
  expect_identical(generator$fill_mode, "wrap")
  expect_null(generator$mean)
  expect_true(all(c("rescale", "mean", "flow") %in% names(generator)))
})

test_that("what a scaling needs is switched on, with a warning", {
  expect_warning(one <- image_data_generator(samplewise_std_normalization = TRUE), class = "tildenet_warning_generator")
  expect_true(one$samplewise_center)
  expect_warning(one <- image_data_generator(featurewise_std_normalization = TRUE), "featurewise_center")
  expect_true(one$featurewise_center)
  expect_warning(one <- image_data_generator(zca_whitening = TRUE), "featurewise_center")
  expect_true(one$featurewise_center)
  expect_warning(one <- image_data_generator(featurewise_center = TRUE, zca_whitening = TRUE,
                                             featurewise_std_normalization = TRUE), "takes the place")
  expect_false(one$featurewise_std_normalization)
  expect_no_warning(one <- image_data_generator(featurewise_center = TRUE, featurewise_std_normalization = TRUE))
  expect_warning(one$samplewise_std_normalization <- TRUE, "samplewise_center")
  expect_true(one$samplewise_center)
})

test_that("settings can be changed, by the same rules", {
  generator <- image_data_generator()
  generator$rescale <- 0.5
  generator$zoom_range <- 0.5
  generator$mean <- c(1, 2, 3)
  expect_identical(generator$rescale, 0.5)
  expect_identical(generator$zoom_range, c(0.5, 1.5))
  expect_identical(generator$mean, array(c(1, 2, 3), c(1, 1, 3)))
  expect_error(generator$shear_range <- -1, class = "tildenet_error_argument")
  expect_error(generator$mean <- "a", class = "tildenet_error_argument")
  expect_error(generator$mean <- NA_real_, class = "tildenet_error_missing")
  expect_error(generator$colour <- 1, class = "tildenet_error_argument")
  expect_identical(generator$shear_range, 0)
})

test_that("settings that cannot be used are refused by name", {
  expect_snapshot(error = TRUE, {
    image_data_generator(featurewise_center = NA)
    image_data_generator(zca_epsilon = 0)
    image_data_generator(rotation_range = -1)
    image_data_generator(width_shift_range = -0.2)
    image_data_generator(height_shift_range = c(1, NA))
    image_data_generator(brightness_range = 0.5)
    image_data_generator(brightness_range = c(1.5, 0.5))
    image_data_generator(zoom_range = c(0.1, 0.2, 0.3))
    image_data_generator(zoom_range = "a")
    image_data_generator(channel_shift_range = Inf)
    image_data_generator(fill_mode = "mirror")
    image_data_generator(rescale = "1/255")
    image_data_generator(preprocessing_function = "tf")
    image_data_generator(data_format = "channels_first")
    image_data_generator(validation_split = 1)
  })
})

test_that("a generator prints what is set", {
  expect_snapshot({
    image_data_generator()
    image_data_generator(rescale = 1 / 255, rotation_range = 40, zoom_range = 0.2, width_shift_range = c(-2, 0, 2),
                         horizontal_flip = TRUE, fill_mode = "constant", preprocessing_function = identity)
  })
})

test_that("its functions work on single images and make flows", {
  generator <- image_data_generator(rescale = 0.5, channel_shift_range = 10)
  image <- array(1:12, c(2, 2, 3))
  expect_equal(generator$standardize(image), image / 2)
  moved <- generator$random_transform(image, seed = 3)
  expect_equal(moved, generator$random_transform(image, seed = 3))
  expect_false(isTRUE(all.equal(moved, image)))
  expect_identical(dim(moved), dim(image))
  expect_error(generator$standardize(matrix(1, 2, 2)), class = "tildenet_error_shape")
  x <- numbered_images(6)
  flow <- image_data_generator(rescale = 0.5)$flow(x, 1:6, batch_size = 6, shuffle = FALSE)
  expect_equal(levels_of(generator_next(flow)), 1:6 / 2)
  centred <- image_data_generator(featurewise_center = TRUE)
  centred$fit(x)
  expect_equal(as.vector(centred$mean), 3.5)
})
