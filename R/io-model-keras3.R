# Whole models as archives of Keras 3: a zip of config.json with architecture and compilation, metadata.json, and
# model.weights.h5 with the weights (see io-weights-keras3.R) and, below optimizer/vars, the state of the optimizer.

keras3_members <- c("config.json", "metadata.json", "model.weights.h5")

write_keras3_archive <- function(part, self, trained) {
  folder <- tempfile("keras")
  dir.create(folder)
  on.exit(unlink(folder, recursive = TRUE))
  paths <- stats::setNames(file.path(folder, keras3_members), keras3_members)
  text <- function(name, content) write_bytes(paths[[name]], charToRaw(config_json(content)))
  text("metadata.json", list(keras_version = keras3_version, date_saved = format(Sys.time(), "%Y-%m-%d@%H:%M:%S")))
  text("config.json", c(model_config(self, "keras3"), if (trained) list(compile_config = newer_compile_config(self))))
  state <- if (trained) list(list(data = self$training$state %||% raw()))
  h5_check_room(paths[["model.weights.h5"]], model_parameters(self), length(self$layers), state)
  h5_with(paths[["model.weights.h5"]], "w", function(file) write_keras3_weights(file, self, trained))
  zip_write(part, paths[c("metadata.json", "config.json", "model.weights.h5")])
}

write_keras3_weights <- function(file, self, trained) {
  keras3_write_vars(file, self$name, NULL)
  keras3_write_container(h5_make_group(file, "layers"), self$layers)
  if (!trained) return()
  keras3_write_optimizer(h5_make_group(file, "optimizer/vars"), self)
  h5_write_string(file, "tildenet_training", config_json(random_config(self$training)))
}

# The number of updates, the rate where it is a number, then the slots in the order of files; Nadam ends with the
# product of its momenta.
keras3_write_optimizer <- function(vars, self) {
  optimizer <- self_of(self$compiled$optimizer)
  state <- optimizer_state(self, spare = FALSE)
  scalar <- function(value) list(shape = numeric(), read = function() value)
  rate <- if (!is_schedule(optimizer$learning_rate)) list(scalar(optimizer$learning_rate))
  product <- if (optimizer$kind == "nadam") list(scalar(nadam_product(optimizer, state$step %||% 0)))
  h5_write_string(vars, "name", optimizer$name, utf8 = TRUE)
  h5_write_scalar(vars, "0", state$step %||% 0, hdf5r::h5types$H5T_STD_I64LE)
  arrays <- c(rate, state$arrays, product)
  for (k in seq_along(arrays)) {
    entry <- arrays[[k]]
    if (length(entry$shape) > 0) h5_write_numbers(vars, as.character(k), entry$read(), entry$shape)
    else h5_write_scalar(vars, as.character(k), entry$read(), hdf5r::h5types$H5T_IEEE_F32LE)
  }
}

# ---- reading ---------------------------------------------------------------------------------------

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
      random = function() h5_random(file, path, call)), path, custom_objects, compile, call), call)
  }, call)
}

keras3_optimizer_entries <- function(file) {
  vars <- h5_open(file, "optimizer/vars")
  if (!inherits(vars, "H5Group")) return(NULL)
  names <- as.character(seq_along(vars$ls()$name) - 1)
  entries <- lapply(names, function(name) h5_entry(h5_open(vars, name), name))
  if (length(entries) > 0 && !any(vapply(entries, is.null, NA)) && !is_untrained(entries)) entries
}

# An optimizer that has made no update has no slots yet.
is_untrained <- function(entries) {
  all(lengths(lapply(entries, `[[`, "shape")) == 0) && identical(as.numeric(entries[[1]]$read()), 0)
}
