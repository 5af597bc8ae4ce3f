# Run by mpirun with the folder of results: what every rank trains, kept by rank 0.
library(tildenet)
folder <- commandArgs(TRUE)[1]
alone <- commandArgs(TRUE)[2] == "alone"
cluster <- if (!alone) cluster_mpi()
if (commandArgs(TRUE)[2] == "fails") { # on one rank, the others wait for it
  if (cluster$rank == 1) stop("this rank cannot go on")
  getExportedValue("Rmpi", "mpi.barrier")(0)
}
set.seed(4)
n <- 203
x <- matrix(rnorm(n * 6), n)
wide <- Matrix::rsparsematrix(n, 300, 0.02)
ids <- matrix(sample(0:49, n * 4, TRUE), n)
y <- rowMeans(x) + rnorm(n) / 5
label <- as.numeric(y > 0)
w <- runif(n)

trained <- function(layers, x, loss = "mse", y, optimizer = "adam", ...) {
  set.seed(8)
  model <- layers(keras_model_sequential())
  compile(model, optimizer, loss, metrics = if (loss == "mse") "mae" else list("accuracy", metric_auc()))
  history <- fit(model, x, y, epochs = 3, batch_size = 34, verbose = 0, validation_split = 0.2, cluster = cluster, ...)
  list(weights = get_weights(model), metrics = history$metrics)
}
dense <- function(model) {
  model %>% layer_dense(8, activation = "relu", input_shape = 6, kernel_regularizer = regularizer_l2(0.01)) %>% layer_dense(1)
}
sparse <- function(model) {
  model %>% layer_dense(8, activation = "tanh", input_shape = 300) %>% layer_dense(1, activation = "sigmoid")
}
embedded <- function(model) {
  model %>% layer_embedding(50, 4, input_length = 4) %>% layer_flatten() %>% layer_dense(1, activation = "sigmoid")
}
result <- list(
  dense = trained(dense, x, y = y, sample_weight = w, optimizer = optimizer_adam(clipnorm = 0.5)),
  sparse = trained(sparse, wide, "binary_crossentropy", label),
  embedding = trained(embedded, ids, "binary_crossentropy", label, optimizer = optimizer_sgd(momentum = 0.9)))
if (!alone) {
  own <- seq_len(n) %% cluster$ranks == cluster$rank
  cluster <- cluster_mpi(rows = "own")
  result$own <- trained(dense, x[own, ], y = y[own])
  cluster <- cluster_mpi()
  refused <- function(model, x, loss) {
    compile(model, "sgd", loss)
    tryCatch(fit(model, x, runif(n), epochs = 1, batch_size = 29, verbose = 0, cluster = cluster), error = class)
  }
  start <- keras_model_sequential
  result$refused <- list(
    normal = refused(start() %>% layer_batch_normalization(input_shape = 6) %>% layer_dense(1), x, "mse"),
    stateful = refused(start() %>% layer_lstm(1, batch_input_shape = c(29, 3, 2), stateful = TRUE), array(x, c(n, 3, 2)), "mse"),
    cox = refused(dense(start()), x, "cox"))
  result$printed <- capture.output(print(cluster))
}

# A training that ends after two epochs goes on from its file.
file <- file.path(folder, "model.rds")
set.seed(8)
model <- dense(keras_model_sequential())
compile(model, "adam", "mse")
fit(model, x, y, epochs = 2, verbose = 0, cluster = cluster, callbacks = callback_model_checkpoint(file))
if (!alone) invisible(getExportedValue("Rmpi", "mpi.barrier")(0))
again <- readRDS(file)
fit(model, x, y, epochs = 4, initial_epoch = 2, verbose = 0, cluster = cluster)
fit(again, x, y, epochs = 4, initial_epoch = 2, verbose = 0, cluster = cluster)
result$resumed <- identical(get_weights(model), get_weights(again))
if (alone || cluster$rank == 0) saveRDS(result, file.path(folder, "result.rds"))
