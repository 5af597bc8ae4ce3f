some_images <- function(n = 6, channels = 3) withr::with_seed(2, array(stats::runif(n * 20 * channels, 0, 255), c(n, 4, 5, channels)))

standardized <- function(x, ..., fit = NULL) {
  generator <- suppressWarnings(image_data_generator(...))
  if (!is.null(fit)) fit_image_data_generator(generator, fit)
  standardize_images(self_of(generator), x)
}

by_image <- function(x, f) {
  for (k in seq_len(dim(x)[1])) x[k, , , ] <- f(x[k, , , ])
  x
}

by_channel_of <- function(x, train, f) {
  for (k in seq_len(dim(x)[4])) x[, , , k] <- f(x[, , , k], train[, , , k])
  x
}

sd_n <- function(v) sqrt(mean((v - mean(v))^2))

test_that("each step is the formula of its help page", {
  for (x in list(some_images(), some_images(1), some_images(3, 1))) {
    train <- some_images(8, dim(x)[4]) / 2
    expect_identical(standardized(x), x)
    expect_identical(standardized(x, rescale = 0), x)
    expect_equal(standardized(x, rescale = 0.25), x / 4)
    expect_equal(standardized(x, samplewise_center = TRUE), by_image(x, function(v) v - mean(v)))
    expect_equal(standardized(x, samplewise_std_normalization = TRUE),
                 by_image(x, function(v) (v - mean(v)) / (sd_n(v) + 1e-6)))
    expect_equal(standardized(x, featurewise_center = TRUE, fit = train),
                 by_channel_of(x, train, function(v, t) v - mean(t)))
    expect_equal(standardized(x, featurewise_std_normalization = TRUE, rescale = 2, fit = train),
                 by_channel_of(2 * x, 2 * train, function(v, t) (v - mean(t)) / (sd_n(t) + 1e-6)))
  }
})

test_that("steps follow one another in the documented order", {
  x <- some_images()
  got <- standardized(x, preprocessing_function = function(image) image + 1, rescale = 0.1, samplewise_center = TRUE,
                      featurewise_center = TRUE, fit = x)
  expected <- by_channel_of(by_image((x + 1) / 10, function(v) v - mean(v)), x / 10, function(v, t) v - mean(t))
  expect_equal(got, expected)
})

test_that("fitted numbers are members, one a channel", {
  x <- some_images()
  generator <- image_data_generator(featurewise_center = TRUE, featurewise_std_normalization = TRUE, rescale = 0.5)
  expect_invisible(fit_image_data_generator(generator, x))
  expect_identical(dim(generator$mean), c(1L, 1L, 3L))
  expect_equal(generator$mean[2], mean(x[, , , 2]) / 2)
  expect_equal(generator$std[3], sd_n(x[, , , 3]) / 2)
  idle <- image_data_generator(rescale = 0.5)
  fit_image_data_generator(idle, x)
  expect_null(idle$mean)
})

test_that("means of the channels can be set by hand", {
  generator <- image_data_generator(featurewise_center = TRUE)
  generator$mean <- c(123.68, 116.779, 103.939)
  x <- some_images()
  expect_equal(standardize_images(self_of(generator), x), by_channel_of(x, x, function(v, t) v) -
                 rep(c(123.68, 116.779, 103.939), each = 120))
  expect_error(standardize_images(self_of(generator), x[, , , 1:2]), "a number for each channel",
               class = "tildenet_error_shape")
  generator$mean <- 5
  expect_equal(standardize_images(self_of(generator), x), x - 5)
})

test_that("whitened pixels are uncorrelated, with more images than pixels and with fewer", {
  wide <- withr::with_seed(3, array(stats::rnorm(200 * 3 * 2 * 2), c(200, 3, 2, 2)))
  wide[, 1, 1, 1] <- wide[, 1, 1, 1] + 2 * wide[, 2, 1, 1]
  out <- standardized(wide, featurewise_center = TRUE, zca_whitening = TRUE, zca_epsilon = 1e-9, fit = wide)
  flat <- matrix(out, 200)
  expect_equal(crossprod(flat) / 200, diag(12), tolerance = 1e-6)
  # Symmetric: what is white already stays as it is.
  expect_gt(min(diag(cor(flat, matrix(wide, 200)))), 0.7)
  few <- some_images(4)
  out <- standardized(few, featurewise_center = TRUE, zca_whitening = TRUE, zca_epsilon = 0.1, fit = few)
  flat <- matrix(few - rep(apply(few, 4, mean), each = 80), 4)
  parts <- eigen(crossprod(flat) / 4, symmetric = TRUE)
  whitening <- parts$vectors %*% (t(parts$vectors) / sqrt(parts$values + 0.1))
  expect_equal(matrix(out, 4), flat %*% whitening, tolerance = 1e-6)
  fitted <- image_data_generator(featurewise_center = TRUE, zca_whitening = TRUE)
  fit_image_data_generator(fitted, few)
  expect_error(standardize_images(self_of(fitted), few[, 1:2, , ]), "another size", class = "tildenet_error_shape")
})

test_that("augmented rounds are learned from, with a seed of their own", {
  x <- some_images()
  shifted <- function(seed, rounds = 3) {
    generator <- image_data_generator(featurewise_center = TRUE, channel_shift_range = 50)
    fit_image_data_generator(generator, x, augment = TRUE, rounds = rounds, seed = seed)
    as.vector(generator$mean)
  }
  set.seed(1)
  before <- random_state()
  expect_identical(shifted(5), shifted(5))
  expect_identical(random_state(), before)
  expect_false(identical(shifted(5), shifted(6)))
  expect_false(identical(shifted(5), shifted(5, 1)))
  expect_false(identical(shifted(NULL), shifted(NULL)))
})

test_that("a fit that fails leaves the generator as it was", {
  generator <- image_data_generator(featurewise_center = TRUE)
  fit_image_data_generator(generator, some_images())
  before <- generator$mean
  missing <- some_images()
  missing[5] <- NA
  expect_error(fit_image_data_generator(generator, missing), class = "tildenet_error_missing")
  expect_error(fit_image_data_generator(generator, some_images(), augment = TRUE, rounds = 0), "rounds")
  expect_identical(generator$mean, before)
  expect_snapshot(error = TRUE, {
    fit_image_data_generator("a", some_images())
    fit_image_data_generator(generator)
    fit_image_data_generator(generator, array(0, c(3, 4, 4)))
    fit_image_data_generator(generator, "a.png")
    fit_image_data_generator(generator, array(0, c(0, 4, 4, 1)))
  })
})

test_that("a preprocessing function gets one image, and gives one back", {
  shapes <- NULL
  x <- some_images(2)
  out <- standardized(x, preprocessing_function = function(image) {
    shapes <<- c(shapes, list(dim(image)))
    imagenet <- image[, , 3:1]
    imagenet - 100
  })
  expect_identical(shapes, rep(list(c(4L, 5L, 3L)), 2))
  expect_equal(out, x[, , , 3:1] - 100)
  expect_error(standardized(x, preprocessing_function = function(image) image[, , 1]), "of the shape it got",
               class = "tildenet_error_shape")
  expect_error(standardized(x, preprocessing_function = function(image) "a"), class = "tildenet_error_shape")
})

test_that("a generator that was not fitted warns once a flow, and does nothing", {
  x <- some_images()
  generator <- image_data_generator(featurewise_center = TRUE, featurewise_std_normalization = TRUE)
  flow <- flow_images_from_data(x, generator = generator, shuffle = FALSE)
  expect_warning(batch <- generator_next(flow), "not fitted", class = "tildenet_warning_unfitted")
  expect_equal(batch, x)
  expect_no_warning(generator_next(flow))
})
