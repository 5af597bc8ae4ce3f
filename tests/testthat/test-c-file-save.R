tiny_model <- function() {
  k_clear_session()
  set_weights(keras_model_sequential(name = "tiny net") %>% layer_dense(2, "relu", input_shape = 2, name = "first"),
              list(matrix(c(1, 2, -3, 0.5), 2), c(0.25, -0.125)))
}

test_that("a file is as it is", {
  path <- withr::local_tempfile(fileext = ".c")
  expect_identical(withVisible(save_c(tiny_model(), path)), list(value = path, visible = FALSE))
  expect_snapshot(cat(readLines(path), sep = "\n"))
})

test_that("several inputs and outputs have numbers", {
  k_clear_session()
  a <- layer_input(shape = c(2, 3), name = "left")
  b <- layer_input(shape = 1, name = "id")
  model <- keras_model(list(a, b), list(layer_flatten(a), layer_dense(layer_flatten(layer_embedding(b, 7, 2)), 3)))
  path <- withr::local_tempfile(fileext = ".c")
  save_c(model, path, "pair")
  text <- readLines(path)
  expect_true("void pair_predict(const float *x1, const float *x2, float *y1, float *y2);" %in% text)
  expect_true(all(c("  pair_INPUT1_SIZE = 6,", "  pair_INPUT2_SIZE = 1,", "  pair_OUTPUT2_SIZE = 3") %in% text))
  expect_true(any(grepl("x2: \"id\", shape (1,), whole numbers from 0 to 6", text, fixed = TRUE)))
})

test_that("the example in the comment is right, and files live in one program", {
  skip_without_compiler()
  folder <- withr::local_tempdir()
  fit <- small_kms(Species ~ ., iris)
  save_c(tiny_model(), file.path(folder, "a.c"), "a")
  save_c(fit, file.path(folder, "b.c"), "b")
  said <- lapply(c("a", "b"), function(name) {
    text <- readLines(file.path(folder, paste0(name, ".c")))
    comment <- sub("^ [*] *", "", text[seq_len(which(grepl("[*]/$", text))[1])])
    declared <- comment[grepl("^(enum|void|extern)", comment)]
    example <- comment[-seq_len(which(comment == "Example:"))]
    result <- sub(".*[{](.*)[}].*", "\\1", example[length(example)])
    list(declared = declared, code = example[-length(example)], result = scan(text = result, sep = ",", quiet = TRUE))
  })
  main <- file.path(folder, "main.c")
  writeLines(c("#include <stdio.h>", said[[1]]$declared, said[[2]]$declared, "int main(void) {",
               unlist(lapply(said, function(s) {
                 c("{", s$code, "for (unsigned i = 0; i < sizeof y / sizeof *y; i++) printf(\"%.9g\\n\", y[i]);", "}")
               })), "printf(\"%s\\n\", b_labels[1]);", "return 0;", "}"), main)
  out <- system2(compile_c(file.path(folder, c("main.c", "a.c", "b.c")), file.path(folder, "main")), stdout = TRUE)
  expect_equal(as.numeric(out[1:5]), c(said[[1]]$result, said[[2]]$result), tolerance = 1e-5)
  expect_identical(out[6], "versicolor")
})

test_that("the names in files cannot meet names of the library or of C", {
  skip_without_compiler()
  k_clear_session()
  model <- keras_model_sequential(name = "int") %>% layer_dense(2, "relu", input_shape = 2, name = "batch") %>%
    layer_batch_normalization(name = "level") %>% layer_dense(2, name = "level value") %>% layer_dense(2, name = "level_value")
  path <- withr::local_tempfile(fileext = ".c")
  save_c(model, path)
  expect_silent(compile_c(path, withr::local_tempfile(), c(c_flags, "-c")))
  expect_true("void int_predict(const float *x, float *y);" %in% readLines(path))
})

test_that("bad arguments are told, and a file that stands there stays", {
  model <- tiny_model()
  path <- withr::local_tempfile(fileext = ".c", lines = "old")
  expect_error(save_c(model, path, overwrite = FALSE), class = "tildenet_error_io")
  expect_error(save_c(model, path, name = "2nd"), class = "tildenet_error_argument")
  expect_error(save_c(model, path, name = "a-b"), class = "tildenet_error_argument")
  expect_error(save_c(model, path, name = c("a", "b")), class = "tildenet_error_argument")
  expect_error(save_c(model, file.path(path, "no")), class = "tildenet_error_io")
  expect_error(save_c(model), class = "tildenet_error_argument")
  expect_error(save_c(keras_model_sequential() %>% layer_dense(2), path), class = "tildenet_error_state")
  expect_error(save_c(lm(dist ~ speed, cars), path), class = "tildenet_error_argument")
  expect_identical(readLines(path), "old")
  save_c(model, path)
  expect_gt(length(readLines(path)), 30)
  expect_snapshot(error = TRUE, save_c(model, path, name = "a b"))
})
