# The weights file of Keras 2: see the help page of save_model_weights_hdf5().

# layers: as file_layers() gives them.
h5_write_weights <- function(group, layers) {
  h5_write_strings(group, "layer_names", vapply(layers, function(layer) layer$name, ""))
  # Keras turns convolution kernels of another backend; versions before 2 had other layouts.
  h5_write_string(group, "backend", "tensorflow")
  h5_write_string(group, "keras_version", keras_version)
  for (layer in layers) h5_write_layer(group, layer)
  h5_write_strings(h5_make_group(group, "top_level_model_weights"), "weight_names", character())
}

h5_write_layer <- function(group, layer) {
  place <- h5_make_group(group, layer$name)
  names <- vapply(layer$parameters, function(p) p$name, "")
  names <- if (length(names) > 0) paste0(make.unique(names, "_"), ":0") else character()
  h5_write_strings(place, "weight_names", names)
  Map(function(name, p) h5_write_weight(place, name, p), names, layer$parameters)
}

# list(name, weights) per layer of the file, a weight being list(name, shape, read()), perhaps with
# floats(): nothing is read before its shape is known to fit. read() gives the numbers row by row, as a vector.
h5_layers <- function(file, self, path, call) {
  if (!h5_has_strings(file, "layer_names") && has_keras3_weights(file)) return(keras3_layers(file, self, path, call))
  root <- if (!h5_has_strings(file, "layer_names") && file$exists("model_weights"))
    file[["model_weights"]] else file
  names <- h5_strings(root, "layer_names")
  if (is.null(names)) {
    abort_tn(paste0("The file ", quoted(path), " holds no weights of a Keras model."), "io", call = call)
  }
  layers <- lapply(names, function(name) {
    list(name = name, weights = h5_layer_weights(root, name, path, call))
  })
  if ("theano" %in% h5_strings(root, "backend")) h5_refuse_theano(layers, path, call)
  layers
}

# Keras on Theano turned kernels round before it multiplied.
h5_refuse_theano <- function(layers, path, call) {
  for (layer in layers) {
    if (any(vapply(layer$weights, function(w) length(w$shape) > 2, NA))) {
      abort_tn(paste0("The file ", quoted(path), " was written by Keras on Theano, whose convolution kernels ",
                      "are another way round."), "io", call = call,
               given = paste0("Layer ", quoted(layer$name), " has such a kernel."),
               how = "Load and save the weights with Keras on TensorFlow first.")
    }
  }
}

h5_layer_weights <- function(root, layer, path, call) {
  group <- h5_open(root, layer)
  if (!inherits(group, "H5Group")) h5_abort_missing(path, "layer", layer, call)
  join_gates(lapply(h5_strings(group, "weight_names"), function(name) {
    h5_entry(h5_open(group, name), name) %||% h5_abort_missing(path, "weight", paste0(layer, "/", name), call)
  }))
}

h5_has_strings <- function(group, name) group$attr_exists(name) || group$attr_exists(paste0(name, "0"))

h5_abort_missing <- function(path, what, name, call) {
  abort_tn(paste0("The file ", quoted(path), " names the ", what, " ", quoted(name), ", but holds ",
                  if (what == "layer") "no group" else "no numbers", " there."), "io", call = call)
}
