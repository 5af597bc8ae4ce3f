# Rows of words for the rows that train on them, and the file in which the peers read them.
suppressPackageStartupMessages(library(Matrix))

# 0/1 rows with `each` of the words, which follow Zipf's law.
made_up_rows <- function(rows, words, each) {
  set.seed(1)
  p <- 1 / (seq_len(words) + 20)
  j <- replicate(rows, sort(sample.int(words, each, prob = p)), simplify = FALSE)
  sparseMatrix(i = rep(seq_len(rows), each = each), j = unlist(j), x = 1, dims = c(rows, words))
}

# Rows, columns, row pointers, 0-based columns, class numbers from 0.
write_rows <- function(x, y, file) {
  by_row <- as(x, "RsparseMatrix")
  connection <- file(file, "wb")
  on.exit(close(connection))
  writeBin(c(dim(x), by_row@p, by_row@j), connection)
  writeBin(as.integer(y), connection)
}
