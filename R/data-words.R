#' Reviews and news as word indices
#'
#' The film reviews of IMDB and the newswires of Reuters as sequences of word ranks, as keras has them,
#' shuffled and split as there.
#'
#' @details
#' Words are ranked by how often they occur. Rank w is stored as `w + index_from`; 0 is left for padding,
#' `start_char` stands before each text. The order is that of NumPy's generator seeded with `seed`, so the
#' rows are those of keras. What is done comes in this order: shuffle, add `index_from` and
#' `start_char`, drop texts of `maxlen` indices or more, replace indices that are not in
#' `skip_top` ... `num_words - 1`, split (Reuters).
#'
#' Files are looked for where [dataset_movies()] looks, and downloaded when they are nowhere; see
#' [get_file()].
#'
#' @param path Name of the file in the caches; or the path of a file, which is read whatever it holds.
#' @param num_words Indices from this number on become `oov_char`. `NULL`: the largest index that
#'   occurs, which is thereby left out, as in keras.
#' @param skip_top Indices below this number become `oov_char`, too.
#' @param maxlen Texts with this many indices or more are dropped. `NULL`: none.
#' @param test_split Share of the texts that are for testing, the last ones.
#' @param seed Whole number from 0 to 2^32 - 1 for the order.
#' @param start_char Index before each text; `NULL` for none.
#' @param oov_char Index for words left out; `NULL` to drop them.
#' @param index_from Added to all ranks.
#' @returns `list(train = list(x, y), test = list(x, y))`: `x` a list of integer vectors, `y` an integer
#'   vector: 1 for a positive review and 0 for a negative one, or the topic, 0 to 45.
#'   The word indices are named lists: the rank of each word.
#' @section Errors:
#' A file that is not here and cannot be downloaded is an error of class `tildenet_error_download`
#' that says which file to put where; a file that is broken, or holds more than numbers, lists and arrays,
#' one of class `tildenet_error_io`. No text left under `maxlen` is an error of class
#' `tildenet_error_argument`. The word indices need package jsonlite.
#' @source
#' Maas, A. L., Daly, R. E., Pham, P. T., Huang, D., Ng, A. Y. and Potts, C. (2011). Learning word
#' vectors for sentiment analysis. *Proceedings of the 49th Annual Meeting of the ACL*, 142-150.
#'
#' Lewis, D. D. Reuters-21578 text categorization collection, 1987 newswires.
#' @seealso [dataset_imdb_reviews()] for the reviews as texts, [pad_sequences()], [multilabel()].
#' @examples
#' # Six short reviews in a file of the same form
#' path <- system.file("extdata", "reviews.npz", package = "tildenet")
#' c(c(x_train, y_train), c(x_test, y_test)) %<-% dataset_imdb(path, num_words = 10)
#' x_train[[1]]
#' pad_sequences(x_train, maxlen = 6)
#' y_train
#' @export
dataset_imdb <- function(path = "imdb.npz", num_words = NULL, skip_top = 0, maxlen = NULL, seed = 113,
                         start_char = 1, oov_char = 2, index_from = 3) {
  call <- rlang::current_env()
  rules <- word_rules(num_words, skip_top, maxlen, start_char, oov_char, index_from, call)
  seed <- check_seed(seed, call)
  file <- data_file(path, keras_origin("imdb.npz"),
                    "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f", call)
  parts <- read_npz(file, list(x_train = npz_sequences, y_train = npz_array, x_test = npz_sequences,
                               y_test = npz_array), call)
  check_labels(file, parts$x_train, parts$y_train, call)
  check_labels(file, parts$x_test, parts$y_test, call)
  orders <- engine_file_shuffle(seed, lengths(parts[c("x_train", "x_test")]))
  n <- length(orders[[1]])
  order <- c(orders[[1]], n + orders[[2]])
  texts <- word_indices(c(parts$x_train, parts$x_test)[order], c(parts$y_train, parts$y_test)[order],
                        rules, call)
  train <- texts$kept <= n
  list(train = list(x = texts$x[train], y = texts$y[train]),
       test = list(x = texts$x[!train], y = texts$y[!train]))
}

#' @rdname dataset_imdb
#' @export
dataset_reuters <- function(path = "reuters.npz", num_words = NULL, skip_top = 0, maxlen = NULL,
                            test_split = 0.2, seed = 113, start_char = 1, oov_char = 2, index_from = 3) {
  call <- rlang::current_env()
  rules <- word_rules(num_words, skip_top, maxlen, start_char, oov_char, index_from, call)
  test_split <- check_number(test_split, "test_split", 0, 1)
  seed <- check_seed(seed, call)
  file <- data_file(path, keras_origin("reuters.npz"),
                    "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916", call)
  parts <- read_npz(file, list(x = npz_sequences, y = npz_array), call)
  check_labels(file, parts$x, parts$y, call)
  order <- engine_file_shuffle(seed, length(parts$x))[[1]]
  texts <- word_indices(parts$x[order], parts$y[order], rules, call)
  train <- seq_along(texts$x) <= floor(length(texts$x) * (1 - test_split))
  list(train = list(x = texts$x[train], y = texts$y[train]),
       test = list(x = texts$x[!train], y = texts$y[!train]))
}

#' @rdname dataset_imdb
#' @export
dataset_imdb_word_index <- function(path = "imdb_word_index.json") {
  read_word_index(path, "imdb_word_index.json", "bfafd718b763782e994055a2d397834f", rlang::current_env())
}

#' @rdname dataset_imdb
#' @export
dataset_reuters_word_index <- function(path = "reuters_word_index.json") {
  read_word_index(path, "reuters_word_index.json", "4d44cc38712099c9e383dc6e5f11a921", rlang::current_env())
}

keras_origin <- function(name) {
  paste0("https://storage.googleapis.com/tensorflow/tf-keras-datasets/", name)
}

check_seed <- function(seed, call) check_count(seed, "seed", 0, 2^32 - 1, call = call)

word_rules <- function(num_words, skip_top, maxlen, start_char, oov_char, index_from, call) {
  most <- .Machine$integer.max
  list(num_words = check_count(num_words, "num_words", 1, null_ok = TRUE, call = call),
       skip_top = check_count(skip_top, "skip_top", 0, call = call),
       maxlen = check_count(maxlen, "maxlen", 1, null_ok = TRUE, call = call),
       start_char = check_count(start_char, "start_char", 0, most, null_ok = TRUE, call = call),
       oov_char = check_count(oov_char, "oov_char", 0, most, null_ok = TRUE, call = call),
       index_from = check_count(index_from, "index_from", 0, most, call = call))
}

check_labels <- function(path, x, y, call) {
  if (!is.integer(y) || !is.null(dim(y)) || length(x) != length(y)) {
    abort_broken_file(path, paste0("It has ", length(x), " texts, but not as many labels."), call)
  }
}

# Texts and labels by the rules; kept: the numbers of those not dropped.
word_indices <- function(x, y, rules, call) {
  kept <- seq_along(x)
  if (!is.null(rules$maxlen)) {
    kept <- kept[lengths(x) + length(rules$start_char) < rules$maxlen]
    if (length(kept) == 0) {
      abort_arg("maxlen", "leave at least one text", paste0("No text has fewer than ", rules$maxlen, " indices."),
                call = call)
    }
  }
  largest <- max(0, vapply(x[kept], function(ranks) max(0L, ranks), 0L)) + rules$index_from
  if (largest > .Machine$integer.max) {
    abort_arg("index_from", "leave indices below 2^31", describe(rules$index_from), call = call)
  }
  raised <- lapply(x[kept], function(ranks) as.integer(c(rules$start_char, ranks + rules$index_from)))
  beyond <- rules$num_words %||% max(largest, rules$start_char)
  oov <- as.integer(rules$oov_char)
  list(x = lapply(raised, function(w) {
    out <- w < rules$skip_top | w >= beyond
    if (length(oov) == 0) w[!out] else replace(w, out, oov)
  }), y = y[kept], kept = kept)
}

read_word_index <- function(path, name, hash, call) {
  if (!rlang::is_installed("jsonlite")) {
    abort_tn("Word indices are read by package jsonlite, which is not installed.", "package", call = call,
             how = "Install it with install.packages(\"jsonlite\").")
  }
  file <- data_file(path, keras_origin(name), hash, call)
  index <- reading(file, jsonlite::fromJSON(file, simplifyVector = FALSE), call)
  fine <- is.list(index) && !is.null(names(index)) && all(vapply(index, is.integer, NA))
  if (!fine) abort_broken_file(file, "It is no list of words with a whole number each.", call)
  index
}
