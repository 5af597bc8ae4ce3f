#' Text vectorisation layer
#'
#' Turns texts into sequences of word indices or into rows of a matrix, by a vocabulary that
#' `adapt()` learns or that is given. The layer is called on texts by itself, or is the first one of a model:
#' behind `layer_input(shape = 1, dtype = "string")`, or in front of a sequential model. The model then takes
#' character vectors in [fit()], [evaluate()] and [predict()].
#'
#' Terms come by falling count, those of equal count in descending order of their bytes. With
#' `output_mode = "int"` index 0 is padding, 1 the unknown term `"[UNK]"`, then come the terms. The other
#' modes give one row per text: `"[UNK]"` is the first column, then come the terms: `"multi_hot"` (also
#' called `"binary"`) 1, `"count"` the count c, `"tf_idf"` c log(1 + N / (1 + n)) for N adapted texts of which n
#' hold the term; `"[UNK]"` weighs the mean of the others.
#'
#' Only ASCII letters are lowered; ASCII punctuation is deleted without leaving a space.
#' @inheritParams layers
#' @param object A sequential model, an input of texts, or missing for the bare layer. For `adapt()` and the
#'   functions of the vocabulary, the layer.
#' @param max_tokens Most entries of the vocabulary, `"[UNK]"` and, in mode `"int"`, padding among them.
#' @param standardize `"lower_and_strip_punctuation"`, `"lower"`, `"strip_punctuation"`, `NULL`, or a
#'   function of a character vector.
#' @param split `"whitespace"`, `"character"`, `NULL` (a text is one term), or a function that turns a
#'   character vector into a list of them.
#' @param ngrams A number n, at most 1000: groups of 1 to n terms. Several numbers, or a list: groups of
#'   these lengths.
#' @param output_mode `"int"`, `"multi_hot"` (or `"binary"`), `"count"`, `"tf_idf"` (or `"tf-idf"`).
#' @param output_sequence_length Length of the sequences, in mode `"int"`; `NULL`: that of the longest.
#' @param pad_to_max_tokens `TRUE`: as many columns as `max_tokens`.
#' @param vocabulary Terms, or the path of a file with one per line. Padding and `"[UNK]"` in front are
#'   taken off.
#' @param data Texts: a character vector.
#' @param include_special_tokens `FALSE`: without padding and `"[UNK]"`.
#' @param idf_weights One number per term, for mode `"tf_idf"`.
#' @returns A layer, the model (invisibly), or the output tensor. Called on n texts it gives a tensor, n x length
#'   or n x columns; in mode `"int"` with `split = NULL` one of n numbers. `get_vocabulary()` gives a character vector; `adapt()` and
#'   `set_vocabulary()` the layer, invisibly.
#' @section Errors:
#' Settings that do not go together and inputs that are no texts are errors of class
#' `tildenet_error_argument`, a layer that is called without a vocabulary one of class `tildenet_error_state`.
#' A vocabulary of another size than that with which a model was built is an error of class
#' `tildenet_error_shape`.
#' @examples
#' layer <- layer_text_vectorization(max_tokens = 10, output_sequence_length = 4)
#' adapt(layer, c("The cat sat.", "The dog sat down!"))
#' get_vocabulary(layer)
#' as.array(layer(c("the cat", "a bird sat")))
#' @export
layer_text_vectorization <- function(object, max_tokens = NULL,
                                     standardize = "lower_and_strip_punctuation",
                                     split = "whitespace", ngrams = NULL, output_mode = "int",
                                     output_sequence_length = NULL, pad_to_max_tokens = FALSE,
                                     vocabulary = NULL, input_shape = NULL, batch_input_shape = NULL,
                                     batch_size = NULL, dtype = NULL, name = NULL, trainable = NULL) {
  force_object(object)
  modes <- c("int", "multi_hot", "binary", "count", "tf_idf", "tf-idf")
  config <- list(
    max_tokens = check_count(max_tokens, "max_tokens", null_ok = TRUE),
    standardize = check_choice(standardize, "standardize",
                               c("lower_and_strip_punctuation", "lower", "strip_punctuation")),
    split = check_choice(split, "split", c("whitespace", "character")),
    ngrams = ngram_lengths(ngrams),
    output_mode = check_string(output_mode, "output_mode", modes),
    output_sequence_length = check_count(output_sequence_length, "output_sequence_length",
                                         null_ok = TRUE),
    pad_to_max_tokens = check_flag(pad_to_max_tokens, "pad_to_max_tokens"))
  config$output_mode <- switch(config$output_mode, binary = "multi_hot", `tf-idf` = "tf_idf", config$output_mode)
  check_vectorization(config)
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable)
  layer <- new_layer("TextVectorization", config, common)
  self_of(layer)$.call <- "text_vectorization_call"
  if (!is.null(vocabulary)) set_vocabulary(layer, vocabulary)
  compose_layer(object, layer)
}

# NULL, one of the names, or a function.
check_choice <- function(x, arg, values, call = rlang::caller_env()) {
  if (is.null(x) || is.function(x)) return(x)
  check_string(x, arg, values, call = call)
}

ngram_lengths <- function(ngrams, call = rlang::caller_env()) {
  if (is.null(ngrams)) return(NULL)
  lengths <- vapply(as.list(ngrams), check_count, 0, arg = "ngrams", max = longest_group, call = call)
  if (!is.list(ngrams) && length(ngrams) == 1) seq_len(lengths) else lengths
}

check_vectorization <- function(config, call = rlang::caller_env()) {
  int <- config$output_mode == "int"
  if (!is.null(config$output_sequence_length) && (!int || is.null(config$split))) {
    abort_arg("output_sequence_length", "be NULL but for `output_mode = \"int\"` with a `split`", call = call)
  }
  if (!is.null(config$ngrams) && is.null(config$split)) {
    abort_arg("ngrams", "be NULL when `split` is NULL", "There are no words to be grouped.", call = call)
  }
  if (config$pad_to_max_tokens && (int || is.null(config$max_tokens))) {
    abort_arg("pad_to_max_tokens", "be FALSE in mode \"int\" and without `max_tokens`", call = call)
  }
}

# ---- texts -----------------------------------------------------------------------------------------

vectorization_settings <- function(config) {
  standard <- if (is.function(config$standardize)) "" else config$standardize %||% ""
  split <- if (is.null(config$split) || is.function(config$split)) "none" else config$split
  splitter_settings(lower = if (grepl("lower", standard)) "ascii" else "none",
                    split = switch(split, whitespace = "white", character = "characters", "none"),
                    deleted = if (grepl("strip", standard)) ascii_punctuation() else "",
                    group = config$ngrams)
}

ascii_punctuation <- function() "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~'"

# Texts as the engine takes them: a character vector, or a list where a function has split them.
vectorization_texts <- function(config, data, arg, call) {
  if (length(dim(data)) > 1 && prod(dim(data)[-1]) != 1) {
    abort_arg(arg, "hold one text per sample", describe(data), class = "shape", call = call)
  }
  texts <- as_texts(data, arg, call)
  if (is.list(texts)) abort_arg(arg, "be a character vector", describe(data), call = call)
  texts[is.na(texts)] <- ""
  if (is.function(config$standardize)) {
    texts <- texts_by(config$standardize, texts, "standardize", is.character, call)
  }
  if (!is.function(config$split)) return(texts)
  # What a function splits is not treated any more; the built-in standardization comes before it.
  settings <- vectorization_settings(utils::modifyList(config, list(split = NULL, ngrams = NULL)))
  texts <- vapply(split_texts(settings, texts, call), identity, "")
  as_texts(texts_by(config$split, texts, "split", is.list, call), "split", call)
}

texts_by <- function(f, texts, arg, is_right, call) {
  out <- f(texts)
  if (!is_right(out) || length(out) != length(texts)) {
    abort_arg(arg, paste0("give one element for each of the ", length(texts), " texts"), describe(out),
              call = call)
  }
  out
}

# ---- vocabulary ------------------------------------------------------------------------------------

vectorization_self <- function(object, call = rlang::caller_env()) {
  if (!is_object(object, "TextVectorization")) {
    abort_arg("object", "be a layer_text_vectorization()", describe(object), call = call)
  }
  self_of(object)
}

# Terms that fit beside padding and [UNK].
room_for_terms <- function(config) {
  special <- if (config$output_mode == "int") 2 else 1
  if (is.null(config$max_tokens)) Inf else max(0, config$max_tokens - special)
}

#' @rdname layer_text_vectorization
#' @export
adapt <- function(object, data) {
  self <- vectorization_self(object)
  config <- self$config
  texts <- vectorization_texts(config, data, "data", rlang::current_env())
  counter <- engine_text_tokenizer(vectorization_settings(config), character(), 1, -1)
  in_slices(texts, function(part) engine_text_count(counter, part))
  found <- engine_text_terms(counter)
  by <- order(found$counts, found$words, decreasing = TRUE, method = "radix")
  by <- by[nzchar(found$words[by])]
  by <- utils::head(by, min(length(by), room_for_terms(config)))
  idf <- if (config$output_mode == "tf_idf") log(1 + length(texts) / (1 + found$docs[by]))
  take_vocabulary(self, found$words[by], idf)
  invisible(object)
}

take_vocabulary <- function(self, words, idf) {
  self$learned <- list(vocabulary = words, idf = idf)
}

#' @rdname layer_text_vectorization
#' @export
get_vocabulary <- function(object, include_special_tokens = TRUE) {
  self <- vectorization_self(object)
  check_flag(include_special_tokens, "include_special_tokens")
  special <- c(if (self$config$output_mode == "int") "", "[UNK]")
  c(if (include_special_tokens) special, self$learned$vocabulary %||% character())
}

#' @rdname layer_text_vectorization
#' @export
set_vocabulary <- function(object, vocabulary, idf_weights = NULL) {
  self <- vectorization_self(object)
  config <- self$config
  if (!is.character(vocabulary) || anyNA(vocabulary)) {
    abort_arg("vocabulary", "be a character vector", describe(vocabulary))
  }
  if (length(vocabulary) == 1 && file.exists(vocabulary)) {
    vocabulary <- readLines(vocabulary, warn = FALSE, encoding = "UTF-8")
  }
  words <- enc2utf8(as.vector(vocabulary))
  if (length(words) > 0 && words[1] == "") words <- words[-1]
  if (length(words) > 0 && words[1] == "[UNK]") words <- words[-1]
  check_terms(words, config)
  if (config$output_mode == "tf_idf") {
    weights <- plain_numbers(idf_weights)
    if (is.null(weights) || length(weights) != length(words) || anyNA(weights)) {
      abort_arg("idf_weights", paste0("be one number for each of the ", length(words), " terms"),
                describe(idf_weights), "In mode \"tf_idf\" a vocabulary is set with set_vocabulary().")
    }
  } else if (!is.null(idf_weights)) {
    abort_arg("idf_weights", "be NULL but in mode \"tf_idf\"", describe(idf_weights))
  }
  take_vocabulary(self, words, plain_numbers(idf_weights))
  invisible(object)
}

check_terms <- function(words, config, call = rlang::caller_env()) {
  wrong <- which(duplicated(words) | words %in% c("", "[UNK]"))
  if (length(wrong) > 0) {
    abort_arg("vocabulary", "hold each term once, and padding and \"[UNK]\" only in front", call = call,
              given = paste0("Term ", wrong[1], " is ", encodeString(words[wrong[1]], quote = "\""), "."))
  }
  if (length(words) > room_for_terms(config)) {
    abort_arg("vocabulary", paste0("have at most ", room_for_terms(config), " terms with this `max_tokens`"),
              paste0("It has ", length(words), "."), call = call)
  }
}

# ---- the call --------------------------------------------------------------------------------------

# On texts at once; on a tensor or a model as any other layer.
text_vectorization_call <- function(self, ..., training = NULL) {
  call <- rlang::caller_env()
  data <- list(...)
  symbolic <- function(x) is_tensor(x) && !is_eager(x) || is_object(x)
  if (any(vapply(data, symbolic, NA))) return(layer_invoke(self, ...))
  if (length(data) != 1) abort_tn("This layer is called on one character vector.", call = call)
  value <- vectorize_texts(self, data[[1]], call)
  eager_tensor(value, if (self$config$output_mode == "int") "int32")
}

# A matrix of indices or of columns of terms, the latter sparse where asked; a vector of indices of texts that
# are not split.
vectorize_texts <- function(self, x, call, sparse = FALSE) {
  check_vocabulary_known(self, call)
  texts <- vectorization_texts(self$config, x, "x", call)
  if (self$config$output_mode == "int") vectorize_int(self, texts, call) else vectorize_rows(self, texts, call, sparse)
}

check_vocabulary_known <- function(self, call) {
  if (!is.null(self$learned)) return(invisible())
  abort_tn(paste0("Layer \"", self$name, "\" has no vocabulary yet."), "state", call = call,
           how = "Call adapt() on texts first, or give `vocabulary`.")
}

vectorization_rows <- function(self, texts, kind, columns, first, call) {
  lookup <- cached_tokenizer(vectorization_settings(self$config), self$learned$vocabulary, first, first - 1L)
  rows <- engine_text_rows(kind, columns)
  in_slices(texts, function(part) engine_text_rows_add(rows, lookup, part), call)
  rows
}

# An empty text that is not split is padding.
vectorize_int <- function(self, texts, call) {
  config <- self$config
  sequences <- engine_text_rows_list(vectorization_rows(self, texts, "sequence", 0, 2L, call))
  if (is.null(config$split)) {
    ids <- vapply(sequences, identity, 0L)
    ids[!nzchar(texts)] <- 0L
    return(array(ids, length(ids)))
  }
  pad_sequences(sequences, config$output_sequence_length %||% max(lengths(sequences), 0), padding = "post",
                truncating = "post")
}

vectorize_rows <- function(self, texts, call, sparse) {
  config <- self$config
  columns <- vectorization_columns(self, call)
  terms <- length(self$learned$vocabulary) + 1
  idf <- self$learned$idf
  weight <- if (config$output_mode == "tf_idf") {
    c(if (terms > 1) mean(idf) else 0, idf, numeric(columns - terms))
  }
  kind <- if (config$output_mode == "multi_hot") "presence" else "count"
  rows <- vectorization_rows(self, texts, kind, columns, 1L, call)
  value <- switch(config$output_mode, multi_hot = "binary", count = "count", tf_idf = "weighted")
  plan <- list(columns = columns, value = value, weight = weight, call = call)
  rows_to_matrix(rows, length(texts), plan, sparse)
}

# Columns of the modes that give a row of terms: "[UNK]" and the vocabulary.
vectorization_columns <- function(self, call) {
  if (self$config$pad_to_max_tokens) return(self$config$max_tokens)
  check_vocabulary_known(self, call)
  length(self$learned$vocabulary) + 1
}
