#' Models in files
#'
#' `save_model_hdf5()` writes a whole model, `load_model_hdf5()` brings it back: architecture, weights, how it
#' was compiled, and what the optimizer has learned, so that predictions are the same and training goes on as if
#' it had never stopped. The file is laid out as Keras 2.15 lays out its own; files of Keras are opened here.
#'
#' @details
#' Read are HDF5 files of Keras 2.0 to 2.15 and of Keras 3, and the `.keras` archives of Keras 3, whatever their
#' names end in. `save_model_hdf5()` writes the HDF5 layout of Keras 2, `save_model_keras()` the archive of Keras 3.
#'
#' | | architecture | weights | compilation | optimizer | R functions | meant for |
#' |---|---|---|---|---|---|---|
#' | `save_model_hdf5()` | yes | yes | yes | yes | by name, see `custom_objects` | Keras 2 |
#' | `save_model_keras()` | yes | yes | yes | yes | by name | Keras 3 |
#' | `save_model_tf()`, [serialize_model()], [saveRDS()] | yes | yes | yes | yes | yes | this package |
#' | [model_to_json()] | yes | no | no | no | by name | Keras 2 |
#' | [save_model_weights_hdf5()], [save_model_weights_safetensors()] | no | yes | no | no | no | Keras 2; PyTorch and others |
#' | [save_onnx()], [save_c()] | yes | yes | no | no | those made of `k_*()` | runtimes of ONNX; C compilers |
#'
#' The states of stateful layers are in those of this package alone, callbacks and the history in none.
#'
#' Loading runs nothing that stands in a file. Functions (the loss, metrics, layers of one's own) are saved by
#' name, and the ones to use are given in `custom_objects`; a layer with Python code is an error without. A loss,
#' metric or optimizer that is not to be had leaves the model uncompiled, with a warning of class
#' `tildenet_warning_uncompiled`; predictions need none of them.
#'
#' RMSprop, Adagrad and Nadam had other formulas in Keras before 2.11, where epsilon stood outside of the root
#' and Nadam's momentum had another course; Keras 2.11 to 2.15 takes Nadam's momentum once more for each weight. A
#' model that was trained so goes on so, and is saved so. An optimizer
#' with a `decay` of the rate is saved as one of those versions, since later ones know none.
#'
#' An archive is a zip of `config.json`, `metadata.json` and `model.weights.h5`, below 4 GB. Keras 3 reads those whose
#' layers and optimizer it has: not the optimizers above, the layers that are only in this package,
#' [layer_activation_thresholded_relu()] and operations between layers. A layer's `fused` is not in it.
#'
#' The folder of `save_model_tf()` holds one file, `model.bin`, of this package. Folders of TensorFlow
#' (`saved_model.pb`) are another format and are not read.
#'
#' Files are written whole or not at all, see [save_model_weights_hdf5()].
#' @inheritParams save_model_weights_hdf5
#' @param object A model that has been built.
#' @param filepath Path of the file, or of the folder for `save_model_tf()`. `load_*()` tell a file and a folder
#'   apart by themselves.
#' @param include_optimizer Whether the compilation and the optimizer's state are saved, too.
#' @param custom_objects Named list of R functions for the names that stand in the file: losses, metrics,
#'   functions of lambda layers, by the name of the function or of the layer; `layer_*()` functions by the class.
#' @param compile Whether the model is compiled as it was.
#' @returns `save_*()`: `TRUE`, invisibly. `load_*()`: the model.
#' @section Errors:
#' Files that are missing, damaged or hold something else, and existing ones with `overwrite = FALSE`, are errors
#' of class `tildenet_error_io`; weights that do not fit the architecture of class `tildenet_error_shape`;
#' classes of layers that are not known, and code in the file, of class `tildenet_error_unsupported`. A state of
#' the optimizer that does not fit is left out with a warning of class `tildenet_warning_optimizer`. Without the
#' package hdf5r HDF5 files are an error of class `tildenet_error_package`.
#' @references
#' The HDF Group, HDF5 File Format Specification. Keras documentation, "Whole model saving & loading".
#' @examples
#' model <- keras_model_sequential() %>% layer_dense(2, input_shape = 3)
#' path <- tempfile()
#' save_model_tf(model, path)
#' copy <- load_model_tf(path)
#' identical(get_weights(copy), get_weights(model))
#' if (requireNamespace("hdf5r", quietly = TRUE)) {
#'   path <- tempfile(fileext = ".h5")
#'   save_model_hdf5(model, path, include_optimizer = FALSE)
#'   load_model_hdf5(path, compile = FALSE)
#' }
#' @export
save_model_hdf5 <- function(object, filepath, overwrite = TRUE, include_optimizer = TRUE) {
  self <- built_model_self(object)
  check_flag(include_optimizer, "include_optimizer")
  check_hdf5r()
  path <- check_target(filepath, overwrite)
  write_whole(path, function(part) {
    state <- if (include_optimizer && !is.null(self$compiled)) list(list(data = self$training$state %||% raw()))
    h5_check_room(part, model_parameters(self), length(self$layers), state)
    h5_with(part, "w", function(file) h5_write_model(file, self, include_optimizer))
  })
  invisible(TRUE)
}

#' @rdname save_model_hdf5
#' @export
load_model_hdf5 <- function(filepath, custom_objects = NULL, compile = TRUE) {
  call <- rlang::current_env()
  path <- path.expand(check_string(filepath, "filepath"))
  check_flag(compile, "compile")
  if (dir.exists(path)) return(read_model_folder(path, custom_objects, compile, call))
  if (!file.exists(path)) abort_path("filepath", "be the path of a file or a folder", path, "does not exist.")
  check_hdf5r()
  check_custom_objects(custom_objects, call)
  naming_file(path, call, {
    if (is_zip(path)) read_model_zip(path, custom_objects, compile, call)
    else h5_read(path, function(file) h5_read_model(file, path, custom_objects, compile, call), call)
  })
}

#' @rdname save_model_hdf5
#' @export
save_model_keras <- function(object, filepath, overwrite = TRUE, include_optimizer = TRUE) {
  self <- built_model_self(object)
  check_flag(include_optimizer, "include_optimizer")
  check_hdf5r()
  path <- check_target(filepath, overwrite)
  write_whole(path, function(part) write_keras3_archive(part, self, include_optimizer && !is.null(self$compiled)))
  invisible(TRUE)
}

#' @rdname save_model_hdf5
#' @export
load_model_keras <- load_model_hdf5

#' @rdname save_model_hdf5
#' @export
save_model_tf <- function(object, filepath, overwrite = TRUE, include_optimizer = TRUE) {
  built_model_self(object)
  bytes <- serialize_model(object, check_flag(include_optimizer, "include_optimizer"))
  write_file_in_folder(filepath, model_in_folder, overwrite, function(path) {
    write_whole(path, function(part) write_bytes(part, bytes))
  })
  invisible(TRUE)
}

#' @rdname save_model_hdf5
#' @export
load_model_tf <- load_model_hdf5

model_in_folder <- "model.bin"

# model$save(): as Keras, the ending says which kind of file.
save_model <- function(object, filepath, overwrite = TRUE, include_optimizer = TRUE, save_format = NULL) {
  model_writer(file_format(filepath, save_format))(object, filepath, overwrite, include_optimizer)
}

model_writer <- function(format) switch(format, tf = save_model_tf, keras = save_model_keras, save_model_hdf5)

read_model_folder <- function(folder, custom_objects, compile, call) {
  path <- file.path(folder, model_in_folder)
  if (!file.exists(path)) {
    tensorflow <- file.exists(file.path(folder, "saved_model.pb"))
    abort_path("filepath", "be the path of a file or a folder with a model", folder, call = call,
               state = if (tensorflow) "is a folder of TensorFlow." else paste0("is a folder without ", model_in_folder, "."),
               how = if (tensorflow) "Save the model as HDF5 there: model.save(\"model.h5\")."
                     else "Such folders are written by save_model_tf().")
  }
  unserialize_model(readBin(path, "raw", file.size(path)), custom_objects, compile)
}
