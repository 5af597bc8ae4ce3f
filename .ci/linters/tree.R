# Rules of all files.

# 400 lines, unless a comment among the first ten says "long file:" and why. init.c is written by a tool.
file_length_linter <- function() {
  files <- c(r_files(), setdiff(c_files(), "src/init.c"), c_test_files(), Sys.glob("tests/testthat/*.R"))
  unlist(lapply(files, function(file) {
    lines <- read(file)
    if (length(lines) > 400 && !any(grepl("long file:", head(lines, 10), fixed = TRUE))) {
      paste0(file, " has ", length(lines), " lines, 400 are allowed")
    }
  }))
}

tracked_text <- function() {
  files <- system2("git", c("ls-files", "-co", "--exclude-standard"), stdout = TRUE)
  files <- files[file.exists(files) & !dir.exists(files)]
  grep("\\.(R|c|h|Rd|Rmd|md|yml|sh|py|in|win)$|/[A-Za-z-]+$|^[A-Za-z]+$", files, value = TRUE)
}

# The words are put together here so that this file does not hold them.
unfinished_linter <- function() {
  words <- paste0(c("TO", "FIX", "XX"), c("DO", "ME", "X"), collapse = "|")
  lines_with(tracked_text(), paste0("\\b(", words, ")\\b"), "unfinished: do it or leave it out")
}

machine_paths_linter <- function() {
  lines_with(tracked_text(), paste0("/", c("work/", "root/", "home/[a-z]", "tmp/[a-z]"), collapse = "|"),
             "a path of one machine")
}

pending_snapshots_linter <- function() {
  pending <- system2("git", c("ls-files", "tests/testthat/_snaps/*.new.*"), stdout = TRUE)
  if (length(pending) > 0) paste0(pending, " waits for testthat::snapshot_accept()")
}
