# Q2: the plain call on 10,000 rows of 20 columns, numbers and labels of two and of five kinds, two threads.
source("bench/common.R")
options(tildenet.threads = 2)

n <- 10000
set.seed(1)
rows <- data.frame(matrix(stats::rnorm(n * 16), n), lapply(stats::setNames(2:5, letters[2:5]), function(k) {
  factor(sample(letters[seq_len(k)], n, replace = TRUE))
}))
signal <- sin(2 * rows$X1) + rows$X2 * rows$X3 + (rows$b == "a") * rows$X4 + as.integer(rows$e) / 2
outcomes <- list(
  "numbers" = signal + stats::rnorm(n),
  "two labels" = factor(signal + stats::rnorm(n) > stats::median(signal), labels = c("low", "high")),
  "five labels" = cut(signal + stats::rnorm(n) / 2, stats::quantile(signal, 0:5 / 5) + c(-9, 0, 0, 0, 0, 9), labels = 1:5))
seconds <- vapply(outcomes, function(y) {
  median_seconds(function() kms(y ~ ., cbind(y, rows), pTraining = 1, seed = 1, verbose = 0), 3)
}, 0)
report_seconds("Q2  kms(y ~ ., d), 10,000 rows of 20 columns, two threads", seconds, 10)
