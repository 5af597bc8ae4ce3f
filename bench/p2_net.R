# The net of rows P2 and P2s, and their table.
p2_report <- function(title, x, others) {
  y <- to_categorical(sample.int(17, nrow(x), replace = TRUE) - 1, 17)
  model <- keras_model_sequential() %>%
    layer_dense(units = 256, activation = "relu", input_shape = ncol(x)) %>%
    layer_dense(units = 256, activation = "relu") %>%
    layer_dropout(0.4) %>%
    layer_dense(units = 128, activation = "relu") %>%
    layer_dropout(0.4) %>%
    layer_dense(units = 17, activation = "softmax")
  model %>% compile(optimizer = "adam", loss = "categorical_crossentropy", metrics = "accuracy")
  ours <- both_threads(function(epochs) model %>% fit(x, y, epochs = epochs, batch_size = 32, verbose = 0))
  report(title, ours, others)
}
