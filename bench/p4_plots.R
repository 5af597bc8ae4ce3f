# P4: plot texts, 0/1 rows of 1,500 words with 45 non-zeros, 512-64-21, batch 64, Adam, one epoch of 8,000
# rows. The rows are plots of 35 and more of the words, drawn with replacement: 45 words on average; rows by
# Zipf's law where the plots are not there. 21 columns of classes: the 20 genres, counted from 1.
source("bench/common.R")
source("bench/data_rows.R")
source("bench/data_plots.R")

plot_rows <- function(rows) {
  films <- film_plots()
  genre <- as.integer(factor(films$genre))
  if (is.null(real_table("tmdb"))) {
    return(list(x = made_up_rows(rows, 1500, 45), genre = sample(genre, rows, replace = TRUE)))
  }
  tokenizer <- fit_text_tokenizer(text_tokenizer(num_words = 1500), films$overview)
  x <- texts_to_matrix(tokenizer, films$overview, mode = "binary", sparse = TRUE)
  drawn <- sample(which(rowSums(x) >= 35), rows, replace = TRUE)
  list(x = x[drawn, ], genre = genre[drawn])
}
set.seed(1)
plots <- plot_rows(8000)
x <- plots$x
y <- to_categorical(plots$genre, 21)
data_file <- file.path(bench_dir, "p4.bin")
write_rows(x, plots$genre, data_file)

some_epochs <- function(x, y) {
  model <- keras_model_sequential() %>%
    layer_dense(units = 512, activation = "relu", input_shape = ncol(x)) %>%
    layer_dense(units = 64, activation = "relu") %>%
    layer_dense(units = 21, activation = "softmax")
  model %>% compile(optimizer = "adam", loss = "categorical_crossentropy", metrics = "accuracy")
  function(epochs) model %>% fit(x, y, epochs = epochs, batch_size = 64, verbose = 0)
}

report(sprintf("P4  plots 8,000 x 1,500, %.0f non-zeros a row, 512-64-21, batch 64, Adam: one epoch", mean(rowSums(x))),
       both_threads(some_epochs(x, y)),
       list(peer("PyTorch dense", peer_times("p4_plots.py", data_file), 4)))

options(tildenet.threads = 1)
sizes <- c(2000, 4000, 8000)
seconds <- vapply(sizes, function(n) {
  fit_rows <- some_epochs(x[seq_len(n), ], y[seq_len(n), ])
  median_seconds(function() fit_rows(1), 5)
}, 0)
cat(sprintf("  cost grows with rows to the power %.2f\n", growth(sizes, seconds)))
