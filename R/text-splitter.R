# Settings of the engine's splitter, and the tokenizers made of them.

# lower "none", "ascii", "unicode"; split "string" (at `separator`), "white", "characters", "none",
# "words"; filters are replaced by the separator, deleted are taken out; group: lengths of word groups.
splitter_settings <- function(lower = "none", split = "string", separator = "", filters = "",
                              deleted = "", group = NULL, joint = " ", shortest = 0) {
  list(lower = lower, split = split, separator = separator, filters = filters, deleted = deleted,
       group = as.integer(group), joint = joint, shortest = shortest)
}

# What text_tokenizer() and text_to_word_sequence() have in common.
word_settings <- function(filters, lower, split, char_level = FALSE) {
  splitter_settings(lower = if (lower) "unicode" else "none",
                    split = if (char_level) "characters" else "string",
                    separator = split, filters = if (char_level) "" else filters)
}

default_filters <- function() "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n"

check_split <- function(split, call = rlang::caller_env()) {
  split <- enc2utf8(check_string(split, "split", call = call))
  if (!nzchar(split)) {
    abort_arg("split", "not be empty", describe(split), call = call,
              how = "Use `char_level = TRUE` of text_tokenizer() for single characters.")
  }
  split
}

check_filters <- function(filters, call = rlang::caller_env()) {
  if (is.null(filters)) return("")
  enc2utf8(paste(check_strings(filters, "filters", call), collapse = ""))
}

check_strings <- function(x, arg, call) {
  if (!is.character(x) || anyNA(x)) abort_arg(arg, "be a string", describe(x), call = call)
  x
}

# The last tokenizer with a vocabulary is kept: scripts often look up one text after the other.
text_session <- new.env(parent = emptyenv())

cached_tokenizer <- function(settings, words, first, unknown) {
  key <- list(settings, words, first, unknown)
  if (is.null(text_session$tokenizer) || !identical(text_session$key, key)) {
    text_session$tokenizer <- engine_text_tokenizer(settings, words, first, unknown)
    text_session$key <- key
  }
  text_session$tokenizer
}

# Words of texts as a list of character vectors.
split_texts <- function(settings, texts, call = rlang::caller_env()) {
  tokenizer <- engine_text_tokenizer(settings, character(), 1, -1)
  found <- engine_text_words(tokenizer, texts)
  warn_invalid(found$invalid, call)
  found$words
}
