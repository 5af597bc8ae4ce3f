test_that("a file in the cache is used as it is", {
  dir <- withr::local_tempdir()
  dir.create(file.path(dir, "datasets"))
  path <- file.path(dir, "datasets", "a.txt")
  writeLines("x", path)
  expect_equal(get_file("a.txt", "http://localhost:1/a.txt", cache_dir = dir), path)
  expect_equal(get_file(path, "http://localhost:1/a.txt"), path)
  withr::local_options(tildenet.data_dir = dir)
  expect_equal(get_file("a.txt", "http://localhost:1/a.txt", md5_hash = unname(tools::md5sum(path))), path)
  expect_error(get_file("a.txt", "http://localhost:1/a.txt", md5_hash = strrep("0", 32)),
               class = "tildenet_error_download")
})

test_that("a local origin is copied, a missing one says what to do", {
  dir <- withr::local_tempdir()
  origin <- withr::local_tempfile()
  writeLines("x", origin)
  path <- get_file("b.txt", paste0("file://", origin), cache_dir = dir)
  expect_equal(readLines(path), "x")
  expect_error(get_file("c.txt", paste0("file://", origin, "-not"), cache_dir = dir), "by hand",
               class = "tildenet_error_download")
  expect_false(file.exists(file.path(dir, "datasets", "c.txt")))
})
