#' Tensors of one call of a layer
#'
#' A layer that is called several times has an input and an output for each call, and `layer$output` would
#' not say which is meant: it is an error then. These functions take the number of the call.
#' @param object A layer, or a model that was called on tensors.
#' @param node_index Number of the call, from 1.
#' @returns `get_input_at()` and `get_output_at()` a tensor, or a list of tensors where there are several;
#'   the others the shape as a list, `NULL` where unknown, or a list of shapes.
#' @section Errors:
#' A number that no call has is an error of class `tildenet_error_argument`, a layer that was never called
#' one of class `tildenet_error_state`.
#' @examples
#' shared <- layer_dense(units = 4)
#' one <- shared(layer_input(shape = 3))
#' two <- shared(layer_input(shape = 3))
#' get_output_at(shared, 2)
#' get_input_shape_at(shared, 1)
#' @export
get_input_at <- function(object, node_index) call_part(layer_call_at(object, node_index), "input")

#' @rdname get_input_at
#' @export
get_output_at <- function(object, node_index) call_part(layer_call_at(object, node_index), "output")

#' @rdname get_input_at
#' @export
get_input_shape_at <- function(object, node_index) {
  call_part(layer_call_at(object, node_index), "input_shape")
}

#' @rdname get_input_at
#' @export
get_output_shape_at <- function(object, node_index) {
  call_part(layer_call_at(object, node_index), "output_shape")
}

layer_call_at <- function(object, node_index, call = rlang::caller_env()) {
  if (!is_object(object, "tildenet_layer")) {
    abort_arg("object", "be a layer", describe(object), call = call)
  }
  self <- self_of(object)
  if (length(self$calls) == 0) {
    abort_tn(paste0("Layer \"", self$name, "\" has not been called on a tensor yet."), "state", call = call,
             how = if (is_model_self(self)) "Its own tensors are `model$input` and `model$output`.")
  }
  self$calls[[check_count(node_index, "node_index", max = length(self$calls), call = call)]]
}

# part: "input", "output", "input_shape" or "output_shape". An input layer gives on what comes in.
call_part <- function(made, part) {
  inner <- grepl("input", part, fixed = TRUE) && length(made$inputs) > 0
  tensors <- if (inner) made$inputs else made$outputs
  one_or_list(if (grepl("shape", part, fixed = TRUE)) lapply(tensors, function(t) r_shape_list(t$shape))
              else tensors)
}

# layer$input, layer$output_shape and so on: NULL before the first call. Shapes that are those of every
# call may be asked for, too.
only_call <- function(self, part) {
  parts <- lapply(self$calls, call_part, part)
  same <- length(unique(parts)) < 2 && (length(parts) < 2 || grepl("shape", part, fixed = TRUE))
  if (!same) {
    abort_tn(paste0("Layer \"", self$name, "\" has multiple inbound nodes, so that `$", part,
                    "` does not say which is meant."), "state", call = NULL, layer = self$name,
             given = paste0("It was called ", length(parts), " times."),
             how = paste0("`get_", part, "_at(layer, 1)` gives that of the first call."))
  }
  if (length(parts) > 0) parts[[1]]
}
