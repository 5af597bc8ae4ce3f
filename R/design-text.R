# text(x, num_words, mode, ...): texts as bags of words, a sparse input whose columns count as columns of
# the design: they feed the first dense layer. The words are those of the rows weights are fitted to;
# until these are known the texts themselves are the input.
#
# Words come from a tokenizer, or, when an argument says so that only it has, from a vectorizer.

text_modes <- c("binary", "count", "freq", "tfidf")

# What text() and tokens() read: NA as "". Bad bytes are told here, where rows have their numbers.
text_values <- function(values, special, call) {
  if (is.factor(values) || (is.logical(values) && all(is.na(values)))) values <- as.character(values)
  if (!is.character(values) || !is.null(dim(values))) {
    abort_arg(deparse1(special$expr), paste0("be text (a character vector or a factor) for ", special$label),
              describe(values), class = "data", call = call)
  }
  values[is.na(values)] <- ""
  valid_texts(enc2utf8(values), call)
}

text_check <- function(args, label, call) {
  given <- function(maker, not) intersect(setdiff(names(formals(maker)), not), names(args) %||% character())
  tokenizer <- given(text_tokenizer, c("num_words", "lower"))
  vectorizer <- given(text_vectorizer, c("max_features", "lower", "binary", "weighting"))
  if (length(tokenizer) > 0 && length(vectorizer) > 0) {
    special_abort_call(label, "text", call = call, paste0(
      "`", tokenizer[1], "` is of text_tokenizer(), `", vectorizer[1], "` of text_vectorizer(): only one makes the words."))
  }
  mode <- check_string(args$mode %||% text_modes[1], paste("mode of", label), text_modes, call = call)
  num_words <- check_count(args$num_words, paste("num_words of", label), null_ok = TRUE, call = call)
  others <- args[c(tokenizer, vectorizer, intersect("lower", names(args)))]
  kernel <- special_penalty(args, label, "kernel", call)
  special_delegate(label, "text", call, {
    if (length(vectorizer) == 0) {
      do.call(text_tokenizer, others)
      list(mode = mode, kernel = kernel, num_words = num_words, tokenizer = others)
    } else {
      list(mode = mode, kernel = kernel, vectorizer = mode_vectorizer(others, mode, num_words))
    }
  })
}

# A vectorizer whose matrices are those of a mode. Counts of rows of length 1 are shares.
mode_vectorizer <- function(args, mode, num_words) {
  how <- switch(mode, binary = list(binary = TRUE), count = list(), tfidf = list(weighting = "tfidf"),
                freq = list(weighting = "tfidf", use_idf = FALSE, norm = "l1"))
  args[names(how)] <- how
  do.call(text_vectorizer, c(args, list(max_features = num_words)))
}

# Nothing is learnt before it is known which rows are fitted to.
text_prepare <- function(values, args, label, call) c(args, list(label = label))

# Reads texts as they are until text_settle() has learnt the words.
text_replay <- function(state, texts) {
  input <- if (text_columns(state) == 0) texts
           else if (is.null(state$vectorizer)) learned_matrix(state$known, texts, state$mode, NULL)
           else predict(state$vectorizer, texts)
  list(input = input, new = character())
}

text_settle <- function(state, input, fitted, ...) {
  if (is.null(state$vectorizer)) {
    state$known <- learn_words(state$tokenizer, state$num_words, input[fitted])
  } else {
    state$vectorizer <- tryCatch(fit(state$vectorizer, input[fitted]), tildenet_error_argument = function(e) {
      text_abort_empty(state$label, one_line(e))
    })
  }
  if (text_columns(state) == 0) text_abort_empty(state$label)
  list(state = state, input = text_replay(state, input)$input)
}

text_abort_empty <- function(label, given = NULL) {
  abort_arg(label, "find words in the training rows", given %||% "They hold none.",
            "Look at the texts, and at the arguments that say what a word is.", class = "data", call = NULL)
}

text_columns <- function(state) {
  if (is.null(state$vectorizer)) length(learned_terms(state$known)) else vectorizer_columns(state$vectorizer)
}

# The matrix with its terms as names; hashed terms have none.
text_named <- function(state, input) {
  if (is.null(state$vectorizer)) colnames(input) <- learned_terms(state$known)
  input
}

define_special("text",
  arguments = function(x, num_words = NULL, mode = "binary", ngrams = NULL, lower = TRUE, filters = NULL,
                       split = " ", char_level = FALSE, oov_token = NULL, analyzer = "word", stop_words = NULL,
                       min_df = 1, max_df = 1.0, vocabulary = NULL, token_pattern = NULL,
                       strip_accents = FALSE, use_idf = TRUE, smooth_idf = TRUE, sublinear = FALSE,
                       norm = "l2", hash = NULL, regularizer = NULL, constraint = NULL) NULL,
  content = "texts", values = text_values, check = text_check,
  prepare = text_prepare,
  replay = text_replay, settle = text_settle, shape = text_columns,
  head = function(state, entry, name) list(), kernel = function(state) state$kernel,
  columns = text_named)
