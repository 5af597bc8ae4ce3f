# P2: the net of kms(genre ~ . - director - title), 8-256-256-128-17 with dropout 0.4, batch 32, Adam.
# One epoch of 1,894 rows, the training rows of the 2,961 films without the validation part.
source("bench/common.R")
source("bench/p2_net.R")
set.seed(1)
x <- matrix(rnorm(1894 * 8), 1894)
p2_report("P2  8-256-256-128-17, batch 32, Adam: one epoch of 1,894 rows", x, list(
  peer("PyTorch", peer_times("p2_movies.py", "8"), 3),
  bare("sgemm calls + update", bare_times("p2_movies"), 1.4)))
