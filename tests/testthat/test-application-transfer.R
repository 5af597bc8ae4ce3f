# A head on a network that is frozen first and trained from a layer on later, as in Keras' guide.

pictures <- function(n) array(runif(n * 32 * 32 * 3), c(n, 32, 32, 3))

# Two convolutions for a network of many.
small <- list(name = function(rows) "small", sides = 32, mode = "tf", body = function(x) {
  x %>% layer_conv_2d(4, 3, 2, activation = "tanh", name = "first") %>% layer_batch_normalization(name = "first_bn") %>%
    layer_conv_2d(8, 3, 2, activation = "tanh", name = "last") %>% layer_batch_normalization(name = "last_bn")
})
small_base <- function() application(small, FALSE, NULL, NULL, c(32, 32, 3), NULL, 1000, NULL)

train <- function(model, x, y) {
  model %>% compile(optimizer = optimizer_rmsprop(1e-3), loss = "binary_crossentropy")
  model %>% fit(x, y, epochs = 1, batch_size = 4, verbose = 0)
}

heads <- list(
  sequential = function(base) {
    keras_model_sequential() %>% base %>% layer_flatten() %>% layer_dense(8, activation = "tanh") %>%
      layer_dense(1, activation = "sigmoid")
  },
  functional = function(base) {
    keras_model(base$input, base$output %>% layer_global_average_pooling_2d() %>% layer_dense(1, activation = "sigmoid"))
  },
  nested = function(base) {
    input <- layer_input(c(32, 32, 3))
    keras_model(input, input %>% base %>% layer_global_max_pooling_2d() %>% layer_dense(1, activation = "sigmoid"))
  })

changed <- function(model, before) !unlist(Map(identical, get_weights(model), before))

test_that("a frozen network keeps its weights, then trains from a layer on", {
  set.seed(1)
  x <- pictures(8)
  y <- c(0, 1, 1, 1, 0, 1, 1, 1)
  for (head in heads) {
    base <- small_base()
    freeze_weights(base)
    model <- head(base)
    before <- get_weights(base)
    top <- utils::tail(get_weights(model), 2)
    train(model, x, y)
    expect_false(any(changed(base, before)))
    expect_false(identical(utils::tail(get_weights(model), 2), top))
    unfreeze_weights(base, from = "last")
    train(model, x, y)
    expect_identical(changed(base, before), rep(c(FALSE, TRUE), each = 6)) # kernel, bias and four of the normalisation
  }
})

test_that("such a model is the same after it was saved, and trains on", {
  skip_if_not_installed("hdf5r")
  set.seed(2)
  x <- pictures(4)
  base <- small_base()
  freeze_weights(base)
  unfreeze_weights(base, from = "last")
  model <- heads$sequential(base)
  before <- get_weights(base)
  train(model, x, c(0, 1, 1, 1))
  expect_identical(changed(base, before), rep(c(FALSE, TRUE), each = 6))
  path <- withr::local_tempfile(fileext = ".h5")
  save_model_hdf5(model, path)
  loaded <- load_model_hdf5(path)
  expect_identical(predict(loaded, x), predict(model, x))
  expect_length(loaded$trainable_weights, 8)
  expect_identical(get_layer(loaded$layers[[1]], "last")$trainable, TRUE)
  expect_identical(get_layer(loaded$layers[[1]], "first_bn")$trainable, FALSE)
  before <- get_weights(loaded$layers[[1]])
  train(loaded, x, c(0, 1, 1, 1))
  expect_identical(changed(loaded$layers[[1]], before), rep(c(FALSE, TRUE), each = 6))
})
