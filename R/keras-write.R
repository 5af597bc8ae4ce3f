# From layers and models to configurations. layout: "json" is that of model_to_json(), where layers stand with
# their module and the shapes they were built with; "hdf5" is that of HDF5 files, without these around layers;
# "keras3" is that of `.keras` archives, see keras-newer.R.

keras_version <- "2.21.0"

# What describes a layer or model by itself.
layer_config <- function(self, layout = "json") {
  if (is_model_self(self)) return(inner_model_config(self, layout))
  if (self$class_name == "InputLayer") {
    return(input_config(self$name, self$config$batch_shape, self$config$dtype, layout))
  }
  entry <- keras_layers[[self$class_name]]
  config <- list(name = self$name, trainable = self$trainable, dtype = entry$dtype)
  if (!is.null(self$batch_input_shape)) {
    config$batch_input_shape <- number_list(self$batch_input_shape, as_integers)
  } else if (self$class_name == "Embedding") {
    config$batch_input_shape <- list(NULL, NULL)
  }
  config <- c(config, key_values(self, entry))
  if (!is.null(entry$write)) config <- entry$write(self, config, layout)
  if (layout == "keras3") newer_config(config, self$class_name) else config
}

# The values of a class' keys.
key_values <- function(self, entry) {
  values <- lapply(entry$keys, function(key) {
    if (key %in% names(entry$fixed)) return(entry$fixed[[key]])
    stored <- if (key %in% names(entry$stored)) entry$stored[[key]] else key
    codec <- if (key %in% names(entry$codecs)) entry$codecs[[key]] else codec_of(key)
    keras_value(self$config[[stored]], key, self$name, codec)
  })
  values <- stats::setNames(values, entry$keys)
  values[!(entry$keys %in% entry$optional & vapply(values, is.null, NA))]
}

input_config <- function(name, shape, dtype, layout) {
  config <- list(batch_input_shape = number_list(shape, as_integers), dtype = dtype %||% "float32", sparse = FALSE,
                 ragged = FALSE, name = name, optional = FALSE)
  if (layout == "keras3") names(config)[1] <- "batch_shape"
  config
}

# ---- entries ---------------------------------------------------------------------------------------

keras_class <- function(self) keras_layers[[self$class_name]]$class_name %||% self$class_name

# A layer as it stands in a model: class, configuration and, but for HDF5 files, where Keras finds the class.
layer_entry <- function(self, layout, node = list()) {
  config <- layer_config(self, if (is_model_self(self)) inner_layout(layout) else layout)
  built <- layout == "json" || layout == "keras3" && !is_model_self(self)
  c(class_entry(keras_class(self), config, layout), if (built) build_entry(self), node)
}

# Of what stands inside of a layer.
inner_layout <- function(layout) if (layout == "keras3") layout else "hdf5"

class_entry <- function(class_name, config, layout) {
  if (layout == "keras3") return(newer_entry(class_name, config))
  if (layout != "json") return(list(class_name = class_name, config = config))
  functional <- class_name == "Functional"
  module <- switch(class_name, Functional = "tf_keras.src.engine.functional", Sequential = "keras", "keras.layers")
  list(module = module, class_name = class_name, config = config,
       registered_name = if (functional) "Functional")
}

# Shapes that the layer was built with.
build_entry <- function(self) {
  shapes <- if (is_model_self(self)) lapply(self$inputs, function(t) t$shape) else self$build_shapes
  if (length(shapes) == 0) return(NULL)
  list(build_config = list(input_shape = one_or_list(lapply(shapes, number_list, as_integers))))
}

# A layer inside a wrapper has its module in every layout. Keras notes the shapes of those without weights.
wrapped_entry <- function(self, layout) {
  inner <- inner_layout(layout)
  entry <- class_entry(keras_class(self), layer_config(self, inner), if (inner == "keras3") inner else "json")
  c(entry, if (is_model_self(self) || length(self$params) == 0) build_entry(self))
}

# ---- models ----------------------------------------------------------------------------------------

# list(class_name, config) of a whole model.
model_config <- function(self, layout = c("json", "hdf5", "keras3")) {
  layout <- match.arg(layout)
  config <- inner_model_config(self, layout)
  if (layout == "keras3") newer_entry(self$class_name, config) else list(class_name = self$class_name, config = config)
}

inner_model_config <- function(self, layout) {
  if (self$class_name == "Sequential") sequential_config(self, layout) else functional_config(self, layout)
}

# The model itself does not say whether it is frozen: its layers do.
sequential_config <- function(self, layout) {
  layers <- lapply(self$layers, function(layer) {
    entry <- layer_entry(self_of(layer), layout)
    if (!self$trainable && !is.null(entry$config$trainable)) entry$config$trainable <- FALSE
    entry
  })
  c(list(name = self$name), if (layout == "keras3") list(trainable = TRUE, dtype = dtype_policy("float32")),
    list(layers = c(sequential_input(self, layout), layers)), if (layout == "keras3") newer_input_shape(self))
}

# A sequential model that knows its input begins with it.
sequential_input <- function(self, layout) {
  if (!self$built) return(NULL)
  input <- self$inputs[[1]]
  name <- self$input_layer %||% if (length(self$layers) > 0) paste0(self$layers[[1]]$name, "_input") else input$name
  list(class_entry("InputLayer", input_config(name, input$shape, input$dtype, layout), layout))
}
