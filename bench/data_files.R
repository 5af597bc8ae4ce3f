# A table of tildenet's dataset functions by its name; NULL when its file is not here: rows then make data
# of that shape up.
real_table <- function(name) {
  tryCatch(getExportedValue("tildenet", paste0("dataset_", name))(), tildenet_error_download = function(e) NULL)
}

# Texts of `each` words out of `words`, which follow Zipf's law.
made_up_texts <- function(n, each, words = 100000) {
  set.seed(1)
  known <- vapply(seq_len(words), function(k) paste(sample(letters, 2 + k %% 9, TRUE), collapse = ""), "")
  vapply(seq_len(n), function(k) {
    paste(sample(known, each, TRUE, prob = 1 / (seq_len(words) + 5)), collapse = " ")
  }, "")
}
