nowhere <- "http://localhost:1/a.txt"

test_that("a file in the cache is used as it is", {
  dir <- local_data_dir()
  dir.create(file.path(dir, "datasets"))
  path <- file.path(dir, "datasets", "a.txt")
  writeLines("x", path)
  expect_equal(get_file("a.txt", nowhere, cache_dir = dir), path)
  expect_equal(get_file(path, nowhere), path)
  writeLines("x", file.path(dir, "b.txt"))
  expect_equal(get_file("b.txt", nowhere), file.path(dir, "b.txt"))
  dir.create(file.path(dir, "keras", "models"), recursive = TRUE)
  writeLines("x", file.path(dir, "keras", "models", "c.h5"))
  expect_equal(get_file("c.h5", nowhere, cache_subdir = "models"), file.path(dir, "keras", "models", "c.h5"))
})

test_that("checksums of both kinds are looked at", {
  dir <- local_data_dir()
  path <- file.path(dir, "a.txt")
  writeBin(charToRaw("abc"), path)
  sha <- "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
  md5 <- unname(tools::md5sum(path))
  expect_equal(get_file("a.txt", nowhere, file_hash = sha), path)
  expect_equal(get_file("a.txt", nowhere, file_hash = toupper(sha), hash_algorithm = "sha256"), path)
  expect_equal(get_file("a.txt", nowhere, md5_hash = md5), path)
  for (hash in c(strrep("0", 32), strrep("0", 64), "x")) {
    expect_error(get_file("a.txt", nowhere, file_hash = hash), "checksum", class = "tildenet_error_download")
  }
  expect_error(get_file("a.txt", nowhere, file_hash = md5, hash_algorithm = "sha256"), class = "tildenet_error_download")
  expect_identical(readBin(path, "raw", 9), charToRaw("abc"))
})

test_that("a local origin is copied, a missing one says what to do", {
  dir <- local_data_dir()
  origin <- withr::local_tempfile()
  writeLines("x", origin)
  expect_message(path <- get_file("b.txt", paste0("file://", origin), cache_dir = dir), "Downloading",
                 class = "tildenet_message_download")
  expect_equal(path, file.path(dir, "datasets", "b.txt"))
  expect_equal(readLines(path), "x")
  suppressMessages({
    expect_error(get_file("c.txt", paste0("file://", origin, "-not")), file.path(dir, "c.txt"), fixed = TRUE,
                 class = "tildenet_error_download")
    expect_error(get_file("c.txt", paste0("file://", origin), file_hash = strrep("0", 64)), "checksum",
                 class = "tildenet_error_download")
  })
  expect_identical(list.files(dir, recursive = TRUE), "datasets/b.txt")
})

test_that("data sets are downloaded once, when they are nowhere", {
  dir <- local_data_dir()
  origin <- withr::local_tempfile()
  put_imdb(origin)
  hash <- engine_file_sha256(origin)
  fetch <- function() data_file("imdb.npz", paste0("file://", origin), hash, NULL)
  expect_message(path <- fetch(), "Downloading")
  expect_equal(path, file.path(dir, "imdb.npz"))
  expect_silent(fetch())
  suppressMessages(expect_error(data_file("other.npz", "file:///nowhere/other.npz", hash, NULL),
                                file.path(dir, "other.npz"), fixed = TRUE, class = "tildenet_error_download"))
})

test_that("downloads go where the user said, Keras' cache in the home directory is not written to", {
  dir <- local_data_dir()
  expect_identical(download_folder(), dir)
  withr::local_options(tildenet.data_dir = NULL)
  expect_identical(download_folder(), file.path(dir, "keras", "datasets"))
  withr::local_envvar(KERAS_HOME = NA)
  expect_identical(download_folder(), tools::R_user_dir("tildenet", "cache"))
  expect_identical(utils::tail(data_folders(), 2)[1], file.path(path.expand("~"), ".keras", "datasets"))
})

test_that("archives are unpacked beside themselves, or not at all", {
  dir <- local_data_dir()
  made <- withr::local_tempdir()
  dir.create(file.path(made, "films"))
  writeLines("x", file.path(made, "films", "a.txt"))
  put_tar(made, file.path(dir, "films.tar.gz"), "films")
  expect_equal(get_file("films", nowhere, untar = TRUE), file.path(dir, "films"))
  expect_equal(readLines(file.path(dir, "films", "a.txt")), "x")
  unlink(file.path(dir, "films"), recursive = TRUE)
  expect_equal(get_file("films.tar.gz", nowhere, extract = TRUE), file.path(dir, "films.tar.gz"))
  expect_equal(readLines(file.path(dir, "films", "a.txt")), "x")
  dir.create(file.path(made, "inner"))
  put_tar(file.path(made, "inner"), file.path(dir, "evil.tar.gz"), "../films")
  before <- list.files(dir, recursive = TRUE)
  expect_error(get_file("evil", nowhere, untar = TRUE), "would write", class = "tildenet_error_io")
  writeLines("no archive", file.path(dir, "bad.zip"))
  expect_error(get_file("bad.zip", nowhere, extract = TRUE), "bad.zip", class = "tildenet_error_io")
  expect_identical(list.files(dir, recursive = TRUE), c("bad.zip", before))
})

test_that("downloads and archives that find no room leave nothing behind", {
  disk <- local_small_disk()
  dir <- withr::local_tempdir()
  for (size in c(100000, 65537)) {
    origin <- file.path(dir, "big.bin")
    writeBin(raw(size), origin)
    suppressMessages(expect_error(get_file("big.bin", paste0("file://", origin), cache_dir = disk),
                                  class = "tildenet_error_download"))
    expect_length(list.files(disk, recursive = TRUE), 0)
  }
  disk <- local_small_disk()
  dir.create(file.path(dir, "many"))
  for (k in 1:4) writeBin(raw(30000), file.path(dir, "many", k))
  put_tar(dir, file.path(disk, "many.tar.gz"), "many")
  expect_error(get_file(file.path(disk, "many.tar.gz"), nowhere, extract = TRUE), "Not all of it",
               class = "tildenet_error_io")
  expect_length(list.files(file.path(disk, "many")), 0)
  expect_true(file.exists(file.path(disk, "many.tar.gz")))
  file.create(file.path(dir, "empty.tar.gz"))
  expect_error(get_file(file.path(dir, "empty.tar.gz"), nowhere, extract = TRUE), "It holds no files",
               class = "tildenet_error_io")
})
