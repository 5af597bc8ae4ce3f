# Plot texts and genres of the films of tmdb_movies.csv.gz that have both, else made-up ones:
# overview, genre (one of a film's genres, by chance).
source("bench/data_files.R")

film_plots <- function() {
  file <- real_file("tmdb_movies.csv.gz")
  if (is.null(file)) {
    overview <- made_up_texts(4771, 55, 20000)
    return(data.frame(overview, genre = sample(paste("genre", 1:20), 4771, TRUE, prob = 1 / (1:20))))
  }
  films <- read.csv(file, encoding = "UTF-8")
  films <- films[films$overview != "" & films$genres != "", ]
  set.seed(1)
  genre <- vapply(strsplit(films$genres, "|", fixed = TRUE), function(of) of[sample.int(length(of), 1)], "")
  data.frame(overview = films$overview, genre)
}
