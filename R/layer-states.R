#' Forget the states of stateful layers
#'
#' Sets the states that stateful recurrent layers carry from batch to batch to zero. Fitting,
#' evaluating and predicting all carry them on; do this where a new sequence begins, such as after each
#' epoch.
#' @param object A model or a layer.
#' @returns `object`, invisibly.
#' @section Errors:
#' An object that is no model or layer. Layers without states are left alone.
#' @examples
#' model <- keras_model_sequential() %>%
#'   layer_simple_rnn(2, stateful = TRUE, batch_input_shape = c(1, 3, 1))
#' x <- array(1:3, c(1, 3, 1))
#' first <- predict(model, x)
#' identical(predict(model, x), first) # goes on from the state before
#' reset_states(model)
#' identical(predict(model, x), first)
#' @export
reset_states <- function(object) {
  if (!is_object(object, "tildenet_layer")) {
    abort_arg("object", "be a model or a layer", describe(object))
  }
  for (p in layer_states(self_of(object))) engine_raw_write(p$data, numeric(prod(p$shape)))
  invisible(object)
}

# States of a layer, or of all layers of a model.
layer_states <- function(self) {
  inner <- lapply(self$layers, function(layer) layer_states(self_of(layer)))
  c(self$states, do.call(c, c(list(list()), inner)))
}

# Whether the layer, or one that it is made of, carries states from batch to batch.
is_stateful <- function(self) {
  isTRUE(self$config$stateful) || any(vapply(self$layers, function(l) is_stateful(self_of(l)), NA))
}

# ---- first states ----------------------------------------------------------------------------------

# layer(x, initial_state = ) of layers that have states.
check_takes_states <- function(self, initial_state) {
  if (is.null(initial_state) || self$class_name %in% c(names(recurrent_ops), "Bidirectional")) return()
  abort_arg("initial_state", "go with a recurrent layer",
            paste0("Layer \"", self$name, "\" (", self$class_name, ") has no state."), call = NULL)
}

# ---- batches ---------------------------------------------------------------------------------------

abort_open_batch <- function(self) {
  abort_tn("a stateful layer must know how many samples a batch has", "shape", call = NULL,
           how = paste("Give the first layer of the model `batch_input_shape = c(batch, steps,",
                       "features)`, or `batch_size` beside `input_shape`."))
}

# States are for batches of one size.
check_state_rows <- function(self, rows) {
  if (length(self$states) == 0) return()
  fixed <- self$states[[1]]$shape[1]
  if (identical(rows, fixed)) return()
  abort_tn(paste0("a stateful layer made for batches of ", fixed, " samples takes no batch of ",
                  if (is.na(rows)) "unknown size" else rows), "shape", call = NULL)
}

# Samples per batch that the stateful layers of a model were made for, NULL without any.
stateful_batch <- function(self) {
  states <- layer_states(self)
  if (length(states) > 0) states[[1]]$shape[1]
}

# The batch size for `rows` samples: as given, else `default`. With stateful layers it is theirs, and
# the rows must be whole batches.
fitting_batch_size <- function(self, batch_size, rows, default, call, what = "`x`") {
  fixed <- stateful_batch(self)
  if (is.null(fixed)) return(batch_size %||% default)
  if (!is.null(batch_size) && batch_size != fixed) {
    abort_arg("batch_size", paste0("be ", fixed, ", as the stateful layers of the model have it"),
              describe(batch_size), call = call)
  }
  if (rows %% fixed != 0) {
    abort_tn(paste0(what, " must hold whole batches of ", fixed, " samples for a model with stateful ",
                    "layers."), "shape",
             paste0("There ", if (rows == 1) "is 1 sample." else paste0("are ", rows, " samples.")), call = call,
             how = if (rows > fixed) paste0("Leave ", rows %% fixed, " of them out."))
  }
  fixed
}

# One batch by itself.
check_whole_batch <- function(self, rows, call) {
  fixed <- stateful_batch(self)
  if (is.null(fixed) || rows == fixed) return()
  abort_tn(paste0("A batch must hold ", fixed, if (fixed == 1) " sample" else " samples",
                  " for a model with stateful layers."), "shape", paste0("There are ", rows, "."), call = call)
}
