skip_if_not_installed("jsonlite")

test_that("numbers are written as Python writes them", {
  json <- tildenet:::config_json
  expect_identical(json(list(1L, 1, 0.1, 1e-7, 1e-4, 12345.678, 1e15, 1e16, 1e22, 1 / 3, 0.009999999776482582, -2.5e-300)),
                   paste0("[1, 1.0, 0.1, 1e-07, 0.0001, 12345.678, 1000000000000000.0, 1e+16, 1e+22, ",
                          "0.3333333333333333, 0.009999999776482582, -2.5e-300]"))
  expect_identical(json(list(a = NULL, b = list(), c = tildenet:::empty_object(), d = TRUE, e = c(1L, 2L))),
                   "{\"a\": null, \"b\": [], \"c\": {}, \"d\": true, \"e\": [1, 2]}")
  expect_identical(json(c(NaN, Inf, -Inf)), "[NaN, Infinity, -Infinity]")
})

test_that("texts are written in ASCII", {
  json <- tildenet:::config_json
  expect_identical(json("a\"\\/\n\t\u00e4\u20ac\U1F600\u007f"),
                   "\"a\\\"\\\\/\\n\\t\\u00e4\\u20ac\\ud83d\\ude00\\u007f\"")
  text <- "{\"\\u00e4\": \"NaN [ Infinity\", \"b\": [NaN, -Infinity]}"
  expect_identical(tildenet:::json_config(text), list("\u00e4" = "NaN [ Infinity", b = list(NULL, -Inf)))
})

test_that("what is no JSON is refused", {
  bad <- list("", "{", "[1, 2", "{\"a\": }", "\xff", NA_character_, 3, c("a", "b"), strrep("[", 1e5), "NaN,",
              paste0(strrep("{\"a\":", 2e4), "1", strrep("}", 2e4)))
  for (text in bad) expect_error(tildenet:::json_config(text, "It"), "It is no JSON", class = "tildenet_error_io")
  expect_error(model_from_json("{"), class = "tildenet_error_io")
  expect_error(model_from_json(3), class = "tildenet_error_argument")
})
