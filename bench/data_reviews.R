# The 50,000 film reviews of imdb_reviews.csv.gz, else made-up texts of that size: text, label, split.
source("bench/data_files.R")

film_reviews <- function() {
  file <- real_file("imdb_reviews.csv.gz")
  if (!is.null(file)) return(read.csv(file, encoding = "UTF-8"))
  data.frame(text = made_up_texts(50000, 234), label = 0:1, split = rep(c("train", "test"), each = 25000))
}
