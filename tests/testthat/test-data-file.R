test_that("a table that is nowhere says where to put it", {
  dir <- local_data_dir()
  for (read in list(dataset_movies, dataset_imdb_reviews, dataset_tmdb, dataset_digits)) {
    error <- expect_error(read(), class = "tildenet_error_download")
    expect_s3_class(error, "tildenet_error_io")
    expect_match(conditionMessage(error), file.path(dir, error$file), fixed = TRUE)
  }
})

test_that("the option comes before the variable, Keras' cache after both", {
  dir <- local_data_dir()
  put <- function(folder, title) {
    dir.create(folder, recursive = TRUE, showWarnings = FALSE)
    put_table(file.path(folder, "movies.csv"), replace(some_films(), "title", title))
  }
  cache <- tools::R_user_dir("tildenet", "cache")
  put(cache, "cache")
  expect_identical(dataset_movies()$title[1], "cache")
  put(file.path(dir, "keras", "datasets"), "keras")
  expect_identical(dataset_movies()$title[1], "keras")
  put(file.path(dir, "variable"), "variable")
  withr::local_envvar(TILDENET_DATA_DIR = file.path(dir, "variable"))
  expect_identical(dataset_movies()$title[1], "keras")
  withr::local_options(tildenet.data_dir = NULL)
  expect_identical(dataset_movies()$title[1], "variable")
  withr::local_options(tildenet.data_dir = 3)
  expect_error(dataset_movies(), "options(tildenet.data_dir)", fixed = TRUE,
               class = "tildenet_error_argument")
})
