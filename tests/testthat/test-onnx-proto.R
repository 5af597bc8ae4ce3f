# Fields as they are read back.
written_fields <- function(fields) {
  path <- withr::local_tempfile()
  size <- engine_protobuf_write(path, fields)
  expect_identical(size, as.numeric(file.size(path)))
  readBin(path, "raw", size)
}

test_that("whole numbers of 64 bits are stored lowest byte first", {
  expect_identical(int64_bytes(c(1, -1, 2^31, -2^31)),
                   as.raw(c(1, rep(0, 7), rep(255, 8), 0, 0, 0, 128, 0, 0, 0, 0, 0, 0, 0, 128, 255, 255, 255, 255)))
  expect_identical(int64_bytes(2^40 + 3), as.raw(c(3, 0, 0, 0, 0, 1, 0, 0)))
})

test_that("attributes have the kind of their values, or the one that is asked for", {
  kinds <- function(value) {
    bytes <- written_fields(onnx_attribute("a", value))
    c(kind = message_fields(bytes, 20)[[1]], field = setdiff(vapply(read_message(bytes), `[[`, 0, "number"), c(1, 20)))
  }
  expect_identical(kinds(3), c(kind = 2, field = 3))
  expect_identical(kinds(c(3, 4)), c(kind = 7, field = 8))
  expect_identical(kinds(onnx_kind(3, "ints")), c(kind = 7, field = 8))
  expect_identical(kinds(onnx_kind(3, "float")), c(kind = 1, field = 2))
  expect_identical(kinds(onnx_kind(0.5, "floats")), c(kind = 6, field = 7))
  expect_identical(kinds("b"), c(kind = 3, field = 4))
  expect_identical(kinds(c("b", "ü")), c(kind = 8, field = 9))
})

test_that("tensors of all types are read back", {
  back <- function(...) read_initializer(written_fields(onnx_tensor("t", ...)))
  expect_equal(back(c(1.5, -2), 2), c(1.5, -2))
  expect_identical(back(c("é", ""), 2, "string"), c("é", ""))
  expect_identical(back(c(3, -4), 2, "int64"), c(3L, -4L))
  expect_identical(back(c(TRUE, FALSE), 2, "bool"), c(1L, 0L))
  p <- new_parameter("p", c(2, 3), initializer_random_uniform())
  expect_equal(back(p$data, p$shape), parameter_value(p))
})

test_that("a file that cannot be opened is an error", {
  expect_error(engine_protobuf_write(file.path(tempdir(), "none", "x"), list()), class = "tildenet_error_io")
})
