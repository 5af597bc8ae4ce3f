# W3: the script on MovieLens ratings, from library() to the last figure.
source("bench/common.R")
report_script("W3  MovieLens: 10 epochs dot, 22 bias, 8 neural, embeddings of 50 with L2, batch 64",
              script_numbers("bench/script_ratings.R", bench_dir), c("in all, s" = 20))
