#' Weights in files
#'
#' `save_model_weights_hdf5()` writes the weights of a model in the layout of Keras 2, which Keras opens;
#' `load_model_weights_hdf5()` reads such files, those of Keras included. The `_tf` functions do the same
#' with a folder. A model of the same architecture must be there to load into; its compilation and the
#' state of its optimizer stay.
#'
#' @details
#' Weights are matched by position: the first layer with weights gets those of the first layer of the
#' file, and so on; names, which differ between versions of Keras, do not matter. With `by_name = TRUE`
#' layers get the weights of the layer of their name, and all others keep theirs. Nothing is changed when
#' something does not fit.
#'
#' An HDF5 file has the attributes `layer_names`, `backend` and `keras_version` at its root (or in the
#' group `model_weights` of a whole saved model, which can be read as well). Every layer has a group with
#' the attribute `weight_names`, and below it a data set of 32-bit floats for each of these names. Lists
#' of names above 64,512 bytes are cut into `layer_names0`, `layer_names1` and so on. A nested model is
#' one layer; its weights that train come first.
#'
#' The folder of `save_model_weights_tf()` holds one file, `weights.rds`, that [readRDS()] reads: a list
#' of `format` (1) and `layers`, a list with the layers' names whose elements are named lists of arrays,
#' as [get_weights()] gives them. Checkpoints of TensorFlow are another format and are not read.
#'
#' Files are written whole or not at all: beside their place first, then looked at (on a full disk R loses
#' the end of a file without a word), then moved there. So a save that fails leaves the old file, and
#' nothing else; what a process left that was killed meanwhile, the next save to that place removes. A link
#' is written through, and a file that is replaced keeps its permissions.
#' @param object A model that has been built.
#' @param filepath Path of the file, or of the folder for `save_model_weights_tf()`, which is made where
#'   it is missing. `load_*()` tell a file and a folder apart by themselves.
#' @param overwrite Whether an existing file is replaced.
#' @param by_name Whether layers are matched by name instead of position.
#' @param skip_mismatch With `by_name`: whether layers that do not fit are left out with a warning.
#' @param reshape Whether weights of the right number of elements but another shape are reshaped, row by
#'   row.
#' @returns `save_*()`: `TRUE`, invisibly. `load_*()`: the model, invisibly; it is changed in place.
#' @section Errors:
#' Files that are missing, damaged or hold something else, that cannot be written or are no files (a device,
#' a pipe, a folder), and existing files with `overwrite = FALSE`, are errors of class `tildenet_error_io`;
#' numbers or shapes of weights that do not fit, of class `tildenet_error_shape`. The message names the
#' layer, what it takes and what the file has. Without the package hdf5r HDF5 files are an error of class
#' `tildenet_error_package`.
#' @references
#' The HDF Group, HDF5 File Format Specification. Keras documentation, "Model saving and serialization
#' APIs": the weights file of Keras 2.
#' @examples
#' model <- keras_model_sequential() %>% layer_dense(2, input_shape = 3)
#' path <- tempfile()
#' save_model_weights_tf(model, path)
#' copy <- load_model_weights_tf(clone_model(model), path)
#' identical(get_weights(copy), get_weights(model))
#' if (requireNamespace("hdf5r", quietly = TRUE)) {
#'   path <- tempfile(fileext = ".h5")
#'   save_model_weights_hdf5(model, path)
#'   load_model_weights_hdf5(copy, path)
#' }
#' @export
save_model_weights_hdf5 <- function(object, filepath, overwrite = TRUE) {
  self <- built_model_self(object)
  check_hdf5r()
  path <- check_target(filepath, overwrite)
  write_whole(path, function(part) {
    h5_check_room(part, model_parameters(self), length(self$layers))
    h5_with(part, "w", function(file) h5_write_weights(file, file_layers(self)))
  })
  invisible(TRUE)
}

#' @rdname save_model_weights_hdf5
#' @export
load_model_weights_hdf5 <- function(object, filepath, by_name = FALSE, skip_mismatch = FALSE,
                                    reshape = FALSE) {
  load_weights_file(object, filepath, by_name, skip_mismatch, reshape)
}

#' @rdname save_model_weights_hdf5
#' @export
save_model_weights_tf <- function(object, filepath, overwrite = TRUE) {
  self <- built_model_self(object)
  write_file_in_folder(filepath, weights_in_folder, overwrite, function(path) {
    write_rds(path, list(format = weights_format, layers = layer_arrays(self)))
  })
  invisible(TRUE)
}

#' @rdname save_model_weights_hdf5
#' @export
load_model_weights_tf <- load_model_weights_hdf5

weights_in_folder <- "weights.rds"
weights_format <- 1

# model$save_weights(): as Keras, the ending says which kind of file.
save_weights <- function(object, filepath, overwrite = TRUE, save_format = NULL) {
  weights_writer(file_format(filepath, save_format))(object, filepath, overwrite)
}

# Weights alone have no form of their own in Keras 3: they are written as HDF5.
weights_writer <- function(format) if (format == "tf") save_model_weights_tf else save_model_weights_hdf5

# "h5", "keras" or "tf", which is a folder: as the user says it, or the ending of the path.
file_format <- function(filepath, save_format = NULL, call = rlang::caller_env()) {
  check_string(save_format, "save_format", c("h5", "hdf5", "keras", "tf"), null_ok = TRUE, call = call)
  ending <- tolower(sub("^.*[.]|^[^.]*$", "", check_string(filepath, "filepath", call = call)))
  switch(save_format %||% ending, h5 = , hdf5 = "h5", keras = "keras", "tf")
}

# read(self, path, how, call) gives list(parameter, floats) for each weight that gets a value.
load_weights_file <- function(object, filepath, by_name, skip_mismatch, reshape, arg = "filepath",
                              read = read_weights_at, call = rlang::caller_env()) {
  self <- built_model_self(object, call)
  path <- path.expand(check_string(filepath, arg, call = call))
  how <- list(by_name = check_flag(by_name, "by_name", call = call),
              skip_mismatch = check_flag(skip_mismatch, "skip_mismatch", call = call),
              reshape = check_flag(reshape, "reshape", call = call), path = path)
  if (skip_mismatch && !by_name) {
    abort_arg("skip_mismatch", "go with `by_name = TRUE`", how = "By position, every layer has to fit.",
              call = call)
  }
  assign_weights(read(self, path, how, call))
  invisible(object)
}

read_weights_at <- function(self, path, how, call) {
  if (dir.exists(path)) match_weights(self, folder_layers(path, call), how, call)
  else read_hdf5_weights(self, path, how, call)
}

built_model_self <- function(object, call = rlang::caller_env()) {
  self <- check_model(object, call)
  if (!isTRUE(self$built)) {
    abort_tn(paste0("Model \"", self$name, "\" has no weights yet."), "state", call = call,
             how = "Give its first layer `input_shape`, or data first.")
  }
  self
}

read_hdf5_weights <- function(self, path, how, call) {
  if (!file.exists(path)) {
    checkpoint <- file.exists(paste0(path, ".index"))
    abort_path("filepath", "be the path of a file or a folder with weights", path, call = call,
               state = if (checkpoint) "is a checkpoint of TensorFlow." else "does not exist.",
               how = if (checkpoint) "Save the weights as HDF5 there: save_model_weights_hdf5().")
  }
  check_hdf5r(call)
  if (is_zip(path)) {
    return(with_keras3_archive(path, function(folder) {
      read_hdf5_weights(self, file.path(folder, "model.weights.h5"), how, call)
    }, call))
  }
  h5_read(path, function(file) match_weights(self, h5_layers(file, self, path, call), how, call), call)
}

# The layers of a model as files hold them: list(name, parameters), those that train first.
file_layers <- function(self) {
  lapply(self$layers, function(layer) {
    inner <- self_of(layer)
    list(name = inner$name, parameters = c(weights_of(inner, TRUE), weights_of(inner, FALSE)))
  })
}

layer_arrays <- function(self) {
  layers <- file_layers(self)
  arrays <- lapply(layers, function(layer) {
    values <- lapply(layer$parameters, parameter_value)
    stats::setNames(values, vapply(layer$parameters, function(p) p$name, ""))
  })
  stats::setNames(arrays, vapply(layers, function(layer) layer$name, ""))
}

# What a folder holds, in the form of h5_layers().
folder_layers <- function(folder, call) {
  path <- file.path(folder, weights_in_folder)
  if (!file.exists(path)) {
    abort_path("filepath", "be the path of a file or a folder with weights", folder, call = call,
               state = paste0("is a folder without ", weights_in_folder, "."),
               how = "Such folders are written by save_model_weights_tf().")
  }
  content <- tryCatch(readRDS(path), error = function(e) NULL, warning = function(w) NULL)
  fine <- is.list(content) && is.numeric(content$format) && is.list(content$layers)
  if (fine && !identical(as.numeric(content$format), weights_format)) {
    abort_tn(paste0("The weights in ", quoted(path), " have format ", content$format[1], "."), "io",
             call = call, how = "Read them with the version of the package that wrote them, or a later one.")
  }
  numbers <- function(layer) is.list(layer) && all(vapply(layer, is.numeric, NA))
  if (!fine || !all(vapply(content$layers, numbers, NA))) {
    abort_tn(paste0("The file ", quoted(path), " holds no weights of a model."), "io", call = call,
             how = "Such files are written by save_model_weights_tf().")
  }
  Map(function(name, layer) {
    list(name = name, weights = Map(function(weight, value) {
      list(name = weight, shape = as.numeric(dim(value) %||% length(value)), read = function() row_major(value))
    }, names(layer) %||% character(length(layer)), layer))
  }, names(content$layers) %||% character(length(content$layers)), content$layers)
}
