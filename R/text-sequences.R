#' Texts as sequences of word indices
#'
#' Words that are not known, or whose index is not below `num_words`, are left out, or become the index
#' of the tokenizer's `oov_token`.
#' @param tokenizer A fitted [text_tokenizer()].
#' @param texts A character vector, or a list of character vectors (or quanteda's `tokens`) for texts that are
#'   split already.
#' @returns A list of integer vectors, one per text, without names; `integer(0)` for a text without known
#'   words.
#' @section Errors:
#' As in [fit_text_tokenizer()].
#' @seealso `tokenizer$sequences_to_texts()` for the way back: unknown indices, 0 included, become the
#'   `oov_token` or are left out.
#' @examples
#' tokenizer <- fit_text_tokenizer(text_tokenizer(), c("the cat", "the dog"))
#' texts_to_sequences(tokenizer, c("The dog!", "no idea"))
#' tokenizer$sequences_to_texts(list(c(1, 3)))
#' @export
texts_to_sequences <- function(tokenizer, texts) {
  self <- tokenizer_self(tokenizer)
  lookup_sequences(lookup_tokenizer(self), as_texts(texts, "texts"), rlang::current_env())
}

# lookup: an engine tokenizer with a vocabulary.
lookup_sequences <- function(lookup, texts, call) {
  parts <- list()
  in_slices(texts, function(part) {
    rows <- engine_text_rows("sequence", 0)
    invalid <- engine_text_rows_add(rows, lookup, part)
    parts[[length(parts) + 1]] <<- engine_text_rows_list(rows)
    invalid
  }, call)
  if (length(parts) == 1) parts[[1]] else do.call(c, parts)
}

sequences_to_texts <- function(self, sequences, call = rlang::caller_env()) {
  s <- as_sequences(sequences, "sequences", call)
  known <- indexed_words(self)
  words <- known$words[match(s$index, known$index)]
  if (!is.null(self$num_words)) words[s$index >= self$num_words] <- NA
  if (!is.na(oov_index(self))) words[is.na(words)] <- self$oov_token
  text <- rep(factor(seq_along(s$length)), s$length)
  unname(vapply(split(words, text), function(w) paste(w[!is.na(w)], collapse = " "), ""))
}
