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
  selves <- lapply(layers, self_of)
  names <- numbered(vapply(selves, function(self) snake_case(keras_class(self)), ""))
  Map(function(self, name) {
    list(name = self$name, group = name,
         weights = keras3_weights(h5_open(group, name), self, paste0("layers/", name), path, call))
  }, selves, names)
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

# dense, dense_1, dense_2 ...
numbered <- function(names) {
  count <- stats::ave(seq_along(names), names, FUN = seq_along) - 1
  ifelse(count == 0, names, paste0(names, "_", count))
}

# ---- archives --------------------------------------------------------------------------------------

is_zip <- function(path) identical(readBin(path, "raw", 4), as.raw(c(0x50, 0x4b, 0x03, 0x04)))

keras3_members <- c("config.json", "metadata.json", "model.weights.h5")

# use(folder) with the members of an archive unpacked, which go again. An archive says itself how large its
# members are; they are not let grow beyond what packing could have saved.
with_keras3_archive <- function(path, use, call) {
  listed <- reading(path, utils::unzip(path, list = TRUE), call)
  members <- intersect(keras3_members, listed$Name)
  if (!all(c("config.json", "model.weights.h5") %in% members)) {
    abort_broken_file(path, "It is no archive of a Keras model.", call)
  }
  if (sum(listed$Length[match(members, listed$Name)]) > 1100 * file.size(path)) {
    abort_broken_file(path, "Its members cannot be as large as it says.", call)
  }
  folder <- tempfile("keras")
  on.exit(unlink(folder, recursive = TRUE))
  reading(path, utils::unzip(path, members, exdir = folder), call)
  use(folder)
}

read_model_zip <- function(path, custom_objects, compile, call) {
  with_keras3_archive(path, function(folder) {
    text <- function(name) {
      file <- file.path(folder, name)
      if (!file.exists(file)) return(NULL)
      json_config(rawToChar(readBin(file, "raw", file.size(file))), paste0(name, " in ", quoted(path)), call)
    }
    config <- text("config.json")
    h5_read(file.path(folder, "model.weights.h5"), function(file) model_of_parts(list(
      config = config, version = text("metadata.json")$keras_version,
      layers = function(self) keras3_layers(file, self, path, call), training = config$compile_config,
      optimizer = config$compile_config$optimizer, entries = function() keras3_optimizer_entries(file),
      random = function() NULL), path, custom_objects, compile, call), call)
  }, call)
}

keras3_optimizer_entries <- function(file) {
  vars <- h5_open(file, "optimizer/vars")
  if (!inherits(vars, "H5Group")) return(NULL)
  names <- as.character(seq_along(vars$ls()$name) - 1)
  entries <- lapply(names, function(name) h5_entry(h5_open(vars, name), name))
  if (length(entries) > 0 && !any(vapply(entries, is.null, NA))) entries
}
