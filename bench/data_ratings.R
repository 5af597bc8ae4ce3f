# Ratings of dataset_movielens(), else made-up ones by Zipf's law: userId, movieId, rating.
source("bench/data_files.R")

film_ratings <- function() {
  data <- real_table("movielens")
  if (!is.null(data)) return(data$ratings)
  made_up_ratings(100004, 671, 9066)
}

made_up_ratings <- function(n, users, films) {
  set.seed(1)
  data.frame(userId = sample.int(users, n, TRUE, prob = 1 / (seq_len(users) + 10)),
             movieId = sample.int(films, n, TRUE, prob = 1 / (seq_len(films) + 50)),
             rating = sample(1:10, n, TRUE) / 2)
}
