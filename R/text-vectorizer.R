#' Term matrices of texts
#'
#' A vectorizer learns the terms of texts with `fit()` and counts them in the same or other texts with
#' `predict()`. Terms are words of two or more letters, digits or underscores, of any script; or groups
#' of neighbouring words; or of characters.
#'
#' `weighting = "tfidf"` multiplies the count c, or 1 + log c with `sublinear`, by the idf of the term, and
#' scales each row to length 1. For n texts of which d hold the term, the idf is log((1 + n) / (1 + d)) + 1,
#' without `smooth_idf` log(n / d) + 1.
#'
#' **Counts made elsewhere.** `fit()` and `predict()` also take a matrix with a row per text and the terms
#' as column names: a numeric matrix, a sparse matrix of Matrix, quanteda's `dfm`, slam's
#' `simple_triplet_matrix` and with it tm's `DocumentTermMatrix`. Of the settings those count that choose
#' and weigh terms. `predict()` finds columns by name: terms that the vectorizer does not know are left out,
#' those that are not there are zero. A `TermDocumentMatrix` has its texts in columns and must be turned
#' with `t()`.
#' @param max_features Keep that many terms, those with the highest counts, ties in the order of terms.
#' @param ngrams Shortest and longest group of words (or characters), at most 1000.
#' @param analyzer `"word"` or `"char"`: terms are groups of characters, where runs of white space count as
#'   one space.
#' @param lower Whether to lower-case, by the rules of Unicode.
#' @param stop_words Words that are left out before groups are made: a character vector, or `"english"` for
#'   a list of 318.
#' @param min_df,max_df Terms in fewer, or more, texts are left out. Below 1 a share of the texts, as is
#'   `max_df = 1`; otherwise a number of texts, as are integers such as `1L`.
#' @param binary `TRUE`: count each term once per text.
#' @param vocabulary Terms in column order, instead of those of the texts.
#' @param token_pattern A regular expression (PCRE) of words, instead of the rule above.
#' @param strip_accents `TRUE`: letters lose their marks, by Unicode's canonical decompositions.
#' @param weighting `"count"` or `"tfidf"`.
#' @param use_idf,smooth_idf,sublinear See above.
#' @param norm `"l2"`, `"l1"` or `NULL`: length of the rows, for `"tfidf"`.
#' @param hash A number of columns: the column of a term is a fixed hash of it, and no vocabulary is kept.
#'   `NULL`: one column per term.
#' @param object A vectorizer.
#' @param x,newdata A character vector; NA counts as "". Texts that are split already: a list of character
#'   vectors or quanteda's `tokens`. Or counts of terms made elsewhere, see below. `x` may also be a function
#'   without arguments that returns texts, piece by piece, and `NULL` at the end.
#' @param ... Not used.
#' @returns `text_vectorizer()` an unfitted, `fit()` a fitted vectorizer; both are values: fitting changes
#'   nothing in place. `predict()` gives a `dgCMatrix` with one row per text and the terms as column
#'   names (none with `hash`). `vocabulary()` gives the terms in column order, that of code points.
#' @section Errors:
#' Texts without any term that stays, settings that do not go together and matrices that hold no counts are
#' errors of class `tildenet_error_argument`; a matrix without any known term is one of class
#' `tildenet_error_data`.
#' @source tf-idf: Salton and Buckley (1988), Term-weighting approaches in automatic text retrieval,
#'   Information Processing and Management 24, 513-523. Hashing: Weinberger and others (2009),
#'   <https://arxiv.org/abs/0902.2206>.
#' @examples
#' texts <- c("The cat sat.", "The dog sat down!", "Cats and dogs")
#' counts <- fit(text_vectorizer(), texts)
#' predict(counts, texts)
#' weighted <- fit(text_vectorizer(ngrams = c(1, 2), weighting = "tfidf"), texts)
#' vocabulary(weighted)
#' @export
text_vectorizer <- function(max_features = NULL, ngrams = c(1, 1), analyzer = "word", lower = TRUE,
                            stop_words = NULL, min_df = 1, max_df = 1.0, binary = FALSE,
                            vocabulary = NULL, token_pattern = NULL, strip_accents = FALSE,
                            weighting = "count", use_idf = TRUE, smooth_idf = TRUE,
                            sublinear = FALSE, norm = "l2", hash = NULL) {
  settings <- list(
    max_features = check_count(max_features, "max_features", null_ok = TRUE),
    ngrams = check_ngrams(ngrams),
    analyzer = check_string(analyzer, "analyzer", c("word", "char")),
    lower = check_flag(lower, "lower"),
    stop_words = check_stop_words(stop_words),
    min_df = check_df(min_df, "min_df"), max_df = check_df(max_df, "max_df"),
    min_is_share = min_df < 1, max_is_share = is_share(max_df),
    binary = check_flag(binary, "binary"),
    vocabulary = check_vocabulary(vocabulary),
    token_pattern = check_string(token_pattern, "token_pattern", null_ok = TRUE),
    strip_accents = check_flag(strip_accents, "strip_accents"),
    weighting = check_string(weighting, "weighting", c("count", "tfidf")),
    use_idf = check_flag(use_idf, "use_idf"), smooth_idf = check_flag(smooth_idf, "smooth_idf"),
    sublinear = check_flag(sublinear, "sublinear"),
    norm = check_string(norm, "norm", c("l1", "l2"), null_ok = TRUE),
    hash = check_count(hash, "hash", max = .Machine$integer.max - 1, null_ok = TRUE))
  check_together(settings)
  structure(list(settings = settings), class = "tildenet_vectorizer")
}

# Words or characters. A text of n of them has n^2 / 2 groups of all lengths, and longer ones say nothing
# about other texts.
longest_group <- 1000

check_ngrams <- function(ngrams, call = rlang::caller_env()) {
  ngrams <- plain_numbers(ngrams) %||% ngrams
  fine <- is.numeric(ngrams) && length(ngrams) %in% 1:2 && !anyNA(ngrams) &&
    all(ngrams == round(ngrams) & ngrams >= 1 & ngrams <= longest_group) &&
    !is.unsorted(ngrams)
  if (!fine) {
    abort_arg("ngrams", paste0("be the shortest and the longest length of a group, at most ", longest_group),
              describe_numbers(ngrams), "For example c(1, 2).", call = call)
  }
  range(ngrams)
}

check_df <- function(df, arg, call = rlang::caller_env()) {
  check_number(df, arg, min = 0, call = call)
  if (df > 1) check_count(df, arg, call = call)
  as.numeric(df)
}

# 1 is all of the texts as max_df, and one text as an integer.
is_share <- function(df) df <= 1 && !is.integer(df)

check_stop_words <- function(stop_words, call = rlang::caller_env()) {
  if (is.null(stop_words)) return(NULL)
  if (identical(stop_words, "english")) return(english_stop_words())
  if (!is.character(stop_words) || anyNA(stop_words)) {
    abort_arg("stop_words", "be a character vector, or \"english\"", describe(stop_words), call = call)
  }
  enc2utf8(stop_words)
}

check_vocabulary <- function(vocabulary, call = rlang::caller_env()) {
  if (is.null(vocabulary)) return(NULL)
  if (!is.character(vocabulary) || anyNA(vocabulary) || anyDuplicated(vocabulary) || !length(vocabulary)) {
    abort_arg("vocabulary", "be a character vector that holds each term once", describe(vocabulary),
              call = call)
  }
  enc2utf8(as.vector(vocabulary))
}

check_together <- function(settings, call = rlang::caller_env()) {
  refuse <- function(arg, other) {
    if (!is.null(settings[[arg]])) abort_arg(arg, paste0("be NULL with ", other), call = call)
  }
  if (settings$analyzer == "char") for (arg in c("stop_words", "token_pattern")) refuse(arg, "`analyzer = \"char\"`")
  if (!is.null(settings$hash)) for (arg in c("vocabulary", "max_features")) refuse(arg, "`hash`")
}

#' @export
print.tildenet_vectorizer <- function(x, ...) {
  columns <- counted(vectorizer_columns(x), if (is.null(x$settings$hash)) "term" else "column")
  cat("<text vectorizer: ", if (is.null(x$documents)) "not fitted" else
    paste0(columns, ", ", counted(x$documents, "text")), ">\n", sep = "")
  invisible(x)
}

vectorizer_columns <- function(object) object$settings$hash %||% length(object$vocabulary)

#' @rdname text_vectorizer
#' @export
vocabulary <- function(object) {
  if (!inherits(object, "tildenet_vectorizer")) {
    abort_arg("object", "be a text_vectorizer()", describe(object))
  }
  check_fitted_vectorizer(object)
  object$vocabulary
}

check_fitted_vectorizer <- function(object, call = rlang::caller_env()) {
  settings <- object$settings
  if (!is_named_list(settings) || !all(names(formals(text_vectorizer)) %in% names(settings))) {
    abort_stored("settings", "vectorizer")
  }
  do.call(text_vectorizer, settings[names(formals(text_vectorizer))]) # refuses what a file should not hold
  if (is.null(object$documents)) {
    abort_arg("object", "be a fitted vectorizer", "It was not fitted yet.", "Call fit() on texts first.",
              call = call)
  }
}
