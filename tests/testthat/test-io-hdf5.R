test_that("strings are read as they were written, fixed length or variable", {
  skip_without_hdf5()
  path <- withr::local_tempfile(fileext = ".h5")
  names <- c("a", "longer_name", "\u00e9t\u00e9")
  h5_with(path, "w", function(file) {
    h5_write_strings(file, "variable", names)
    h5_write_strings(file, "none", character())
    h5_write_string(file, "one", "tensorflow")
    h5_write_string(file, "version", "2.21.0", utf8 = TRUE)
    for (pad in c("H5T_STR_NULLPAD", "H5T_STR_NULLTERM", "H5T_STR_SPACEPAD")) {
      type <- hdf5r::H5T_STRING$new(size = 12)
      type$set_strpad(hdf5r::h5const[[pad]])
      file$create_attr(pad, names, type)
    }
    file$create_attr("number", 3)
  })
  h5_with(path, "r", function(file) {
    for (name in c("variable", "H5T_STR_NULLPAD", "H5T_STR_NULLTERM", "H5T_STR_SPACEPAD")) {
      expect_identical(h5_strings(file, name), names)
    }
    expect_identical(h5_strings(file, "none"), character())
    expect_identical(h5_strings(file, "one"), "tensorflow")
    expect_null(h5_strings(file, "missing"))
    expect_error(h5_strings(file, "number"), "holds no names", class = "tildenet_error_io")
    type <- function(name) capture.output(file$attr_open(name)$get_type())
    for (name in c("variable", "one", "version")) expect_match(type(name), "STRSIZE H5T_VARIABLE", all = FALSE)
    for (name in c("variable", "version")) expect_match(type(name), "UTF8", all = FALSE)
    expect_match(type("one"), "ASCII", all = FALSE)
  })
})

test_that("a file is closed with all that is open in it, held or dropped, also after an error", {
  skip_without_hdf5()
  path <- withr::local_tempfile(fileext = ".h5")
  held <- h5_with(path, "w", function(file) {
    h5_write_string(file, "one", "a")
    data <- h5_write_numbers(file, "group/numbers", 1:6, c(2, 3))
    list(file, file[["group"]], file[["group"]], data, data$get_type(), data$get_space(), file$attr_open("one"))
  })
  expect_false(any(vapply(held, function(handle) handle$is_valid, NA)[1:4]))
  expect_error(h5_with(path, "r", function(file) {
    dropped <- file[["group/numbers"]]
    held <<- list(file, file[["group"]])
    stop("on the way")
  }), "on the way")
  expect_false(any(vapply(held, function(handle) handle$is_valid, NA)))
  # A file that is open anywhere is not emptied.
  expect_identical(h5_with(path, "w", function(file) length(file$ls()$name)), 0L)
  gc() # the finalizers of handles that are closed say nothing
  expect_no_error(h5_with(path, "r+", function(file) h5_write_string(file, "two", "b")))
})

test_that("handles that are collected while their file is closed do no harm", {
  skip_without_hdf5()
  path <- withr::local_tempfile(fileext = ".h5")
  h5_with(path, "w", function(file) for (i in 1:9) h5_write_numbers(file, paste0("numbers", i), 1:6, c(2, 3)))
  on.exit(gctorture(FALSE))
  for (old in c(FALSE, TRUE)) {
    expect_silent(h5_with(path, "r", function(file) {
      dropped <- lapply(1:9, function(i) file[[paste0("numbers", i)]])
      if (old) gc()
      gctorture2(400)
    }))
    gctorture(FALSE)
    # A file that is open anywhere is not emptied.
    expect_silent(h5_with(path, "r+", function(file) h5_write_string(file, paste("after", old), "a")))
  }
})

test_that("lists of names that are too long for an attribute are cut, as Keras does", {
  skip_without_hdf5()
  path <- withr::local_tempfile(fileext = ".h5")
  names <- sprintf("layer_%06d", 1:12000) # 144,000 bytes
  h5_with(path, "w", function(file) h5_write_strings(file, "layer_names", names))
  h5_with(path, "r", function(file) {
    expect_false(file$attr_exists("layer_names"))
    expect_length(h5_attribute_strings(file, "layer_names0"), 4000)
    expect_identical(h5_strings(file, "layer_names"), names)
  })
  expect_error(h5_with(path, "w", function(file) h5_write_strings(file, "a", strrep("x", 70000))),
               "70000 bytes", class = "tildenet_error_io")
})

test_that("arrays keep shape and order of axes, elements lie in row-major order", {
  skip_without_hdf5()
  path <- withr::local_tempfile(fileext = ".h5")
  arrays <- list(array(1:24 / 4, c(2, 3, 4)), matrix(1:6, 2), array(1:5, 5), matrix(1:3, 3), 2.5)
  h5_with(path, "w", function(file) {
    for (i in seq_along(arrays)) h5_write_numbers(file, paste0("deep/er/", i), row_major(arrays[[i]]), dim(arrays[[i]]) %||% 1)
  })
  h5_with(path, "r", function(file) {
    for (i in seq_along(arrays)) {
      data <- h5_open(file, paste0("deep/er/", i))
      shape <- dim(arrays[[i]])
      expect_equal(h5_shape(data), as.numeric(if (is.null(shape)) 1 else shape))
      expect_equal(as.vector(h5_values(data)), row_major(arrays[[i]]))
    }
    expect_null(h5_open(file, "deep/nothing/1"))
    expect_null(h5_open(file, "deep/er/1/below"))
    expect_null(h5_shape(h5_open(file, "deep")))
  })
})

test_that("without a package the error says how to get it", {
  expect_invisible(check_package("stats", "Files"))
  expect_snapshot(error = TRUE, check_package("nosuchpackage", "Such files", "Or do without it."))
})

test_that("sizes that no number holds are refused, of data sets and of names", {
  skip_without_hdf5()
  skip_if_not_installed("bit64") # which hdf5r brings along
  as_integer64 <- getExportedValue("bit64", "as.integer64")
  path <- withr::local_tempfile(fileext = ".h5")
  for (size in c("9007199254740993", "1152921504606846977", "9223372036854775807")) {
    sizes <- as_integer64(c("2", size))
    h5_with(path, "w", function(file) {
      space <- hdf5r::H5S$new("simple", dims = sizes, maxdims = sizes)
      file$create_dataset("wide", dtype = hdf5r::h5types$H5T_IEEE_F32LE, space = space, chunk_dims = c(1, 1000))
    })
    expect_no_warning(expect_error(
      h5_read(path, function(file) h5_shape(file[["wide"]]), NULL), "claims to have 2\\^53", class = "tildenet_error_io"))
  }
  expect_error(h5_sizes(list(dims = sizes)), "claims to have", class = "io_failure")
  expect_identical(h5_sizes(list(dims = as_integer64(c(2, 2^53 - 1)))), c(2, 2^53 - 1))
})

test_that("large arrays are written and read in pieces", {
  skip_without_hdf5()
  path <- withr::local_tempfile(fileext = ".h5")
  shapes <- list(c(7, 3), 11, c(3, 2, 5, 4), c(4, 1, 1), c(2, 9), c(0, 3))
  weights <- lapply(shapes, function(shape) new_parameter("w", shape, initializer_random_normal()))
  for (at_once in c(4, 10)) {
    h5_with(path, "w", function(file) {
      for (k in seq_along(weights)) h5_write_weight(file, paste0("w/", k), weights[[k]], at_once)
      file$create_dataset("whole", matrix(1:21, 3), dtype = hdf5r::h5types$H5T_STD_I32LE)
      file$create_dataset("packed", matrix(1:21, 3), chunk_dims = c(2, 2), gzip_level = 4)
    })
    h5_with(path, "r", function(file) {
      for (k in seq_along(weights)) {
        data <- h5_open(file, paste0("w/", k))
        expect_identical(h5_shape(data), shapes[[k]])
        expect_identical(engine_raw_floats(h5_values(data)), weights[[k]]$data)
        expect_identical(h5_floats(data, shapes[[k]], at_once), weights[[k]]$data)
      }
      for (name in c("whole", "packed")) expect_identical(h5_floats(h5_open(file, name), c(7, 3), at_once), engine_raw_floats(1:21))
    })
  }
  expect_error(engine_raw_place(raw(8), c(1, 2), 1), class = "tildenet_error_state")
  expect_error(engine_raw_place(raw(8), 1, -1), class = "tildenet_error_state")
})
