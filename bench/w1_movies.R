# W1: the movie example, one fit of 15 epochs, and the whole script with three fits and their plots.
source("bench/common.R")
source("bench/data_movies.R")
movies <- w1_movies()
one_fit <- function() kms(genre ~ . - director - title, movies, seed = 12345, Nepochs = 15, verbose = 0)
fit_seconds <- c("one kms() fit of 15 epochs" = median_seconds(one_fit))
report_seconds("W1  the movie example", fit_seconds, 0.8)
report_script("W1  the whole script, three fits and plots",
              script_numbers("bench/script_movies.R", bench_dir), c("in all, s" = 5))
