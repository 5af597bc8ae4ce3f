# P3: MovieLens embeddings of 50, L2 1e-4 on the tables, batch 64, Adam, one epoch of 80,000 ratings: dot
# product, with biases, and a 100-70-1 net on the joined embeddings. Ids of made-up ratings by Zipf's law.
source("bench/common.R")
source("bench/data_ratings.R")

n <- 80000
users <- 671
items <- 9066
ratings <- made_up_ratings(n, users, items)
user <- ratings$userId - 1
item <- ratings$movieId - 1
rating <- ratings$rating

data_file <- file.path(bench_dir, "p3.bin")
connection <- file(data_file, "wb")
writeBin(as.integer(c(n, users, items, user, item, 2 * rating)), connection)
close(connection)

table_of <- function(input, rows, columns) {
  input %>%
    layer_embedding(rows, columns, embeddings_regularizer = regularizer_l2(1e-4)) %>%
    layer_flatten()
}
network <- function(kind) {
  inputs <- list(layer_input(shape = 1), layer_input(shape = 1))
  factors <- Map(table_of, inputs, c(users, items), 50)
  output <- if (kind == "neural") {
    layer_concatenate(factors) %>%
      layer_dense(100, activation = "relu") %>%
      layer_dense(70, activation = "relu") %>%
      layer_dense(1)
  } else {
    layer_dot(factors, axes = 1)
  }
  if (kind == "bias") {
    output <- layer_add(c(list(output), Map(table_of, inputs, c(users, items), 1)))
  }
  keras_model(inputs, output)
}

for (kind in c("dot", "bias", "neural")) {
  model <- network(kind)
  model %>% compile(optimizer = "adam", loss = "mse")
  ours <- both_threads(function(epochs) {
    model %>% fit(list(user, item), rating, epochs = epochs, batch_size = 64, verbose = 0)
  }, 2, 5)
  times <- peer_times("p3_movielens.py", c(data_file, kind))
  report(paste0("P3  MovieLens embeddings of 50, L2 1e-4, batch 64, Adam, ", kind, ": one epoch of 80,000"), ours, list(
    peer("PyTorch with the same L2", times[grepl("L2", names(times))], 5),
    peer("PyTorch without L2", times[!grepl("L2", names(times))], 1.5),
    bare("update loop", bare_times("p3_update", c(n, count_params(model))), 1.5)))
}

options(tildenet.threads = 1)
sizes <- c(20000, 40000, 80000)
seconds <- vapply(sizes, function(m) {
  rows <- seq_len(m)
  median_seconds(function() {
    model %>% fit(list(user[rows], item[rows]), rating[rows], epochs = 1, batch_size = 64, verbose = 0)
  }, 3)
}, 0)
cat(sprintf("  cost grows with ratings to the power %.2f\n", growth(sizes, seconds)))
