#' Titles of IMDb
#'
#' Reads the tables of titles and ratings that IMDb publishes, as they are.
#'
#' @param path Path of `title.basics.tsv.gz`, compressed or not.
#' @param ratings Path of `title.ratings.tsv.gz`, or `NULL`.
#' @param types Kinds of titles to keep, such as `"movie"` or `c("movie", "tvMovie")`; `NULL` for all.
#' @param ids IMDb's ids of titles to keep, such as `"tt0133093"`; `NULL` for all.
#'
#' @details
#' The whole file has more than ten million titles; it is read in pieces, of which only the titles that are
#' wanted are kept. Quotes in it are letters like others, `\N` stands for what is not known.
#'
#' Films of [tmdb_movie()] or [tmdb_collect()] with `details` have the same ids, and [merge()] joins them:
#' `merge(films, titles, by = "imdb_id", suffixes = c("", "_imdb"))` keeps the films that both know, with `all.x =
#' TRUE` all of `films`. Columns of the same name (`title`, `original_title`, `genres`, `runtime`) then stand beside
#' one another. The two name genres differently: `"Sci-Fi"` there is `"Science Fiction"` at The Movie Database.
#'
#' @returns A data frame with a row for each title, in the order of the file: `imdb_id`, `type`, `title`,
#'   `original_title`, `adult` (logical), `year` and `end_year` (of series), `runtime` (minutes), `genres` (a list of
#'   text vectors, empty where not known); with `ratings` also `rating` (1 to 10) and `votes`, `NA` for titles that
#'   the ratings do not have. What is not known is `NA`.
#' @section Errors:
#' A file that is not there, was cut off, has other columns, or holds what is no number or no UTF-8 is an error of
#' class `tildenet_error_io` that names it. Wrong arguments are errors of class `tildenet_error_argument`.
#' @source IMDb Non-Commercial Datasets, <https://developer.imdb.com/non-commercial-datasets/>; its terms allow personal
#'   and non-commercial use.
#' @seealso [tmdb_collect()], [multilabel()] for `genres`
#' @examples
#' path <- tempfile(fileext = ".tsv")
#' writeLines(c(
#'   paste(c("tconst", "titleType", "primaryTitle", "originalTitle", "isAdult", "startYear", "endYear",
#'           "runtimeMinutes", "genres"), collapse = "\t"),
#'   paste(c("tt0133093", "movie", "The Matrix", "The Matrix", "0", "1999", "\\N", "136",
#'           "Action,Sci-Fi"), collapse = "\t")
#' ), path)
#' titles <- imdb_read_titles(path, types = "movie")
#' titles
#'
#' films <- data.frame(id = 603, imdb_id = "tt0133093", title = "The Matrix")
#' films$genres <- list(c("Action", "Science Fiction"))
#' merge(films, titles, by = "imdb_id", suffixes = c("", "_imdb"))[c("title", "genres", "genres_imdb")]
#' @export
imdb_read_titles <- function(path, ratings = NULL, types = NULL, ids = NULL) {
  call <- rlang::current_env()
  path <- check_imdb_file(path, "path", call)
  if (!is.null(ratings)) ratings <- check_imdb_file(ratings, "ratings", call)
  types <- check_wanted(types, "types", call)
  ids <- check_wanted(ids, "ids", call)
  titles <- read_imdb(path, imdb_titles, function(rows) {
    (is.null(types) | rows$type %in% types) & (is.null(ids) | rows$imdb_id %in% ids)
  }, call)
  titles$adult <- as.logical(titles$adult)
  titles$genres <- split_genres(titles$genres)
  if (is.null(ratings)) return(titles)
  known <- read_imdb(ratings, imdb_ratings, function(rows) rows$imdb_id %in% titles$imdb_id, call)
  at <- match(titles$imdb_id, known$imdb_id)
  titles[c("rating", "votes")] <- known[at, c("rating", "votes")]
  titles
}

check_imdb_file <- function(path, arg, call) {
  path <- path.expand(check_string(path, arg, call = call))
  if (!is_file(path)) abort_no_file(path, NULL, call)
  path
}

check_wanted <- function(x, arg, call) {
  if (!is.null(x) && (!is.character(x) || length(x) == 0 || all(is.na(x)))) {
    abort_arg(arg, "be text, or NULL", describe(x), call = call)
  }
  x[!is.na(x)]
}

# Names in the file, names of ours, types.
imdb_titles <- data.frame(
  there = c("tconst", "titleType", "primaryTitle", "originalTitle", "isAdult", "startYear", "endYear",
            "runtimeMinutes", "genres"),
  here = c("imdb_id", "type", "title", "original_title", "adult", "year", "end_year", "runtime", "genres"),
  type = c("character", "character", "character", "character", "integer", "integer", "integer", "integer",
           "character")
)
imdb_ratings <- data.frame(there = c("tconst", "averageRating", "numVotes"), here = c("imdb_id", "rating", "votes"),
                           type = c("character", "numeric", "integer"))

# The rows of a file that keep(rows of text) says, as a data frame.
read_imdb <- function(path, columns, keep, call, at_once = 2e5) {
  con <- reading(path, gzfile(path, "r"), call)
  on.exit(close(con))
  header <- strsplit(reading(path, readLines(con, 1), call), "\t", fixed = TRUE)
  if (!identical(unlist(header), columns$there)) {
    abort_broken_file(path, paste0("Its columns must be ", paste(columns$there, collapse = ", "),
                                   ", with tabs between them."), call)
  }
  pieces <- list()
  read <- 0
  repeat {
    rows <- reading(path, imdb_rows(con, columns$here, at_once), call)
    n <- length(rows[[1]])
    kept <- keep(rows)
    pieces <- c(pieces, list(typed_imdb(rows, rep_len(kept, n), columns, read, path, call)))
    read <- read + n
    if (n < at_once) break
  }
  check_gzip_end(con, path, call)
  if (read == 0) abort_broken_file(path, "It has no rows.", call)
  do.call(rbind, pieces)
}

# The next rows, as text; what stands for an unknown value is NA.
imdb_rows <- function(con, names, n) {
  what <- rep(list(""), length(names))
  names(what) <- names
  scan(con, what, nmax = n, sep = "\t", quote = "", comment.char = "", na.strings = "\\N", multi.line = FALSE,
       quiet = TRUE, encoding = "UTF-8")
}

# Those that are kept, as numbers where they are some; `before` rows of the file were read.
typed_imdb <- function(rows, kept, columns, before, path, call) {
  place <- which(kept)
  out <- Map(function(text, type, name) typed_column(text[place], type, name, path, call, before + place),
             rows, columns$type, columns$there)
  structure(out, class = "data.frame", row.names = seq_along(place))
}

split_genres <- function(text) {
  genres <- strsplit(text, ",", fixed = TRUE)
  genres[is.na(text)] <- list(character())
  genres
}
