#' Texts or sequences as a matrix with one column per word
#'
#' Column j + 1 belongs to index j, so that the first column is empty unless sequences hold 0. With c the
#' number of times a word stands in the text:
#'
#' * `"binary"`: 1
#' * `"count"`: c
#' * `"freq"`: c over the length of the sequence, indices outside of the matrix included
#' * `"tfidf"`: (1 + log c) log(1 + N / (1 + n)), where N documents were seen in fitting, and n of them
#'   hold the word
#' @inheritParams texts_to_sequences
#' @param tokenizer A [text_tokenizer()]. One with `num_words` need not be fitted, but for `"tfidf"`.
#' @param sequences A list of sequences of whole numbers from 0, or a matrix with one per row. Indices
#'   without a column are left out.
#' @param mode See above.
#' @param sparse `TRUE`: a `dgCMatrix`, which takes memory only where words are.
#' @returns A matrix with one row per text and `num_words` columns, or one more than there are words.
#' @section Errors:
#' An unfitted tokenizer without `num_words`, `"tfidf"` before fitting and negative indices are errors of
#' class `tildenet_error_argument`. Bytes that are not UTF-8: see [fit_text_tokenizer()].
#' @source tf-idf: Salton and Buckley (1988), Term-weighting approaches in automatic text retrieval,
#'   Information Processing and Management 24, 513-523.
#' @examples
#' tokenizer <- fit_text_tokenizer(text_tokenizer(), c("the cat and the dog", "the dog"))
#' texts_to_matrix(tokenizer, c("the dog", "a cat"))
#' texts_to_matrix(tokenizer, "the dog and the cat", mode = "count", sparse = TRUE)
#' sequences_to_matrix(tokenizer, list(c(1, 1, 3)), mode = "freq")
#' @export
texts_to_matrix <- function(tokenizer, texts, mode = c("binary", "count", "tfidf", "freq"),
                            sparse = FALSE) {
  self <- tokenizer_self(tokenizer)
  plan <- matrix_plan(self, mode, sparse)
  texts <- as_texts(texts, "texts")
  lookup <- lookup_tokenizer(self)
  rows <- engine_text_rows(plan$kind, plan$columns)
  in_slices(texts, function(part) engine_text_rows_add(rows, lookup, part))
  rows_to_matrix(rows, length(texts), plan, sparse)
}

#' @rdname texts_to_matrix
#' @export
sequences_to_matrix <- function(tokenizer, sequences, mode = c("binary", "count", "tfidf", "freq"),
                                sparse = FALSE) {
  self <- tokenizer_self(tokenizer)
  plan <- matrix_plan(self, mode, sparse)
  s <- as_sequences(sequences, "sequences")
  rows <- engine_text_rows(plan$kind, plan$columns)
  engine_text_rows_add_indices(rows, s$index, s$length)
  rows_to_matrix(rows, length(s$length), plan, sparse)
}

# How the engine makes the matrix: list(columns, kind of rows, value, weight per column).
matrix_plan <- function(self, mode, sparse, call = rlang::caller_env()) {
  mode <- check_string(mode[1], "mode", c("binary", "count", "tfidf", "freq"), call = call)
  check_flag(sparse, "sparse", call = call)
  words <- length(indexed_words(self)$words)
  if (is.null(self$num_words) && words == 0) {
    abort_arg("tokenizer", "be fitted, or have `num_words`", "It knows no words yet.",
              "Call fit_text_tokenizer() first.", call = call)
  }
  columns <- self$num_words %||% (words + 1)
  if (mode == "tfidf" && self$document_count == 0) {
    abort_arg("tokenizer", "be fitted for `mode = \"tfidf\"`", "It has seen no documents yet.",
              "Call fit_text_tokenizer() first.", call = call)
  }
  weight <- if (mode == "tfidf") tfidf_weight(self$document_count, docs_by_column(self, columns))
  rows_plan(mode, columns, weight, call)
}

tfidf_weight <- function(documents, docs) log(1 + documents / (1 + docs))

rows_plan <- function(mode, columns, weight, call = NULL) {
  list(columns = columns, kind = if (mode == "binary") "presence" else "count",
       value = if (mode == "tfidf") "log" else mode, weight = weight, call = call)
}

rows_to_matrix <- function(rows, n, plan, sparse) {
  if (!sparse) return(dense_rows(rows, n, plan))
  parts <- engine_text_rows_columns(rows, plan$value, plan$weight)
  new_dgc(parts$i, parts$p, parts$x, c(n, plan$columns))
}

dense_rows <- function(rows, n, plan) {
  size <- paste(format(n, big.mark = ","), "x", format(plan$columns, big.mark = ","))
  with_room(engine_text_rows_matrix(rows, plan$value, plan$weight), paste("a matrix of", size), n * plan$columns,
            "Use `sparse = TRUE`, or fewer `num_words`.", call = plan$call)
}
