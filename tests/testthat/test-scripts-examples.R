# The page "All examples": no step without a line, no function that is not there, and what needs neither net nor large
# files runs, on tables of a few rows in the form of the real ones.

examples_page <- function() {
  path <- test_path("..", "..", "vignettes", "articles", "examples.Rmd")
  skip_if_not(file.exists(path), "the articles are not in this copy")
  readLines(path, encoding = "UTF-8")
}

# Chunks: data frame section, step (0 before the first), needs, code.
page_chunks <- function(lines) {
  chunks <- r_chunks(lines)
  from <- chunks$line
  heads <- grep("^## [0-9]+[.] ", lines)
  steps <- grep("^\\*\\*[0-9]+[.]\\*\\* ", lines)
  number <- function(text) as.integer(sub("^[^0-9]*([0-9]+)[.].*", "\\1", text))
  last <- function(places, k) max(places[places < k], 0)
  in_step <- vapply(from, function(k) last(steps, k) > last(heads, k), NA)
  data.frame(section = c(0L, number(lines[heads]))[1 + findInterval(from, heads)],
             step = ifelse(in_step, c(0L, number(lines[steps]))[1 + findInterval(from, steps)], 0L),
             needs = ifelse(grepl("needs = ", chunks$opening), sub('.*needs = "([a-z]+)".*', "\\1", chunks$opening), ""),
             code = chunks$code)
}

called_functions <- function(code) {
  found <- utils::getParseData(parse(text = code, keep.source = TRUE))
  unique(found$text[found$token == "SYMBOL_FUNCTION_CALL"])
}

test_that("the page of examples has a line for each step of the five sources", {
  lines <- examples_page()
  chunks <- page_chunks(lines)
  steps <- c(7, 12, 26, 10, 7)
  for (section in seq_along(steps)) {
    expect_identical(unique(chunks$step[chunks$section == section]), seq_len(steps[section]))
  }
  expect_identical(max(chunks$section), 5L)
  expect_true(all(nzchar(trimws(chunks$code))))
})

test_that("every function that the page of examples names is there", {
  chunks <- page_chunks(examples_page())
  chunks <- chunks[chunks$section > 0, ] # before the first are settings of knitr
  defined <- grep("<- function(", unlist(strsplit(chunks$code, "\n")), value = TRUE, fixed = TRUE)
  own <- sub(" *<-.*", "", defined)
  specials <- c("emb", "text", "image")
  packages <- c("tildenet", "ggplot2", "base", "stats", "utils", "methods", "graphics")
  known <- unlist(lapply(packages, getNamespaceExports))
  expect_identical(setdiff(called_functions(chunks$code), c(known, own, specials)), character())
})

# The chunks one after the other, as at the console.
expect_lines_run <- function(chunks, script) {
  for (k in seq_len(nrow(chunks))) {
    failed <- tryCatch({
      utils::capture.output(suppressMessages(suppressWarnings(for (expr in parse(text = chunks$code[k])) {
        shown <- withVisible(eval(expr, script))
        if (shown$visible) print(shown$value)
      })))
      NULL
    }, error = conditionMessage)
    expect_null(failed, label = paste0("the error of step ", chunks$section[k], ".", chunks$step[k]))
  }
}

# ---- data of a few rows ----------------------------------------------------------------------------

put_examples_data <- function(dir) {
  set.seed(1)
  put <- function(data, name) utils::write.csv(data, file.path(dir, name), row.names = FALSE)
  some <- function(values, n) sample(values, n, replace = TRUE)
  n <- 80
  put(data.frame(title = paste("film", 1:n), genre = some(c("Comedy", "Drama", "Action"), n), director = some(LETTERS, n),
                 year = some(1950:2016, n), duration = some(80:150, n), gross = some(1:1e4, n), budget = some(1:1e4, n),
                 cast_facebook_likes = some(1:99, n), votes = some(1:999, n), reviews = some(1:99, n),
                 rating = some(1:100, n) / 10), "movies.csv")
  put(data.frame(userId = some(1:20, 200), movieId = some(1:30, 200), rating = some(1:10, 200) / 2, timestamp = 1),
      "movielens_ratings.csv")
  put(data.frame(movieId = 1:30, title = paste("film", 1:30), year = 2000, genres = "Drama"), "movielens_movies.csv")
  themes <- list(Crime = c("killer", "detective", "gun"), Romance = c("wedding", "love", "bride"),
                 Horror = c("ghost", "blood", "night"), Action = c("chase", "fight", "agent"),
                 War = c("army", "battle", "soldier"), Family = c("dog", "child", "magic"))
  genres <- lapply(1:150, function(k) sample(names(themes), 1 + k %% 3))
  plots <- vapply(genres, function(g) paste(c("the", sample(unlist(themes[g]), 3), "story"), collapse = " "), "")
  put(data.frame(id = 1:150, title = paste("film", 1:150), overview = plots, genres = vapply(genres, paste, "", collapse = "|"),
                 release_date = sprintf("2001-%02d-01", some(1:12, 150)), keywords = some(c("car|sea", "sea"), 150),
                 original_language = "en", budget = some(0:9, 150), revenue = 1, runtime = 90, popularity = 1, vote_average = 5,
                 vote_count = 10), "tmdb_movies.csv")
  put(data.frame(text = some(c("a good film", "a bad film"), 40), label = rep(0:1, 20), split = "train", rating = 5, id = 1:40,
                 imdb_id = "tt1"), "imdb_reviews.csv")
  words <- function(rows) npy_bytes(matrix(some(1:99, 5 * rows), rows), "<i8")
  put_npz(file.path(dir, "imdb.npz"), list(x_train = words(20), y_train = npy_bytes(some(0:1, 20)),
                                           x_test = words(12), y_test = npy_bytes(some(0:1, 12))))
  writeLines('{"the": 1, "film": 2, "is": 3}', file.path(dir, "imdb_word_index.json"))
}

test_that("the lines of the page of examples run", {
  for (package in c("LiblineaR", "hdf5r", "jsonlite")) skip_if_not_installed(package)
  chunks <- page_chunks(examples_page())
  dir <- withr::local_tempdir()
  put_examples_data(dir)
  withr::local_options(tildenet.data_dir = dir)
  withr::local_package("ggplot2")
  withr::local_seed(1)
  script <- new.env(parent = globalenv())
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  expect_lines_run(chunks[chunks$section > 0 & chunks$needs == "", ], script)
})

test_that("the lines of the page that ask The Movie Database run, on a server of this test", {
  local_tmdb()
  chunks <- page_chunks(examples_page())
  chunks <- chunks[chunks$needs == "key" & !grepl("tmdb_key", chunks$code), ]
  expect_gt(nrow(chunks), 3)
  # What that server has in the place of the film, its year, and a year for each of 19 genres.
  for (there in list(c("The Matrix\", year = 1999", "Film 11\""), c("2016 - 0:18", "2001"))) {
    chunks$code <- gsub(there[1], there[2], chunks$code, fixed = TRUE)
  }
  withr::local_dir(withr::local_tempdir())
  script <- new.env(parent = globalenv())
  expect_lines_run(chunks, script)
  expect_identical(script$film$title, "Film 11")
  expect_identical(nrow(readRDS("popular.rds")), 45L)
  expect_gt(nrow(script$collected), 0)
})
