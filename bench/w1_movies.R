# W1: the movie example, one fit of 15 epochs, and the whole script with three fits and their plots.
source("bench/common.R")
source("bench/data_movies.R")
movies <- w1_movies()
one_fit <- function() kms(genre ~ . - director - title, movies, seed = 12345, Nepochs = 15, verbose = 0)
fit_seconds <- c("one kms() fit of 15 epochs" = median_seconds(one_fit))
report_seconds("W1  the movie example", fit_seconds, 0.8)

script <- function() {
  status <- system2("Rscript", c("bench/script_movies.R", bench_dir), stdout = FALSE, stderr = FALSE)
  if (status != 0) stop("bench/script_movies.R failed")
}
script_seconds <- c("script, three fits and plots" = median_seconds(script, 5))
cat(sprintf("  %-34s %9.4f s  bar: at most 5 s%s\n", names(script_seconds), script_seconds,
            if (script_seconds <= 5) "" else "  MISSED"))
