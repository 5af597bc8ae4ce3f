# The films of dataset_movies(), else made-up ones of that shape.
source("bench/data_files.R")

w1_movies <- function() {
  films <- real_table("movies")
  if (!is.null(films)) return(films)
  set.seed(1)
  n <- 2961
  count <- function(mean) round(rlnorm(n, log(mean), 1))
  data.frame(
    title = paste("film", seq_len(n)),
    genre = sample(paste("genre", 1:17), n, TRUE, prob = 1 / (1:17)^1.5),
    director = sample(paste("director", 1:1366), n, TRUE),
    year = sample(1920:2016, n, TRUE), duration = round(rnorm(n, 108, 20)), gross = count(3e7),
    budget = count(3e7), cast_facebook_likes = count(5000), votes = count(5e4), reviews = count(200),
    rating = round(rnorm(n, 6.5, 1), 1))
}
