# Genres from numbers: `kms()` on the films of ggplot2movies and, where movies.csv(.gz) is at hand, the
# three models of the movie example of kerasformula.
#
#   Rscript movies.R [folder for the plots, demo-output by default]
#   demo("movies", package = "tildenet")
#
# movies.csv is looked for in TILDENET_DATA_DIR and in ../shared/data.

library(tildenet)
library(ggplot2)

started <- Sys.time()
output <- c(commandArgs(TRUE), "demo-output")[1]
dir.create(output, showWarnings = FALSE, recursive = TRUE)
theme_set(theme_minimal(base_size = 12))
written <- character()

heading <- function(...) cat("\n", cli::rule(left = paste0(...)), "\n\n", sep = "")
save_plot <- function(name, plot, width = 8, height = 5) {
  file <- file.path(output, paste0(name, ".png"))
  # The loess line through a history warns when it has few points.
  suppressWarnings(suppressMessages(
    ggsave(file, plot, width = width, height = height, dpi = 110, bg = "white")))
  written <<- c(written, file)
}

# Fits, then shows the layers, the accuracy on the test rows and the confusion.
fit_and_show <- function(formula, data, ...) {
  seconds <- system.time(fit <- kms(formula, data, seed = 12345, verbose = 0, ...))[["elapsed"]]
  print(fit$model)
  cat(sprintf("\n%d columns, %d genres, %d of %d films for testing, %.1f s\n",
              fit$P, fit$K, length(fit$y_test), fit$N, seconds))
  always <- max(table(fit$y_test)) / length(fit$y_test)
  cat(sprintf("Accuracy on the test films: %.3f (always the most common genre: %.3f)\n\n",
              mean(fit$y_test == fit$predictions), always))
  print(confusion(fit))
  fit
}

plot_counts <- function(genre, title) {
  counts <- as.data.frame(sort(table(genre)), stringsAsFactors = FALSE)
  counts$genre <- factor(counts$genre, counts$genre)
  ggplot(counts, aes(genre, Freq)) +
    geom_col(fill = "#3b6fa0", width = 0.7) +
    geom_text(aes(label = format(Freq, big.mark = ",", trim = TRUE)), hjust = -0.15, size = 3.3) +
    coord_flip(clip = "off") +
    scale_y_continuous(expand = expansion(c(0, 0.12))) +
    labs(x = NULL, y = "Films", title = title) +
    theme(panel.grid.major.y = element_blank())
}

plot_training <- function(fit, title) plot(fit$history) + labs(title = title, y = NULL)

# ggplot2movies: films with one genre and a known budget --------------------------------------------

genres <- c("Action", "Animation", "Comedy", "Drama", "Documentary", "Romance", "Short")

if (requireNamespace("ggplot2movies", quietly = TRUE)) {
  films <- as.data.frame(ggplot2movies::movies)
  films <- films[rowSums(films[genres]) == 1 & !is.na(films$budget), ]
  films$genre <- genres[max.col(films[genres])]
  films <- films[c("genre", "year", "length", "budget", "rating", "votes")]

  heading("ggplot2movies: genre ~ year + length + log10(budget + 1) + rating + log10(votes)")
  imdb <- fit_and_show(genre ~ year + length + log10(budget + 1) + rating + log10(votes), films)
  save_plot("ggplot2movies-genres", plot_counts(films$genre, "Films of one genre with a known budget"))
  save_plot("ggplot2movies-training", plot_training(imdb, "ggplot2movies: genre from five numbers"))
  save_plot("ggplot2movies-confusion", plot_confusion(
    imdb, display = FALSE, return_ggplot = TRUE, title = "ggplot2movies: correct by genre"))
} else {
  cat("ggplot2movies is not installed; install.packages(\"ggplot2movies\") brings the first example.\n")
}

# The movie example of kerasformula -----------------------------------------------------------------

if (Sys.getenv("TILDENET_DATA_DIR") == "") Sys.setenv(TILDENET_DATA_DIR = file.path("..", "shared", "data"))
movies <- tryCatch(dataset_movies(), tildenet_error_download = function(e) NULL)

if (!is.null(movies)) {
  save_plot("movies-genres", plot_counts(movies$genre, "The 2,961 films of movies.csv"))
  fit_movies <- function(formula, data) {
    fit_and_show(formula, data, activation = "relu", use_bias = FALSE, kernel_regularizer = NULL,
                 bias_regularizer = NULL, activity_regularizer = NULL)
  }

  heading("Model 1: genre ~ . - director - title")
  without_directors <- fit_movies(genre ~ . - director - title, movies)

  heading("Model 2: genre ~ . - title, one column for each director")
  all_directors <- fit_movies(genre ~ . - title, movies)

  # The 28 directors with the most films and "other". (The original script keeps the 28 who come first
  # in the alphabet, `rank(movies$director) > 50` being about names; the columns are as many.)
  heading("Model 3: the 28 most frequent directors")
  frequent <- names(sort(table(movies$director), decreasing = TRUE))[1:28]
  movies$top_director <- ifelse(movies$director %in% frequent, movies$director, "other")
  top_directors <- fit_movies(genre ~ . - director - title, movies)

  save_plot("movies-training", plot_training(without_directors, "Model 1: without directors"))
  save_plot("movies-training-directors", plot_training(all_directors, "Model 2: all directors"))
  save_plot("movies-training-top-directors", plot_training(top_directors, "Model 3: top directors"))
  save_plot("movies-confusion", plot_confusion(
    without_directors, all_directors, top_directors, display = FALSE, return_ggplot = TRUE,
    position = position_dodge(width = 0.5), title = "Correct by genre",
    subtitle = "612 test films of movies.csv"), width = 9)
} else {
  cat("\nNo movies.csv in TILDENET_DATA_DIR: the three models of the movie example are left out.\n")
}

heading(sprintf("%d plots in %.0f s", length(written), difftime(Sys.time(), started, units = "secs")))
cat(paste0("  ", normalizePath(written)), sep = "\n")
