# P9: a new Rscript that loads the package and fits iris, from start to end.
source("bench/common.R")
code <- "library(tildenet); fit <- kms(Species ~ ., iris, seed = 1, verbose = 0)"
load <- "library(tildenet)"
seconds <- c(median_seconds(function() system2("Rscript", c("-e", shQuote(code)), stdout = FALSE, stderr = FALSE)),
             median_seconds(function() system2("Rscript", c("-e", shQuote(load)), stdout = FALSE, stderr = FALSE)))
names(seconds) <- c("library() and kms(), in all", "library() alone")
report_seconds("P9  library(tildenet) and kms(Species ~ ., iris) in a new Rscript", seconds, 1.5)
