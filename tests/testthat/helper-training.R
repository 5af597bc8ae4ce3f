# Small compiled models and data for the tests of training.

small_data <- function(n = 40, p = 4) {
  set.seed(11)
  x <- matrix(stats::rnorm(n * p), n)
  list(x = x, y = as.numeric(x[, 1] > 0), classes = rep(0:2, length.out = n))
}

# Same seed, same names: two of these are equal models.
small_model <- function(units = 1, activation = "sigmoid", loss = "binary_crossentropy",
                        optimizer = "adam", metrics = "acc", dropout = 0, p = 4, ...) {
  k_clear_session()
  set.seed(1)
  model <- keras_model_sequential() %>% layer_dense(5, activation = "relu", input_shape = p)
  if (dropout > 0) model %>% layer_dropout(dropout)
  model %>% layer_dense(units, activation = activation)
  compile(model, optimizer, loss, metrics = metrics, ...)
  model
}

# A model whose only weight is multiplied with x, so that numbers can be worked out by hand.
scale_model <- function(optimizer = optimizer_sgd(0.5), loss = "mse", ..., weight = 1) {
  k_clear_session()
  model <- keras_model_sequential() %>% layer_dense(1, use_bias = FALSE, input_shape = 1)
  set_weights(model, list(matrix(weight)))
  compile(model, optimizer, loss, ...)
  model
}

scale_weight <- function(model) get_weights(model)[[1]][1]

two_output_model <- function(...) {
  k_clear_session()
  set.seed(1)
  input <- layer_input(shape = 4, name = "features")
  model <- keras_model(input, list(layer_dense(input, 2, name = "a"),
                                   layer_dense(input, 3, activation = "softmax", name = "b")))
  compile(model, "sgd", ...)
  model
}

quiet_fit <- function(model, ...) fit(model, ..., verbose = 0)

# Within the calling test no numbers are copied ahead for the engine: rows are made as batches need them.
local_no_copies <- function(env = parent.frame()) local_own("copied_numbers", 0, env)
