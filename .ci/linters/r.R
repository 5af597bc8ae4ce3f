# Rules of the R code.

dot_call_linter <- function() {
  files <- grep("^R/engine-", r_files(), value = TRUE, invert = TRUE)
  r_calls(files, c(".Call", ".External", ".External2", ".C", ".Fortran"), "only R/engine-*.R enter C")
}

# Errors carry a class, the user's call and what to do: cli_abort().
stop_linter <- function() r_calls(r_files(), c("stop", "abort"), "cli_abort() instead")

parse_linter <- function() {
  Filter(function(file) is.null(tryCatch(parse(file), error = function(e) NULL)),
         c(r_files(), Sys.glob("tests/testthat/*.R")))
}

# Of two definitions of a name the later file's would hold for both, without a word.
unique_definitions_linter <- function() {
  of_file <- function(file) {
    given <- Filter(function(e) is.call(e) && identical(e[[1]], quote(`<-`)) && is.name(e[[2]]), as.list(parse(file)))
    vapply(given, function(e) as.character(e[[2]]), "")
  }
  names <- lapply(r_files(), of_file)
  where <- rep(r_files(), lengths(names))
  names <- unlist(names)
  twice <- unique(names[duplicated(names)])
  vapply(twice, function(name) paste(name, "is defined more than once:", paste(where[names == name], collapse = " ")), "")
}

r_function_length_linter <- function() {
  unlist(lapply(r_files(), function(file) {
    data <- r_parse(file)
    keyword <- data[data$token == "FUNCTION", ]
    whole <- data[match(keyword$parent, data$id), ]
    size <- whole$line2 - whole$line1 + 1
    long <- size > 60
    if (any(long)) at(file, whole$line1[long], paste("a function of", size[long], "lines, 60 are allowed"))
  }))
}
