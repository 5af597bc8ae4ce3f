# P10: a small convolution net, three convolutions of 3 x 3 (32, 64, 128), each with relu and max pooling, then
# softmax of 10: images of 64 x 64 x 3, batch 32, Adam, one epoch of 1,024 images.
source("bench/common.R")
set.seed(1)
x <- array(runif(1024 * 64 * 64 * 3), c(1024, 64, 64, 3))
y <- to_categorical(sample(0:9, 1024, TRUE), 10)

model <- keras_model_sequential(input_shape = c(64, 64, 3))
for (filters in c(32, 64, 128)) {
  model %>%
    layer_conv_2d(filters, kernel_size = c(3, 3), padding = "same", activation = "relu") %>%
    layer_max_pooling_2d(pool_size = c(2, 2))
}
model %>%
  layer_flatten() %>%
  layer_dense(10, activation = "softmax")
model %>% compile(optimizer = "adam", loss = "categorical_crossentropy")

some_epochs <- function(epochs) fit(model, x, y, epochs = epochs, batch_size = 32, verbose = 0)
report("P10  convolutions 32-64-128 on 64 x 64 x 3, batch 32, Adam: one epoch of 1,024 images",
       both_threads(some_epochs, 2, 5), list(peer("PyTorch", peer_times("p10_cnn.py"), 1.2)))
