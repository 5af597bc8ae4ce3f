# P7: the prediction of 8 images of 224 x 224 x 3 by VGG16, weights at random, and by its thirteen
# convolutions and poolings alone.
source("bench/common.R")
set.seed(1)
images <- array(runif(8 * 224 * 224 * 3), c(8, 224, 224, 3))

# Simonyan and Zisserman (2015), configuration D.
convolutions <- function() {
  model <- keras_model_sequential(input_shape = c(224, 224, 3))
  for (block in list(c(64, 64), c(128, 128), rep(256, 3), rep(512, 3), rep(512, 3))) {
    for (filters in block) {
      model %>% layer_conv_2d(filters, kernel_size = c(3, 3), padding = "same", activation = "relu")
    }
    model %>% layer_max_pooling_2d(pool_size = c(2, 2))
  }
  model
}
whole <- function() {
  convolutions() %>%
    layer_flatten() %>%
    layer_dense(4096, activation = "relu") %>%
    layer_dense(4096, activation = "relu") %>%
    layer_dense(1000, activation = "softmax")
}
predictions <- function(model) {
  function(times) for (i in seq_len(times)) predict(model, images, batch_size = 8, verbose = 0)
}

times <- peer_times("p7_vgg16.py")
of <- function(what) {
  found <- times[grepl(what, names(times), fixed = TRUE)]
  if (length(found) > 0) found
}
report("P7  VGG16, 8 images of 224 x 224: prediction", both_threads(predictions(whole()), 1, 5),
       list(peer("PyTorch", of("whole"), 1)))
report("P7  its convolutions and poolings alone", both_threads(predictions(convolutions()), 1, 5),
       list(peer("PyTorch", of("convolutions"), 1)))
