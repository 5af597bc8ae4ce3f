# A whole model in an HDF5 file as Keras 2 lays it out: architecture and compilation as JSON in attributes of
# the root, weights below model_weights, the optimizer's state below optimizer_weights. Files that Keras 3
# writes with the ending .h5 are laid out in the same way.

h5_write_model <- function(file, self, include_optimizer) {
  h5_write_string(file, "backend", "tensorflow", utf8 = TRUE)
  h5_write_string(file, "keras_version", keras_version, utf8 = TRUE)
  h5_write_string(file, "model_config", config_json(model_config(self, "hdf5")))
  h5_write_weights(h5_make_group(file, "model_weights"), file_layers(self))
  if (!include_optimizer || is.null(self$compiled)) return()
  h5_write_string(file, "training_config", config_json(training_config(self)))
  state <- optimizer_state(self)
  if (!is.null(state)) h5_write_optimizer(h5_make_group(file, "optimizer_weights"), state)
  h5_write_string(file, "tildenet_training", config_json(random_config(self$training)))
}

training_config <- function(self) {
  c(training_losses_config(self), list(optimizer_config = optimizer_config(self_of(self$compiled$optimizer))))
}

# What names everything random of this training: Keras reads over it, here training goes on with the same
# shuffles and dropout masks.
random_config <- function(training) {
  list(seed = if (!is.null(training$seed)) as.double(training$seed), epoch = as.double(training$epoch))
}

h5_write_optimizer <- function(group, state) {
  counter <- if (state$old) paste0(optimizer_kinds[[state$optimizer$kind]], "/iter:0") else "iteration:0"
  cache <- if (state$old && state$optimizer$kind == "nadam") "Nadam/momentum_cache:0"
  names <- vapply(state$arrays, function(a) a$name, "")
  names <- if (length(names) > 0) paste0(make.unique(names, "_"), ":0")
  h5_write_strings(group, "weight_names", c(counter, cache, names))
  h5_write_scalar(group, counter, state$step, hdf5r::h5types$H5T_STD_I64LE)
  if (!is.null(cache)) {
    h5_write_scalar(group, cache, nadam_product(state$optimizer, state$step), hdf5r::h5types$H5T_IEEE_F32LE)
  }
  for (k in seq_along(names)) {
    h5_write_numbers(group, names[k], state$arrays[[k]]$read(), state$arrays[[k]]$shape)
  }
}

# Product of the momenta of all updates, which Keras keeps and which is found anew from their number here.
nadam_product <- function(optimizer, step) {
  t <- seq_len(min(step, 1000))
  decay <- if (isTRUE(optimizer$old)) optimizer$schedule_decay else 1
  prod(optimizer$beta_1 * (1 - 0.5 * 0.96^(decay * t)))
}

# ---- reading ---------------------------------------------------------------------------------------

# What a file says of a model: list(config, version), layers(self) as h5_layers() gives them, and training, a list
# of what compile() is told, optimizer, entries() and random(), or NULL.
h5_read_model <- function(file, path, custom_objects, compile, call) {
  text <- h5_text(file, "model_config")
  if (is.null(text)) {
    weights <- h5_has_strings(file, "layer_names") || has_keras3_weights(file)
    abort_tn(paste0("The file ", quoted(path), " holds no model."), "io", call = call,
             given = if (weights) "It holds weights alone.",
             how = if (weights) "Build the model and use load_model_weights_hdf5().")
  }
  parse <- function(name) h5_json(file, name, path, call)
  training <- if (compile) parse("training_config")
  model_of_parts(list(
    config = parse("model_config"), version = h5_text(file, "keras_version"),
    layers = function(self) h5_layers(file, self, path, call), training = training,
    optimizer = training$optimizer_config, entries = function() h5_optimizer_entries(file),
    random = function() h5_random(file, path, call)), path, custom_objects, compile, call)
}

# A model from its parts in a file of any kind: config, version, layers(self) as h5_layers() gives them, training and
# optimizer as the file describes them (NULL where it does not), entries() of the optimizer's state, random().
model_of_parts <- function(parts, path, custom_objects, compile, call) {
  model <- model_of_config(parts$config, custom_objects, call, parts$version)
  self <- self_of(model)
  how <- list(by_name = FALSE, skip_mismatch = FALSE, reshape = FALSE, path = path)
  assign_weights(match_weights(self, parts$layers(self), how, call))
  if (!compile) return(model)
  if (is.null(parts$training)) {
    warn_uncompiled(path, "It says nothing of a training.", call)
  } else if (compile_from_config(model, parts, custom_objects, path, call)) {
    restore_training(self, parts, path, call)
  }
  model
}

# The text of an attribute as nested lists, NULL when there is none.
h5_json <- function(file, name, path, call) {
  text <- h5_text(file, name)
  if (!is.null(text)) json_config(text, paste0("the attribute ", name, " of ", quoted(path)), call)
}

h5_text <- function(group, name) {
  text <- h5_strings(group, name)
  if (length(text) > 0) paste(text, collapse = "")
}

# Errors about what a file says name the file.
naming_file <- function(path, call, code) {
  tryCatch(code, tildenet_error = function(e) {
    text <- conditionMessage(e)
    if (inherits(e, "tildenet_error_package") || grepl(path, text, fixed = TRUE)) rlang::cnd_signal(e)
    kept <- Filter(function(class) inherits(e, paste0("tildenet_error_", class)), c("unsupported", "shape"))
    class <- c(kept, "io")[1]
    abort_tn(paste0("The file ", quoted(path), " cannot be loaded: ", e$message), class, bullet_of(e, "x"),
             bullet_of(e, "i"), call = call)
  })
}

# Whether the model could be compiled as the file says; else a warning says why not.
compile_from_config <- function(model, parts, custom_objects, path, call) {
  reason <- tryCatch({
    args <- compile_arguments(parts$training, custom_objects, output_names(self_of(model)))
    args$optimizer <- optimizer_of_config(parts$optimizer, parts$version)
    do.call(compile, c(list(model), args))
    NULL
  }, tildenet_error_unsupported = function(e) paste(c(e$message, e$body), collapse = " "))
  if (!is.null(reason)) warn_uncompiled(path, reason, call)
  is.null(reason)
}

warn_uncompiled <- function(path, reason, call) {
  warn_tn(paste0("The model from ", quoted(path), " is not compiled. ", reason), "uncompiled", call = call,
          how = "Use compile() before training; predictions need nothing.")
}

restore_training <- function(self, parts, path, call) {
  random <- parts$random()
  self$training$seed <- random$seed
  self$training$epoch <- random$epoch %||% 0
  entries <- parts$entries()
  if (is.null(entries)) return()
  state <- state_of_entries(self, entries)
  if (is.character(state)) {
    warn_tn(paste0("The optimizer of the model from ", quoted(path), " begins anew. ", state), "optimizer",
            call = call)
    return()
  }
  optimizer <- self_of(self$compiled$optimizer)
  optimizer$updates <- state$step
  if (optimizer$kind == "nadam" && !optimizer$old && !is_keras3(parts$version)) {
    optimizer$momentum_power <- optimizer$momentum_power %||% length(state$layout)
  }
  list2env(c(state, list(optimizer = optimizer)), self$training)
}

h5_optimizer_entries <- function(file) {
  group <- h5_open(file, "optimizer_weights")
  if (!inherits(group, "H5Group")) return(NULL)
  # Keras 3.1 and later name the optimizer in between.
  inner <- group$ls()$name
  if (is.null(h5_strings(group, "weight_names")) && length(inner) == 1) group <- group[[inner]]
  entries <- lapply(h5_strings(group, "weight_names"), function(name) h5_entry(h5_open(group, name), name))
  if (!any(vapply(entries, is.null, NA))) entries
}

# A data set of numbers as list(name, shape, read(), floats()), NULL for anything else. read(): row by row; floats():
# as floats.
h5_entry <- function(data, name) {
  shape <- h5_shape(data)
  if (is.null(shape)) return(NULL)
  list(name = name, shape = shape, read = function() h5_values(data), floats = function() h5_floats(data, shape))
}

entry_floats <- function(entry) if (is.null(entry$floats)) engine_raw_floats(entry$read()) else entry$floats()

# list(seed, epoch) of a file of this package, NULL where there are none or they cannot be.
h5_random <- function(file, path, call) {
  random <- h5_json(file, "tildenet_training", path, call)
  fine <- vapply(random[c("seed", "epoch")], function(x) is.null(x) || is_number_of(x), NA)
  if (all(fine)) random
}
