# Installs CRAN's newest versions of what DESCRIPTION imports and suggests, of the packages of tidymodels, and of all that
# those need, into the library given as argument. What has no version for this R, or does not build, is named: there
# the version that is installed elsewhere stays in use. So does testthat: each of its releases writes
# errors in a form of its own, and the recorded ones are compared word for word.
target <- commandArgs(TRUE)[1]
dir.create(target, recursive = TRUE, showWarnings = FALSE)
target <- normalizePath(target)
.libPaths(c(target, .libPaths()))
repos <- getOption("repos")
if (is.null(repos[["CRAN"]]) || repos[["CRAN"]] == "@CRAN@") chooseCRANmirror(graphics = FALSE, ind = 1)
say <- function(..., names) if (length(names)) cat("newest:", ..., names, "\n")

fields <- read.dcf("DESCRIPTION")[1, c("Imports", "Suggests", "Config/Needs/tidymodels")]
named <- setdiff(trimws(sub("\\(.*", "", unlist(strsplit(fields, ",")))), "testthat")
offered <- available.packages()
needed <- tools::package_dependencies(named, offered, recursive = TRUE)
ours <- unique(c(named, unlist(needed, use.names = FALSE)))
ours <- setdiff(ours, c("testthat", rownames(installed.packages(priority = "base"))))
say("no version for this R of", names = setdiff(ours, rownames(offered)))
ours <- intersect(ours, rownames(offered))

# Packages of the library that are not of the version offered.
stale <- function() {
  present <- installed.packages(target, noCache = TRUE)[, "Version"]
  ours[is.na(present[ours]) | present[ours] != offered[ours, "Version"]]
}
say("installing", names = stale())
if (length(stale())) {
  install.packages(stale(), target, available = offered, dependencies = FALSE, Ncpus = 2, quiet = TRUE)
}
say("does not install (build/newest.log):", names = stale())
present <- installed.packages(target, noCache = TRUE)[, "Version"]
say("using", names = paste(named, present[named])[named %in% names(present)])
