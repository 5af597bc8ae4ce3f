# P8: an LSTM of 64 units on 80 steps of 128 numbers, then one sigmoid, batch 32, Adam: one epoch of 320
# sequences (10 steps of training), the prediction of as many, and the same with a GRU.
source("bench/common.R")
set.seed(1)
x <- array(rnorm(320 * 80 * 128), c(320, 80, 128))
y <- rbinom(320, 1, 0.5)

network <- function(layer) {
  model <- keras_model_sequential() %>%
    layer(units = 64, input_shape = c(80, 128)) %>%
    layer_dense(units = 1, activation = "sigmoid")
  model %>% compile(optimizer = "adam", loss = "binary_crossentropy")
  model
}
some_epochs <- function(model) function(epochs) fit(model, x, y, epochs = epochs, batch_size = 32, verbose = 0)
predictions <- function(model) {
  function(times) for (i in seq_len(times)) predict(model, x, batch_size = 32, verbose = 0)
}

cell_rows <- function(name, layer, bar) {
  times <- peer_times("p8_lstm.py", name)
  of <- function(what) {
    found <- times[endsWith(sub(", [12] threads?$", "", names(times)), what)]
    if (length(found) > 0) found
  }
  title <- sprintf("P8  %s 64 on 80 x 128, batch 32, Adam", name)
  model <- network(layer)
  report(paste0(title, ": one epoch of 320 sequences"), both_threads(some_epochs(model), 5),
         list(peer("PyTorch", of("training"), bar)))
  report(paste0(title, ": prediction of 320 sequences"), both_threads(predictions(model), 5),
         list(peer("PyTorch", of("prediction"), 1)))
}
cell_rows("LSTM", layer_lstm, 1.5)
cell_rows("GRU", layer_gru, 1.5)
