test_that("a path to write is looked at first", {
  dir <- withr::local_tempdir()
  path <- file.path(dir, "a.txt")
  expect_equal(check_target(path), path)
  writeLines("a", path)
  expect_equal(check_target(path), path)
  expect_error(check_target(path, overwrite = FALSE), "exists", class = "tildenet_error_io")
  expect_error(check_target(dir), "is a folder", class = "tildenet_error_io")
  expect_error(check_target(file.path(dir, "no", "a.txt")), "does not exist", class = "tildenet_error_io")
  expect_error(check_target(1), "`filepath` must be one string", class = "tildenet_error_argument")
  expect_error(check_target(path, NA), "`overwrite` must be TRUE or FALSE", class = "tildenet_error_argument")
})

test_that("a file is replaced whole or not at all", {
  dir <- withr::local_tempdir()
  path <- file.path(dir, "a.txt")
  write_whole(path, function(part) writeLines("old", part))
  expect_error(write_whole(path, function(part) {
    writeLines("half", part)
    stop("disk full")
  }), "disk full", class = "tildenet_error_io")
  expect_equal(readLines(path), "old")
  write_whole(path, function(part) writeLines("new", part))
  expect_equal(readLines(path), "new")
  expect_equal(list.files(dir), "a.txt")
})

test_that("the reason of an error is one line, for HDF5 the innermost", {
  stack <- "HDF5-API Errors:\n    error #000: H5F.c in H5Fopen(): line 413: unable to open\n        class: HDF5\n    error #001: H5.c in f(): line 1: truncated file: eof = 1\n"
  expect_equal(io_reason(simpleError(stack)), "truncated file: eof = 1")
  expect_equal(io_reason(simpleError("plain\nmore")), "plain")
})
