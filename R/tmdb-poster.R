#' Posters of films
#'
#' Puts the posters of films into a folder, each as a whole file or not at all.
#'
#' @param films A data frame of films with `id` and `poster_path`, as [tmdb_search()] and its kin give it.
#' @param dir The folder; it is made where it is missing.
#' @param size `"w92"`, `"w154"`, `"w185"`, `"w342"`, `"w500"` or `"w780"` (pixels of width), or `"original"`.
#'
#' @details
#' A poster is named `<id>.jpg` or `<id>.png`. One that is in the folder already, as a whole file, is not asked
#' for again. What arrives is a poster only if it begins and ends as a JPEG or PNG file does. Pictures need no
#' key, and none is sent. They count among the 40 requests in 10 seconds; see [tmdb_search()] for that, for what
#' is tried again and for options.
#'
#' @returns The paths of the posters, one for each row of `films`; `NA` for films without poster.
#' @section Warnings and errors:
#' Posters that the server refuses, or that are broken each time, are `NA` with a warning of class
#' `tildenet_warning_posters` (the numbers of the films are its field `ids`). Where the server cannot be reached
#' there is an error of class `tildenet_error_tmdb_net`; what was written stays. A folder that cannot be written
#' is an error of class `tildenet_error_io`, what is no data frame of films one of class
#' `tildenet_error_argument`.
#' @seealso [tmdb_collect()], which keeps films and posters
#' @examples
#' # Films without poster: nothing is asked for
#' tmdb_poster(data.frame(id = 1:2, poster_path = NA_character_), tempdir())
#'
#' if (interactive() && nzchar(Sys.getenv("TMDB_API_KEY"))) {
#'   tmdb_poster(tmdb_movie(603), tempdir())
#' }
#' @export
tmdb_poster <- function(films, dir, size = "w342") {
  hiding_key(NULL, {
    check_film_posters(films)
    size <- check_poster_size(size)
    folder <- check_target_folder(dir, "dir", NULL)
    fetch_posters(films, folder, size)
  })
}

check_poster_size <- function(size) {
  check_string(size, "size", c("w92", "w154", "w185", "w342", "w500", "w780", "original"), call = NULL)
}

check_film_posters <- function(films) {
  if (missing(films)) abort_missing_arg("films", NULL)
  fine <- is.data.frame(films) && all(c("id", "poster_path") %in% names(films)) && is.numeric(films$id) &&
    all(vapply(films$id, is_one_id, NA)) && (is.character(films$poster_path) || all(is.na(films$poster_path)))
  if (!fine) {
    abort_arg("films", "be a data frame of films with `id` and `poster_path`", describe(films), call = NULL)
  }
  strange <- !is.na(films$poster_path) & !is_poster_path(films$poster_path)
  if (any(strange)) {
    abort_arg("films", "have poster paths such as \"/abc.jpg\"", describe(films$poster_path[strange][1]), call = NULL)
  }
}

# Names of pictures, which become names of files here.
is_poster_path <- function(path) grepl("^/[A-Za-z0-9_-]+[.](jpg|jpeg|png)$", path)

fetch_posters <- function(films, folder, size) {
  with_poster <- which(!is.na(films$poster_path))
  paths <- rep(NA_character_, nrow(films))
  write_in_folder(folder, function() {
    paths[with_poster] <<- unlist(each_shown(with_poster, "Posters", function(row) {
      fetch_poster(films$poster_path[row], file.path(folder, poster_file(films$id[row], films$poster_path[row])), size)
    }))
  })
  failed <- films$id[with_poster][is.na(paths[with_poster])]
  if (length(failed) > 0) {
    warn_tn(paste0("Posters that did not come as whole pictures: ", some_of(failed), "."), "posters", ids = failed,
            call = NULL, how = "Another call asks for them again.")
  }
  paths
}

poster_file <- function(id, path) paste0(id, sub("^.*[.]", ".", path))

# The path, or NA where there is no such picture.
fetch_poster <- function(name, path, size) {
  if (is_file(path) && is_whole_picture(readBin(path, "raw", file.size(path)))) return(path)
  address <- paste0(tmdb_url("tmdb_image_url", "https://image.tmdb.org/t/p"), "/", size, name)
  tryCatch({
    bytes <- tmdb_ask(tmdb_request(address), function(bytes) if (is_whole_picture(bytes)) bytes,
                      paste("The poster", basename(path)))
    write_whole(path, function(part) write_bytes(part, bytes), NULL)
    path
  }, tildenet_error_tmdb_refused = function(e) NA_character_, tildenet_error_tmdb_content = function(e) NA_character_)
}

# First and last bytes of JPEG and PNG files.
picture_ends <- list(
  jpeg = list(as.raw(c(0xff, 0xd8, 0xff)), as.raw(c(0xff, 0xd9))),
  png = list(as.raw(c(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)),
             as.raw(c(0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82)))
)

is_whole_picture <- function(bytes) {
  any(vapply(picture_ends, function(ends) {
    length(bytes) >= sum(lengths(ends)) && identical(utils::head(bytes, length(ends[[1]])), ends[[1]]) &&
      identical(utils::tail(bytes, length(ends[[2]])), ends[[2]])
  }, NA))
}

# lapply() with a bar where someone looks on.
each_shown <- function(items, what, f) {
  bar <- if (interactive()) cli::cli_progress_bar(what, total = length(items))
  lapply(items, function(item) {
    out <- f(item)
    if (!is.null(bar)) cli::cli_progress_update(id = bar)
    out
  })
}
