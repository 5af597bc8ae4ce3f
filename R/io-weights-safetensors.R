#' Weights in safetensors files
#'
#' The weights of a model as named arrays of 32-bit floats, which PyTorch, Keras and others read.
#'
#' @details
#' The arrays are named `<layer>/<weight>`, such as `dense_1/kernel`, or `model_1/dense_1/kernel` within a
#' model that is a layer, and stand in the order of
#' [get_weights()] with the weights of a layer side by side. Weights are loaded by position, as
#' [load_model_weights_hdf5()] does: the first layer with weights gets those of the first layer of the file.
#' The part of a name before its first slash names the layer.
#' @inheritParams save_model_weights_hdf5
#' @param path Path of the file.
#' @returns `save_model_weights_safetensors()`: `TRUE`, invisibly. `load_model_weights_safetensors()`: the
#'   model, invisibly; it is changed in place.
#' @section Errors:
#' As those of [save_model_weights_hdf5()] and [read_safetensors()]; nothing is changed when something does
#' not fit.
#' @source The format: <https://github.com/huggingface/safetensors>.
#' @examples
#' model <- keras_model_sequential() %>% layer_dense(2, input_shape = 3)
#' path <- tempfile(fileext = ".safetensors")
#' save_model_weights_safetensors(model, path)
#' names(read_safetensors(path))
#' load_model_weights_safetensors(clone_model(model), path)
#' @export
save_model_weights_safetensors <- function(object, path, overwrite = TRUE) {
  self <- built_model_self(object)
  path <- check_target(path, overwrite, "path")
  layers <- layer_arrays(self)
  arrays <- unlist(unname(layers), recursive = FALSE) %||% list()
  layer <- rep(paste0(names(layers), "/"), lengths(layers))
  weight <- sub(":[0-9]+$", "", unlist(lapply(layers, names)) %||% character())
  names(arrays) <- ifelse(startsWith(weight, layer), weight, paste0(layer, weight))
  write_safetensors(arrays, path, c(format = "tildenet"))
  invisible(TRUE)
}

#' @rdname save_model_weights_safetensors
#' @export
load_model_weights_safetensors <- function(object, path, by_name = FALSE, skip_mismatch = FALSE,
                                           reshape = FALSE) {
  load_weights_file(object, path, by_name, skip_mismatch, reshape, arg = "path", read = read_safetensors_weights)
}

read_safetensors_weights <- function(self, path, how, call) {
  if (!is_file(path)) abort_path("path", "be a file that is there", path, "does not exist.", call = call)
  header <- safetensors_header(path, call)
  match_weights(self, safetensors_layers(path, header, call), how, call)
}

# In the form of h5_layers().
safetensors_layers <- function(path, header, call) {
  weights <- lapply(seq_along(header$names), function(k) {
    list(name = header$names[k], shape = as.numeric(header$dim[[k]]),
         read = function() row_major(reading(path, safetensors_array(path, header, k), call)))
  })
  layer <- sub("/.*", "", header$names)
  lapply(unique(layer), function(name) list(name = name, weights = weights[layer == name]))
}
