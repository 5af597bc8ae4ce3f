#' A collection of films and posters
#'
#' Collects the most popular films of genres, with their posters, from The Movie Database into a folder. A
#' collection that was stopped, by a failure of the net or by the end of the session, goes on where it was when
#' it is called again.
#'
#' @param genres Numbers or names of genres; `NULL` for all.
#' @param pages How many pages of 20 films for each genre, at most.
#' @param dir The folder; it is made where it is missing.
#' @param years `NULL`, or the year of first release: one for all genres, or one for each.
#' @param details Whether to ask for the whole record of each film, too, a request a film: it adds `imdb_id`,
#'   `tagline`, `budget`, `revenue` and `runtime`.
#' @param posters Whether to ask for posters.
#' @param size Size of the posters, see [tmdb_poster()].
#' @inheritParams tmdb_search
#'
#' @details
#' The folder holds `genres` (lists of genres), `pages` (a file for each genre, year, language and page), `films` (a
#' file for each whole record) and `posters` (a folder for each size). Files are written whole or not at all;
#' what is there is not asked for again, so that a complete collection needs neither net nor key, nor httr2. Delete
#' `pages` to have new films, `films` to have records anew. One process at a time should work on a folder.
#'
#' See [tmdb_search()] for how many requests are made in which time and what is tried again. A collection that
#' goes on in a folder waits once for 10 seconds, as the one before may have made 40 requests right before it
#' ended. While someone looks on (`interactive()`), bars tell how far it is.
#'
#' @returns A data frame with a row for each film, by genre and popularity; a film of several genres stands
#'   where it came first. Its columns are those of [tmdb_discover()], with `details` those of [tmdb_movie()], and
#'   `poster`, the path of the poster. Films without overview or poster are kept: `overview` is `""` and
#'   `has_overview` `FALSE`, `poster` is `NA` and `has_poster` `FALSE`.
#' @section Warnings and errors:
#' What cannot be reached is an error of class `tildenet_error_tmdb` as in [tmdb_search()]; call again to go on.
#' Films whose record is gone keep what is on the page, with a warning of class
#' `tildenet_warning_films`; posters that do not come are `NA` with a warning of class
#' `tildenet_warning_posters`; genres without name keep their number with a warning of class
#' `tildenet_warning_new_genres`. A folder that cannot be written is an error of class `tildenet_error_io`.
#' @seealso [imdb_read_titles()] to add what IMDb has; [multilabel()] for `genres`.
#' @examples
#' try(tmdb_collect("Comedy", pages = 0, dir = tempfile()))
#'
#' if (interactive() && nzchar(Sys.getenv("TMDB_API_KEY"))) {
#'   films <- tmdb_collect(c("Comedy", "Horror"), 2, "films", years = 2016, details = TRUE)
#'   fit <- kms(multilabel(genres) ~ text(overview) + log(budget + 1), films)
#' }
#' @export
tmdb_collect <- function(genres = NULL, pages = 5, dir, years = NULL, details = FALSE, posters = TRUE, size = "w342",
                         language = "en-US", key = NULL) {
  hiding_key(key, {
    api <- tmdb_api(key, language)
    pages <- check_count(pages, "pages", 1, 500, call = NULL)
    details <- check_flag(details, "details", call = NULL)
    posters <- check_flag(posters, "posters", call = NULL)
    size <- check_poster_size(size)
    api$dir <- collection_folder(dir)
    known <- genre_table(api, collection_file(api, "genres"))
    asked <- asked_genres(genres, years, known, api)
    records <- collected_pages(asked, pages, api)
    if (details) records <- collected_records(records, api)
    films <- films_frame(records, if (details) movie_fields else list_fields)
    films$genres <- genre_names(films$genre_ids, known)
    films$poster <- if (posters) fetch_posters(films, file.path(api$dir, "posters", size), size) else NA_character_
    if (posters) films$has_poster <- !is.na(films$poster)
    films
  })
}

# The folders of a collection, made where they are missing.
collection_folder <- function(dir) {
  dir <- check_target_folder(dir, "dir", NULL)
  parts <- file.path(dir, c("genres", "pages", "films"))
  if (all(dir.exists(parts))) fill_window()
  for (part in parts) write_in_folder(part, function() NULL, NULL)
  dir
}

# "pages", 28, 2016, 1 -> <dir>/pages/28-2016-1-en-US.json
collection_file <- function(api, part, ...) {
  file.path(api$dir, part, paste0(paste(c(..., api$language), collapse = "-"), ".json"))
}

# A data frame of genres and years.
asked_genres <- function(genres, years, known, api) {
  ids <- if (is.null(genres)) known$id else genre_ids(genres, api, "genres", known)
  if (!is.null(years) && !length(years) %in% c(1, length(ids))) {
    abort_arg("years", paste("be one year, or one for each of", length(ids), "genres"), describe_numbers(years),
              call = NULL)
  }
  years <- vapply(years, check_year, 0, arg = "years")
  data.frame(genre = ids, year = if (is.null(years) || length(years) == 0) NA else years)
}

# Films of all pages, each once.
collected_pages <- function(asked, pages, api) {
  found <- each_shown(seq_len(nrow(asked)), "Genres", function(row) {
    genre_pages(asked$genre[row], asked$year[row], pages, api)
  })
  records <- unlist(unlist(found, recursive = FALSE), recursive = FALSE)
  records[!duplicated(field_of(records, "id", NA_integer_))]
}

# A list of films for each page.
genre_pages <- function(genre, year, pages, api) {
  query <- list(sort_by = "popularity.desc", with_genres = genre, primary_release_year = if (!is.na(year)) year)
  out <- list()
  for (page in seq_len(pages)) {
    answer <- tmdb_get_kept(collection_file(api, "pages", genre, if (is.na(year)) "all" else year, page), api,
                            "/discover/movie", c(query, page = page), page_form(page),
                            paste("Page", page, "of genre", genre))
    out <- c(out, list(answer$results))
    if (page >= answer$total_pages) break
  }
  out
}

# Whole records in the place of the short ones.
collected_records <- function(records, api) {
  gone <- integer()
  records <- each_shown(records, "Films", function(record) {
    tryCatch(movie_record(record$id, api, collection_file(api, "films", record$id)), tildenet_error_tmdb_refused = function(e) {
      if (!identical(e$status, 404L)) rlang::cnd_signal(e)
      gone <<- c(gone, record$id)
      record
    })
  })
  if (length(gone) > 0) {
    warn_tn(paste0("Films whose whole record is gone: ", some_of(gone), "."), "films", ids = gone, call = NULL)
  }
  records
}
