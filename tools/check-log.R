# Reads 00check.log, prints what is not OK and closes with "N passed, N failed", one per item checked.
lines <- readLines(commandArgs(TRUE)[1], warn = FALSE)
starts <- grep("^\\* ", lines)
ends <- c(starts[-1] - 1, length(lines))
items <- Map(function(from, to) lines[from:to], starts, ends)
items <- Filter(function(item) !grepl("^\\* (DONE|using|this is|package encoding)", item[1]), items)

# Notes about the machine or the size, not about the code: shown, not counted.
allowed <- c("installed package size")
verdict <- vapply(items, function(item) {
  found <- regmatches(item, regexpr("(ERROR|WARNING|NOTE)$", item))
  if (length(found)) found[1] else "OK"
}, "")
tolerated <- verdict == "NOTE" & vapply(items, function(item) {
  any(vapply(allowed, grepl, TRUE, x = item[1], fixed = TRUE))
}, TRUE)
for (item in items[verdict != "OK"]) cat(item, sep = "\n")
failed <- sum(verdict != "OK" & !tolerated)
cat(sum(verdict == "OK" | tolerated), " passed, ", failed, " failed\n", sep = "")
quit(status = as.integer(failed > 0))
