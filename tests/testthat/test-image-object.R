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
