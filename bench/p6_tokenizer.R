# P6: learn the words of 50,000 film reviews and make the 0/1 matrix of the 10,000 most frequent ones.
source("bench/common.R")
source("bench/data_reviews.R")
suppressPackageStartupMessages(library(Matrix))

texts <- film_reviews()$text

# Strings behind one another, each closed by a zero byte.
data_file <- file.path(bench_dir, "p6.bin")
connection <- file(data_file, "wb")
writeBin(enc2utf8(texts), connection)
close(connection)
texts_file <- file.path(bench_dir, "p6.rds")
saveRDS(texts, texts_file, compress = FALSE)

whole <- function(texts) {
  tokenizer <- text_tokenizer(num_words = 10001)
  fit_text_tokenizer(tokenizer, texts)
  texts_to_matrix(tokenizer, texts, mode = "binary", sparse = TRUE)
}

ours <- both_threads(function(epochs) whole(texts), 1)
report("P6  50,000 reviews: vocabulary and 0/1 matrix of 10,000 words", ours, list(
  peer("sklearn CountVectorizer", peer_times("p6_tokenizer.py", data_file), 8),
  peer("text2vec", peer_times("p6_text2vec.R", texts_file), 4)))

sizes <- c(12500, 25000, 50000)
characters <- vapply(sizes, function(n) sum(nchar(texts[seq_len(n)], "bytes")), 0)
options(tildenet.threads = 1)
seconds <- vapply(sizes, function(n) median_seconds(function() whole(texts[seq_len(n)]), 5), 0)
cat(sprintf("  cost grows with characters to the power %.2f\n", growth(characters, seconds)))

if (file.exists("/proc/self/status")) {
  memory <- process_memory(
    c(sprintf("texts <- readRDS('%s')", texts_file),
      "invisible(texts_to_matrix(fit_text_tokenizer(text_tokenizer(9), 'a'), 'a', sparse = TRUE))"),
    "tokenizer <- text_tokenizer(num_words = 10001); fit_text_tokenizer(tokenizer, texts)
     m <- texts_to_matrix(tokenizer, texts, sparse = TRUE)", "m")
  text <- max(characters) / 2^20
  report_memory(text + memory[["peak"]], sprintf("text %.0f, matrix %.0f", text, memory[["kept"]]),
                2.5 * text + memory[["kept"]], "2.5 times the text + the matrix")
}
