#' Films, ratings and reviews
#'
#' Four data sets about films, as data frames. They are not part of the package: the functions read files
#' that lie on this computer, or what other packages bring.
#'
#' @details
#' Files are looked for in the folder of `options(tildenet.data_dir = )`, or else of the environment
#' variable `TILDENET_DATA_DIR`; then in `datasets` of the folder `KERAS_HOME` (default `.keras` in the
#' home directory); then in `tools::R_user_dir("tildenet", "cache")`. They are csv files in UTF-8,
#' compressed (`.csv.gz`) or not, that are only read. In all tables blank numbers are `NA`; blank text is
#' `""`.
#'
#' @returns
#' `dataset_movies()` (`movies.csv.gz`): 2,961 films with `title`, `genre`, `director`, `year`, `duration`
#' (minutes), `gross` and `budget` (US dollars), `cast_facebook_likes`, `votes`, `reviews` and `rating`
#' (1 to 10).
#'
#' `dataset_movielens()` (`movielens_ratings.csv.gz` and `movielens_movies.csv.gz`; without them the
#' same table of package dslabs, if that is installed): a list of two data frames.
#' `ratings` has 100,004 rows with `userId`, `movieId`, `rating` (0.5 to 5 stars) and `timestamp` (seconds
#' since 1970); `movies` 9,066 rows with `movieId`, `title`, `year` and `genres` (joined by `|`).
#'
#' `dataset_imdb_reviews()` (`imdb_reviews.csv.gz`): 50,000 reviews with `text`, `label` (1 positive, 0
#' negative), `split` (`"train"` or `"test"`, half of them each), `rating` (1 to 4 or 7 to 10 stars), `id`
#' and `imdb_id`. Rows are sorted by split and label.
#'
#' `dataset_tmdb()` (`tmdb_movies.csv.gz`): 4,803 films with `id`, `title`, `overview`, `genres` and
#' `keywords` (joined by `|`), `release_date` (text, year-month-day), `original_language`, `budget` and
#' `revenue` (US dollars; 0 where unknown), `runtime` (minutes), `popularity`, `vote_average` and
#' `vote_count`.
#' @section Errors:
#' A file that is nowhere is an error of class `tildenet_error_download` that says where to put it. One
#' that was cut off, has other columns or holds what is no number is an error of class
#' `tildenet_error_io` that names it.
#' @source
#' movies: the example of package kerasformula, <http://s3.amazonaws.com/dcwoods2717/movies.csv>.
#'
#' MovieLens, the small set of 2016: Harper, F. M. and Konstan, J. A. (2015). The MovieLens datasets:
#' history and context. *ACM Transactions on Interactive Intelligent Systems* 5(4), 19. Its terms allow
#' research, not commercial use.
#'
#' Reviews, the Large Movie Review Dataset 1.0: Maas, A. L., Daly, R. E., Pham, P. T., Huang, D., Ng, A.
#' Y. and Potts, C. (2011). Learning word vectors for sentiment analysis. *Proceedings of the 49th Annual
#' Meeting of the ACL*, 142-150.
#'
#' TMDB 5000: The Movie Database, as published on Kaggle.
#' @seealso [dataset_imdb()] for the reviews as word indices; [multilabel()] for `genres`.
#' @examples
#' # A folder of one's own, here with a table of two films
#' folder <- tempfile()
#' dir.create(folder)
#' write.csv(data.frame(
#'   title = c("Metropolis", "M"), genre = "Drama", director = "Fritz Lang", year = c(1927, 1931),
#'   duration = c(153, 117), gross = 0, budget = 0, cast_facebook_likes = 0, votes = 0, reviews = 0,
#'   rating = 8.3
#' ), file.path(folder, "movies.csv"), row.names = FALSE)
#' old <- options(tildenet.data_dir = folder)
#' dataset_movies()
#' options(old)
#'
#' if (requireNamespace("dslabs", quietly = TRUE)) lapply(dataset_movielens(), head)
#' @export
dataset_movies <- function() {
  data_table("movies", c(
    title = "character", genre = "character", director = "character", year = "integer",
    duration = "integer", gross = "integer", budget = "integer", cast_facebook_likes = "integer",
    votes = "integer", reviews = "integer", rating = "numeric"
  ), "The table is that of http://s3.amazonaws.com/dcwoods2717/movies.csv.", rlang::current_env())
}

#' @rdname dataset_movies
#' @export
dataset_movielens <- function() {
  call <- rlang::current_env()
  here <- !vapply(c("movielens_ratings", "movielens_movies"), function(name) {
    is.null(found_file(paste0(name, c(".csv.gz", ".csv"))))
  }, NA)
  if (!any(here) && rlang::is_installed("dslabs")) return(movielens_of_dslabs())
  source <- "Or install dslabs, which brings the same data: install.packages(\"dslabs\")."
  list(
    ratings = data_table("movielens_ratings", c(
      userId = "integer", movieId = "integer", rating = "numeric", timestamp = "integer"
    ), source, call),
    movies = data_table("movielens_movies", c(
      movieId = "integer", title = "character", year = "integer", genres = "character"
    ), source, call)
  )
}

# One row for each rating there, with the film's columns repeated.
movielens_of_dslabs <- function() {
  box <- new.env()
  utils::data("movielens", package = "dslabs", envir = box)
  all <- box$movielens
  movies <- all[!duplicated(all$movieId), c("movieId", "title", "year", "genres")]
  movies <- movies[order(movies$movieId), ]
  movies$genres <- as.character(movies$genres)
  movies$title[is.na(movies$title)] <- ""
  rownames(movies) <- NULL
  list(ratings = all[c("userId", "movieId", "rating", "timestamp")], movies = movies)
}

#' @rdname dataset_movies
#' @export
dataset_imdb_reviews <- function() {
  data_table("imdb_reviews", c(
    text = "character", label = "integer", split = "character", rating = "integer", id = "integer",
    imdb_id = "character"
  ), "The reviews are those of https://ai.stanford.edu/~amaas/data/sentiment.", rlang::current_env())
}

#' @rdname dataset_movies
#' @export
dataset_tmdb <- function() {
  data_table("tmdb_movies", c(
    id = "integer", title = "character", overview = "character", genres = "character",
    release_date = "character", keywords = "character", original_language = "character",
    budget = "integer", revenue = "numeric", runtime = "numeric", popularity = "numeric",
    vote_average = "numeric", vote_count = "integer"
  ), "The films are those of Kaggle's TMDB 5000.", rlang::current_env())
}
