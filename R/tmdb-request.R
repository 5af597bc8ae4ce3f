# Requests to The Movie Database, one after the other: never more of them in a while than it allows, and again
# where the net or the server fails. The key enters here, and comes out of it in nothing but the request.

# So many requests in any window of so many seconds, and how long an answer may take.
tmdb_most <- 40
tmdb_window <- function() tmdb_seconds("tildenet.tmdb_window", 10)
tmdb_timeout <- function() tmdb_seconds("tildenet.tmdb_timeout", 30)
tmdb_seconds <- function(option, default) {
  check_number(getOption(option, default), paste0("options(", option, ")"), 0.1, call = NULL)
}

tmdb_tries <- 8
tmdb_patience <- 600 # seconds that a server may ask to wait

tmdb_url <- function(option, default) {
  name <- paste0("tildenet.", option)
  url <- check_string(getOption(name, default), paste0("options(", name, ")"), call = NULL)
  sub("/+$", "", url)
}

# ---- the key ---------------------------------------------------------------------------------------

tmdb_key <- function(key) {
  key <- key %||% getOption("tildenet.tmdb_key") %||% set_variable("TMDB_API_KEY")
  if (is.null(key)) {
    abort_tn("The Movie Database answers those who have a key.", c("tmdb_key", "tmdb"), call = NULL,
             given = "There is none in `key`, options(tildenet.tmdb_key) or the environment variable TMDB_API_KEY.",
             how = "Keys are given out at https://www.themoviedb.org/settings/api.")
  }
  if (!is.character(key) || length(key) != 1 || is.na(key) || !grepl("^[A-Za-z0-9._~-]{16,}$", key)) {
    abort_arg("key", "be a key of The Movie Database", class = c("tmdb_key", "tmdb", "argument"), call = NULL,
              given = paste0("It is an object of class ", class(key)[1], " and is not shown."),
              how = "Keys have 32 letters and digits, access tokens more.")
  }
  key
}

# Runs `expr` of a user's function. What it raises names that function, without arguments, and shows the key
# nowhere: R itself would print it with a call that has it as an argument.
hiding_key <- function(key, expr, caller = rlang::caller_call()) {
  secrets <- Filter(is.character, list(key, getOption("tildenet.tmdb_key"), set_variable("TMDB_API_KEY")))
  secrets <- Filter(function(text) !is.na(text) && nzchar(text), unlist(secrets))
  named <- if (is.call(caller)) rlang::call2(called_function(caller))
  tryCatch(expr, error = function(e) rlang::cnd_signal(discreet_error(e, named, secrets)))
}

# What all requests of one call need.
tmdb_api <- function(key, language) {
  check_package("jsonlite", "Answers of The Movie Database")
  language <- check_string(language, "language")
  if (!grepl("^[A-Za-z]+(-[A-Za-z]+)?$", language)) { # it becomes a part of names of files
    abort_arg("language", "be a language such as \"en-US\"", describe(language))
  }
  list(given = key, language = language)
}

called_function <- function(call) {
  name <- call[[1]]
  if (is.call(name) && as.character(name[[1]])[1] %in% c("::", ":::")) name <- name[[3]]
  if (is.symbol(name)) name else quote(tmdb)
}

discreet_error <- function(e, named, secrets) {
  for (field in c("message", "body")) e[[field]] <- without_key(e[[field]], secrets)
  if (!is.null(e$trace)) e$trace$call <- lapply(e$trace$call, without_key, secrets)
  e["call"] <- list(named)
  e
}

# Texts and calls with the key left out.
without_key <- function(x, secrets) {
  if (is.character(x)) for (secret in secrets) x[] <- gsub(secret, "<key>", x, fixed = TRUE)
  if (is.call(x)) for (i in seq_along(x)) if (is.character(x[[i]]) || is.call(x[[i]])) x[[i]] <- without_key(x[[i]], secrets)
  x
}

# ---- the window ------------------------------------------------------------------------------------

# When the last requests of this session had ended, and lists of genres that are known.
tmdb_session <- new.env(parent = emptyenv())
tmdb_session$ended <- numeric()
tmdb_session$genres <- list()

tmdb_clock <- function() proc.time()[[3]]

# A request reaches the server between its begin and its end: where the next one begins a window after the end
# of the 40th before it, the server sees no more than 40 in a window, however long any of them was on its way.
wait_for_turn <- function() {
  repeat {
    now <- tmdb_clock()
    tmdb_session$ended <- pmin(tmdb_session$ended, now) # where the clock was set back
    wait <- if (length(tmdb_session$ended) >= tmdb_most) tmdb_session$ended[1] + tmdb_window() - now else 0
    if (wait <= 0) return(invisible())
    Sys.sleep(wait + 0.005) # clocks count in milliseconds
  }
}

count_request <- function() tmdb_session$ended <- utils::tail(c(tmdb_session$ended, tmdb_clock()), tmdb_most)

# As after 40 requests at once: nobody knows what a process that was killed has sent just before.
fill_window <- function() tmdb_session$ended <- rep(tmdb_clock(), tmdb_most)

# ---- one request and its answer --------------------------------------------------------------------

# Asks until read(bytes) of an answer is not NULL. what: "The film 603", for errors.
tmdb_ask <- function(request, read, what) {
  for (attempt in seq_len(tmdb_tries)) {
    wait_for_turn()
    outcome <- tmdb_outcome(request, read)
    if (is.null(outcome$fault)) return(outcome$value)
    pause <- max(outcome$wait, tmdb_window() / 20 * 2^(attempt - 1))
    if (outcome$kind == "refused" || pause > tmdb_patience) break
    if (attempt < tmdb_tries) Sys.sleep(pause)
  }
  abort_tmdb(what, outcome, attempt)
}

tmdb_outcome <- function(request, read) {
  response <- tmdb_send(request)
  if (is.character(response)) return(tmdb_fault("net", response))
  status <- httr2::resp_status(response)
  if (status == 429 || status >= 500) {
    return(tmdb_fault("net", paste0("The server answers with status ", status, "."), asked_to_wait(response), status))
  }
  bytes <- tryCatch(httr2::resp_body_raw(response), error = function(e) raw()) # it may have none
  if (status != 200) return(tmdb_fault("refused", refusal_text(status, bytes), status = status))
  value <- read(bytes)
  if (is.null(value)) tmdb_fault("content", "The answer is not whole, or not of the form that is known.") else list(value = value)
}

# kind: "net", which may pass by, "content" likewise, "refused".
tmdb_fault <- function(kind, text, wait = 0, status = NULL) {
  list(fault = text, kind = kind, wait = wait, status = status)
}

# A response, or as text why there is none.
tmdb_send <- function(request) {
  on.exit(count_request())
  tryCatch(httr2::req_perform(request, verbosity = 0), error = function(e) {
    while (!is.null(e$parent)) e <- e$parent
    paste0("The connection says: ", sub("[.]$", "", first_line(conditionMessage(e))), ".")
  })
}

# Seconds of Retry-After, which is a number or a date; 0 without one that can be read. A date is compared with
# the server's clock, not with ours.
asked_to_wait <- function(response) {
  asked <- httr2::resp_header(response, "Retry-After") %||% ""
  now <- http_date(httr2::resp_header(response, "Date") %||% "")
  seconds <- if (grepl("^ *[0-9]+ *$", asked)) as.numeric(asked) else http_date(asked) - (if (is.na(now)) unclass(Sys.time()) else now)
  if (is.na(seconds)) 0 else max(0, seconds)
}

# "Mon, 30 Nov 2026 11:26:19 GMT" -> seconds since 1970; NA for other text.
http_date <- function(text) {
  parts <- regmatches(text, regexec("([0-9]{1,2}) ([A-Z][a-z]{2}) ([0-9]{4}) ([0-9:]{8})", text))[[1]]
  if (length(parts) == 0) return(NA_real_)
  as.numeric(as.POSIXct(paste(parts[4], match(parts[3], month.abb), parts[2], parts[5]), "GMT", "%Y %m %d %H:%M:%S"))
}

refusal_text <- function(status, bytes) {
  said <- read_json(bytes)$value$status_message
  paste0("The server answers with status ", status, if (is_one_text(said)) paste0(": ", sub("[.]$", "", said)), ".")
}

abort_tmdb <- function(what, outcome, attempts) {
  key <- identical(outcome$status, 401L)
  how <- if (key) {
    "See whether the key is the one of https://www.themoviedb.org/settings/api."
  } else if (outcome$wait > tmdb_patience) {
    paste0("It asks to come again in ", ceiling(outcome$wait / 60), " minutes.")
  } else if (outcome$kind != "refused") {
    "Try again later. What a collection has on disk is not asked for again."
  }
  tries <- if (attempts > 1) paste0(" (", attempts, " tries)")
  abort_tn(paste0(what, " did not come from The Movie Database."), call = NULL, how = how,
           c(if (key) "tmdb_key", paste0("tmdb_", outcome$kind), "tmdb"), paste0(outcome$fault, tries),
           status = outcome$status)
}

# To httr2 no status is an error and nothing is to be tried again, or waited for: that is done here.
tmdb_request <- function(url) {
  check_package("httr2", "Requests to The Movie Database")
  request <- httr2::req_timeout(httr2::request(url), tmdb_timeout())
  request <- httr2::req_user_agent(request, "tildenet (R package)")
  request <- httr2::req_retry(request, max_tries = 1, is_transient = function(response) FALSE,
                              backoff = function(attempt) 0)
  httr2::req_error(request, is_error = function(response) FALSE)
}

# ---- JSON ------------------------------------------------------------------------------------------

# The answer to a query as list(value = nested lists, text = of it, without the key). form(value): whether it
# is what was asked for.
tmdb_get <- function(api, route, query, form, what) {
  key <- tmdb_key(api$given)
  request <- tmdb_request(paste0(tmdb_url("tmdb_url", "https://api.themoviedb.org/3"), route))
  query <- Filter(Negate(is.null), c(query, list(language = api$language)))
  request <- httr2::req_url_query(request, !!!query)
  # Access tokens have points between their parts; keys have none and go by the address.
  request <- if (grepl(".", key, fixed = TRUE)) {
    httr2::req_auth_bearer_token(request, key)
  } else {
    httr2::req_url_query(request, api_key = key)
  }
  tmdb_ask(request, function(bytes) {
    answer <- read_json(bytes, key)
    if (is_form(answer$value, form)) answer
  }, what)
}

# The same, kept in a file; a file that is broken counts for nothing.
tmdb_get_kept <- function(path, api, route, query, form, what) {
  if (is.null(path)) return(tmdb_get(api, route, query, form, what)$value)
  if (file.exists(path)) {
    kept <- read_json(readBin(path, "raw", file.size(path)))$value
    if (is_form(kept, form)) return(kept)
  }
  answer <- tmdb_get(api, route, query, form, what)
  write_whole(path, function(part) write_bytes(part, charToRaw(answer$text)))
  answer$value
}

is_form <- function(value, form) is.list(value) && isTRUE(form(value))

# NULL when bytes are no JSON in UTF-8.
read_json <- function(bytes, key = NULL) {
  tryCatch({
    text <- without_key(rawToChar(bytes), key)
    Encoding(text) <- "UTF-8"
    list(value = json_config(text), text = text)
  }, error = function(e) NULL)
}

is_one_text <- function(x) is.character(x) && length(x) == 1 && !is.na(x)
is_one_id <- function(x, min = 1) is_one_number(x) && x >= min && x == round(x) && x <= .Machine$integer.max
