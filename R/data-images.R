#' Digits, clothes and small photographs
#'
#' MNIST, Fashion-MNIST and CIFAR-10 as keras has them.
#'
#' @details
#' Files are looked for where [dataset_movies()] looks, and downloaded when they are nowhere; see
#' [get_file()]. They are `mnist.npz`; the four files `train-images-idx3-ubyte.gz`,
#' `train-labels-idx1-ubyte.gz`, `t10k-images-idx3-ubyte.gz` and `t10k-labels-idx1-ubyte.gz` in a folder
#' `fashion-mnist`; `cifar-10-python.tar.gz`, or the folder `cifar-10-batches-py` that it holds.
#'
#' @param path Name of the file in the caches; or the path of a file, which is read whatever it holds.
#' @returns `list(train = list(x, y), test = list(x, y))`. `x` is an integer array with values from 0 to
#'   255: images x 28 x 28 (60,000 and 10,000 images), or images x 32 x 32 x 3 (50,000 and 10,000,
#'   channels red, green, blue; 700 MB in all). `y` are the classes from 0 to 9, a vector, or for CIFAR-10
#'   a matrix with one column.
#' @section Errors:
#' As for [dataset_imdb()].
#' @source
#' MNIST: LeCun, Y., Bottou, L., Bengio, Y. and Haffner, P. (1998). Gradient-based learning applied to
#' document recognition. *Proceedings of the IEEE* 86(11), 2278-2324.
#'
#' Fashion-MNIST: Xiao, H., Rasul, K. and Vollgraf, R. (2017). Fashion-MNIST: a novel image dataset for
#' benchmarking machine learning algorithms. arXiv:1708.07747. Licence: MIT.
#'
#' CIFAR-10: Krizhevsky, A. (2009). Learning multiple layers of features from tiny images. University of
#' Toronto.
#' @seealso [dataset_digits()] for small digits.
#' @examples
#' # A file that is not there: the error says where to put it
#' try(dataset_mnist(file.path(tempdir(), "mnist.npz")))
#' @export
dataset_mnist <- function(path = "mnist.npz") {
  call <- rlang::current_env()
  file <- data_file(path, keras_origin("mnist.npz"),
                    "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1", call)
  parts <- read_npz(file, list(x_train = npz_array, y_train = npz_array, x_test = npz_array,
                               y_test = npz_array), call)
  image_set(parts$x_train, parts$y_train, parts$x_test, parts$y_test, file, call)
}

#' @rdname dataset_mnist
#' @export
dataset_fashion_mnist <- function() {
  call <- rlang::current_env()
  read <- function(name, hash) {
    place <- file.path("fashion-mnist", name)
    path <- found_file(place) %||%
      download_file(file.path(download_folder(), place), keras_origin(name), hash, "md5", call)
    reading(path, engine_file_array(gzip_bytes(path), "idx"), call)
  }
  image_set(
    read("train-images-idx3-ubyte.gz", "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
    read("train-labels-idx1-ubyte.gz", "25c81989df183df01b3e8a0aad5dffbe"),
    read("t10k-images-idx3-ubyte.gz", "bef4ecab320f06d8554ea6380940ec79"),
    read("t10k-labels-idx1-ubyte.gz", "bb300cfdad3c16e7a12a480ee83cd310"), "fashion-mnist", call)
}

# All bytes of a compressed file, or of one that is not.
gzip_bytes <- function(path) {
  con <- gzfile(path, "rb")
  on.exit(close(con))
  parts <- list()
  while (length(part <- readBin(con, "raw", 2^22)) > 0) parts[[length(parts) + 1]] <- part
  do.call(c, parts) %||% raw()
}

image_set <- function(x_train, y_train, x_test, y_test, path, call) {
  fine <- function(x, y) length(dim(x)) == 3 && is.null(dim(y)) && nrow(x) == length(y)
  if (!fine(x_train, y_train) || !fine(x_test, y_test)) {
    abort_broken_file(path, "It has no array of images with a label for each.", call)
  }
  list(train = list(x = x_train, y = y_train), test = list(x = x_test, y = y_test))
}

cifar_batches <- c(paste0("data_batch_", 1:5), "test_batch")

#' @rdname dataset_mnist
#' @export
dataset_cifar10 <- function() {
  call <- rlang::current_env()
  folder <- cifar_folder()
  if (is.null(folder)) {
    archive <- data_file("cifar-10-python.tar.gz", "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
                         "c58f30108f718f92721af3b95e74349a", call)
    unpacked <- tempfile("cifar")
    on.exit(unlink(unpacked, recursive = TRUE))
    folder <- file.path(unpacked, "cifar-10-batches-py")
    read_tar(archive, call, files = file.path("cifar-10-batches-py", cifar_batches), exdir = unpacked)
  }
  parts <- lapply(file.path(folder, cifar_batches), cifar_batch, call = call)
  list(train = join_batches(parts[1:5]), test = join_batches(parts[6]))
}

cifar_folder <- function() {
  folders <- file.path(data_folders(), "cifar-10-batches-py")
  folders <- Filter(function(folder) all(file.exists(file.path(folder, cifar_batches))), folders)
  if (length(folders) > 0) folders[1]
}

# In the file a row is an image: all of red, row by row, then green, then blue.
cifar_batch <- function(path, call) {
  if (!is_file(path)) abort_broken_file(path, "It is not in the archive.", call)
  part <- reading(path, engine_file_batch(readBin(path, "raw", file.size(path)), c("data", "labels")), call)
  if (part$dim[2] != 3072 || part$dim[1] != length(part$numbers)) {
    abort_broken_file(path, "It has no images of 32 x 32 x 3 with a label for each.", call)
  }
  part
}

# As integers the images need four times the memory: so a few at a time become them.
join_batches <- function(parts, at_once = 500) {
  y <- unlist(lapply(parts, `[[`, "numbers"))
  x <- integer(length(y) * 3072)
  dim(x) <- c(length(y), 32L, 32L, 3L)
  done <- 0
  for (part in parts) {
    for (from in seq(0, part$dim[1] - 1, at_once)) {
      n <- min(at_once, part$dim[1] - from)
      images <- array(as.integer(part$bytes[from * 3072 + seq_len(n * 3072)]), c(32, 32, 3, n))
      x[done + seq_len(n), , , ] <- aperm(images, c(4, 2, 1, 3))
      done <- done + n
    }
  }
  list(x = x, y = matrix(y, ncol = 1))
}
