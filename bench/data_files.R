# A file of real data in TILDENET_DATA_DIR or ../shared/data, the first of `names` that is there; NULL
# when none is: rows then make data of that shape up.
real_file <- function(names) {
  folders <- c(Sys.getenv("TILDENET_DATA_DIR", "."), "../shared/data")
  files <- file.path(rep(folders, each = length(names)), names)
  files <- files[file.exists(files)]
  if (length(files)) files[1]
}

# Texts of `each` words out of `words`, which follow Zipf's law.
made_up_texts <- function(n, each, words = 100000) {
  set.seed(1)
  known <- vapply(seq_len(words), function(k) paste(sample(letters, 2 + k %% 9, TRUE), collapse = ""), "")
  vapply(seq_len(n), function(k) {
    paste(sample(known, each, TRUE, prob = 1 / (seq_len(words) + 5)), collapse = " ")
  }, "")
}
