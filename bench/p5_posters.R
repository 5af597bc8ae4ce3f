# P5: genres from features of posters, 1,053 x 25,088 numbers, 1024-256-20 with a sigmoid for each genre, batch 64,
# RMSprop: one epoch, and the memory that takes at its peak.
source("bench/common.R")

# The same lines here and in the process whose memory is looked at.
data_of_posters <- '
  set.seed(1)
  x <- runif(1053 * 25088)
  dim(x) <- c(1053, 25088)
  y <- matrix(rbinom(1053 * 20, 1, 0.13), 1053)'
net_of_posters <- '
  model <- keras_model_sequential() %>%
    layer_dense(units = 1024, activation = "relu", input_shape = 25088) %>%
    layer_dense(units = 256, activation = "relu") %>%
    layer_dense(units = 20, activation = "sigmoid") %>%
    compile(optimizer = optimizer_rmsprop(1e-4), loss = "binary_crossentropy")'
eval(parse(text = c(data_of_posters, net_of_posters)))

report("P5  posters 1,053 x 25,088, 1024-256-20, batch 64, RMSprop: one epoch",
       both_threads(function(epochs) model %>% fit(x, y, epochs = epochs, batch_size = 64, verbose = 0), 2, 3),
       list(peer("PyTorch", peer_times("p5_posters.py"), 1.5),
            bare("sgemm calls + update", bare_times("p5_posters"), 1.25)))

if (file.exists("/proc/self/status")) {
  peak <- process_memory("", c(data_of_posters, net_of_posters,
                               "model %>% fit(x, y, epochs = 2, batch_size = 64, verbose = 0)"))[["peak"]]
  input <- as.numeric(object.size(x)) / 2^20
  weights <- 2 * 4 * count_params(model) / 2^20 # RMSprop has one number for each
  report_memory(peak, sprintf("input %.0f, parameters and state %.0f", input, weights), 3 * input + weights,
                "3 times the input + the others")
}
