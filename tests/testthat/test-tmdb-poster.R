test_that("posters are put into a folder once, films without one are NA", {
  server <- local_tmdb()
  dir <- file.path(withr::local_tempdir(), "new", "posters")
  films <- tmdb_movie(1001:1003)
  paths <- tmdb_poster(films, dir)
  expect_identical(paths, c(NA, file.path(dir, c("1002.png", "1003.jpg"))))
  expect_true(all(vapply(paths[-1], function(path) is_whole_picture(readBin(path, "raw", 1e6)), NA)))
  before <- nrow(server$log())
  expect_identical(tmdb_poster(films, dir), paths)
  expect_identical(nrow(server$log()), before)
  expect_identical(unique(utils::tail(server$log()$key, 2)), "")
  writeBin(utils::head(readBin(paths[2], "raw", 1e6), -3), paths[2]) # cut off
  tmdb_poster(films, dir, "w500")
  expect_true(is_whole_picture(readBin(paths[2], "raw", 1e6)))
  expect_identical(utils::tail(server$log()$path, 1), "/t/p/w500/p2.png")
})

test_that("what is no whole picture is asked for again, and marked in the end", {
  server <- local_tmdb(window = 0.1, faults = c("cut", "malformed", "empty", "none", "404", rep("malformed", 8)))
  films <- data.frame(id = c(2, 3, 5), poster_path = c("/p2.png", "/p3.jpg", "/p5.jpg"))
  dir <- withr::local_tempdir()
  warning <- expect_warning(paths <- tmdb_poster(films, dir), class = "tildenet_warning_posters")
  expect_identical(warning$ids, c(3, 5))
  expect_identical(paths, c(file.path(dir, "2.png"), NA, NA))
  expect_identical(list.files(dir, all.files = TRUE, no.. = TRUE), "2.png")
  server$fail(rep("refused", 8))
  expect_error(tmdb_poster(films, dir), "3.jpg", class = "tildenet_error_tmdb_net")
})

test_that("only pictures that begin and end as such are whole", {
  jpeg <- as.raw(c(0xff, 0xd8, 0xff, 1, 2, 0xff, 0xd9))
  expect_true(is_whole_picture(jpeg))
  for (bytes in list(raw(), jpeg[-7], jpeg[-1], jpeg[1:4], c(jpeg, raw(1)), charToRaw("<html>"))) {
    expect_false(is_whole_picture(bytes))
  }
})

test_that("frames and paths that are no posters are refused", {
  dir <- withr::local_tempdir()
  good <- data.frame(id = 1, poster_path = "/a.jpg")
  for (path in c("/../a.jpg", "a.jpg", "/a/b.jpg", "/a.svg", "")) {
    expect_error(tmdb_poster(replace(good, "poster_path", path), dir), "`films`", class = "tildenet_error_argument")
  }
  for (films in list(1, good["id"], replace(good, "id", 1.5), replace(good, "id", "a"))) {
    expect_error(tmdb_poster(films, dir), "`films`", class = "tildenet_error_argument")
  }
  expect_error(tmdb_poster(good, dir, "w1"), "`size`", class = "tildenet_error_argument")
  expect_error(tmdb_poster(good), "`dir`", class = "tildenet_error_argument")
  file <- withr::local_tempfile(lines = "a")
  expect_error(tmdb_poster(good, file), "`dir`", class = "tildenet_error_io")
})
