# W2: the script on 50,000 film reviews, from library() to the last figure.
source("bench/common.R")
source("bench/data_files.R")
numbers <- script_numbers("bench/script_reviews.R", bench_dir)
real <- !is.null(real_table("imdb_reviews")) # made-up texts say nothing about their labels
report_script("W2  film reviews: read, tokenize, 20 epochs on 15,000, 4 on 25,000, evaluate", numbers,
              c("in all, s" = 10, "memory at its peak, MB" = 1500),
              if (real) c("accuracy on the test reviews" = 0.875) else numeric())
