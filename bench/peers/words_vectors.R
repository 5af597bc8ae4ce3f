# Words: a file of word vectors as a matrix with words as row names, by what R has for it.
path <- commandArgs(TRUE)[1]
form <- commandArgs(TRUE)[2]

# Median of the runs after one that is not counted; what takes minutes is run once.
report <- function(label, read, runs = 3) {
  seconds <- vapply(seq_len(if (runs > 1) runs + 1 else 1), function(k) {
    seconds <- system.time(x <- read())[["elapsed"]]
    stopifnot(is.numeric(x), ncol(x) == 300, nrow(x) %in% c(1e5, 1e6), nzchar(rownames(x)[1]))
    seconds
  }, 0)
  cat(label, "\t", stats::median(if (runs > 1) seconds[-1] else seconds), "\n", sep = "")
}

# As the readers that are written in R do it: letters up to a blank, then the numbers, word after word.
loop <- function() {
  con <- file(path, "rb")
  on.exit(close(con))
  size <- as.numeric(strsplit(readLines(con, 1), " ")[[1]])
  x <- matrix(0, size[2], size[1])
  words <- character(size[1])
  for (k in seq_len(size[1])) {
    word <- raw(100)
    n <- 0
    while ((byte <- readBin(con, "raw", 1)) != 0x20) word[n <- n + 1] <- byte
    words[k] <- rawToChar(word[seq_len(n)])
    x[, k] <- readBin(con, "numeric", size[2], size = 4)
    readBin(con, "raw", 1)
  }
  x <- t(x)
  rownames(x) <- words
  x
}

table <- function() {
  found <- data.table::fread(path, sep = " ", skip = 1, header = FALSE, quote = "")
  x <- as.matrix(found[, seq_len(300) + 1, with = FALSE])
  dimnames(x) <- list(found[[1]], NULL)
  x
}

scanned <- function() {
  found <- scan(path, c(list(""), rep(list(0), 300)), skip = 1, quote = "", comment.char = "", quiet = TRUE)
  x <- do.call(cbind, found[-1])
  rownames(x) <- found[[1]]
  x
}

if (form == "binary") report("readBin(), word by word", loop, 1)
if (requireNamespace("word2vec", quietly = TRUE) && form == "binary") {
  report("word2vec", function() as.matrix(word2vec::read.word2vec(path, normalize = FALSE)))
}
if (requireNamespace("data.table", quietly = TRUE) && form == "text") {
  data.table::setDTthreads(2)
  report("data.table::fread(), 2 threads", table)
}
if (form == "text") report("scan()", scanned)
