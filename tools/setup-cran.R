# Installs the named packages from the configured CRAN mirror, into the first library that can be
# written, else into the user's own.
repos <- getOption("repos")
if (is.null(repos[["CRAN"]]) || repos[["CRAN"]] == "@CRAN@") chooseCRANmirror(graphics = FALSE, ind = 1)
library_dir <- .libPaths()[file.access(.libPaths(), 2) == 0][1]
if (is.na(library_dir)) {
  library_dir <- strsplit(Sys.getenv("R_LIBS_USER"), .Platform$path.sep)[[1]][1]
  dir.create(library_dir, recursive = TRUE, showWarnings = FALSE)
}
names <- commandArgs(TRUE)
install.packages(names, lib = library_dir, Ncpus = 2, dependencies = NA)
absent <- names[!names %in% rownames(installed.packages(c(library_dir, .libPaths())))]
if (length(absent)) quit(status = 1)
