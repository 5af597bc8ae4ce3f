# What every writer promises: nothing is lost when it fails, and nothing is left behind.
expect_kept <- function(write, path, error = "may be full|too large|No space|only") {
  before <- readBin(path, "raw", 1e6)
  others <- list.files(dirname(path), all.files = TRUE)
  testthat::expect_error(write(path), error, class = "tildenet_error_io")
  testthat::expect_identical(readBin(path, "raw", 1e6), before)
  testthat::expect_identical(list.files(dirname(path), all.files = TRUE), others)
}

wide_model <- function(units = 20000) keras_model_sequential() %>% layer_dense(units, input_shape = 1)

many_words <- function() fit_text_tokenizer(text_tokenizer(), paste0("word", seq_len(2e4) * 7919, collapse = " "))

test_that("a file is replaced whole or not at all", {
  dir <- withr::local_tempdir()
  path <- file.path(dir, "a.txt")
  write_whole(path, function(part) writeLines("old", part))
  expect_error(write_whole(path, function(part) {
    writeLines("half", part)
    stop("disk full")
  }), "disk full", class = "tildenet_error_io")
  expect_equal(readLines(path), "old")
  write_whole(path, function(part) writeLines("new", part))
  expect_equal(readLines(path), "new")
  expect_equal(list.files(dir), "a.txt")
})

test_that("bytes are read back after they are written", {
  path <- withr::local_tempfile()
  for (bytes in list(raw(), as.raw(1:7), as.raw(c(0x1f, 0x8b, 0)))) {
    for (compress in c(FALSE, TRUE)) {
      write_bytes(path, bytes, compress)
      con <- if (compress) gzfile(path, "rb") else file(path, "rb")
      expect_identical(readBin(con, "raw", 100), bytes)
      close(con)
    }
  }
  write_bytes(path, as.raw(1:13), at_once = 4)
  expect_identical(readBin(path, "raw", 100), as.raw(1:13))
  skip_if_not(file.exists("/dev/full"))
  expect_error(write_bytes("/dev/full", as.raw(1:13)), class = "io_failure")
  expect_match(append_bytes("/dev/full", as.raw(1:13)), "may be full")
})

test_that("objects are those of saveRDS()", {
  path <- withr::local_tempfile()
  object <- list(a = 1:3, b = "b")
  write_rds(path, object)
  plain <- readBin(path, "raw", 1e4)
  expect_identical(readRDS(path), object)
  write_rds(path, object, compress = TRUE)
  expect_identical(readRDS(path), object)
  saveRDS(object, path, version = 3, compress = FALSE)
  expect_identical(readBin(path, "raw", 1e4), plain)
})

test_that("a full disk loses no file: all writers on a disk of 64 kB", {
  dir <- local_small_disk()
  path <- file.path(dir, "a.rds")
  saveRDS(1, path)
  model <- wide_model()
  expect_kept(function(p) save_text_tokenizer(many_words(), p), path)
  expect_kept(function(p) checkpoint_rds(model, p), path)
  expect_kept(function(p) checkpoint_rds_weights(model, p), path)
  expect_error(save_model_weights_tf(model, file.path(dir, "deep", "w")), class = "tildenet_error_io")
  expect_false(dir.exists(file.path(dir, "deep")))
  save_model_weights_tf(wide_model(10), file.path(dir, "w"))
  expect_kept(function(p) save_model_weights_tf(model, dirname(p)), file.path(dir, "w", "weights.rds"))
  if (requireNamespace("hdf5r", quietly = TRUE)) {
    save_model_weights_hdf5(wide_model(10), file.path(dir, "w.h5"))
    expect_kept(function(p) save_model_weights_hdf5(model, p), file.path(dir, "w.h5"))
    save_model_keras(wide_model(10), file.path(dir, "m.keras"))
    expect_kept(function(p) save_model_keras(model, p), file.path(dir, "m.keras"))
  }
  # Where only the last block finds no room, the connection that loses it closes without a word.
  fill_disk(dir, 65536)
  expect_kept(function(p) checkpoint_rds_weights(wide_model(100), p), path, "may be full")
})

test_that("files that may not grow lose nothing: all writers in a process of its own", {
  dir <- withr::local_tempdir()
  out <- run_with_small_files(quote({
    setwd(DIR)
    model <- keras_model_sequential() %>% layer_dense(20000, input_shape = 1)
    words <- fit_text_tokenizer(text_tokenizer(), paste0("word", seq_len(2e4) * 7919, collapse = " "))
    said <- function(expr) cat("said", tryCatch({ expr; "nothing" }, error = function(e) class(e)[1]), "\n")
    saveRDS("old", "t.rds")
    said(save_text_tokenizer(words, "t.rds"))
    said(save_model_weights_tf(model, "w"))
    compile(model, "sgd", "mse")
    said(fit(model, 1, matrix(0, 1, 20000), epochs = 1, verbose = 0,
             callbacks = callback_model_checkpoint("t.rds", "loss")))
    said(fit(model, 1, matrix(0, 1, 20000), epochs = 1, verbose = 0,
             callbacks = callback_model_checkpoint("t.rds", "loss", save_weights_only = TRUE)))
    if (requireNamespace("hdf5r", quietly = TRUE)) {
      said(save_model_weights_hdf5(model, "t.rds"))
    } else {
      cat("said tildenet_error_io \n")
    }
    cat(readRDS("t.rds"), list.files(), "\n")
  }), 24, DIR = dir)
  expect_equal(grep("^said", out, value = TRUE), rep("said tildenet_error_io ", 5))
  expect_equal(out[length(out)], "old t.rds ")
})

test_that("links are written through, permissions stay", {
  skip_on_os("windows")
  dir <- withr::local_tempdir()
  at <- function(name) file.path(dir, name)
  dir.create(at("far"))
  for (to in c("far/t.rds", at("far/u.rds"), "first")) {
    link <- at(paste0("link-", basename(to)))
    file.symlink(to, link)
    if (to == "first") file.symlink("far/v.rds", at("first"))
    save_text_tokenizer(text_tokenizer(), link)
    expect_equal(Sys.readlink(link), to)
  }
  expect_equal(list.files(at("far")), c("t.rds", "u.rds", "v.rds"))
  for (mode in c("600", "640", "666")) {
    Sys.chmod(at("far/t.rds"), mode, use_umask = FALSE)
    save_text_tokenizer(text_tokenizer(), at("link-t.rds"))
    expect_equal(format(file.mode(at("far/t.rds"))), mode)
  }
  file.symlink("far", at("folder"))
  save_model_weights_tf(wide_model(2), at("folder"))
  expect_true(file.exists(at("far/weights.rds")))
  file.symlink("new/deep", at("nowhere"))
  save_model_weights_tf(wide_model(2), at("nowhere"))
  expect_true(file.exists(at("new/deep/weights.rds")))
  file.symlink("round", at("round"))
  expect_error(save_text_tokenizer(text_tokenizer(), at("round")), "leads back", class = "tildenet_error_io")
})

test_that("only parts of this file and of dead processes are removed", {
  dir <- withr::local_tempdir()
  path <- file.path(dir, "a.rds")
  dead <- 2^22 + 7 # above the numbers that Linux gives
  parts <- paste0(c("a.rds", "a.rds", "ab.rds", "a.rds"), c(part_ending(dead), part_ending(1), part_ending(dead),
                                                         ".elsewhere-4194311.part"))
  file.create(file.path(dir, parts))
  skip_on_os("windows")
  write_rds(path, 1)
  expect_setequal(list.files(dir), c("a.rds", parts[-1]))
})

test_that("a killed writer's part goes with the next save", {
  skip_on_os("windows")
  dir <- withr::local_tempdir()
  path <- file.path(dir, "a.rds")
  write_rds(path, "old")
  suppressWarnings(try(run_fresh(quote({
    library(tildenet)
    asNamespace("tildenet")$write_whole(PATH, function(part) {
      writeLines("half", part)
      tools::pskill(Sys.getpid(), tools::SIGKILL)
      Sys.sleep(5)
    })
  }), PATH = path), silent = TRUE))
  expect_length(list.files(dir), 2)
  expect_equal(readRDS(path), "old")
  write_rds(path, "new")
  expect_equal(list.files(dir), "a.rds")
})

test_that("bytes are added whole or not at all", {
  path <- withr::local_tempfile()
  expect_null(append_bytes(path, charToRaw("one\n")))
  expect_null(append_bytes(path, charToRaw("two\n")))
  expect_equal(readLines(path), c("one", "two"))
  cut_file(path, 4)
  expect_equal(readLines(path), "one")
  expect_true(all_arrived(path))
  expect_equal(readLines(path), "one")
  dir <- local_small_disk()
  path <- file.path(dir, "log")
  append_bytes(path, charToRaw("one\n"))
  fill_disk(dir, 60000)
  before <- file.size(path)
  expect_match(append_bytes(path, raw(20000)), "may be full")
  expect_equal(file.size(path), before)
  fill_disk(dir, 2^20)
  writeBin(raw(4096), path)
  expect_false(all_arrived(path))
})

test_that("the reason of an error is one line, for HDF5 the innermost", {
  stack <- "HDF5-API Errors:\n    error #000: H5F.c in H5Fopen(): line 413: unable to open\n        class: HDF5\n    error #001: H5.c in f(): line 1: truncated file: eof = 1\n"
  expect_equal(io_reason(simpleError(stack)), "truncated file: eof = 1")
  expect_equal(io_reason(simpleError("plain\nmore")), "plain")
})
