# Plot texts and genres of the films of dataset_tmdb() that have both, else made-up ones:
# overview, genre (one of a film's genres, by chance).
source("bench/data_files.R")

film_plots <- function() {
  films <- real_table("tmdb")
  if (is.null(films)) {
    overview <- made_up_texts(4771, 55, 20000)
    return(data.frame(overview, genre = sample(paste("genre", 1:20), 4771, TRUE, prob = 1 / (1:20))))
  }
  films <- films[films$overview != "" & films$genres != "", ]
  set.seed(1)
  genre <- vapply(strsplit(films$genres, "|", fixed = TRUE), function(of) of[sample.int(length(of), 1)], "")
  data.frame(overview = films$overview, genre)
}
