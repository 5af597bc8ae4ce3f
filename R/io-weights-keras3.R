# Weights as Keras 3 lays them out in `.weights.h5` files and within `.keras` archives: a group for each layer
# below "layers", named by its class and a number, holds its own weights as vars/0, vars/1 ... and what it is
# made of in groups of their own. What the file calls the layers plays no part.

has_keras3_weights <- function(file) inherits(h5_open(file, "layers"), "H5Group")

# In the form of h5_layers(), for the layers of this model, by the names they have here.
keras3_layers <- function(file, self, path, call) {
  layers <- keras3_container(h5_open(file, "layers"), self$layers, path, call)
  unclaimed <- setdiff(h5_open(file, "layers")$ls()$name, vapply(layers, function(l) l$group, ""))
  extra <- Filter(function(name) keras3_holds_weights(file, paste0("layers/", name)), unclaimed)
  if (length(extra) > 0) {
    abort_tn(paste0("The weights in ", quoted(path), " do not fit the model."), "shape", call = call,
             given = paste0("The file has weights for ", quoted_list(extra), ", which the model lacks."))
  }
  layers
}

keras3_holds_weights <- function(file, place) {
  vars <- h5_open(file, paste0(place, "/vars"))
  inherits(vars, "H5Group") && length(vars$ls()$name) > 0
}

# list of list(name, group, weights) for layers that stand side by side.
keras3_container <- function(group, layers, path, call) {
  Map(function(layer, name) {
    self <- self_of(layer)
    list(name = self$name, group = name,
         weights = keras3_weights(h5_open(group, name), self, paste0("layers/", name), path, call))
  }, layers, keras3_names(layers))
}

# Of layers that stand side by side: dense, dense_1, dense_2 ...
keras3_names <- function(layers) {
  classes <- vapply(layers, function(layer) snake_case(keras_class(self_of(layer))), "")
  count <- stats::ave(seq_along(classes), classes, FUN = seq_along) - 1
  ifelse(count == 0, classes, paste0(classes, "_", count))
}

# The arrays of a layer in the order of get_weights(): its own, then those of its parts.
keras3_weights <- function(group, self, place, path, call) {
  if (length(layer_parameters(self)) == 0) return(list())
  if (!inherits(group, "H5Group")) h5_abort_missing(path, "layer", place, call)
  if (is_model_self(self)) {
    inner <- h5_open(group, "layers")
    if (!inherits(inner, "H5Group")) h5_abort_missing(path, "layer", paste0(place, "/layers"), call)
    return(unlist(lapply(keras3_container(inner, self$layers, path, call), `[[`, "weights"), recursive = FALSE))
  }
  if (!is.null(self$layers)) {
    parts <- Map(function(layer, name) {
      keras3_weights(h5_open(group, name), self_of(layer), paste0(place, "/", name), path, call)
    }, self$layers, names(self$layers))
    return(unlist(unname(parts), recursive = FALSE))
  }
  vars <- h5_open(group, "cell/vars") %||% h5_open(group, "vars")
  lapply(seq_along(self$params) - 1, function(k) {
    data <- if (inherits(vars, "H5Group")) h5_open(vars, as.character(k))
    h5_entry(data, paste0(place, "/", k)) %||% h5_abort_missing(path, "weight", paste0(place, "/vars/", k), call)
  })
}

# ---- writing ---------------------------------------------------------------------------------------

keras3_write_container <- function(group, layers) keras3_write_parts(group, layers, keras3_names(layers))

keras3_write_parts <- function(group, layers, names) {
  Map(function(layer, name) keras3_write_layer(h5_make_group(group, name), self_of(layer)), layers, names)
}

keras3_write_layer <- function(group, self) {
  own <- if (is.null(self$layers)) self$params
  cell <- self$class_name %in% c("SimpleRNN", "LSTM", "GRU")
  keras3_write_vars(group, self$name, if (!cell) own)
  if (cell) keras3_write_vars(h5_make_group(group, "cell"), paste0(snake_case(self$class_name), "_cell"), own)
  if (is_model_self(self)) keras3_write_container(h5_make_group(group, "layers"), self$layers)
  else keras3_write_parts(group, self$layers, names(self$layers))
}

# Weights as vars/0, vars/1 ... below the group; `name` tells readers whose they are.
keras3_write_vars <- function(group, name, params) {
  vars <- h5_make_group(group, "vars")
  h5_write_string(vars, "name", name, utf8 = TRUE)
  for (k in seq_along(params)) h5_write_weight(vars, as.character(k - 1), params[[k]])
}
