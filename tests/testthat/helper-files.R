# Models and files for the tests of saving and loading.

skip_without_hdf5 <- function() testthat::skip_if_not_installed("hdf5r")

# Two dense layers with a dropout between them; `weights` are 0.25, 0.5, 0.75 ... in all.
filed_model <- function(units = 4, names = c("hidden", "out"), use_bias = TRUE) {
  model <- keras_model_sequential() %>%
    layer_dense(units, input_shape = 3, name = names[1], use_bias = use_bias) %>%
    layer_dropout(0.5, name = "between") %>%
    layer_dense(2, name = names[2])
  fill_weights(model)
}

fill_weights <- function(model, from = 1) {
  values <- get_weights(model)
  ends <- cumsum(lengths(values))
  set_weights(model, Map(function(w, end) array((from + end - length(w) + seq_along(w) - 1) / 4, dim(w)),
                         values, ends))
}

zero_weights <- function(model) set_weights(model, lapply(get_weights(model), function(w) w * 0))

# Loading into `model` is refused with this class and leaves it as it was.
expect_refused_load <- function(model, path, class, ..., load = load_model_weights_hdf5) {
  before <- get_weights(model)
  error <- testthat::expect_error(load(model, path, ...), class = class)
  testthat::expect_identical(get_weights(model), before)
  invisible(error)
}

# Changes an open HDF5 file and closes it.
edit_hdf5 <- function(path, change) h5_with(path, "r+", change)
