numbered <- function(...) array(seq_len(prod(...)) + 0.5, c(...))

test_that("a transform turns, shifts, zooms and mirrors about the centre", {
  x <- numbered(c(4, 4, 2))
  expect_identical(image_apply_transform(x), x)
  turned <- image_apply_transform(x, theta = 90, fill_mode = "constant", cval = -1)
  for (c in 1:2) expect_equal(turned[, , c], t(x[, , c])[, 4:1])
  expect_identical(image_apply_transform(x, flip_horizontal = TRUE), x[, 4:1, ])
  expect_identical(image_apply_transform(x, flip_vertical = TRUE), x[4:1, , ])
  expect_identical(image_apply_transform(x, tx = 1), x[c(2:4, 4), , ])
  expect_identical(image_apply_transform(x, ty = -1, fill_mode = "reflect"), x[, c(1, 1:3), ])
  expect_equal(image_apply_transform(x, zx = 1 / 3, zy = 1 / 3)[c(1, 4), c(1, 4), ], x[2:3, 2:3, ])
})

test_that("what stands outside of the image is filled in four ways", {
  x <- array(c(1, 2, 4), c(1, 3, 1))
  at <- function(fill_mode, by) image_apply_transform(x, ty = by, fill_mode = fill_mode, cval = 9)[1, , 1]
  expect_identical(at("nearest", 2), c(4, 4, 4))
  expect_identical(at("constant", 2), c(4, 9, 9))
  expect_identical(at("reflect", 2), c(4, 4, 2))
  expect_identical(at("reflect", -4), c(4, 4, 2))
  expect_identical(at("wrap", 2), c(4, 2, 1))
  expect_identical(at("constant", 0.5), c(1.5, 3, 9))
  for (fill_mode in image_fill_modes) expect_true(all(is.finite(at(fill_mode, 1e30))), label = fill_mode)
})

test_that("a channel shift stays between the least and the largest level", {
  x <- array(c(1, 2, 4, 8), c(2, 2, 1))
  expect_identical(image_apply_transform(x, channel_shift = 3)[, , 1], matrix(c(4, 5, 7, 8), 2))
  expect_identical(image_apply_transform(x, channel_shift = -3)[, , 1], matrix(c(1, 1, 1, 5), 2))
})

test_that("each of several images has a transform of its own, whatever stands beside it", {
  x <- withr::with_seed(1, array(runif(19 * 6 * 5 * 3), c(19, 6, 5, 3)))
  plan <- list(theta = seq(-40, 40, length.out = 19), tx = (1:19) / 7, flip_horizontal = rep_len(c(TRUE, FALSE), 19))
  y <- transform_images(x, plan, "wrap")
  for (k in 1:19) {
    alone <- image_apply_transform(x[k, , , ], plan$theta[k], plan$tx[k], flip_horizontal = plan$flip_horizontal[k],
                                   fill_mode = "wrap")
    expect_identical(y[k, , , ], alone)
  }
  some <- c(7, 7, 19, 1)
  expect_identical(transform_images(x, lapply(plan, `[`, some), "wrap", rows = some), y[some, , , ])
  expect_identical(dim(transform_images(x, list(), rows = integer())), c(0L, 6L, 5L, 3L))
  expect_identical(transform_images(array(1:24, c(2, 3, 4, 1)), list()), array(1:24 + 0, c(2, 3, 4, 1)))
})

test_that("brightness multiplies whole levels, as Pillow does", {
  x <- array(c(0, 10.9, 100, 200, 255, 77), c(1, 1, 6, 1))
  bright <- function(x, by) as.vector(transform_images(x, list(brightness = by)))
  expect_identical(bright(x, 1.3), c(0, 13, 130, 255, 255, 100))
  expect_identical(bright(x, 0.3), c(0, 3, 30, 60, 76, 23))
  expect_identical(bright(x, NA), as.vector(x))
  rgba <- array(c(10, 20, 30, 200.5), c(1, 1, 1, 4))
  expect_identical(bright(rgba, 2), c(20, 40, 60, 200))
  # Levels beyond 0 to 255 are brought there and back.
  expect_equal(bright(array(c(-1, 0, 1), c(1, 1, 3, 1)), 0.5), c(0, 63, 127) / 255 * 2 - 1)
})

test_that("arguments of a transform are checked", {
  x <- numbered(c(3, 3, 1))
  expect_error(image_apply_transform(x[, , 1]), "`x` must be an array of height x width x channels", class = "tildenet_error_argument")
  expect_error(image_apply_transform(array(0, c(1, 3, 3, 1))), "drop = FALSE", class = "tildenet_error_argument")
  expect_error(image_apply_transform("x"), class = "tildenet_error_argument")
  expect_error(image_apply_transform(x * NA), "missing", class = "tildenet_error_argument")
  for (arg in c("theta", "tx", "ty", "shear", "zx", "zy", "channel_shift", "cval")) {
    expect_error(do.call(image_apply_transform, c(list(x), stats::setNames(list(Inf), arg))), paste0("`", arg, "`"),
                 class = "tildenet_error_argument")
  }
  expect_error(image_apply_transform(x, fill_mode = "mirror"), "`fill_mode`", class = "tildenet_error_argument")
  expect_error(image_apply_transform(x, flip_vertical = 1), "`flip_vertical`", class = "tildenet_error_argument")
})

test_that("images are packed where they are whole levels of a byte, and give the same", {
  x <- random_levels(c(5, 6, 4, 3)) + 0
  packed <- pack_images(x)
  expect_identical(packed$values, as.raw(aperm(x, c(2, 3, 4, 1))))
  expect_identical(pack_images(random_levels(c(2, 1, 1, 1)) * 0L), list(values = raw(2), dim = c(2L, 1L, 1L, 1L)))
  plan <- list(theta = c(10, -20, 0), ty = 1.5, flip_vertical = c(TRUE, FALSE, FALSE), channel_shift = 3, brightness = 1.2)
  expect_identical(transform_images(packed, plan, rows = c(5, 1, 1)), transform_images(x, plan, rows = c(5, 1, 1)))
  expect_identical(transform_images(packed, list(), rows = 5:1), x[5:1, , , ])
  for (value in list(-1, 256, 0.5, 1e300)) {
    x[3, 2, 1, 1] <- value
    expect_identical(pack_images(x)$values, x)
    expect_identical(transform_images(pack_images(x), list(), rows = 2:3), x[2:3, , , ])
  }
})
