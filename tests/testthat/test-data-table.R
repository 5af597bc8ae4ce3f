test_that("a table comes back as it was written, compressed or not", {
  for (name in c("movies.csv", "movies.csv.gz")) {
    put_table(file.path(local_data_dir(), name), some_films())
    found <- dataset_movies()
    expect_identical(found, some_films())
    expect_identical(Encoding(found$title[1]), "UTF-8")
  }
})

test_that("a compressed file may have several parts, and is refused when the last of them was cut off", {
  dir <- local_data_dir()
  lines <- readLines(put_table(withr::local_tempfile(fileext = ".csv"), some_films()), encoding = "UTF-8")
  parts <- lapply(list(lines[1:2], lines[3:4]), function(part) {
    path <- withr::local_tempfile()
    withr::with_connection(list(con = gzfile(path, "wb")), writeLines(part, con, useBytes = TRUE))
    readBin(path, "raw", file.size(path))
  })
  path <- file.path(dir, "movies.csv.gz")
  writeBin(unlist(parts), path)
  expect_identical(dataset_movies()$title, some_films()$title)
  for (n in c(1, 8, 20)) {
    writeBin(utils::head(unlist(parts), -n), path)
    expect_error(dataset_movies(), "movies.csv.gz", class = "tildenet_error_io")
  }
})

test_that("what was cut off or changed is refused", {
  dir <- local_data_dir()
  whole <- put_table(withr::local_tempfile(fileext = ".csv.gz"), some_films())
  path <- file.path(dir, "movies.csv.gz")
  size <- file.size(whole)
  for (n in c(5, size %/% 2, size - 8, size - 1)) {
    with_bytes(whole, path, function(bytes) utils::head(bytes, n))
    expect_error(dataset_movies(), "movies.csv.gz", class = "tildenet_error_io")
  }
  for (at in c(30, size %/% 2, size - 6, size - 1)) {
    with_bytes(whole, path, function(bytes) replace(bytes, at, xor(bytes[at], as.raw(0x11))))
    expect_error(dataset_movies(), "movies.csv.gz", class = "tildenet_error_io")
  }
  lines <- readLines(whole, encoding = "UTF-8")
  unlink(path)
  writeLines(sub("quoted\"\", film\"", "quoted", lines), file.path(dir, "movies.csv"))
  expect_error(dataset_movies(), "movies.csv", class = "tildenet_error_io")
  writeBin(c(charToRaw("\"title"), as.raw(0xff)), file.path(dir, "movies.csv"))
  expect_error(dataset_movies(), "movies.csv", class = "tildenet_error_io")
  writeLines(character(), file.path(dir, "movies.csv"))
  expect_error(dataset_movies(), "movies.csv", class = "tildenet_error_io")
})

test_that("other columns, words for numbers and other encodings are named", {
  path <- file.path(local_data_dir(), "movies.csv")
  expect_broken <- function(data, what) {
    put_table(path, data)
    expect_error(dataset_movies(), what, class = "tildenet_error_io")
  }
  expect_broken(some_films()[-2], "no column \"genre\"")
  expect_broken(some_films()[11:1], "in this order")
  expect_broken(some_films()[0, ], "no rows")
  expect_broken(transform(some_films(), year = c(1, NA, "many")), "Row 3 of `year` is no number")
  expect_broken(transform(some_films(), votes = c(1, 2.5, 3)), "Row 2 of `votes` is no whole number")
  expect_broken(transform(some_films(), votes = c(1, 2, 3e9)), "Row 3 of `votes` is no whole number")
  latin <- readBin(put_table(path, some_films()), "raw", 1e4)
  at <- which(latin == as.raw(0xc3))
  writeBin(latin[-at], path)
  expect_error(dataset_movies(), "Row 1 of `title` is not UTF-8", class = "tildenet_error_io")
})

test_that("running out of memory does not count as a broken file", {
  expect_error(reading("a.csv", abort_tn("No memory.", "alloc"), NULL), class = "tildenet_error_alloc")
  expect_error(reading("a.csv", warning("odd"), NULL), "a.csv", class = "tildenet_error_io")
})
