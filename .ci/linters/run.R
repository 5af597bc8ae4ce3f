# Runs the house rules: every function named *_linter of the files beside this one. A linter returns
# the complaints as strings, none when all is well. Closes with "N passed, N failed", one per linter.
file <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
here <- dirname(normalizePath(file))
for (part in c("sources.R", "c.R", "r.R", "tree.R", "docs.R")) source(file.path(here, part))
setwd(dirname(dirname(here)))

linters <- ls(pattern = "_linter$")
complaints <- lapply(mget(linters), function(linter) linter())
for (name in linters) {
  found <- complaints[[name]]
  cat(if (length(found)) "not ok" else "ok", sub("_linter$", "", name), "\n")
  if (length(found)) cat(paste0("  ", found), sep = "\n")
}
failed <- sum(lengths(complaints) > 0)
cat(length(linters) - failed, " passed, ", failed, " failed\n", sep = "")
quit(status = as.integer(failed > 0))
