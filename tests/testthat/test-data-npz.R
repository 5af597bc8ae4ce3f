test_that("broken archives are refused by name", {
  dir <- local_data_dir()
  path <- file.path(dir, "imdb.npz")
  expect_broken <- function(damage, what = "imdb.npz") {
    put_imdb(path, damage)
    before <- tools::md5sum(path)
    expect_error(dataset_imdb(), what, class = "tildenet_error_io")
    expect_identical(tools::md5sum(path), before)
  }
  size <- file.size(put_imdb(path))
  for (n in c(0, 10, size %/% 2, size - 1)) expect_broken(function(bytes) utils::head(bytes, n))
  # A value of a member; its name; its size; the offset of the directory
  expect_broken(function(bytes) replace(bytes, 30 + 12 + 100, as.raw(99)), "checksum of x_train.npy")
  expect_broken(function(bytes) {
    at <- grepRaw("PK\001\002", bytes, fixed = TRUE)
    replace(bytes, at + 46, as.raw(0x58))
  }, "does not hold x_train.npy")
  expect_broken(function(bytes) {
    at <- grepRaw("PK\001\002", bytes, fixed = TRUE)
    replace(bytes, at + 27, as.raw(0x7f))
  }, "cannot hold x_train.npy with [0-9]+ bytes")
  expect_broken(function(bytes) replace(bytes, length(bytes) - 3, as.raw(0x7f)))
  put_imdb(path)
  expect_identical(dataset_imdb(num_words = 20)$train$y, c(1L, 0L, 1L))
})

test_that("pickles that would call something are refused", {
  dir <- local_data_dir()
  evil <- c(npy_bytes(raw(0))[1:8], little(59, 2),
            charToRaw("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }   \n"))
  evil <- c(evil[-length(evil)], charToRaw("cos\nsystem\n(U"), as.raw(2), charToRaw("lstR."))
  put_npz(file.path(dir, "reuters.npz"), list(x = evil, y = npy_bytes(1)))
  expect_error(dataset_reuters(), "os.system, which is not allowed", class = "tildenet_error_io")
})

test_that("arrays with two axes are sequences, others and too large indices are not", {
  path <- withr::local_tempfile(fileext = ".npz")
  put_npz(path, list(x = npy_bytes(matrix(1:6, 2), "<i4"), y = npy_bytes(0:1)))
  found <- read_npz(path, list(x = npz_sequences, y = npz_array), NULL)
  expect_identical(found, list(x = list(c(1L, 3L, 5L), c(2L, 4L, 6L)), y = 0:1))
  put_npz(path, list(x = npy_bytes(c(1, 2), "<i4"), y = npy_bytes(0:1)))
  expect_error(dataset_reuters(path), "holds no sequences", class = "tildenet_error_io")
  put_npz(path, list(x = npy_bytes(matrix(2^40, 2, 1), "<i8"), y = npy_bytes(0:1)))
  expect_error(dataset_reuters(path), "32 bits", class = "tildenet_error_io")
  put_npz(path, list(x = npy_bytes(matrix(1:6, 2), "<i4"), y = npy_bytes(0:2)))
  expect_error(dataset_reuters(path), "2 texts", class = "tildenet_error_io")
})
