# From configurations to layers and models, by the same functions that users call, so that everything is checked
# as if they had written it.

# What reading needs everywhere: the user's objects, whether the file is of Keras 3, and whom errors speak to.
read_context <- function(config, custom_objects, call, version = NULL) {
  check_custom_objects(custom_objects, call)
  list(custom_objects = custom_objects, new = is_new_config(config, version), call = call)
}

check_custom_objects <- function(custom_objects, call) {
  named <- is.list(custom_objects) && !is.object(custom_objects) &&
    (length(custom_objects) == 0 || !is.null(names(custom_objects)) && all(nzchar(names(custom_objects))))
  if (!is.null(custom_objects) && !named) {
    abort_arg("custom_objects", "be a named list of functions or objects", describe(custom_objects), call = call)
  }
}

# The model that a configuration describes: list(class_name, config). version: that of Keras, where it stands beside the
# configuration.
model_of_config <- function(config, custom_objects = NULL, call = rlang::caller_env(), version = NULL) {
  context <- read_context(config, custom_objects, call, version)
  parts <- entry_parts(config, "model", context)
  if (!parts$class_name %in% model_classes) {
    abort_config(paste0("It describes a ", parts$class_name, ", not a model."), context)
  }
  noted(layer_of_config(config, context))
}

noted <- function(layer) {
  note_names(vapply(with_layers(self_of(layer)), function(self) self$name, ""))
  layer
}

model_classes <- c("Sequential", "Functional", "Model")

# A layer or model from its entry in a configuration.
layer_of_config <- function(entry, context) {
  parts <- entry_parts(entry, "layer", context)
  in_entry(parts, context, switch(parts$class_name,
    Sequential = sequential_of_config(parts$config, context),
    Functional = , Model = functional_of_config(parts$config, context),
    plain_layer(parts, context)))
}

# Takes an entry apart: list(class_name, config, name).
entry_parts <- function(entry, what, context) {
  if (!is.list(entry) || !is_word(entry[["class_name"]])) {
    abort_config(paste0("A ", what, " stands there that has no class name."), context)
  }
  config <- entry[["config"]]
  if (identical(entry[["class_name"]], "Sequential") && is.list(config) && is.null(names(config))) {
    config <- list(layers = config) # Keras up to 2.2.2 wrote the bare list
  }
  if (!is.list(config) || length(config) > 0 && is.null(names(config))) {
    abort_config(paste0("The settings of a ", entry[["class_name"]], " are no object."), context)
  }
  name <- config[["name"]] %||% entry[["name"]]
  if (!is.null(name) && !is_word(name)) {
    abort_config(paste0("The name of a ", entry[["class_name"]], " is no string."), context)
  }
  config$name <- name
  list(class_name = entry[["class_name"]], config = config, name = name)
}

# ---- layers ----------------------------------------------------------------------------------------

plain_layer <- function(parts, context) {
  parts <- unfold_cell(parts, context)
  own <- context$custom_objects[[parts$class_name]]
  if (!is.null(own)) return(custom_layer(own, parts, context))
  class_name <- if (parts$class_name %in% names(keras_aliases)) keras_aliases[[parts$class_name]] else parts$class_name
  entry <- keras_layers[[class_name]]
  if (is.null(entry)) abort_unknown(paste0("layer class \"", parts$class_name, "\""), parts$class_name, context)
  config <- translate_config(parts$config, parts$class_name, class_name, context)
  refuse_keys(config, entry$refuse, context)
  maker <- get(entry$maker, envir = topenv(), mode = "function")
  if (!is.null(entry$read)) config <- entry$read(config, context)
  keys <- intersect(names(config), setdiff(names(formals(maker)), unread_keys))
  args <- lapply(stats::setNames(keys, keys), function(key) argument_value(config[[key]], key, entry, context))
  layer <- do.call(maker, args, quote = TRUE)
  if (!is.null(config$learn)) take_vocabulary(self_of(layer), config$learn$vocabulary, config$learn$idf)
  layer
}

# Arguments of layers that no configuration sets: all is computed in 32 bits.
unread_keys <- c("object", "dtype", "weights", "batch_size")

# Values of layers' own keys go through their codec, what a reader has made is taken as it is.
argument_value <- function(value, key, entry, context) {
  if (is.function(value) || is.object(value)) return(value)
  if (key == "batch_input_shape") return(if (!is.null(value)) shape_of_config(value, context))
  if (!key %in% entry$keys) return(r_numbers(value))
  codec <- if (key %in% names(entry$codecs)) entry$codecs[[key]] else codec_of(key)
  r_value(value, key, context, codec)
}

# Sizes, null for those that are open.
shape_of_config <- function(value, context) {
  fine <- is.list(value) && length(value) <= 8 && all(vapply(value, function(s) is.null(s) || is_size(s, 1), NA))
  if (!fine) abort_config("A shape must be an array of sizes of at least 1, or null for those left open.", context)
  vapply(value, function(s) if (is.null(s)) NA_real_ else as.numeric(s), 0)
}

refuse_keys <- function(config, keys, context) {
  for (key in keys) {
    value <- config[[key]]
    if (is.null(value) || isFALSE(value)) next
    abort_tn(paste0("`", key, "` of layer \"", config$name, "\" is not available here."), "unsupported",
             call = context$call, layer = config$name)
  }
}

# A class of the user's: a function of (some of) its settings that gives a layer.
custom_layer <- function(f, parts, context) {
  if (!is.function(f)) abort_arg("custom_objects", "hold functions", describe(f), call = context$call)
  config <- lapply(parts$config, r_numbers)
  if (!"..." %in% names(formals(f))) config <- config[intersect(names(config), names(formals(f)))]
  layer <- do.call(f, config, quote = TRUE)
  if (!is_object(layer, "tildenet_layer")) {
    abort_arg("custom_objects", paste0("hold a function for \"", parts$class_name, "\" that gives a layer"),
              describe(layer), call = context$call)
  }
  self <- self_of(layer)
  if (!is.null(parts$name)) self$name <- parts$name
  if (is_switch(parts$config$trainable)) self$trainable <- parts$config$trainable
  layer
}

# ---- sequential models -----------------------------------------------------------------------------

sequential_of_config <- function(config, context) {
  model <- keras_model_sequential(name = config$name)
  self <- self_of(model)
  for (entry in layer_entries(config, context)) {
    parts <- entry_parts(entry, "layer", context)
    if (parts$class_name == "InputLayer") {
      if (length(self$layers) > 0) abort_config("An InputLayer stands behind other layers.", context, parts$name)
      in_entry(parts, context, sequential_begin_with(self, parts, context))
    } else {
      layer <- layer_of_config(entry, context)
      in_entry(parts, context, model_add(self, layer))
    }
  }
  shape <- config[["build_input_shape"]]
  if (!self$built && length(self$layers) > 0 && length(shape) > 0) {
    in_entry(list(class_name = "Sequential", name = self$name), context,
             model_build(self, list(shape_of_config(shape, context))))
  }
  model
}

sequential_begin_with <- function(self, parts, context) {
  config <- translate_config(parts$config, "InputLayer", "InputLayer", context)
  sequential_start(self, shape_of_config(config$batch_input_shape, context))
  self$input_layer <- parts$name
}

layer_entries <- function(config, context) {
  layers <- config[["layers"]]
  if (!is.list(layers) || !is.null(names(layers))) {
    abort_config("The layers of a model are no array.", context, config$name)
  }
  layers
}

# ---- errors ----------------------------------------------------------------------------------------

# Errors of what is made from an entry say which layer it is; what is not available stays that.
in_entry <- function(parts, context, code) {
  tryCatch(code, error = function(e) {
    if (inherits(e, "tildenet_error_io") || inherits(e, "tildenet_error_package") || isTRUE(e$from_config)) {
      rlang::cnd_signal(e)
    }
    class <- if (inherits(e, "tildenet_error_unsupported")) "unsupported" else "io"
    text <- if (inherits(e, "rlang_error")) e$message else first_line(conditionMessage(e))
    name <- if (is.null(parts$name)) "without a name" else quoted(parts$name)
    abort_tn(paste0("Layer ", name, " (", parts$class_name, ") of the configuration cannot be made: ", text), class,
             bullet_of(e, "x"), bullet_of(e, "i"), call = context$call, layer = parts$name, from_config = TRUE)
  })
}

abort_config <- function(given, context, layer = NULL) {
  what <- if (is.null(layer)) "The configuration is damaged." else
    paste0("The configuration is damaged at layer \"", layer, "\".")
  abort_tn(what, "io", given, call = context$call, layer = layer)
}

# what: "layer class \"Attention\"".
abort_unknown <- function(what, name, context) {
  abort_tn(paste0("The configuration names the ", what, ", which is not known here."), "unsupported",
           call = context$call, name = name, from_config = TRUE,
           how = paste0("Give an R function for it: `custom_objects = list(", as_argument(name), " = )`."))
}
