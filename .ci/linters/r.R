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
