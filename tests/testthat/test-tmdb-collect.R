# A process that collects all films of the server into `dir`, and is killed by the server at a fault "kill". Gives
# the films, NULL when it was killed, and the lines that it printed.
collected_elsewhere <- function(dir, server, seconds) {
  out <- withr::local_tempfile(fileext = ".rds")
  log <- withr::local_tempfile()
  script <- withr::local_tempfile()
  saveRDS(substitute({
    .libPaths(PATHS)
    library(tildenet)
    options(OPTIONS)
    options(httr2_verbosity = 3)
    writeLines(format(Sys.getpid()), PID)
    films <- tmdb_collect(pages = 500, dir = DIR, details = TRUE)
    saveRDS(films, OUT)
  }, list(PATHS = .libPaths(), OPTIONS = server$options, DIR = dir, OUT = out, PID = server$victim)), script)
  withr::local_envvar(TMDB_API_KEY = tmdb_test_key)
  suppressWarnings(system2(file.path(R.home("bin"), "Rscript"),
                           c("-e", shQuote(sprintf("eval(readRDS(%s))", deparse(script)))),
                           stdout = log, stderr = log, timeout = seconds))
  list(films = if (file.exists(out)) readRDS(out), printed = readLines(log, warn = FALSE))
}

# By an environment variable all that the collector promises: 500 films, 200 faults, windows of 10 seconds.
test_that("a collection that is killed twice, from a server that fails, loses and doubles nothing", {
  skip_on_os("windows")
  whole <- nzchar(Sys.getenv("TILDENET_TEST_COLLECT"))
  n <- if (whole) 500 else 20
  window <- if (whole) 10 else 0.4
  kinds <- c("429bare", "429", "429date", "500", "cut", "malformed", "slow", "drop", "503", "refused", "empty", "429odd")
  faults <- if (whole) {
    withr::with_seed(1, sample(c(rep_len(kinds, 196), rep("stuck", 4), rep("none", 750))))
  } else {
    c("429bare", "none", "500", "none", "none", "429", "none", "none", "cut", rep("none", 8), "malformed", "drop", "none",
      "refused", rep("none", 9), "stuck", "none", "slow", "429odd")
  }
  faults <- append(faults, "kill", length(faults) %/% 3 * 2)
  faults <- append(faults, "kill", length(faults) %/% 3)
  server <- local_tmdb(n, faults, window, timeout = if (whole) 30 else 2)
  dir <- withr::local_tempdir()
  done <- lapply(1:3, function(part) collected_elsewhere(dir, server, if (whole) 1500 else 60))
  expect_null(done[[1]]$films)
  expect_null(done[[2]]$films)
  films <- done[[3]]$films
  expect_identical(sort(films$id), 1000L + seq_len(n))
  numbers <- films$id - 1000
  expect_identical(films$has_overview, numbers %% 3 != 0)
  expect_identical(films$has_poster, numbers %% 3 != 1)
  expect_identical(films$budget, 1000 * numbers)
  expect_identical(films$imdb_id, sprintf("tt%07d", films$id))
  expect_identical(is.na(films$poster), !films$has_poster)
  expect_true(all(vapply(films$poster[films$has_poster], function(path) is_whole_picture(readBin(path, "raw", 1e6)), NA)))
  log <- server$log()
  expect_within_limit(log, window)
  if (whole) print(c(requests = nrow(log), faults = sum(log$fault != "none"), seconds = diff(range(log$time))))
  expect_gte(sum(log$fault != "none"), if (whole) 202 else 12)
  answered <- table(log$path[log$fault == "none" & grepl("^/3/movie|^/t/p", log$path)])
  expect_true(all(answered == 1)) # nothing is asked for again
  texts <- c(unlist(lapply(done, `[[`, "printed")), unlist(lapply(list.files(dir, full.names = TRUE, recursive = TRUE, all.files = TRUE), function(path) {
    rawToChar(setdiff(readBin(path, "raw", 1e6), raw(1)))
  })))
  expect_false(any(grepl(tmdb_test_key, texts, fixed = TRUE, useBytes = TRUE)))
})

test_that("a whole collection is read from disk, without net and key", {
  server <- local_tmdb(45)
  dir <- withr::local_tempdir()
  films <- tmdb_collect(c("Comedy", "horror"), 2, dir, years = 2001)
  asked <- nrow(server$log())
  withr::local_options(tildenet.tmdb_url = "http://127.0.0.1:9", tildenet.tmdb_key = NULL)
  withr::local_envvar(TMDB_API_KEY = NA)
  expect_identical(tmdb_collect(c(12, 15), 2, dir, years = 2001), films)
  expect_identical(nrow(server$log()), asked)
  expect_true(all(vapply(films$genre_ids, function(ids) any(c(12, 15) %in% ids), NA)))
  expect_true(all(startsWith(films$release_date, "2001")))
  expect_null(films$budget)
  expect_error(tmdb_collect(13, 2, dir), class = "tildenet_error_tmdb_key")
})

test_that("a file that is broken is asked for again", {
  server <- local_tmdb(20)
  dir <- withr::local_tempdir()
  films <- tmdb_collect(12, 1, dir, 2001, posters = FALSE)
  expect_identical(films$poster, rep(NA_character_, nrow(films)))
  page <- file.path(dir, "pages", list.files(file.path(dir, "pages")))
  for (text in c("", "{\"page\": 1", "{\"page\": 2, \"total_pages\": 2, \"results\": []}", "\\xff")) {
    writeLines(text, page)
    expect_identical(tmdb_collect(12, 1, dir, 2001, posters = FALSE), films)
  }
})

test_that("films and posters that are gone are kept and told", {
  server <- local_tmdb(20, c("none", "none", "404"))
  dir <- withr::local_tempdir()
  warning <- expect_warning(films <- tmdb_collect(12, 1, dir, 2002, details = TRUE, posters = FALSE), class = "tildenet_warning_films")
  expect_identical(warning$ids, films$id[1])
  expect_identical(films$imdb_id[1:2], c("", sprintf("tt%07d", films$id[2])))
  expect_identical(films$budget[1], NA_real_)
  server$fail("404")
  warning <- expect_warning(films <- tmdb_collect(12, 1, dir, 2002), class = "tildenet_warning_posters")
  expect_identical(films$has_poster, !is.na(films$poster))
  expect_identical(sum(is.na(films$poster)), sum(is.na(films$poster_path)) + 1L)
})

test_that("wrong arguments are named", {
  server <- local_tmdb()
  dir <- withr::local_tempdir()
  wrong <- list(pages = quote(tmdb_collect(pages = 0, dir = dir)), dir = quote(tmdb_collect()),
                details = quote(tmdb_collect(dir = dir, details = NA)), posters = quote(tmdb_collect(dir = dir, posters = 1)),
                size = quote(tmdb_collect(dir = dir, size = "big")), language = quote(tmdb_collect(dir = dir, language = "../x")),
                genres = quote(tmdb_collect("Actoin", dir = dir)), years = quote(tmdb_collect(11, dir = dir, years = 1:2)),
                years = quote(tmdb_collect(11, dir = dir, years = "x")))
  for (i in seq_along(wrong)) {
    expect_error(eval(wrong[[i]]), paste0("`", names(wrong)[i], "`"), class = "tildenet_error_argument", info = deparse(wrong[[i]]))
  }
})
