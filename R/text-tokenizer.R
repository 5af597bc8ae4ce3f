#' A tokenizer: from texts to numbers
#'
#' Learns the words of texts with [fit_text_tokenizer()], most frequent first, and turns texts into
#' sequences of word indices ([texts_to_sequences()]) or into a matrix with one column per word
#' ([texts_to_matrix()]).
#'
#' A text is lower-cased by the rules of Unicode, each of the characters of `filters` is replaced by
#' `split`, and the result is cut at `split`; empty pieces are dropped. Only `split` separates words. A
#' list of character vectors stands for texts that are split already: their words are lower-cased and
#' otherwise left as they are. NA counts as "".
#'
#' A tokenizer is a reference: fitting changes it in place. It holds plain R values, so
#' `saveRDS()` keeps it.
#' @param num_words How many words are used at most, the most frequent ones: indices from `num_words` on
#'   are left out, so that `num_words` - 1 words stay. `NULL`: all.
#' @param filters A string of characters that separate words; by default all ASCII punctuation but the
#'   apostrophe, and tab and newline.
#' @param lower Whether to lower-case.
#' @param split Where to cut.
#' @param char_level `TRUE`: every character is a word; `filters` and `split` are not used.
#' @param oov_token A string that stands for words that are not known; it takes index 1. `NULL`: they
#'   are left out.
#' @returns A tokenizer. Members, read with `$`: `word_index` (named list, word to index, all words
#'   whatever `num_words` is), `index_word`, `word_counts`, `word_docs`, `index_docs`, `num_words`,
#'   `document_count`, and the functions `fit_on_texts()`, `fit_on_sequences()`,
#'   `texts_to_sequences()`, `texts_to_matrix()`, `sequences_to_matrix()`, `sequences_to_texts()`.
#'   `num_words` can be set.
#' @section Errors:
#' Settings that cannot be used are errors of class `tildenet_error_argument`.
#' @examples
#' tokenizer <- text_tokenizer(num_words = 5, oov_token = "<oov>")
#' fit_text_tokenizer(tokenizer, c("The cat sat on the mat.", "The dog ate my homework!"))
#' tokenizer$word_index[["the"]]
#' texts_to_sequences(tokenizer, "the dog sat")
#' tokenizer
#' @export
text_tokenizer <- function(num_words = NULL, filters = default_filters(), lower = TRUE, split = " ",
                           char_level = FALSE, oov_token = NULL) {
  self <- new.env(parent = emptyenv())
  self$num_words <- check_num_words(num_words)
  self$filters <- check_filters(filters)
  self$lower <- check_flag(lower, "lower")
  self$split <- check_split(split)
  self$char_level <- check_flag(char_level, "char_level")
  oov_token <- check_string(oov_token, "oov_token", null_ok = TRUE)
  self$oov_token <- if (!is.null(oov_token)) enc2utf8(oov_token)
  self$document_count <- 0
  # Words in the order of their indices; `appeared` numbers them by first appearance.
  self$words <- character()
  self$counts <- numeric()
  self$docs <- numeric()
  self$appeared <- integer()
  # Documents per index that came as sequences: list(index, docs).
  self$sequence_docs <- list(index = integer(), docs = numeric())
  self$fitted <- FALSE
  new_object(self, "tildenet_text_tokenizer")
}

check_num_words <- function(num_words, call = rlang::caller_env()) {
  check_count(num_words, "num_words", max = .Machine$integer.max, null_ok = TRUE, call = call)
}

tokenizer_self <- function(tokenizer, arg = "tokenizer", call = rlang::caller_env()) {
  if (!is_object(tokenizer, "tildenet_text_tokenizer")) {
    abort_arg(arg, "be a text_tokenizer()", describe(tokenizer), call = call)
  }
  self <- self_of(tokenizer)
  if (!is.environment(self) || !tokenizer_holds(as.list(self))) abort_stored("fields", "tokenizer")
  self
}

# Whether the fields hold together, which those that were read from a file need not.
tokenizer_holds <- function(fields) {
  n <- length(fields$words)
  all_positive <- function(x, n) is.numeric(x) && length(x) == n && !anyNA(x) && all(x >= 0)
  places <- fields$appeared
  sequences <- fields$sequence_docs
  or_null(is_number_of)(fields$num_words) && is_word(fields$filters) && is_switch(fields$lower) &&
    is_word(fields$split) && is_switch(fields$char_level) && or_null(is_word)(fields$oov_token) &&
    is_number_of(fields$document_count) && is_switch(fields$fitted) &&
    is.character(fields$words) && !anyNA(fields$words) &&
    all_positive(fields$counts, n) && all_positive(fields$docs, n) &&
    is.integer(places) && length(places) == n && !anyNA(places) && !anyDuplicated(places) &&
    all(places >= 1 & places <= n) &&
    is.list(sequences) && is.integer(sequences$index) && !anyNA(sequences$index) &&
    all_positive(sequences$docs, length(sequences$index))
}

tokenizer_settings <- function(self) {
  word_settings(self$filters, self$lower, self$split, self$char_level)
}

# Index of the first word: the oov token takes 1, also when it is one of the words.
first_index <- function(self) if (is.null(self$oov_token)) 1L else 2L

# Index of the oov token; NA without one, or before fitting.
oov_index <- function(self) {
  if (is.null(self$oov_token) || !self$fitted) return(NA_integer_)
  at <- match(self$oov_token, self$words)
  if (is.na(at)) 1L else at + 1L
}

# Words that have an index, and these indices.
indexed_words <- function(self) {
  index <- seq_along(self$words) + first_index(self) - 1L
  if (identical(oov_index(self), 1L)) {
    return(list(words = c(self$oov_token, self$words), index = c(1L, index)))
  }
  list(words = self$words, index = index)
}

# The engine's tokenizer for looking words up.
lookup_tokenizer <- function(self) {
  first <- first_index(self)
  words <- self$words
  if (!is.null(self$num_words)) words <- words[seq_len(max(0, min(length(words), self$num_words - first)))]
  oov <- oov_index(self)
  cached_tokenizer(tokenizer_settings(self), words, first, if (is.na(oov)) -1L else oov)
}

# Documents per index: list(index, docs), of words and of sequences.
known_docs <- function(self) {
  index <- seq_along(self$words) + first_index(self) - 1L
  docs <- self$docs
  other <- self$sequence_docs
  at <- match(other$index, index)
  seen <- !is.na(at)
  docs[at[seen]] <- docs[at[seen]] + other$docs[seen]
  list(index = c(index, other$index[!seen]), docs = c(docs, other$docs[!seen]))
}

# The same for all indices from 0 to columns - 1.
docs_by_column <- function(self, columns) {
  known <- known_docs(self)
  inside <- known$index < columns
  out <- numeric(columns)
  out[known$index[inside] + 1] <- known$docs[inside]
  out
}

index_docs <- function(self) {
  known <- known_docs(self)
  by <- order(known$index)
  stats::setNames(as.list(known$docs[by]), known$index[by])
}

object_member.tildenet_text_tokenizer <- function(x, name, self) {
  appearance <- function(values) {
    by <- order(self$appeared)
    stats::setNames(as.list(values[by]), self$words[by])
  }
  switch(name,
    word_index = { w <- indexed_words(self); stats::setNames(as.list(w$index), w$words) },
    index_word = { w <- indexed_words(self); stats::setNames(as.list(w$words), w$index) },
    word_counts = appearance(self$counts),
    word_docs = appearance(self$docs),
    index_docs = index_docs(self),
    fit_on_texts = function(texts) fit_text_tokenizer(x, as_texts(texts, "texts")),
    fit_on_sequences = function(sequences) tokenizer_fit_sequences(x, sequences, rlang::current_env()),
    texts_to_sequences = function(texts) texts_to_sequences(x, texts),
    texts_to_matrix = function(texts, mode = "binary", sparse = FALSE) {
      texts_to_matrix(x, texts, mode, sparse)
    },
    sequences_to_matrix = function(sequences, mode = "binary", sparse = FALSE) {
      sequences_to_matrix(x, sequences, mode, sparse)
    },
    sequences_to_texts = function(sequences) sequences_to_texts(self, sequences),
    self[[name]])
}

# What follows from the words is not set.
object_assign.tildenet_text_tokenizer <- function(x, name, value, self) {
  if (!identical(name, "num_words")) {
    abort_tn(paste0("`", name, "` of a tokenizer cannot be set."), "argument", arg = name,
             how = "Make another one with text_tokenizer(); `num_words` can be set.")
  }
  assign("num_words", check_num_words(value), envir = self)
}

#' @export
names.tildenet_text_tokenizer <- function(x) {
  c("word_index", "index_word", "word_counts", "word_docs", "index_docs", "num_words",
    "document_count", "filters", "lower", "split", "char_level", "oov_token", "fit_on_texts",
    "fit_on_sequences", "texts_to_sequences", "texts_to_matrix", "sequences_to_matrix",
    "sequences_to_texts")
}

#' @export
print.tildenet_text_tokenizer <- function(x, ...) {
  self <- self_of(x)
  cat("<text tokenizer: ", counted(length(self$words), if (self$char_level) "character" else "word"),
      " of ", counted(self$document_count, "document"),
      if (!is.null(self$num_words)) paste0(", num_words ", format(self$num_words, big.mark = ",")),
      if (!is.null(self$oov_token)) paste0(", oov_token ", encodeString(self$oov_token, quote = "\"")),
      ">\n", sep = "")
  invisible(x)
}

# "1 word", "2,000 words"
counted <- function(n, what) paste0(format(n, big.mark = ","), " ", what, if (n != 1) "s")
