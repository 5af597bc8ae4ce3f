# The 50,000 film reviews of dataset_imdb_reviews(), else made-up texts of that size: text, label, split.
source("bench/data_files.R")

film_reviews <- function() {
  reviews <- real_table("imdb_reviews")
  if (!is.null(reviews)) return(reviews)
  data.frame(text = made_up_texts(50000, 234), label = 0:1, split = rep(c("train", "test"), each = 25000))
}
