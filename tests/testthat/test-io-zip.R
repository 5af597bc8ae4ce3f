test_that("archives are read by others", {
  folder <- withr::local_tempdir()
  contents <- list(a.txt = as.raw(c(104, 105)), "b/c.bin" = as.raw(rep(0:255, 3)), "one" = as.raw(7))
  paths <- file.path(folder, seq_along(contents))
  Map(writeBin, contents, paths)
  path <- file.path(folder, "z.zip")
  zip_write(path, stats::setNames(paths, names(contents)), at_once = 100)
  expect_true(is_zip(path))
  listed <- utils::unzip(path, list = TRUE)
  expect_identical(listed$Name, names(contents))
  expect_identical(as.numeric(listed$Length), as.numeric(lengths(contents)))
  utils::unzip(path, exdir = file.path(folder, "out"))
  for (name in names(contents)) {
    expect_identical(readBin(file.path(folder, "out", name), "raw", 1000), contents[[name]])
  }
  skip_if(Sys.which("unzip") == "")
  expect_identical(system2("unzip", c("-tqq", path), stdout = FALSE), 0L) # checksums
})

test_that("checksums go on from pieces", {
  bytes <- as.raw(1:200)
  whole <- engine_file_crc32(bytes)
  for (cut in c(0, 1, 77, 200)) {
    expect_identical(engine_file_crc32(bytes[seq_len(200 - cut) + cut], engine_file_crc32(bytes[seq_len(cut)])), whole)
  }
})

test_that("numbers lie lowest byte first, above 2^31 too", {
  expect_identical(zip_numbers(c(258, 2), c(4294967295, 4)), as.raw(c(2, 1, 255, 255, 255, 255)))
})
