written <- function(x, ..., env = parent.frame()) {
  path <- withr::local_tempfile(fileext = ".safetensors", .local_envir = env)
  write_safetensors(x, path, ...)
  path
}

test_that("arrays of all kinds come back as they were", {
  x <- list(f64 = matrix(c(0.1, NaN, Inf, -2), 2), f32 = array(c(0.5, 1:23), c(2, 3, 4)), i32 = 5:-3,
            yes = array(c(TRUE, FALSE, TRUE, TRUE), c(2, 2)), raw = as.raw(0:255), number = 2.5, flag = TRUE,
            none = array(0, c(2, 0, 3)), "n\u00e4me \"quoted\" \\ \n\t\u65e5" = 1:2)
  path <- written(x, metadata = c(format = "test", "\u043a\u043b\u044e\u0447" = "\u65e5\u672c \"x\"", empty = ""))
  again <- read_safetensors(path)
  for (name in setdiff(names(x), c("raw", "none"))) {
    expect_equal(as.vector(again[[name]]), as.vector(x[[name]]), tolerance = 0, info = name)
    expect_equal(dim(again[[name]]), dim(x[[name]]) %||% if (length(x[[name]]) > 1) length(x[[name]]), info = name)
  }
  expect_equal(as.vector(again$raw), 0:255)
  expect_identical(dim(again$none), c(2L, 0L, 3L))
  expect_identical(attr(again, "metadata"),
                   c(format = "test", "\u043a\u043b\u044e\u0447" = "\u65e5\u672c \"x\"", empty = ""))
})

test_that("floats have 32 bits where that changes no value", {
  size <- function(x) file.size(written(list(a = x), env = environment()))
  expect_equal(size(rep(0.1, 100)) - size(rep(0.5, 100)), 400, tolerance = 0.05)
  expect_identical(as.vector(read_safetensors(written(list(a = c(1e300, 2^-149, 0.1))))$a), c(1e300, 2^-149, 0.1))
})

test_that("only what is asked for is read", {
  path <- written(list(a = 1:3, b = c(2.5, 3), c = TRUE))
  expect_identical(names(read_safetensors(path, names = c("b", "a"))), c("b", "a"))
  expect_identical(read_safetensors(path, names = "b")$b, array(c(2.5, 3), 2))
  expect_snapshot(error = TRUE, read_safetensors(path, names = c("a", "z")))
})

test_that("empty files and files of metadata are fine", {
  expect_length(read_safetensors(written(list())), 0)
  expect_identical(attr(read_safetensors(written(list(), metadata = list(a = "b"))), "metadata"), c(a = "b"))
})

test_that("what cannot be written is refused, and the old file stays", {
  path <- written(list(a = 1))
  expect_snapshot(error = TRUE, {
    write_safetensors(list(1), path)
    write_safetensors(list(a = 1, a = 2), path)
    write_safetensors(list(`__metadata__` = 1), path)
    write_safetensors(list(a = "text"), path)
    write_safetensors(list(a = c(1L, NA)), path)
    write_safetensors(list(a = factor("x")), path)
    write_safetensors(list(a = 1), path, metadata = "unnamed")
    write_safetensors(matrix(1), path)
  })
  expect_identical(read_safetensors(path)$a, 1)
})

test_that("weights of models go through safetensors files", {
  build <- function() {
    inner <- keras_model_sequential() %>% layer_dense(3, input_shape = 4) %>% layer_dense(2)
    keras_model_sequential() %>%
      layer_embedding(10, 4, input_length = 5) %>%
      bidirectional(layer_lstm(units = 2)) %>%
      inner %>%
      layer_batch_normalization()
  }
  model <- build()
  path <- withr::local_tempfile(fileext = ".safetensors")
  expect_true(save_model_weights_safetensors(model, path))
  other <- build()
  expect_false(identical(get_weights(other), get_weights(model)))
  expect_identical(load_model_weights_safetensors(other, path), other)
  expect_identical(get_weights(other), get_weights(model))
  expect_error(load_model_weights_safetensors(keras_model_sequential() %>% layer_dense(2, input_shape = 3), path),
               class = "tildenet_error_shape")
  expect_error(save_model_weights_safetensors(model, path, overwrite = FALSE), class = "tildenet_error_io")
  expect_error(load_model_weights_safetensors(model, tempfile()), class = "tildenet_error_io")
})

test_that("reference files are read, damaged ones refused", {
  skip_without_golden()
  cases <- golden_cases("files_safetensors")
  tensors <- read_safetensors(file.path(golden_dir(), cases[[1]]$top$file))
  copy <- read_safetensors(written(tensors, metadata = attr(tensors, "metadata")))
  kinds <- vapply(cases, function(case) case$case$kind, "")
  expect_setequal(names(tensors), vapply(cases[kinds == "tensor"], function(case) case$case$name, ""))
  for (item in cases) {
    case <- item$case
    if (case$kind == "tensor") {
      value <- tensors[[case$name]]
      expect_equal(if (is.logical(value)) +value else value, golden_array(case$value), tolerance = 1e-8,
                   ignore_attr = "dim", info = case$name)
      expect_identical(copy[[case$name]], value, info = case$name)
    } else if (case$kind == "good_file") {
      expect_setequal(names(read_safetensors(file.path(golden_dir(), case$file))), names(case$values))
    } else {
      expect_error(read_safetensors(file.path(golden_dir(), case$file)), class = "tildenet_error_io", info = case$name)
    }
  }
})
