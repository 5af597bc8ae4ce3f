#' Words of one text
#'
#' `text_to_word_sequence()` splits a text as a [text_tokenizer()] does. `text_hashing_trick()` and
#' `text_one_hot()` turn the words into numbers without a vocabulary: different words may get the same.
#'
#' A text is lower-cased by the rules of Unicode, each of the characters of `filters` is replaced by
#' `split`, and the result is cut at `split`; empty pieces are dropped.
#' @inheritParams text_tokenizer
#' @param text,input_text One string. NA counts as "" (but see below).
#' @param n Numbers go from 1 to `n` - 1; at least 2.
#' @param hash_function `NULL`: a fixed function of the word's bytes (FNV-1a), the same in every session.
#'   `"md5"`: the MD5 digest as one number. Or a function that gives a whole number for a word.
#' @returns A character vector; for the other two integers, one per word. NA gives NA in
#'   `text_hashing_trick()`.
#' @section Errors:
#' Anything but one string and an empty `split` are errors of class `tildenet_error_argument`. Bytes that
#' are not UTF-8 are read as U+FFFD, with a warning of class `tildenet_warning_encoding`.
#' @source The MD5 digest: RFC 1321. FNV: Fowler, Noll and Vo, <http://www.isthe.com/chongo/tech/comp/fnv/>.
#' @examples
#' text_to_word_sequence("Don't panic, it's ORGANIC!")
#' text_hashing_trick("The cat and the dog", n = 100, hash_function = "md5")
#' @export
text_to_word_sequence <- function(text, filters = default_filters(), lower = TRUE, split = " ") {
  text <- as_one_text(text, "text")
  settings <- word_settings(check_filters(filters), check_flag(lower, "lower"), check_split(split))
  split_texts(settings, text)[[1]]
}

#' @rdname text_to_word_sequence
#' @export
text_one_hot <- function(input_text, n, filters = default_filters(), lower = TRUE, split = " ",
                         text = NULL) {
  text <- if (is.null(text)) as_one_text(input_text, "input_text") else as_one_text(text, "text")
  hash_words(text_to_word_sequence(text, filters, lower, split), n, NULL)
}

#' @rdname text_to_word_sequence
#' @export
text_hashing_trick <- function(text, n, hash_function = NULL, filters = default_filters(),
                               lower = TRUE, split = " ") {
  if (length(text) != 1) {
    abort_tn("`text` should be length 1.", given = describe(text),
             how = "Use lapply() for several texts.", arg = "text")
  }
  if (is.na(text)) return(NA_integer_)
  hash_words(text_to_word_sequence(text, filters, lower, split), n, hash_function)
}

# (hash mod (n - 1)) + 1
hash_words <- function(words, n, hash_function, call = rlang::caller_env()) {
  n <- check_count(n, "n", min = 2, max = .Machine$integer.max, call = call)
  if (is.function(hash_function)) return(hash_by_function(words, n, hash_function, call))
  kind <- check_string(hash_function %||% "own", "hash_function", c("own", "hash", "md5"), call = call)
  engine_text_hash(words, kind, n)
}

hash_by_function <- function(words, n, hash_function, call) {
  vapply(words, function(word) {
    value <- hash_function(word)
    if (!is.numeric(value) || length(value) != 1 || is.na(value) || value != trunc(value)) {
      abort_arg("hash_function", "give one whole number for a word", describe(value), call = call)
    }
    as.integer(value %% (n - 1)) + 1L
  }, 0L, USE.NAMES = FALSE)
}
