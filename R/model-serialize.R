#' Models as raw vectors
#'
#' `serialize_model()` puts a whole model into a raw vector, to be kept in a database, sent to another process or
#' saved with other objects; `unserialize_model()` makes the model again: architecture, weights, settings of
#' [compile()] and the state of the optimizer, so that predictions are identical and training goes on as if never
#' stopped. Functions written in R are inside, as with [saveRDS()], which works on models as well. Raw vectors
#' that keras made, which hold an HDF5 file of Keras 2, are read too.
#'
#' @param model A model; for `unserialize_model()` the raw vector.
#' @param include_optimizer `FALSE` leaves the settings of [compile()] and the state of the optimizer out.
#' @param custom_objects For raw vectors of keras, as in [load_model_hdf5()]; in our own the functions are inside.
#' @param compile `FALSE`: the model comes back without the settings of [compile()].
#' @returns `serialize_model()` a raw vector, `unserialize_model()` a model.
#' @section Errors:
#' Bytes that are no model, or a damaged one, are an error of class `tildenet_error_io` or `tildenet_error_state`;
#' arguments of other types of class `tildenet_error_argument`. A raw vector may hold functions: take models, like
#' any R object, from sources that you trust.
#' @seealso [model_to_json()] for the architecture alone.
#' @examples
#' model <- keras_model_sequential() %>% layer_dense(units = 2, input_shape = 3)
#' bytes <- serialize_model(model)
#' copy <- unserialize_model(bytes)
#' identical(predict(copy, diag(3)), predict(model, diag(3)))
#' @export
serialize_model <- function(model, include_optimizer = TRUE) {
  self <- check_model(model)
  check_flag(include_optimizer, "include_optimizer")
  c(model_mark(), serialize(list(version = model_format, self = detached_self(self, include_optimizer)), NULL))
}

#' @rdname serialize_model
#' @export
unserialize_model <- function(model, custom_objects = NULL, compile = TRUE) {
  call <- rlang::current_env()
  if (!is.raw(model)) abort_arg("model", "be a raw vector, as serialize_model() gives it", describe(model))
  check_flag(compile, "compile")
  check_custom_objects(custom_objects, call)
  if (identical(utils::head(model, 8), hdf5_signature())) return(model_of_hdf5(model, custom_objects, compile))
  self <- stored_bytes(model, call)
  check_stored_model(self)
  if (!compile) self$compiled <- self$training <- NULL
  object_of(self)
}

# keras puts an HDF5 file into its raw vectors.
model_of_hdf5 <- function(bytes, custom_objects, compile) {
  file <- tempfile(fileext = ".h5")
  on.exit(unlink(file))
  writeBin(bytes, file)
  load_model_hdf5(file, custom_objects, compile)
}

hdf5_signature <- function() as.raw(c(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a))

model_format <- 1

# What stands in front of the bytes of R.
model_mark <- function() charToRaw("tildenet model\n")

# The fields of the model in an environment of their own: graphs around the model stay behind.
detached_self <- function(self, with_optimizer) {
  fields <- as.list.environment(self, all.names = TRUE)
  if (!with_optimizer) fields[c("compiled", "training")] <- list(NULL)
  fields$calls <- list()
  fields$.cache <- new.env(parent = emptyenv())
  list2env(fields, new.env(parent = emptyenv()))
}

stored_bytes <- function(bytes, call) {
  mark <- model_mark()
  refuse <- function(given) abort_tn("The raw vector holds no model of serialize_model().", "io", given, call = call)
  if (!identical(utils::head(bytes, length(mark)), mark)) refuse("It begins with other bytes.")
  stored <- tryCatch(unserialize(bytes[-seq_along(mark)]), error = function(e) refuse(first_line(conditionMessage(e))))
  if (!is.list(stored) || !is.environment(stored[["self"]])) refuse("Its parts are not those of a model.")
  if (!identical(stored[["version"]], model_format)) refuse("It was written by another version.")
  if (!is_model_self(stored$self)) refuse("It holds something else.")
  stored$self
}
