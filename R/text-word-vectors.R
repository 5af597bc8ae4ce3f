#' Word vectors from a file
#'
#' Reads word2vec's binary and text formats and GloVe's text format, plain or compressed by gzip, told
#' apart by what stands in the file.
#'
#' The file is read piece by piece. With a `vocabulary` only the vectors of its words take memory, so that
#' one of millions of words can be used for the few thousand of a data set. Numbers of the binary format
#' have the precision of single floats, those of texts that of doubles.
#'
#' The first line of word2vec's formats holds two whole numbers, those of words and of numbers a word; a
#' file without such a line is taken for GloVe's. A GloVe word may hold spaces, as some of the large
#' published file do: numbers are counted from the end of the line.
#'
#' As weights of a layer the rows must be in the order of the word indices: see the examples.
#' @param path Path of the file.
#' @param vocabulary A character vector: only these words are kept. `NULL`: all.
#' @param n_max Only the first `n_max` words of the file are looked at; files usually begin with the most
#'   frequent ones.
#' @returns A numeric matrix with a row for each word, in the order of the file, and the words as row names.
#'   Of a word that stands there twice the first vector is kept. Words of `vocabulary` that the file does
#'   not have are left out; without any the matrix has no rows.
#' @section Errors:
#' A file that cannot be read, is cut off, holds a word that is not UTF-8, or does not hold what its first
#' line says is an error of class `tildenet_error_io` that names the line or word.
#' @source Mikolov and others (2013), Efficient estimation of word representations in vector space,
#'   <https://arxiv.org/abs/1301.3781>. Pennington, Socher and Manning (2014), GloVe: global vectors for word
#'   representation, <https://aclanthology.org/D14-1162/>.
#' @seealso [mean_vectors()] for features of texts, `tokens(x, vectors = m)` of [formula_specials] for a formula.
#' @examples
#' path <- tempfile(fileext = ".txt")
#' writeLines(c("3 2", "cat 0.5 1", "dog 0.25 1", "car -1 0.125"), path)
#' vectors <- read_word_vectors(path)
#' vectors["dog", ]
#'
#' # As weights of an embedding: a row for each index from 0, zeros for words without a vector
#' tokenizer <- fit_text_tokenizer(text_tokenizer(), c("the cat", "the dog"))
#' words <- names(tokenizer$word_index)
#' table <- matrix(0, length(words) + 1, ncol(vectors))
#' known <- words %in% rownames(vectors)
#' table[c(FALSE, known), ] <- vectors[words[known], ]
#' layer <- layer_embedding(input_dim = nrow(table), output_dim = ncol(table),
#'                          weights = list(table), trainable = FALSE)
#' ids <- texts_to_sequences(tokenizer, "the dog")
#' as.array(layer(matrix(unlist(ids), 1)))
#' @export
read_word_vectors <- function(path, vocabulary = NULL, n_max = Inf) {
  call <- rlang::current_env()
  path <- path.expand(check_string(path, "path"))
  if (!is.null(vocabulary)) vocabulary <- unique(enc2utf8(check_words(vocabulary, "vocabulary", call)))
  n_max <- check_count(n_max, "n_max", infinite = TRUE)
  if (!is_file(path)) abort_path("path", "be a file that is there", path, "does not exist.")
  reading(path, vectors_of_file(path, vocabulary, if (is.finite(n_max)) n_max else 0, call), call)
}

check_words <- function(x, arg, call) {
  if (!is.character(x) || anyNA(x)) {
    abort_arg(arg, "be a character vector without NA", describe(x), call = call)
  }
  x
}

# The numbers of a matrix of vectors; nothing is copied where they are plain ones.
check_vectors <- function(x, arg, call) {
  numbers <- if (is.matrix(x)) plain_numbers(x)
  if (is.null(numbers) || ncol(numbers) == 0) {
    abort_arg(arg, "be a numeric matrix with words as row names", describe(x), call = call)
  }
  words <- rownames(numbers)
  if (nrow(numbers) > 0 && is.null(words) || anyNA(words) || anyDuplicated(words)) {
    abort_arg(arg, "have the words as row names, each once", call = call,
              given = if (is.null(words)) "It has no row names."
                      else paste0("Not so: ", quoted_list(utils::head(words[duplicated(words) | is.na(words)], 5)), "."))
  }
  check_held(numbers, arg, call)
  numbers
}

# R keeps no names for no rows.
vector_words <- function(vectors) enc2utf8(rownames(vectors) %||% character())

# Small enough to come from memory that is used again and again.
piece_bytes <- 2^16

vectors_of_file <- function(path, vocabulary, most, call) {
  packed <- identical(readBin(path, "raw", 2), as.raw(c(0x1f, 0x8b)))
  con <- if (packed) gzfile(path, "rb") else file(path, "rb", raw = TRUE)
  on.exit(close(con))
  reader <- engine_vectors_new(vocabulary, most, if (packed) 0 else file.size(path))
  repeat {
    bytes <- readBin(con, "raw", piece_bytes)
    if (length(bytes) == 0) {
      if (packed) check_gzip_end(con, path, call)
      break
    }
    if (engine_vectors_add(reader, bytes)) break
  }
  engine_vectors_end(reader)
}
