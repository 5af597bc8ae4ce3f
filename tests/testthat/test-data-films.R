test_that("ratings come from two tables, or from dslabs", {
  dir <- local_data_dir()
  ratings <- data.frame(userId = c(1L, 1L, 2L), movieId = c(7L, 9L, 7L), rating = c(4, 0.5, 5),
                        timestamp = 1e9L + 0:2)
  movies <- data.frame(movieId = c(7L, 9L), title = c("a", ""), year = c(1990L, NA), genres = c("x|y", "z"))
  put_table(file.path(dir, "movielens_ratings.csv.gz"), ratings)
  expect_error(dataset_movielens(), "movielens_movies.csv.gz", class = "tildenet_error_download")
  put_table(file.path(dir, "movielens_movies.csv"), movies)
  expect_identical(dataset_movielens(), list(ratings = ratings, movies = movies))
})

test_that("dslabs brings the same ratings", {
  skip_if_not_installed("dslabs")
  local_data_dir()
  found <- dataset_movielens()
  expect_identical(dim(found$ratings), c(100004L, 4L))
  expect_identical(dim(found$movies), c(9066L, 4L))
  expect_identical(vapply(found$movies, class, ""),
                   c(movieId = "integer", title = "character", year = "integer", genres = "character"))
  expect_false(is.unsorted(found$movies$movieId, strictly = TRUE))
  expect_true(all(found$ratings$movieId %in% found$movies$movieId))
  expect_identical(sum(found$movies$title == ""), 5L)
  expect_identical(found$movies$genres[1], "Adventure|Animation|Children|Comedy|Fantasy")
})
