images_of <- function(n, height = 28, width = 28) array(seq_len(n * height * width) %% 256L, c(n, height, width))

test_that("MNIST comes as images x rows x columns", {
  train <- images_of(3)
  test <- images_of(2)
  put_npz(file.path(local_data_dir(), "mnist.npz"),
          list(x_train = npy_bytes(train), y_train = npy_bytes(c(5, 0, 9)), x_test = npy_bytes(test),
               y_test = npy_bytes(7:8)))
  expect_identical(dataset_mnist(), list(train = list(x = train, y = c(5L, 0L, 9L)),
                                         test = list(x = test, y = 7:8)))
})

put_idx <- function(path, x) {
  shape <- dim(x) %||% length(x)
  con <- gzfile(path, "wb")
  on.exit(close(con))
  writeBin(c(as.raw(c(0, 0, 8, length(shape))), unlist(lapply(shape, function(n) rev(little(n, 4)))),
             as.raw(aperm(array(x, shape), rev(seq_along(shape))))), con)
}

test_that("Fashion-MNIST is read from four idx files", {
  dir <- file.path(local_data_dir(), "fashion-mnist")
  dir.create(dir)
  files <- file.path(dir, c("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz",
                            "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"))
  Map(put_idx, files, list(images_of(4), 0:3, images_of(2), 8:9))
  expect_identical(dataset_fashion_mnist(), list(train = list(x = images_of(4), y = 0:3),
                                                 test = list(x = images_of(2), y = 8:9)))
  put_idx(files[2], 0:2)
  expect_error(dataset_fashion_mnist(), "label for each", class = "tildenet_error_io")
  put_idx(files[2], 0:3)
  size <- file.size(files[1])
  with_bytes(files[1], files[1], function(bytes) utils::head(bytes, size %/% 2))
  expect_error(dataset_fashion_mnist(), "train-images-idx3-ubyte.gz", class = "tildenet_error_io")
})

# Batch k has k images; pixel (row, column, channel) of image i has a value of its own.
pixel <- function(i, row, column, channel) (i * 7 + row * 3 + column * 5 + channel * 11) %% 256

put_cifar <- function(folder) {
  dir.create(folder)
  place <- expand.grid(column = 1:32, row = 1:32, channel = 1:3)
  for (k in seq_along(cifar_batches)) {
    images <- t(vapply(seq_len(k), function(i) pixel(i, place$row, place$column, place$channel), numeric(3072)))
    writeBin(batch_bytes(images, rep(k, k)), file.path(folder, cifar_batches[k]))
  }
}

expect_cifar <- function(data) {
  expect_identical(dim(data$train$x), c(15L, 32L, 32L, 3L))
  expect_identical(dim(data$test$x), c(6L, 32L, 32L, 3L))
  expect_identical(data$train$y, matrix(rep(1:5, 1:5), ncol = 1))
  expect_identical(data$test$y, matrix(rep(6L, 6), ncol = 1))
  first <- c(1, 2, 4, 7, 11) # of each batch
  for (at in list(c(1, 1, 1), c(3, 17, 2), c(32, 1, 3), c(5, 32, 1))) {
    expect_equal(data$train$x[first, at[1], at[2], at[3]], rep(pixel(1, at[1], at[2], at[3]), 5))
    expect_equal(data$test$x[, at[1], at[2], at[3]], pixel(1:6, at[1], at[2], at[3]))
  }
}

test_that("CIFAR-10 is read from its archive or from the folder that it holds", {
  dir <- local_data_dir()
  put_cifar(file.path(dir, "cifar-10-batches-py"))
  expect_cifar(dataset_cifar10())
  put_tar(dir, "cifar-10-python.tar.gz", "cifar-10-batches-py")
  unlink(file.path(dir, "cifar-10-batches-py"), recursive = TRUE)
  expect_cifar(dataset_cifar10())
  expect_identical(list.files(dir), "cifar-10-python.tar.gz")
})

test_that("broken CIFAR-10 files are refused by name", {
  dir <- local_data_dir()
  folder <- file.path(dir, "cifar-10-batches-py")
  put_cifar(folder)
  path <- file.path(folder, "data_batch_3")
  size <- file.size(path)
  with_bytes(path, path, function(bytes) utils::head(bytes, size - 100))
  expect_error(dataset_cifar10(), "data_batch_3", class = "tildenet_error_io")
  writeBin(batch_bytes(matrix(1, 2, 3072), 1:3), path)
  expect_error(dataset_cifar10(), "label for each", class = "tildenet_error_io")
  unlink(path)
  put_tar(dir, "cifar-10-python.tar.gz", "cifar-10-batches-py")
  unlink(folder, recursive = TRUE)
  expect_error(dataset_cifar10(), "data_batch_3", class = "tildenet_error_io")
})
