# W4: the script that learns genres from plots, from library() to the last figure.
source("bench/common.R")
report_script("W4  genre from plot text, 4,146 films x 1,500 words, 512-64-11 with dropout, 200 epochs",
              script_numbers("bench/script_plots.R", bench_dir), c("in all, s" = 20))
