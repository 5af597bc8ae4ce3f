# Words: read_word_vectors() of a made up word2vec file, 1,000,000 words of 300 numbers, and of the text form of
# 100,000 words, against the readers of R; and the memory that takes at its peak. The file (1.2 GB) lies in the
# temporary folder while this runs.
source("bench/common.R")

words <- 1e6
numbers <- 300
folder <- tempfile("words_vectors")
dir.create(folder)
binary_file <- file.path(folder, "vectors.bin")
text_file <- file.path(folder, "vectors.txt")

# Words of 6 to 13 letters, by pieces of one length.
write_vectors <- function(pieces = 100) {
  set.seed(1)
  binary <- file(binary_file, "wb")
  text <- file(text_file, "w")
  on.exit({
    close(binary)
    close(text)
  })
  writeLines(sprintf("%d %d", words, numbers), binary)
  writeLines(sprintf("%d %d", words / 10, numbers), text)
  for (k in seq_len(pieces)) {
    n <- words / pieces
    name <- sprintf("%s%06d", strrep("w", k %% 8), (k - 1) * n + seq_len(n) - 1)
    x <- matrix(round(stats::rnorm(n * numbers, sd = 0.2), 4), numbers)
    writeBin(as.vector(rbind(matrix(charToRaw(paste(name, collapse = "")), ncol = n), as.raw(32),
                             matrix(writeBin(as.vector(x), raw(), size = 4), ncol = n), as.raw(10))), binary)
    if (k <= pieces / 10) writeLines(do.call(paste, c(list(name), asplit(x, 1))), text)
  }
}
write_vectors()

ours <- function(path) c("read_word_vectors()" = median_seconds(function() read_word_vectors(path), 5))
peers <- function(path, form) peer_times("words_vectors.R", c(path, form))
report("Words  word2vec binary file, 1,000,000 words x 300", ours(binary_file), list(
  peer("readers of R", peers(binary_file, "binary"), 3)))
report("       the text form, 100,000 words x 300", ours(text_file), list(
  peer("readers of R", peers(text_file, "text"), 3)))

if (file.exists("/proc/self/status")) {
  memory <- process_memory("", sprintf("m <- read_word_vectors('%s')", binary_file), "m")
  report_memory(memory[["peak"]], sprintf("kept %.0f", memory[["kept"]]), 1.2 * memory[["kept"]], "1.2 times what is kept")
}
unlink(folder, recursive = TRUE)
