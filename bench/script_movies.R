# The movie example as a user writes it: read, three fits, plots. Argument: folder for the plots.
library(tildenet)
library(ggplot2)
source("bench/parts.R")
source("bench/data_movies.R")
part("R and packages")
movies <- w1_movies()
folder <- commandArgs(TRUE)[1]
save <- function(name, plot) {
  ggsave(file.path(folder, name), plot, width = 7, height = 5, dpi = 100)
}

out <- kms(genre ~ . - director - title, movies, seed = 12345, Nepochs = 15, verbose = 0)
all_directors <- kms(genre ~ . - title, movies, seed = 12345, Nepochs = 15, verbose = 0)
frequent <- names(sort(table(movies$director), decreasing = TRUE))[1:28]
movies$top_director <- ifelse(movies$director %in% frequent, movies$director, "other")
top_directors <- kms(genre ~ . - director - title, movies, seed = 12345, Nepochs = 15, verbose = 0)
part("three fits")

save("w1-1.png", plot(out$history) + labs(title = "Classifying Genre", y = "") + theme_minimal())
save("w1-2.png", plot(all_directors$history) + labs(title = "With directors", y = "") + theme_minimal())
save("w1-3.png", plot(top_directors$history) + labs(title = "With top directors", y = "") + theme_minimal())
save("w1-4.png", plot_confusion(out, all_directors, top_directors, display = FALSE, return_ggplot = TRUE))
part("plots")
