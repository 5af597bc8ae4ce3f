# Fits methods to tables and appends a line for each fit to the results; a fit that has a line there is not made again, so
# an interrupted run goes on where it was. Arguments: file, methods, seeds, tables; words apart by blanks or commas, "" for all.
suppressPackageStartupMessages(library(tildenet))
for (part in c("tables", "methods", "measures", "results")) source(sprintf("quality/%s.R", part))
options(tildenet.threads = 1)

args <- c(commandArgs(TRUE), rep("", 4))
words <- function(text, all) {
  found <- strsplit(trimws(text), "[ ,]+")[[1]]
  unknown <- setdiff(found, c(all, ""))
  if (length(unknown) > 0) stop("there is no ", paste(unknown, collapse = ", "), call. = FALSE)
  if (all(found == "")) all else found
}
file <- args[1]
methods <- quality_methods[words(args[2], names(quality_methods))]
seeds <- as.integer(words(args[3], as.character(1:9)))
if (args[3] == "") seeds <- 1:3
tables <- intersect(small_first, words(args[4], small_first))

there <- vapply(methods, function(method) all(vapply(method$packages, requireNamespace, NA, quietly = TRUE)), NA)
if (!all(there)) message("not installed: ", paste(names(methods)[!there], collapse = ", "))

# What R compiles and loads at the first fit is in no line.
invisible(predict(kms(Species ~ ., iris, Nepochs = 2, seed = 1, verbose = 0), iris))

# Processor seconds of this process and its children.
used <- function() sum(proc.time()[c(1, 2, 4, 5)], na.rm = TRUE)

# One line of the results; a method that fails has no score, and the reason is printed.
quality_line <- function(task, name) {
  before <- used()
  problem <- function(e) message(task$table, " ", name, ": ", conditionMessage(e))
  fit <- tryCatch(suppressWarnings(suppressMessages(quality_methods[[name]]$fit(task))), error = problem)
  seconds <- used() - before
  beliefs <- if (!is.null(fit$beliefs)) suppressWarnings(tryCatch(fit$beliefs(), error = problem))
  y <- task$test[[task$outcome]]
  data.frame(table = task$table, type = task$type, rows = nrow(task$train) + nrow(task$test), columns = ncol(task$train) - 1,
             seed = task$seed, method = name, net = if (is.null(fit$net)) NA else fit$net,
             score = if (is.null(fit)) NA else quality_score(fit$predicted, y), seconds = seconds,
             as.list(belief_measures(beliefs, task)))
}

for (seed in seeds) {
  for (table in tables) {
    type <- quality_tables[[table]]$type
    task <- NULL
    for (name in names(methods)[there]) {
      types <- methods[[name]]$types
      if ((!is.null(types) && !type %in% types) || is_done(file, table, seed, name)) next
      if (is.null(task)) task <- quality_task(table, seed)
      line <- quality_line(task, name)
      append_result(line, file)
      cat(sprintf("%-10s seed %d  %-16s score %.4f  %7.2f s\n", table, seed, name, line$score, line$seconds))
    }
  }
}
