test_that("arrays and matrices are images, too", {
  x <- random_levels(c(3, 4, 2))
  expect_identical(image_to_array(x), x)
  expect_identical(image_to_array(x[, , 1]), x[, , 1, drop = FALSE])
  expect_error(image_to_array(1:3), "`img` must be an array", class = "tildenet_error_argument")
  expect_error(image_to_array(array(0, c(1, 2, 2, 1))), "take one with", class = "tildenet_error_argument")
  expect_error(image_to_array(x, "channels_first"), class = "tildenet_error_unsupported")
})

test_that("image_array_resize() keeps corners and is linear between pixels", {
  x <- outer(1:3, 1:4, function(i, j) 10 * i + j)
  larger <- image_array_resize(x, 5, 7)
  expect_equal(larger[, , 1], outer(seq(1, 3, 0.5), seq(1, 4, 0.5), function(i, j) 10 * i + j))
  expect_equal(image_array_resize(larger, 3, 4)[, , 1], x)
  several <- array(seq_len(2 * 3 * 4 * 3), c(2, 3, 4, 3))
  resized <- image_array_resize(several, 6, 3)
  expect_identical(dim(resized), c(2L, 6L, 3L, 3L))
  expect_identical(resized[2, , , ], image_array_resize(several[2, , , ], 6, 3))
  expect_identical(image_array_resize(x, 1, 1)[1, 1, 1], 11)
  expect_error(image_array_resize(x, 0, 4), "`height`", class = "tildenet_error_argument")
  expect_error(image_array_resize(x, 4, "a"), "`width`", class = "tildenet_error_argument")
  expect_error(image_array_resize(array(0, c(0, 2, 1)), 4, 4), "pixels", class = "tildenet_error_argument")
})

test_that("a saved image is read again", {
  skip_without_png()
  for (channels in c(1, 3, 4)) {
    path <- withr::local_tempfile(fileext = ".png")
    x <- random_levels(c(5, 4, channels)) + 0
    expect_identical(expect_invisible(image_array_save(x, path, scale = FALSE)), path)
    expect_identical(read_image(path, c("grayscale", "rgb", "rgb", "rgba")[channels])[, , seq_len(channels), drop = FALSE], x)
  }
  image_array_save(array(c(-1, 0, 1), c(1, 3, 1)), path)
  expect_identical(read_image(path, "grayscale")[1, , 1], c(0, 127, 255))
  image_array_save(matrix(7, 2, 2), path)
  expect_identical(read_image(path, "grayscale")[, , 1], matrix(0, 2, 2))
})

test_that("the format is that of the name or of `file_format`", {
  skip_without_png()
  skip_without_jpeg()
  x <- random_levels(c(8, 8, 3))
  format_of <- function(path) engine_image_header(file_bytes(path))$format
  jpeg <- withr::local_tempfile(fileext = ".JPG")
  image_array_save(x, jpeg)
  expect_identical(format_of(jpeg), "jpeg")
  image_array_save(x, jpeg, file_format = "png")
  expect_identical(format_of(jpeg), "png")
  expect_warning(image_array_save(random_levels(c(8, 8, 4)), jpeg), "no alpha", class = "tildenet_warning_image")
  expect_error(image_array_save(x, "picture"), "`path` must end in", class = "tildenet_error_argument")
  expect_error(image_array_save(x, "picture.doc"), "`path` must end in", class = "tildenet_error_argument")
  expect_error(image_array_save(x, jpeg, file_format = "doc"), "`file_format`", class = "tildenet_error_argument")
  skip_if_not_installed("magick")
  bmp <- withr::local_tempfile(fileext = ".bmp")
  image_array_save(x, bmp, scale = FALSE)
  expect_identical(read_image(bmp), x + 0)
})

test_that("what cannot be saved is refused, and what stood there stays", {
  skip_without_png()
  path <- withr::local_tempfile(fileext = ".png")
  image_array_save(matrix(0:3, 2), path)
  before <- file_bytes(path)
  expect_error(image_array_save(matrix(c(0, 256), 1), path, scale = FALSE), "0 to 255", class = "tildenet_error_argument")
  expect_error(image_array_save(array(0, c(2, 2, 2)), path), "1, 3 or 4 channels", class = "tildenet_error_argument")
  expect_error(image_array_save(matrix(NA_real_, 2, 2), path), "missing", class = "tildenet_error_argument")
  expect_identical(file_bytes(path), before)
  expect_error(image_array_save(matrix(0, 2, 2), file.path(tempdir(), "no-folder", "x.png")), "`path`", class = "tildenet_error_io")
})

test_that("imagenet_preprocess_input() takes images, batches and lists", {
  x <- random_levels(c(2, 3, 4, 3)) + 0
  for (mode in c("caffe", "tf", "torch")) {
    all <- imagenet_preprocess_input(x, mode = mode)
    expect_identical(dim(all), dim(x))
    expect_identical(all[2, , , ], imagenet_preprocess_input(x[2, , , ], mode = mode))
    expect_identical(imagenet_preprocess_input(list(x[1, , , ], b = x), mode = mode)$b, all)
  }
  expect_equal(imagenet_preprocess_input(x)[1, 2, 3, ], x[1, 2, 3, 3:1] - c(103.939, 116.779, 123.68))
  image <- structure(x[1, , , ], class = "tildenet_image")
  expect_identical(imagenet_preprocess_input(image), imagenet_preprocess_input(x[1, , , ]))
  expect_identical(imagenet_preprocess_input(x[, , , 1:2], mode = "tf"), imagenet_preprocess_input(x, mode = "tf")[, , , 1:2])
  expect_error(imagenet_preprocess_input(x[, , , 1:2]), "`x` must be an array", class = "tildenet_error_argument")
  expect_error(imagenet_preprocess_input("x"), class = "tildenet_error_argument")
  expect_error(imagenet_preprocess_input(x, mode = "keras"), "`mode`", class = "tildenet_error_argument")
  expect_error(imagenet_preprocess_input(x, "channels_first"), class = "tildenet_error_unsupported")
})
