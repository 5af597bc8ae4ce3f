# C1: the mean squared error written in R, against the built-in one: fits of the same start and seed, by
# turns, one thread. 64-64-1 on 20,000 x 20 and embeddings of 50 with a dot product, where the step around
# the loss is small or sparse, and 1,000 outputs, where the loss itself is large. Batch 64, Adam.
source("bench/common.R")
options(tildenet.threads = 1)

squares <- function(y_true, y_pred) k_mean(k_square(y_pred - y_true))
losses <- list("built-in" = "mse", "written in R" = squares)

dense <- function(outputs) {
  keras_model_sequential() %>%
    layer_dense(64, activation = "relu", input_shape = 20) %>%
    layer_dense(64, activation = "relu") %>%
    layer_dense(outputs)
}
movies <- function() {
  inputs <- list(layer_input(shape = 1), layer_input(shape = 1))
  factors <- Map(function(input, rows) {
    input %>% layer_embedding(rows, 50) %>% layer_flatten()
  }, inputs, c(671, 9066))
  keras_model(inputs, layer_dot(factors, axes = 1))
}

# Seconds of a fit with a loss; the model is made and compiled before the clock starts.
seconds_of <- function(make, loss, x, y, epochs) {
  set.seed(1)
  model <- make()
  model %>% compile(optimizer = "adam", loss = loss)
  gc(FALSE)
  system.time(model %>% fit(x, y, epochs = epochs, batch_size = 64, verbose = 0))[["elapsed"]]
}

compare <- function(title, make, x, y, epochs) {
  once <- function() vapply(losses, function(loss) seconds_of(make, loss, x, y, epochs), 0)
  once()
  seconds <- apply(replicate(bench_runs, once()), 1, stats::median) / epochs
  cat(sprintf("\nC1  %s\n", title))
  cat(sprintf("  tildenet, loss %-19s %9.4f s\n", names(seconds), seconds), sep = "")
  cat(sprintf("  ratio %.2f (bar at most 1.3)\n", seconds[[2]] / seconds[[1]]))
}

set.seed(1)
numbers <- function(rows, columns) matrix(rnorm(rows * columns), rows)
compare("64-64-1 on 20,000 x 20", function() dense(1), numbers(20000, 20), numbers(20000, 1), 4)
compare("64-64-1,000 on 4,000 x 20", function() dense(1000), numbers(4000, 20), numbers(4000, 1000), 3)
ids <- lapply(c(671, 9066), function(n) sample.int(n, 20000, TRUE) - 1)
compare("dot product of embeddings of 50, 20,000 ratings", movies, ids, sample(1:10, 20000, TRUE) / 2, 3)
