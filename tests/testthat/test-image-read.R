test_that("a PNG file gives its grey levels", {
  skip_without_png()
  levels <- random_levels(c(5, 7, 3))
  expect_identical(read_image(local_png(levels)), levels + 0)
  expect_identical(read_image(local_png(levels), "grayscale"),
                   array(floor((19595 * levels[, , 1] + 38470 * levels[, , 2] + 7471 * levels[, , 3] + 32768) / 65536), c(5, 7, 1)))
  grey <- random_levels(c(4, 3))
  expect_identical(read_image(local_png(grey)), array(grey + 0, c(4, 3, 3)))
  with_alpha <- read_image(local_png(random_levels(c(4, 3, 4))), "rgba")
  expect_identical(with_alpha, random_levels(c(4, 3, 4)) + 0)
  expect_identical(read_image(local_png(grey), "rgba")[, , 4], matrix(255, 4, 3))
})

test_that("a JPEG file is told by its content", {
  skip_without_jpeg()
  path <- local_jpeg(random_levels(c(16, 24, 3)), 1)
  renamed <- local_bytes(file_bytes(path), ".png")
  expect_identical(read_image(renamed), read_image(path))
  expect_identical(read_image(path), round(jpeg::readJPEG(path) * 255))
  trailing <- local_bytes(c(file_bytes(path), as.raw(1:50)), ".jpg")
  expect_identical(read_image(trailing), read_image(path))
})

test_that("nearest takes the pixels that Pillow takes", {
  skip_without_png()
  levels <- random_levels(c(6, 9, 3))
  path <- local_png(levels)
  expect_identical(read_image(path, target_size = c(3, 3)), levels[c(2, 4, 6), c(2, 5, 8), ] + 0)
  expect_identical(read_image(path, target_size = c(12, 9)), levels[rep(1:6, each = 2), , ] + 0)
  expect_identical(read_image(path, target_size = 6), levels[, c(1, 3, 4, 6, 7, 9), ] + 0)
  expect_identical(read_image(path, target_size = c(6, 9)), levels + 0)
})

test_that("several files become one array, and those that cannot be read are named", {
  skip_without_png()
  pictures <- lapply(1:19, function(k) random_levels(c(4 + k %% 3, 5, 3), seed = k))
  paths <- vapply(pictures, local_png, "", frame = environment())
  bad <- local_bytes(charToRaw("no image"))
  paths <- append(paths, c(bad, "not-there.png"), 3)
  found <- read_images(paths, c(4, 4))
  expect_identical(dim(found$images), c(21L, 4L, 4L, 3L))
  expect_identical(names(found$failed), c(bad, "not-there.png"))
  expect_match(found$failed, "no image of a known format|no such file")
  expect_true(all(is.na(found$images[4:5, , , ])))
  for (k in c(1:3, 6:21)) expect_identical(found$images[k, , , ], read_image(paths[k], target_size = c(4, 4)))
  expect_identical(dim(read_images(character(), c(4, 4), "grayscale")$images), c(0L, 4L, 4L, 1L))
})

expect_refused_image <- function(path, why) {
  error <- expect_error(read_image(path), class = "tildenet_error_io")
  expect_match(conditionMessage(error), basename(path), fixed = TRUE)
  expect_match(conditionMessage(error), why)
}

test_that("what is no image is refused by name", {
  expect_refused_image(local_bytes(raw()), "is empty")
  expect_refused_image(local_bytes(charToRaw("GIF")), "no image of a known format")
  expect_refused_image(local_bytes(charToRaw("<html>")), "no image of a known format")
  expect_refused_image(withr::local_tempdir(), "is a folder")
  expect_refused_image("not-there.png", "no such file")
  expect_error(read_image(NA_character_), class = "tildenet_error_argument")
  expect_error(read_image(c("a", "b")), class = "tildenet_error_argument")
})

test_that("a file that ends too early is refused, wherever it was cut", {
  skip_without_png()
  skip_without_jpeg()
  test_env <- environment()
  whole <- list(file_bytes(local_png(random_levels(c(20, 20, 3)))), file_bytes(local_jpeg(random_levels(c(40, 40, 3)))))
  for (bytes in whole) {
    cuts <- round(seq(9, length(bytes) - 1, length.out = 20))
    paths <- vapply(cuts, function(n) local_bytes(bytes[seq_len(n)], frame = test_env), "")
    expect_identical(read_images(paths, 4)$failed, stats::setNames(rep("It ends too early.", 20), paths))
  }
})

test_that("a PNG file that was changed is refused, whatever byte it is", {
  skip_without_png()
  bytes <- file_bytes(local_png(random_levels(c(6, 6, 3))))
  faults <- vapply(seq_along(bytes), function(at) {
    spoiled <- bytes
    spoiled[at] <- xor(spoiled[at], as.raw(1))
    engine_image_header(spoiled)$fault %||% "none"
  }, "")
  expect_false("none" %in% faults)
})

test_that("sizes beyond all measure are refused before memory is asked for", {
  skip_without_jpeg()
  jpeg <- file_bytes(local_jpeg(random_levels(c(8, 8, 3))))
  at <- which(jpeg[-length(jpeg)] == as.raw(0xff) & jpeg[-1] == as.raw(0xc0))
  jpeg[at + 5:8] <- as.raw(255)
  expect_refused_image(local_bytes(jpeg), "65535 x 65535 pixels")
  jpeg[at + 5:6] <- as.raw(0)
  expect_refused_image(local_bytes(jpeg), "no pixels")
})

test_that("formats beside JPEG and PNG are read by magick", {
  skip_without_png()
  skip_if_not_installed("magick")
  levels <- random_levels(c(5, 4, 3))
  picture <- magick::image_read(local_png(levels))
  for (format in c("bmp", "gif", "tiff", "ppm")) {
    path <- local_bytes(magick::image_write(picture, format = format), paste0(".", format))
    expect_identical(read_image(path), levels + 0, label = format)
  }
  expect_refused_image(local_bytes(charToRaw("BM is the begin of a picture")), "Decoding it says")
})

test_that("a decoder that is not installed is named", {
  expect_error(decode_with("not.a.package", "PNG files", "x.png", NULL, stop("not reached")),
               "PNG files need the package not.a.package", class = "tildenet_error_package")
})

test_that("options of reading are checked", {
  expect_error(read_image("x", "bgr"), "`color_mode` must be one of", class = "tildenet_error_argument")
  expect_error(read_image("x", interpolation = "area"), "`interpolation` must be one of", class = "tildenet_error_argument")
  expect_error(read_image("x", target_size = c(1, 2, 3)), "`target_size` must be", class = "tildenet_error_argument")
  expect_error(read_image("x", target_size = 0), class = "tildenet_error_argument")
})
