# Words learnt from texts as plain values: what text() and tokens() of a formula keep of the training
# rows. A tokenizer would be a reference, and would keep all words however few are used.

# The `num_words` most frequent words (all for NULL), ties by first appearance: list(settings of the
# splitter, words, docs = texts that hold each, documents, oov). args: of text_tokenizer().
learn_words <- function(args, num_words, texts) {
  self <- self_of(fit_text_tokenizer(do.call(text_tokenizer, args), texts))
  kept <- which(!self$words %in% self$oov_token)
  kept <- kept[seq_len(min(length(kept), num_words))]
  list(settings = tokenizer_settings(self), words = self$words[kept], docs = self$docs[kept],
       documents = self$document_count, oov = self$oov_token)
}

# In the order of their indices; what stands for unknown words comes first.
learned_terms <- function(known) c(known$oov, known$words)

# The terms have the indices from `first`; unknown words are left out when nothing stands for them.
learned_lookup <- function(known, first) {
  has_oov <- !is.null(known$oov)
  cached_tokenizer(known$settings, known$words, first + has_oov, if (has_oov) first else -1L)
}

# A dgCMatrix with a column for each term; mode as in texts_to_matrix().
learned_matrix <- function(known, texts, mode, call) {
  columns <- length(learned_terms(known))
  docs <- c(if (!is.null(known$oov)) 0, known$docs)
  plan <- rows_plan(mode, columns, if (mode == "tfidf") tfidf_weight(known$documents, docs))
  rows <- engine_text_rows(plan$kind, columns)
  lookup <- learned_lookup(known, 0L)
  in_slices(texts, function(part) engine_text_rows_add(rows, lookup, part), call)
  rows_to_matrix(rows, length(texts), plan, TRUE)
}

# A list of integer vectors; 0 is free for padding.
learned_sequences <- function(known, texts, call) {
  lookup_sequences(learned_lookup(known, 1L), texts, call)
}
