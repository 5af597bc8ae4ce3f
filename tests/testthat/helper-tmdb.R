# A server of films that answers in the form of The Movie Database, keeps a log, and fails when told to.

tmdb_test_key <- "0123456789abcdef0123456789abcdef"

tmdb_served <- new.env()

# Started once in a test process: it answers as many tests as come.
tmdb_process <- function() {
  testthat::skip_on_cran()
  for (package in c("httr2", "jsonlite", "webfakes")) testthat::skip_if_not_installed(package)
  tmdb_served$process <- tmdb_served$process %||% webfakes::new_app_process(tmdb_app())
  tmdb_served$process
}

# The server with `films` films, asked by this session. faults: those of the first, the second request and so on,
# "none" for none. Gives log(): its requests so far, as a data frame; fail(faults): for the next requests; victim: a
# file with the number of the process that "kill" kills.
local_tmdb <- function(films = 45, faults = character(), window = 0.2, timeout = 20, frame = parent.frame()) {
  process <- tmdb_process()
  tell <- function(...) jsonlite::fromJSON(url_text(process$url("/control", list(...))))
  fail <- function(faults, ...) tell(faults = paste(c(faults, "none"), collapse = ","), ...) # none may be blank
  victim <- withr::local_tempfile(.local_envir = frame)
  fail(faults, films = films, timeout = timeout, victim = victim)
  withr::local_options(
    tildenet.tmdb_url = process$url("/3"), tildenet.tmdb_image_url = process$url("/t/p"), tildenet.tmdb_key = tmdb_test_key,
    tildenet.tmdb_window = window, tildenet.tmdb_timeout = timeout, .local_envir = frame)
  forget <- function() {
    tmdb_session$ended <- numeric()
    tmdb_session$genres <- list()
  }
  forget()
  withr::defer(forget(), envir = frame)
  list(log = function() tell(log = 1), fail = fail, victim = victim,
       options = options()[c("tildenet.tmdb_url", "tildenet.tmdb_image_url", "tildenet.tmdb_window", "tildenet.tmdb_timeout")])
}

url_text <- function(address) {
  con <- url(address)
  on.exit(close(con))
  paste(readLines(con, warn = FALSE), collapse = "\n")
}

# Handlers run in a process of their own, which knows only what lies in app$locals.
tmdb_app <- function() {
  app <- webfakes::new_app()
  app$locals$state <- new.env()
  app$locals$genres <- data.frame(id = 11:16, name = c("Action", "Comedy", "Crime", "Drama", "Horror", "Science Fiction"))
  app$locals$record <- tmdb_served_record
  app$locals$fail <- tmdb_served_fault
  app$get("/control", tmdb_serve_control)
  app$use(tmdb_serve_first)
  app$get("/3/genre/movie/list", function(req, res) res$send_json(list(genres = req$app$locals$genres), auto_unbox = TRUE))
  app$get("/3/discover/movie", tmdb_serve_list)
  app$get("/3/search/movie", tmdb_serve_list)
  app$get("/3/movie/:id", tmdb_serve_movie)
  app$get(webfakes::new_regexp("^/t/p/[a-z0-9]+/(?<file>[a-z0-9.]+)$"), tmdb_serve_poster)
  app
}

tmdb_serve_control <- function(req, res) {
  state <- req$app$locals$state
  query <- req$query
  if (!is.null(query$log)) return(res$send_json(state$log))
  if (!is.null(query$films)) {
    state$films <- lapply(seq_len(as.integer(query$films)), req$app$locals$record)
    state$timeout <- as.numeric(query$timeout)
    state$victim <- query$victim
    state$log <- data.frame(time = numeric(), path = character(), query = character(), key = character(),
                            fault = character())
  }
  state$faults <- strsplit(query$faults, ",", fixed = TRUE)[[1]]
  res$send_json(TRUE, auto_unbox = TRUE)
}

# Every third film has no overview, the one after it no poster; some have a genre that the list does not name.
tmdb_served_record <- function(n) {
  genres <- unique(c(11 + n %% 6, 11 + n %% 4, if (n %% 20 == 9) 10769))
  list(id = 1000L + n, title = paste("Film", n), original_title = paste("Filmo", n, "\u00e9"),
       overview = if (n %% 3 == 0) "" else paste("Story", n), genre_ids = as.integer(genres),
       release_date = sprintf("%d-05-01", 2000 + n %% 3), original_language = "en", popularity = 500 - n / 2,
       vote_average = 6.5, vote_count = n, poster_path = if (n %% 3 != 1) sprintf("/p%d.%s", n, if (n %% 2) "jpg" else "png"))
}

# Log, faults, key.
tmdb_serve_first <- function(req, res) {
  state <- req$app$locals$state
  if (is.null(res$locals$fault)) {
    fault <- if (length(state$faults) > 0) state$faults[1] else "none"
    state$faults <- state$faults[-1]
    token <- req$get_header("Authorization")
    key <- if (!is.null(req$query$api_key)) req$query$api_key else if (!is.null(token)) token else ""
    state$log[nrow(state$log) + 1, ] <- list(as.numeric(Sys.time()), req$path, req$query_string, key, fault)
    res$locals$fault <- fault
  }
  if (!req$app$locals$fail(res$locals$fault, state, res)) return(NULL)
  known <- any(state$log$key[nrow(state$log)] == c("0123456789abcdef0123456789abcdef", "Bearer aaaa.bbbbbbbbbbbb.cccc"))
  if (known || startsWith(req$path, "/t/p/")) return("next")
  res$set_status(401)
  res$send_json(list(status_code = 7, status_message = paste("Invalid API key:", req$query$api_key), success = FALSE),
                auto_unbox = TRUE)
}

# Whether the request is to be answered all the same.
tmdb_served_fault <- function(fault, state, res) {
  date <- function(seconds) {
    old <- Sys.setlocale("LC_TIME", "C")
    on.exit(Sys.setlocale("LC_TIME", old))
    format(as.POSIXct(ceiling(as.numeric(Sys.time())) + seconds, origin = "1970-01-01"), "%a, %d %b %Y %H:%M:%S GMT", tz = "GMT")
  }
  status <- function(code, ...) {
    headers <- list(...)
    for (name in names(headers)) res$set_header(name, headers[[name]])
    res$set_status(code)
    res$send_json(list(status_message = "later"), auto_unbox = TRUE)
  }
  promise <- function(length, text) {
    res$set_header("Content-Length", as.character(length))
    res$send(text)
  }
  if (fault %in% c("slow", "stuck") && is.null(res$locals$late)) {
    res$locals$late <- TRUE
    res$delay(state$timeout * if (fault == "slow") 0.2 else 1.5)
    return(FALSE)
  }
  if (fault == "kill") tools::pskill(as.integer(readLines(state$victim)), tools::SIGKILL)
  switch(fault,
    kill = status(503),
    "429" = status(429, "Retry-After" = "1"),
    "429date" = status(429, "Retry-After" = date(1), Date = date(0)),
    "429odd" = status(429, "Retry-After" = "soon"),
    "429long" = status(429, "Retry-After" = "7200"),
    "429bare" = status(429),
    "500" = status(500),
    "503" = status(503),
    "404" = status(404),
    cut = promise(1000, "{\"page\": 1, \"results\": [{\"id\""),
    drop = promise(1000, ""),
    malformed = res$send("{\"page\": 1, \"results\": [{\"id\": 1001, \"title\": \"Fil"),
    other = res$send_json(list(success = TRUE), auto_unbox = TRUE),
    empty = res$send(""),
    refused = res$redirect("http://127.0.0.1:9/", 307),
    return(TRUE))
  FALSE
}

tmdb_serve_list <- function(req, res) {
  query <- req$query
  films <- Filter(function(film) {
    (is.null(query$with_genres) || all(strsplit(query$with_genres, ",")[[1]] %in% film$genre_ids)) &&
      (is.null(query$primary_release_year) || startsWith(film$release_date, query$primary_release_year)) &&
      (is.null(query$query) || grepl(query$query, film$title, fixed = TRUE))
  }, req$app$locals$state$films)
  page <- as.integer(query$page)
  here <- films[seq_along(films) > (page - 1) * 20 & seq_along(films) <= page * 20]
  for (i in seq_along(here)) here[[i]]$genre_ids <- I(here[[i]]$genre_ids)
  res$send_json(list(page = page, results = here, total_pages = ceiling(length(films) / 20),
                     total_results = length(films)), auto_unbox = TRUE, null = "null")
}

tmdb_serve_movie <- function(req, res) {
  id <- req$params$id
  film <- Filter(function(film) film$id == id, req$app$locals$state$films)
  if (length(film) == 0) {
    res$set_status(404)
    return(res$send_json(list(status_code = 34, status_message = "The resource could not be found."), auto_unbox = TRUE))
  }
  film <- film[[1]]
  known <- req$app$locals$genres
  names <- known$name[match(film$genre_ids, known$id)]
  film$genres <- data.frame(id = film$genre_ids, name = ifelse(is.na(names), "Foreign", names))
  film$genre_ids <- NULL
  more <- list(imdb_id = sprintf("tt%07d", film$id), tagline = NULL, budget = 1000 * film$vote_count, revenue = 3e9,
               runtime = 90)
  res$send_json(c(film, more), auto_unbox = TRUE, null = "null")
}

tmdb_serve_poster <- function(req, res) {
  body <- c(charToRaw(req$params$file), as.raw(0:255))
  picture <- if (grepl("png$", req$params$file)) {
    c(as.raw(c(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)), body, as.raw(c(0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82)))
  } else {
    c(as.raw(c(0xff, 0xd8, 0xff)), body, as.raw(c(0xff, 0xd9)))
  }
  res$set_type("application/octet-stream")
  res$send(picture)
}

# By the server's clock: no window holds more than 40 requests.
expect_within_limit <- function(log, window) {
  times <- sort(log$time)
  gaps <- utils::tail(times, -40) - utils::head(times, -40)
  testthat::expect_true(all(gaps >= window), info = paste("shortest", format(min(gaps, Inf))))
}
