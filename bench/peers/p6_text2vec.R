# P6: text2vec on the same texts, in one and in two processes; reading them is not timed. Words are cut at
# blanks: of its tokenizers the fastest, which leaves punctuation where it is.
suppressPackageStartupMessages(library(text2vec))

runs <- 5
texts <- readRDS(commandArgs(TRUE)[1])
options(text2vec.mc.cores = 2)
tokens_of <- list(
  "1 process" = function() itoken(texts, tolower, space_tokenizer, progressbar = FALSE),
  "2 processes" = function() itoken_parallel(texts, tolower, space_tokenizer, n_chunks = 2)
)

once <- function(tokens) {
  system.time({
    vocabulary <- prune_vocabulary(create_vocabulary(tokens), vocab_term_max = 10000)
    x <- create_dtm(tokens, vocab_vectorizer(vocabulary))
    x@x[] <- 1
  })[["elapsed"]]
}

for (name in names(tokens_of)) {
  once(tokens_of[[name]]())
  seconds <- vapply(seq_len(runs), function(i) once(tokens_of[[name]]()), 0)
  cat("text2vec, ", name, "\t", stats::median(seconds), "\n", sep = "")
}
