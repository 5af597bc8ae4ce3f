title_columns <- "tconst\ttitleType\tprimaryTitle\toriginalTitle\tisAdult\tstartYear\tendYear\truntimeMinutes\tgenres"

some_titles <- c(
  "tt0000001\tshort\tCarmencita\tCarmencita\t0\t1894\t\\N\t1\tDocumentary,Short",
  "tt0133093\tmovie\tThe \"Matrix\t'The\" Matrix\t0\t1999\t\\N\t136\tAction,Sci-Fi",
  "tt0211915\tmovie\tAm\u00e9lie\tLe fabuleux destin d'Am\u00e9lie # Poulain\t1\t2001\t2002\t\\N\t\\N")

put_lines <- function(lines, ending = ".tsv.gz", frame = parent.frame()) {
  path <- withr::local_tempfile(fileext = ending, .local_envir = frame)
  con <- if (endsWith(path, ".gz")) gzfile(path, "wb") else file(path, "wb")
  writeLines(lines, con, useBytes = TRUE)
  close(con)
  path
}

put_titles <- function(lines = some_titles, header = title_columns, ..., frame = parent.frame()) {
  put_lines(c(header, lines), ..., frame = frame)
}

test_that("titles come as IMDb has them, compressed or not", {
  for (ending in c(".tsv.gz", ".tsv")) {
    titles <- imdb_read_titles(put_titles(ending = ending))
    expect_identical(titles$imdb_id, c("tt0000001", "tt0133093", "tt0211915"))
    expect_identical(titles$title, c("Carmencita", "The \"Matrix", "Am\u00e9lie"))
    expect_identical(titles$original_title[2:3], c("'The\" Matrix", "Le fabuleux destin d'Am\u00e9lie # Poulain"))
    expect_identical(titles$adult, c(FALSE, FALSE, TRUE))
    expect_identical(titles$year, c(1894L, 1999L, 2001L))
    expect_identical(titles$end_year, c(NA, NA, 2002L))
    expect_identical(titles$runtime, c(1L, 136L, NA))
    expect_identical(titles$genres, list(c("Documentary", "Short"), c("Action", "Sci-Fi"), character()))
  }
})

test_that("types and ids are kept, ratings joined", {
  path <- put_titles()
  ratings <- put_lines(c("tconst\taverageRating\tnumVotes", "tt0211915\t8.3\t700000", "tt0000001\t5.7\t2000", "tt9\t1\t1"))
  movies <- imdb_read_titles(path, ratings, types = c("movie", "tvMovie"))
  expect_identical(movies$imdb_id, c("tt0133093", "tt0211915"))
  expect_identical(movies$rating, c(NA, 8.3))
  expect_identical(movies$votes, c(NA, 700000L))
  expect_identical(imdb_read_titles(path, ids = c("tt0133093", NA, "tt5"))$imdb_id, "tt0133093")
  none <- imdb_read_titles(path, ratings, types = "video")
  expect_identical(nrow(none), 0L)
  expect_named(none, names(movies))
})

test_that("pieces of a file are joined as they stand", {
  path <- put_titles(rep(some_titles, 5))
  rows <- lapply(c(1, 4, 15, 16), function(n) read_imdb(path, imdb_titles, function(rows) rows$type == "movie", NULL, n))
  expect_identical(nrow(rows[[1]]), 10L)
  for (other in rows[-1]) expect_identical(other, rows[[1]])
})

test_that("films of both sources are matched by their id", {
  films <- data.frame(id = c(603, 7), imdb_id = c("tt0133093", "tt9"), title = c("The Matrix", "Other"))
  films$genres <- list(c("Action", "Science Fiction"), "Drama")
  both <- merge(films, imdb_read_titles(put_titles()), by = "imdb_id", suffixes = c("", "_imdb"))
  expect_identical(both$title_imdb, "The \"Matrix")
  expect_identical(both$genres, list(c("Action", "Science Fiction")))
  expect_identical(both$genres_imdb, list(c("Action", "Sci-Fi")))
  expect_identical(nrow(merge(films, imdb_read_titles(put_titles()), by = "imdb_id", all.x = TRUE)), 2L)
})

test_that("files that are not as they should be are named", {
  expect_broken <- function(path, why) expect_error(imdb_read_titles(path), why, class = "tildenet_error_io")
  expect_broken(put_titles(header = sub("tconst", "id", title_columns)), "columns")
  expect_broken(put_titles(character()), "no rows")
  expect_broken(put_lines(character()), "columns")
  expect_broken(put_titles(c(some_titles, "tt1\tmovie")), "Reading it says")
  expect_broken(put_titles(paste0(some_titles, "\tmore")), "Reading it says")
  expect_broken(put_titles(sub("1999", "soon", some_titles)), "Row 2 of `startYear` is no number")
  expect_broken(put_titles(sub("1999", "1.5", some_titles)), "Row 2 of `startYear` is no whole number")
  expect_broken(put_titles(sub("Carmen", "\xff", some_titles[1], useBytes = TRUE)), "Row 1 of `primaryTitle` is not UTF-8")
  whole <- put_titles(rep(some_titles, 50))
  for (n in c(1, 9, 100)) {
    with_bytes(whole, cut <- withr::local_tempfile(fileext = ".gz"), function(bytes) utils::head(bytes, -n))
    expect_broken(cut, "not as it should be")
  }
  expect_broken(file.path(tempdir(), "none.tsv"), "none.tsv")
  path <- put_titles()
  expect_error(imdb_read_titles(3), "`path`", class = "tildenet_error_argument")
  expect_error(imdb_read_titles(path, types = 3), "`types`", class = "tildenet_error_argument")
  expect_error(imdb_read_titles(path, ids = NA_character_), "`ids`", class = "tildenet_error_argument")
  expect_error(imdb_read_titles(path, ratings = path), "columns", class = "tildenet_error_io")
})
