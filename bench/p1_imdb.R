# P1: IMDB-like multi-hot rows, 10,000 words, 157 non-zeros a row, 16-16-1, batch 512, rmsprop.
# Words follow Zipf's law. One epoch of 15,000 rows; A fit of ten is timed whole, reading the matrix included.
source("bench/common.R")
source("bench/data_rows.R")

x <- made_up_rows(15000, 10000, 157)
y <- as.numeric(runif(nrow(x)) < 0.5)
data_file <- file.path(bench_dir, "p1.bin")
write_rows(x, y, data_file)

some_epochs <- function(x, y) {
  model <- keras_model_sequential() %>%
    layer_dense(units = 16, activation = "relu", input_shape = ncol(x)) %>%
    layer_dense(units = 16, activation = "relu") %>%
    layer_dense(units = 1, activation = "sigmoid")
  model %>% compile(optimizer = "rmsprop", loss = "binary_crossentropy", metrics = "accuracy")
  function(epochs) model %>% fit(x, y, epochs = epochs, batch_size = 512, verbose = 0)
}

ours <- both_threads(some_epochs(x, y))
times <- peer_times("p1_imdb.py", data_file)
report("P1  IMDB multi-hot 15,000 x 10,000, 157 non-zeros a row, 16-16-1, batch 512: one epoch", ours, list(
  peer("PyTorch dense", times[grepl("dense", names(times))], 10),
  peer("PyTorch EmbeddingBag", times[grepl("EmbeddingBag", names(times))], 6),
  bare("gather + scatter + update", bare_times("p1_imdb", data_file), 1.5)))

options(tildenet.threads = 1)
sizes <- c(3750, 7500, 15000)
seconds <- vapply(sizes, function(n) {
  fit_rows <- some_epochs(x[seq_len(n), ], y[seq_len(n)])
  median_seconds(function() fit_rows(1), 5)
}, 0)
cat(sprintf("  cost grows with rows to the power %.2f\n", growth(sizes, seconds)))
