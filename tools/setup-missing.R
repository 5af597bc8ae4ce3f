# Prints the R packages of DESCRIPTION that are absent or too old, one a line.
# Arguments: level (demo, test, docs, site, bench, quality, newest, portability) and kind (required, optional, all).
args <- commandArgs(TRUE)
fields <- read.dcf("DESCRIPTION")[1, ]
entries <- function(field) {
  trimws(strsplit(gsub("\n", " ", fields[[field]]), ",")[[1]])
}
name_of <- function(entry) sub("[ (].*", "", entry)
is_there <- function(entry) {
  file <- system.file("Meta", "package.rds", package = name_of(entry))
  if (file == "") return(FALSE)
  bound <- sub("^[^(]*", "", entry)
  least <- regmatches(bound, regexpr("[0-9][0-9.-]*", bound))
  !length(least) || package_version(readRDS(file)$DESCRIPTION[["Version"]]) >= least
}
required <- entries("Imports")
optional <- switch(args[1],
  demo = c("ggplot2", "ggplot2movies"),
  test = c("pkgdown", entries("Suggests")), # a house rule is that it takes the index
  site = c("pkgdown", entries("Suggests")),
  docs = c("roxygen2", "naivebayes", entries("Suggests")), # the articles compare with them
  newest = character(),
  bench = c("data.table", "ggplot2", "ggplot2movies", "nnet", "text2vec", "word2vec"),
  quality = c("ggplot2", "kernlab", "mlbench", "modeldata", "gbm", "glmnet", "lightgbm", "nnet", "ranger"),
  portability = character(),
  stop("unknown level: ", args[1], call. = FALSE))
wanted <- switch(args[2], required = required, optional = optional, all = c(required, optional))
writeLines(name_of(Filter(Negate(is_there), wanted)))
