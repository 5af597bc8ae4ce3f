#' Films of The Movie Database
#'
#' Ask The Movie Database, by version 3 of its API, for films by title, by number, or by genre and year.
#'
#' @param title What to look for in titles.
#' @param ids Numbers of films.
#' @param genre Number or name of a genre, or several that a film must have all; `NULL` for any.
#' @param year Year of first release, or `NULL` for any.
#' @param pages Which pages to ask for, from 1 to 500. A page has 20 films; pages after the last are left
#'   out.
#' @param sort_by Order of the films, in the words of the API: `"popularity.desc"`, `"vote_average.desc"`,
#'   `"revenue.desc"`, `"primary_release_date.asc"` and others.
#' @param language Language of titles, overviews and names of genres.
#' @param key Key of the API, or a read access token. `NULL`: that of `options(tildenet.tmdb_key = )`, else
#'   of the environment variable `TMDB_API_KEY`.
#' @param genres A data frame with `id` and `name`, as `tmdb_genres()` gives it.
#'
#' @details
#' At most 40 requests are made in any 10 seconds, by all functions of a session together; one that would be
#' too many waits. Where the server answers with status 429 or 5xx, where the connection breaks or what comes
#' is not whole, the request is made again, up to eight times, after a pause that doubles, or after
#' what the server asks for in `Retry-After` (up to ten minutes).
#'
#' The key is sent to the server and shown nowhere else: not in errors or warnings, not in what
#' httr2 tells of its requests, not in files. `httr2::last_request()` holds the address of the last request,
#' with the key, until the session ends, and `traceback()` shows calls as they were typed; an access token goes in
#' a header that httr2 does not show.
#'
#' `options(tildenet.tmdb_timeout = )` are the seconds that an answer may take (30). Three options are for servers
#' of one's own: `tildenet.tmdb_url` and `tildenet.tmdb_image_url`, the addresses of the API and of its
#' pictures, and `tildenet.tmdb_window`, the seconds of the window (10), with which pauses grow and shrink.
#'
#' @returns
#' `tmdb_search()`, `tmdb_discover()` and `tmdb_movie()` give a data frame with a row for each film, every
#' film once: `id`, `title`, `original_title`, `overview`, `genre_ids` and `genres` (lists of
#' integer and text vectors), `release_date` (text, year-month-day), `original_language`, `popularity`,
#' `vote_average`, `vote_count`, `poster_path` (for [tmdb_poster()]; `NA` without poster),
#' `has_overview` and `has_poster`. `tmdb_movie()` has `imdb_id`, `tagline`, `budget`, `revenue` (US dollars; 0
#' where unknown) and `runtime` (minutes), too. Text that is not known is `""`, numbers are `NA`.
#'
#' `tmdb_genres()` gives a data frame with the `id` and `name` of all genres. `tmdb_genre_names()` gives what it
#' was given with names in the place of numbers: a list of text vectors for a list, a text vector for a vector.
#' A number without a name stays, as text.
#' @section Warnings and errors:
#' Numbers of genres without a name are told by a warning of class `tildenet_warning_new_genres` (their
#' numbers are its field `ids`).
#'
#' What does not come is an error of class `tildenet_error_tmdb`: `tildenet_error_tmdb_refused` where the
#' server says no (a film that it does not have; its field `status` is the server's), `tildenet_error_tmdb_net`
#' where all tries failed, `tildenet_error_tmdb_content` where all answers were broken, and
#' `tildenet_error_tmdb_key` without a key or with one that the server does not know. Wrong arguments are
#' errors of class `tildenet_error_argument`; without packages httr2 and jsonlite there is one of class
#' `tildenet_error_package`.
#' @source The Movie Database, <https://developer.themoviedb.org/reference/intro/getting-started>; its terms ask
#' those who show its data to name it.
#' @seealso [tmdb_collect()] for many films and their posters, kept on disk; [imdb_read_titles()] for the same
#' films at IMDb; [multilabel()] for `genres`; [dataset_movies()] for `dataset_tmdb()`.
#' @examples
#' known <- data.frame(id = c(28L, 878L), name = c("Action", "Science Fiction"))
#' tmdb_genre_names(list(c(28, 878), 28), known)
#' try(tmdb_movie("The Matrix"))
#'
#' if (interactive() && nzchar(Sys.getenv("TMDB_API_KEY"))) {
#'   tmdb_search("The Matrix", year = 1999)
#'   tmdb_movie(603)[c("title", "tagline", "genres", "imdb_id")]
#'   popular <- tmdb_discover(pages = 1:2)
#'   tmdb_discover(genre = c("Comedy", "Crime"), year = 2016)
#' }
#' @export
tmdb_search <- function(title, year = NULL, pages = 1, language = "en-US", key = NULL) {
  hiding_key(key, {
    api <- tmdb_api(key, language)
    title <- check_string(title, "title")
    if (!nzchar(trimws(title))) abort_arg("title", "not be blank")
    query <- list(query = title, primary_release_year = check_year(year))
    listed_films(api, "/search/movie", query, pages)
  })
}

#' @rdname tmdb_search
#' @export
tmdb_discover <- function(genre = NULL, year = NULL, pages = 1, sort_by = "popularity.desc", language = "en-US",
                          key = NULL) {
  hiding_key(key, {
    api <- tmdb_api(key, language)
    query <- list(sort_by = check_string(sort_by, "sort_by"), primary_release_year = check_year(year))
    if (!is.null(genre)) query$with_genres <- paste(genre_ids(genre, api, arg = "genre"), collapse = ",")
    listed_films(api, "/discover/movie", query, pages)
  })
}

#' @rdname tmdb_search
#' @export
tmdb_movie <- function(ids, language = "en-US", key = NULL) {
  hiding_key(key, {
    api <- tmdb_api(key, language)
    records <- lapply(unique(check_ids(ids, "ids")), movie_record, api = api)
    films_frame(records, movie_fields)
  })
}

#' @rdname tmdb_search
#' @export
tmdb_genres <- function(language = "en-US", key = NULL) {
  hiding_key(key, genre_table(tmdb_api(key, language)))
}

#' @rdname tmdb_search
#' @export
tmdb_genre_names <- function(ids, genres = tmdb_genres()) {
  call <- rlang::current_env()
  if (missing(ids)) abort_missing_arg("ids", call)
  listed <- is.list(ids) && !is.data.frame(ids)
  cases <- if (listed) ids else list(ids)
  if (!all(vapply(cases, function(case) is.null(case) || is.numeric(case) && !anyNA(case), NA))) {
    abort_arg("ids", "hold numbers of genres", describe(ids), call = call)
  }
  if (!is.data.frame(genres) || !all(c("id", "name") %in% names(genres))) {
    abort_arg("genres", "be a data frame with columns `id` and `name`", describe(genres), call = call)
  }
  named <- genre_names(cases, genres)
  if (listed) named else named[[1]]
}

# ---- arguments -------------------------------------------------------------------------------------

check_year <- function(year, arg = "year") check_count(year, arg, 1870, 2100, null_ok = TRUE, call = NULL)

check_ids <- function(x, arg) {
  if (missing(x)) abort_missing_arg(arg, NULL)
  if (!is.numeric(x) || length(x) == 0 || !all(vapply(x, is_one_id, NA))) {
    abort_arg(arg, "be whole numbers of at least 1", describe(x), call = NULL)
  }
  as.integer(x)
}

check_pages <- function(pages) {
  if (!is.numeric(pages) || length(pages) == 0 || !all(vapply(pages, is_one_id, NA)) || any(pages > 500)) {
    abort_arg("pages", "be whole numbers between 1 and 500", describe_numbers(pages), call = NULL)
  }
  sort(unique(as.integer(pages)))
}

# Numbers of genres that are given as such or by name.
genre_ids <- function(genre, api, arg, known = genre_table(api)) {
  if (is.factor(genre)) genre <- as.character(genre)
  if (!is.character(genre)) return(unique(check_ids(genre, arg)))
  at <- match(tolower(genre), tolower(known$name))
  if (length(genre) == 0 || anyNA(at)) {
    abort_arg(arg, "name genres", paste0("Not among them: ", quoted_list(genre[is.na(at)]), "."),
              paste0("They are ", paste(known$name, collapse = ", "), "."), call = NULL)
  }
  unique(known$id[at])
}

# ---- answers ---------------------------------------------------------------------------------------

# Of the films on these pages those that are new; pages after the last are not asked for.
listed_films <- function(api, route, query, pages) {
  records <- list()
  for (page in check_pages(pages)) {
    answer <- tmdb_get(api, route, c(query, page = page), page_form(page), paste("Page", page))
    records <- c(records, answer$value$results)
    if (page >= answer$value$total_pages) break
  }
  films <- films_frame(records, list_fields)
  films$genres <- genre_names(films$genre_ids, genre_table(api))
  films
}

page_form <- function(page) {
  function(value) {
    is.list(value$results) && identical(as.integer(value$page), as.integer(page)) && is_one_id(value$total_pages, 0) &&
      all(vapply(value$results, function(film) is.list(film) && is_one_id(film$id), NA))
  }
}

# path: of the file that keeps the record, or NULL.
movie_record <- function(id, api, path = NULL) {
  tmdb_get_kept(path, api, paste0("/movie/", id), list(), function(film) is_one_id(film$id) && film$id == id,
                paste("Film", id))
}

# A data frame with id and name; asked for once a session, or kept in a file.
genre_table <- function(api, path = NULL) {
  place <- paste(tmdb_url("tmdb_url", ""), api$language)
  kept <- tmdb_session$genres[[place]]
  if (!is.null(kept) && is.null(path)) return(kept)
  answer <- tmdb_get_kept(path, api, "/genre/movie/list", list(), function(value) {
    is.list(value$genres) && all(vapply(value$genres, function(genre) is_one_id(genre$id) && is_one_text(genre$name), NA))
  }, "The list of genres")
  out <- data.frame(id = field_of(answer$genres, "id", NA_integer_), name = field_of(answer$genres, "name", ""))
  tmdb_session$genres[[place]] <- out
  out
}

genre_names <- function(ids, genres) {
  all <- unlist(ids)
  if (is.null(all)) return(lapply(ids, function(none) character())) # and no list is asked for
  names <- as.character(genres$name)[match(all, genres$id)]
  new <- sort(unique(all[is.na(names)]))
  if (length(new) > 0) {
    warn_tn(paste0("Genres without a name keep their number: ", paste(new, collapse = ", "), "."), "new_genres",
            ids = new, call = NULL)
  }
  names[is.na(names)] <- as.character(all[is.na(names)])
  stats::setNames(unname(split(names, factor(rep(seq_along(ids), lengths(ids)), seq_along(ids)))), names(ids))
}

# ---- data frames -----------------------------------------------------------------------------------

# Fields of a record and what stands for one that is absent.
list_fields <- list(
  id = NA_integer_, title = "", original_title = "", overview = "", genre_ids = list(), genres = list(),
  release_date = "", original_language = "", popularity = NA_real_, vote_average = NA_real_, vote_count = NA_integer_,
  poster_path = NA_character_
)
movie_fields <- c(list_fields, list(imdb_id = "", tagline = "", budget = NA_real_, revenue = NA_real_,
                                    runtime = NA_real_))

# Names of genres are those of the records; short records, of lists of films, have only numbers.
films_frame <- function(records, fields) {
  records <- records[!duplicated(field_of(records, "id", NA_integer_))]
  plain <- names(fields)[!vapply(fields, is.list, NA)]
  columns <- sapply(names(fields), function(name) if (name %in% plain) field_of(records, name, fields[[name]]),
                    simplify = FALSE)
  columns$genre_ids <- lapply(records, record_genres)
  columns$genres <- lapply(records, function(film) field_of(film$genres, "name", ""))
  columns$poster_path[!is_poster_path(columns$poster_path)] <- NA
  columns$has_overview <- nzchar(trimws(columns$overview))
  columns$has_poster <- !is.na(columns$poster_path)
  structure(columns, class = "data.frame", row.names = seq_along(records))
}

record_genres <- function(film) {
  if (length(film$genres) > 0) return(field_of(film$genres, "id", NA_integer_))
  ids <- unlist(film$genre_ids)
  if (is.numeric(ids)) as.integer(ids) else integer()
}

# One field of all records, in the type of `absent`.
field_of <- function(records, name, absent) {
  vapply(records, function(record) {
    value <- record[[name]]
    if (is.character(absent)) return(if (is_one_text(value)) value else absent)
    if (!is_one_number(value)) return(absent)
    if (!is.integer(absent)) return(as.numeric(value))
    if (is_one_id(value, 0)) as.integer(value) else absent
  }, absent)
}
