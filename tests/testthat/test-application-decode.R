put_class_index <- function(dir, n = 1000) {
  entries <- lapply(seq_len(n) - 1, function(k) list(sprintf("n%08d", k), paste0("thing_", k)))
  jsonlite::write_json(stats::setNames(entries, seq_len(n) - 1), file.path(dir, "imagenet_class_index.json"),
                       auto_unbox = TRUE)
}

test_that("the likeliest classes come with their names", {
  skip_if_not_installed("jsonlite")
  put_class_index(local_data_dir())
  scores <- matrix(0, 3, 1000)
  scores[1, c(5, 1000, 2)] <- c(0.5, 0.3, 0.2)
  scores[2, 7] <- 1
  decoded <- imagenet_decode_predictions(scores, top = 3)
  expect_length(decoded, 3)
  expect_identical(decoded[[1]], data.frame(class_name = c("n00000004", "n00000999", "n00000001"),
                                            class_description = c("thing_4", "thing_999", "thing_1"),
                                            score = c(0.5, 0.3, 0.2)))
  expect_identical(decoded[[2]]$class_description[1], "thing_6")
  expect_identical(decoded[[3]]$class_description, paste0("thing_", 0:2))
  expect_identical(mobilenet_decode_predictions(scores, 1)[[2]], decoded[[2]][1, ])
  expect_identical(nrow(imagenet_decode_predictions(scores)[[1]]), 5L)
  expect_identical(imagenet_decode_predictions(scores[0, , drop = FALSE]), list())
})

test_that("predictions and files that are no such thing are refused", {
  skip_if_not_installed("jsonlite")
  dir <- local_data_dir()
  expect_error(imagenet_decode_predictions(matrix(0, 1, 1000)), "imagenet_class_index.json", class = "tildenet_error_download")
  expect_error(imagenet_decode_predictions(matrix(0, 1, 10)), "1000 columns", class = "tildenet_error_shape")
  expect_error(imagenet_decode_predictions(numeric(1000)), class = "tildenet_error_shape")
  expect_error(imagenet_decode_predictions(matrix("a", 1, 1000)), class = "tildenet_error_argument")
  expect_error(imagenet_decode_predictions(matrix(0, 1, 1000), top = 0), "`top`", class = "tildenet_error_argument")
  put_class_index(dir, 999)
  expect_error(imagenet_decode_predictions(matrix(0, 1, 1000)), "not as it should be", class = "tildenet_error_io")
  writeLines("[1, 2", file.path(dir, "imagenet_class_index.json"))
  expect_error(imagenet_decode_predictions(matrix(0, 1, 1000)), class = "tildenet_error_io")
})
