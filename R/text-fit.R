#' Learn the words of texts
#'
#' Counts words and gives them indices from 1, most frequent first, ties in order of first appearance.
#' Fitting again adds up. Large inputs are read in slices, by two threads where there are two.
#' @param object A [text_tokenizer()].
#' @param x A character vector: one document each. A list of character vectors, or quanteda's `tokens`:
#'   documents that are split already. A list of integer sequences: only the documents per index and
#'   `document_count` (which `mode = "tfidf"` uses) are updated. A function without arguments that returns such
#'   texts, piece by piece, and `NULL` at the end.
#' @returns The tokenizer, invisibly; it is changed in place.
#' @section Errors:
#' Other inputs are errors of class `tildenet_error_argument`, and leave the tokenizer as it was. Bytes
#' that are not UTF-8 are read as U+FFFD, with a warning of class `tildenet_warning_encoding`.
#' @examples
#' tokenizer <- text_tokenizer()
#' tokenizer %>% fit_text_tokenizer(c("one two two", "two three!"))
#' unlist(tokenizer$word_index)
#' unlist(tokenizer$word_counts)
#' @export
fit_text_tokenizer <- function(object, x) {
  self <- tokenizer_self(object, "object")
  if (is_plain_list(x) && !(length(x) > 0 && all(vapply(x, is.character, NA)))) {
    return(tokenizer_fit_sequences(object, x, rlang::current_env()))
  }
  by_appearance <- order(self$appeared)
  counter <- engine_text_tokenizer(tokenizer_settings(self), self$words[by_appearance], 1, -1)
  documents <- count_texts(counter, x, rlang::current_env())
  found <- engine_text_terms(counter)
  known <- seq_along(self$words)
  counts <- found$counts
  docs <- found$docs
  counts[known] <- counts[known] + self$counts[by_appearance]
  docs[known] <- docs[known] + self$docs[by_appearance]
  tokenizer_take(self, found$words, counts, docs)
  self$document_count <- self$document_count + documents
  invisible(object)
}

# Counts texts, or those that a function returns; the number of documents.
count_texts <- function(counter, x, call) {
  over_pieces(x, function(piece) {
    texts <- as_texts(piece, "x", call)
    in_slices(texts, function(part) engine_text_count(counter, part), call)
    length(texts)
  })
}

# Words in order of first appearance become the tokenizer's, by count.
tokenizer_take <- function(self, words, counts, docs) {
  by_count <- order(-counts)
  self$words <- words[by_count]
  self$counts <- counts[by_count]
  self$docs <- docs[by_count]
  self$appeared <- by_count
  self$fitted <- TRUE
  # Counts of documents that came as sequences are lost for indices that have words now, as in Keras.
  old <- self$sequence_docs
  wordless <- old$index < first_index(self) | old$index >= length(words) + first_index(self)
  self$sequence_docs <- list(index = old$index[wordless], docs = old$docs[wordless])
}

tokenizer_fit_sequences <- function(object, x, call) {
  self <- tokenizer_self(object, "object", call)
  s <- as_sequences(x, "x", call)
  document <- rep(seq_along(s$length), s$length)
  index <- s$index[!duplicated(complex(real = document, imaginary = s$index))]
  old <- self$sequence_docs
  all <- sort(unique(c(old$index, index)))
  docs <- tabulate(match(index, all), length(all))
  at <- match(old$index, all)
  docs[at] <- docs[at] + old$docs
  self$sequence_docs <- list(index = all, docs = docs)
  self$document_count <- self$document_count + length(s$length)
  invisible(object)
}
