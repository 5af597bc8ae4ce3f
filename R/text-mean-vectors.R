#' Means of word vectors as features of texts
#'
#' Each text becomes the mean of the vectors of its words: a short dense row that any model takes.
#'
#' Words are runs of letters, digits and underscores, of any script. Every occurrence of a word counts.
#' @param x A character vector; NA counts as "". Texts that are split already: a list of character vectors
#'   or quanteda's `tokens`.
#' @param vectors A numeric matrix with words as row names, such as [read_word_vectors()] gives.
#' @param stop_words Words that are left out: a character vector, or `"english"` for a list of 318.
#' @param lower Whether to lower-case the texts, by the rules of Unicode. Words of `vectors` are taken as
#'   they are.
#' @returns A numeric matrix with one row per text and the columns of `vectors`; a row of NA for a text
#'   without a known word. Its attribute `known` is, for each text, the share of its words (without stop
#'   words) that have a vector; NA for a text without words.
#' @section Errors:
#' A matrix without row names or with a word twice is an error of class `tildenet_error_argument`, one with missing
#' numbers of class `tildenet_error_missing`, with infinite ones of class `tildenet_error_data`. Bytes
#' that are not UTF-8 are read as U+FFFD, with a warning of class `tildenet_warning_encoding`.
#' @seealso [read_word_vectors()]
#' @examples
#' vectors <- rbind(cat = c(1, 0), dog = c(0, 1), bark = c(0, 3))
#' features <- mean_vectors(c("The cat", "A dog, the dog: bark!", "Nothing"), vectors, "english")
#' features
#' attr(features, "known")
#' @export
mean_vectors <- function(x, vectors, stop_words = NULL, lower = TRUE) {
  call <- rlang::current_env()
  texts <- as_texts(x, "x")
  vectors <- check_vectors(vectors, "vectors", call)
  stop_words <- check_stop_words(stop_words, call) %||% character()
  settings <- splitter_settings(lower = if (check_flag(lower, "lower")) "unicode" else "none", split = "words")
  words <- setdiff(vector_words(vectors), stop_words)
  counts <- word_counts(texts, settings, c(words, stop_words), call)
  kept <- seq_along(words)
  n_known <- Matrix::rowSums(counts[, kept, drop = FALSE])
  n_others <- counts[, ncol(counts)]
  means <- as.matrix(counts[, kept, drop = FALSE] %*% vectors[words, , drop = FALSE]) / n_known
  means[n_known == 0, ] <- NA
  known <- n_known / (n_known + n_others)
  dimnames(means) <- list(NULL, colnames(vectors))
  structure(means, known = ifelse(is.nan(known), NA, known))
}

# n x (words, all other words together)
word_counts <- function(texts, settings, words, call) {
  plan <- list(columns = length(words) + 1, value = "count")
  lookup <- cached_tokenizer(settings, words, 0L, length(words))
  rows <- engine_text_rows("count", plan$columns)
  in_slices(texts, function(part) engine_text_rows_add(rows, lookup, part), call)
  rows_to_matrix(rows, length(texts), plan, TRUE)
}
