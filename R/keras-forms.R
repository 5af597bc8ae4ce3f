# Other forms of the same settings: how earlier versions of Keras, and Keras 3, write what the table of layers says
# in the words of Keras 2.15.

# Whether a configuration is of Keras 3.
is_new_config <- function(config, version = NULL) {
  if (!is.list(config)) return(FALSE)
  version <- version %||% config[["keras_version"]]
  if (is_word(version)) return(is_keras3(version))
  layers <- if (is.list(config[["config"]])) config[["config"]][["layers"]]
  entries <- if (is.list(layers)) Filter(function(l) is.list(l) && is.list(l[["config"]]), layers) else list()
  any(vapply(entries, function(l) "batch_shape" %in% names(l$config) || is.list(l$config[["dtype"]]), NA))
}

# The settings of one layer. given: the class in the file, class_name: that of the table.
translate_config <- function(config, given, class_name, context) {
  config <- lapply(config, plain_number)
  config$batch_input_shape <- config[["batch_input_shape"]] %||% config[["batch_shape"]]
  if (class_name %in% names(older_forms)) config <- older_forms[[class_name]](config, given)
  config
}

# Numbers that numpy wrote.
plain_number <- function(value) {
  if (!is.list(value) || is.null(names(value))) return(value)
  if (identical(value[["class_name"]], "__numpy__")) return(value[["config"]][["value"]])
  if (identical(names(value), c("type", "value"))) value[["value"]] else value
}

# The general recurrent layer around one cell is the layer of that cell.
unfold_cell <- function(parts, context) {
  cell <- parts$config[["cell"]]
  if (parts$class_name != "RNN" || !is.list(cell)) return(parts)
  inner <- entry_parts(cell, "cell", context)
  own <- parts$config[setdiff(names(parts$config), "cell")]
  list(class_name = sub("Cell$", "", inner$class_name), name = parts$name,
       config = c(own, inner$config[setdiff(names(inner$config), names(own))]))
}

with_defaults <- function(config, ...) {
  defaults <- list(...)
  c(config, defaults[setdiff(names(defaults), names(config))])
}

# Recurrent layers say what they do not have; those of cuDNN have no choice.
older_gates <- function(config, given) {
  with_defaults(config, recurrent_activation = if (grepl("CuDNN", given)) "sigmoid" else "hard_sigmoid")
}

older_forms <- list(
  LSTM = older_gates,
  GRU = function(config, given) with_defaults(older_gates(config, given), reset_after = grepl("CuDNN", given)),
  # An embedding without a length takes any: Keras writes that as a shape.
  Embedding = function(config, given) {
    if (identical(config$batch_input_shape, list(NULL, NULL))) config$batch_input_shape <- NULL
    config
  },
  LeakyReLU = function(config, given) {
    config$alpha <- config[["alpha"]] %||% config[["negative_slope"]]
    config
  })
