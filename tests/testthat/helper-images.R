# Image files for tests, written by the packages that read them.

skip_without_png <- function() testthat::skip_if_not_installed("png")
skip_without_jpeg <- function() testthat::skip_if_not_installed("jpeg")

# Whole grey levels by chance.
random_levels <- function(..., seed = 1) {
  withr::with_seed(seed, array(sample(0:255, prod(...), TRUE), c(...)))
}

local_png <- function(levels, frame = parent.frame()) {
  path <- withr::local_tempfile(fileext = ".png", .local_envir = frame)
  png::writePNG(levels / 255, path)
  path
}

local_jpeg <- function(levels, quality = 0.9, frame = parent.frame()) {
  path <- withr::local_tempfile(fileext = ".jpg", .local_envir = frame)
  jpeg::writeJPEG(levels / 255, path, quality = quality)
  path
}

local_bytes <- function(bytes, fileext = ".png", frame = parent.frame()) {
  path <- withr::local_tempfile(fileext = fileext, .local_envir = frame)
  writeBin(bytes, path)
  path
}

file_bytes <- function(path) readBin(path, "raw", file.size(path))

bytes_of <- function(hexadecimal) {
  as.raw(strtoi(substring(hexadecimal, seq(1, nchar(hexadecimal), 2), seq(2, nchar(hexadecimal), 2)), 16))
}
