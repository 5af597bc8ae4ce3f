# P2s: the same net with director dummies: 8 numbers and 1,365 columns of which a row has one, sparse.
source("bench/common.R")
source("bench/p2_net.R")
library(Matrix)
set.seed(1)
director <- sample.int(1366, 1894, replace = TRUE, prob = 1 / (seq_len(1366) + 50))
has <- director > 1 # the first level is the baseline
dummies <- sparseMatrix(i = which(has), j = director[has] - 1, x = 1, dims = c(1894, 1365))
x <- cbind(Matrix(rnorm(1894 * 8), 1894), dummies)
p2_report("P2s 1373-256-256-128-17, batch 32, Adam: one epoch of 1,894 rows", x, list(
  peer("PyTorch", peer_times("p2_movies.py", "1373"), 5)))
