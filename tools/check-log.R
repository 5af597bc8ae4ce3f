# Reads 00check.log, prints what is not OK and closes with "N passed, N failed", one per item checked.
lines <- readLines(commandArgs(TRUE)[1], warn = FALSE)
starts <- grep("^\\* ", lines)
ends <- c(starts[-1] - 1, length(lines))
items <- Map(function(from, to) lines[from:to], starts, ends)
items <- Filter(function(item) !grepl("^\\* (DONE|using|this is|package encoding)", item[1]), items)

# What is said about the machine or the size of the compiled code (of C and of R), not about the package. An item that
# holds nothing else is shown, but not counted as a failure.
allowed <- c(
  "checking installed package size",
  "A complete check needs the 'checkbashisms' script.",
  "See section .Configure and cleanup. in the .Writing R Extensions.",
  "^manual\\.$",
  "^ *installed size is",
  "^ *sub-directories of 1Mb or more:",
  "^ *(libs|R) ")
# The verdict ends the first line or, after lines of progress, stands alone.
verdict <- vapply(items, function(item) {
  lines <- c(item[1], grep("^ *(\\[.*\\] )?(ERROR|WARNING|NOTE)$", item[-1], value = TRUE))
  found <- regmatches(lines, regexpr("(ERROR|WARNING|NOTE)$", lines))
  if (length(found)) found[1] else "OK"
}, "")
tolerated <- verdict %in% c("NOTE", "WARNING") & vapply(items, function(item) {
  rest <- item[-1][nzchar(trimws(item[-1]))]
  length(rest) > 0 && !any(!grepl(paste(allowed, collapse = "|"), rest))
}, TRUE)
for (item in items[verdict != "OK"]) cat(item, sep = "\n")
failed <- sum(verdict != "OK" & !tolerated)
# R's own sum, in case an item was read wrongly above; a log cut short has none.
status <- sub("^Status: ", "", grep("^Status: ", lines, value = TRUE))
counted <- sum(as.integer(regmatches(c(status, ""), gregexpr("[0-9]+", c(status, "")))[[1]]))
if (!length(status) || counted != sum(verdict != "OK")) {
  cat("Status:", if (length(status)) status else "missing", "\n")
  failed <- failed + 1
}
cat(sum(verdict == "OK" | tolerated), " passed, ", failed, " failed\n", sep = "")
quit(status = as.integer(failed > 0))
