local_picture <- function(frame = parent.frame()) local_png(random_levels(c(6, 9, 3)), frame)

test_that("image_load() gives an image that is an array of levels", {
  skip_without_png()
  path <- local_picture()
  image <- image_load(path)
  expect_s3_class(image, "tildenet_image")
  expect_identical(dim(image), c(6L, 9L, 3L))
  expect_identical(image_to_array(image), random_levels(c(6, 9, 3)) + 0)
  expect_identical(as.array(image), image_to_array(image))
  expect_snapshot({
    image
    image_load(path, grayscale = TRUE, target_size = c(2, 3))
    image_load(path, color_mode = "rgba")
  })
})

test_that("sizes and colours are options", {
  skip_without_png()
  path <- local_picture()
  expect_identical(image_load(path, grayscale = TRUE), image_load(path, color_mode = "grayscale"))
  expect_identical(dim(image_load(path, target_size = list(3, 4))), c(3L, 4L, 3L))
  for (interpolation in image_interpolations) {
    image <- image_load(path, target_size = c(4, 12), interpolation = interpolation)
    expect_identical(dim(image), c(4L, 12L, 3L))
    expect_identical(as.array(image), read_image(path, target_size = c(4, 12), interpolation = interpolation))
  }
})

# Levels of Pillow 9.4.
test_that("filters give Pillow's levels", {
  skip_without_png()
  path <- local_png(matrix(c(0, 40, 80, 255, 255, 10, 90), 1))
  at <- function(width, interpolation) image_load(path, TRUE, target_size = c(1, width), interpolation = interpolation)[1, , 1]
  pillow <- list(
    box = list(c(20, 197, 50), c(0, 40, 40, 80, 255, 255, 255, 10, 10, 90)),
    bilinear = list(c(34, 187, 91), c(0, 22, 50, 78, 194, 255, 243, 71, 46, 90)),
    hamming = list(c(30, 209, 72), c(0, 25, 43, 80, 221, 255, 254, 29, 41, 90)),
    bicubic = list(c(26, 199, 91), c(0, 19, 47, 75, 201, 255, 248, 54, 32, 95)),
    lanczos = list(c(21, 202, 94), c(0, 20, 43, 74, 194, 255, 244, 51, 24, 103)))
  for (interpolation in names(pillow)) {
    expect_identical(at(3, interpolation), pillow[[interpolation]][[1]], label = interpolation)
    expect_identical(at(10, interpolation), pillow[[interpolation]][[2]], label = interpolation)
  }
})

test_that("colours are weighed by alpha and deep grey keeps its 16 bits, as in Pillow", {
  skip_without_png()
  rgba <- local_png(aperm(array(c(200, 100, 50, 255, 10, 20, 30, 0, 250, 240, 230, 128, 7, 8, 9, 20), c(4, 4, 1)), c(3, 2, 1)))
  pixels <- function(interpolation) {
    t(image_load(rgba, color_mode = "rgba", target_size = c(1, 2), interpolation = interpolation)[1, , ])
  }
  expect_identical(pixels("bilinear"), cbind(c(207, 119, 75, 128), c(218, 210, 202, 63)))
  expect_identical(pixels("lanczos"), cbind(c(207, 119, 73, 135), c(225, 245, 250, 51)))
  # 5 x 1 pixels of 16 bits: 0, 1000, 65535, 3, 40000.
  deep <- local_bytes(bytes_of("89504e470d0a1a0a0000000d49484452000000050000000110000000006305e76c0000001349444154789c636060607ef1ff3f03f31c070012f103c9de4ce0b90000000049454e44ae426082"))
  levels <- function(width, interpolation, ...) {
    image_load(deep, ..., target_size = c(1, width), interpolation = interpolation)[1, , 1]
  }
  expect_identical(levels(3, "bicubic", TRUE), c(446, 36861, 23355))
  expect_identical(levels(7, "bicubic", TRUE), c(-58, -3731, 18600, 65535, 14827, 13263, 42330))
  expect_identical(levels(5, "box"), c(0, 255, 255, 3, 255))
})

test_that("inks become colours", {
  skip_without_jpeg()
  path <- withr::local_tempfile(fileext = ".jpg")
  inks <- array(rep(c(40, 100, 200, 60), each = 64) / 255, c(8, 8, 4))
  jpeg::writeJPEG(1 - inks, path, quality = 1, color.space = "CMYK")
  expect_equal(image_load(path)[3, 3, ], c(164, 119, 42), tolerance = 2 / 100) # a level of the decoder
  expect_identical(dim(image_load(path, TRUE)), c(8L, 8L, 1L))
  expect_identical(image_load(path, color_mode = "rgba")[3, 3, 4], 255)
})

test_that("an image is drawn", {
  skip_without_png()
  path <- local_picture()
  image <- image_load(path)
  raster <- as.matrix(grDevices::as.raster(image))
  expect_identical(dim(raster), c(6L, 9L))
  expect_identical(raster[1, 2], grDevices::rgb(t(image[1, 2, ]), maxColorValue = 255))
  expect_identical(as.matrix(grDevices::as.raster(image_load(path, TRUE)))[1, 1],
                   grDevices::grey(image_load(path, TRUE)[1, 1, 1] / 255))
  withr::local_pdf(NULL)
  expect_identical(plot(image), image)
})

test_that("errors of image_load() name the argument or the file", {
  skip_without_png()
  expect_snapshot(error = TRUE, {
    image_load("not-there.png")
    image_load(5)
    image_load("x.png", color_mode = "bgr")
    image_load("x.png", target_size = c(0, 1))
  })
})
