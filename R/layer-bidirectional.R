#' A recurrent layer in both directions
#'
#' `bidirectional()` runs one copy of a recurrent layer over the steps in their order and another one in
#' reverse, puts the output of the second back in the order of time, and merges both: "concat" beside each
#' other, (samples, 2 units), "sum", "ave" (the mean) or "mul" (the product), (samples, units); with
#' `return_sequences` there is an axis of steps in between.
#'
#' @details
#' The copies are new layers of the same settings, `forward_` and `backward_` before the name, with
#' weights of their own: first those of the forward layer, then those of the backward layer. They are found as
#' `layer$forward_layer` and `layer$backward_layer`.
#'
#' `merge_mode = NULL` gives a list of both outputs. With `return_state` a list is returned: the output (or
#' both), the states of the forward layer, those of the backward layer. First states are given in the same
#' order, `layer(x, initial_state = list(h, c, backward_h, backward_c))`.
#'
#' Masked steps change no state. In returned sequences they are zeros in both directions, before merging,
#' where a recurrent layer by itself repeats its last output.
#' @inheritParams layers
#' @param layer [layer_simple_rnn()], [layer_gru()] or [layer_lstm()], made without `object`.
#' @param merge_mode `"concat"`, `"sum"`, `"ave"`, `"mul"` or `NULL`.
#' @param backward_layer A recurrent layer for the way back, instead of a copy; with the other
#'   `go_backwards`, and the same `return_sequences`, `return_state` and `stateful`.
#' @param input_shape Shape of one sample, (steps, features); may stand in `layer` instead.
#' @returns As [layers] says; with `return_state` or `merge_mode = NULL` a list of tensors.
#' @section Errors:
#' A layer that is not recurrent, an unknown `merge_mode` and a `backward_layer` that does not go with
#' `layer` are errors of class `tildenet_error_argument`; inputs without three axes and wrong numbers of
#' first states of class `tildenet_error_shape`.
#' @references Schuster and Paliwal (IEEE Transactions on Signal Processing 1997).
#' @seealso [time_distributed()], [reset_states()]
#' @examples
#' model <- keras_model_sequential() %>%
#'   layer_embedding(100, 8, mask_zero = TRUE, input_length = 5) %>%
#'   bidirectional(layer_lstm(units = 4, return_sequences = TRUE)) %>%
#'   bidirectional(layer_gru(units = 3), merge_mode = "sum") %>%
#'   layer_dense(1, activation = "sigmoid")
#' model
#' @export
bidirectional <- function(object, layer, merge_mode = "concat", weights = NULL, backward_layer = NULL,
                          input_shape = NULL, batch_input_shape = NULL, batch_size = NULL,
                          dtype = NULL, name = NULL, trainable = NULL) {
  force_object(object)
  check_layer_named(layer, object, "layer_lstm(units = 8)")
  layer <- recurrent_part(layer, "layer")
  merge_mode <- check_string(merge_mode, "merge_mode", c("concat", "sum", "ave", "mul"), null_ok = TRUE)
  forward <- direction_of(layer, "forward_")
  backward <- if (is.null(backward_layer)) direction_of(layer, "backward_", turned = TRUE)
              else direction_of(recurrent_part(backward_layer, "backward_layer"), "backward_")
  check_directions(self_of(forward)$config, self_of(backward)$config, merge_mode)
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  layers <- list(forward_layer = forward, backward_layer = backward)
  wrapper <- new_wrapper("Bidirectional", layers, list(merge_mode = merge_mode), common)
  inner <- self_of(wrapper)
  inner$batch_input_shape <- inner$batch_input_shape %||% self_of(layer)$batch_input_shape
  compose_layer(object, wrapper)
}

recurrent_part <- function(layer, arg, call = rlang::caller_env()) {
  if (!is_object(layer, "tildenet_layer") || !self_of(layer)$class_name %in% names(recurrent_ops)) {
    given <- if (is_object(layer, "tildenet_layer")) paste0("It is a ", self_of(layer)$class_name, " layer.")
             else describe(layer)
    abort_arg(arg, "be a recurrent layer", given, call = call,
              how = "There are layer_simple_rnn(), layer_gru() and layer_lstm().")
  }
  layer
}

# A fresh copy for one direction; turned: the other way than the layer.
direction_of <- function(layer, prefix, turned = FALSE) {
  self <- self_of(layer)
  copy <- clone_layer(self)
  inner <- self_of(copy)
  inner$name <- inner$common$name <- paste0(prefix, self$name)
  inner$config$go_backwards <- xor(self$config$go_backwards, turned)
  inner$config$zero_masked <- self$config$return_sequences
  if (!turned) inner$initial_weights <- self$initial_weights
  copy
}

# Settings of both directions must go together.
check_directions <- function(ahead, back, merge_mode, call = rlang::caller_env()) {
  if (ahead$go_backwards == back$go_backwards) {
    abort_arg("backward_layer", "go the other way than `layer`", call = call,
              given = paste0("Both have `go_backwards = ", ahead$go_backwards, "`."))
  }
  names <- c("return_sequences", "return_state", "stateful")
  if (!is.null(merge_mode) && merge_mode != "concat") names <- c(names, "units")
  for (name in names) {
    if (ahead[[name]] != back[[name]]) {
      abort_arg("backward_layer", paste0("have the `", name, "` of `layer`"), call = call,
                given = paste0("It is ", back[[name]], " there and ", ahead[[name]], " in `layer`."),
                how = if (name == "units") "With `merge_mode = \"concat\"` the numbers of units may differ.")
    }
  }
}

# ---- build and emit --------------------------------------------------------------------------------

# Inputs of both directions: the sequence, then each its half of the first states.
direction_inputs <- function(inputs) {
  states <- inputs[-1]
  if (length(states) %% 2 == 1) {
    abort_tn(paste0("its first states must be as many for each direction, not ", length(states), " together"),
             "shape")
  }
  half <- seq_len(length(states) / 2)
  list(c(inputs[1], states[half]), c(inputs[1], states[-half]))
}

define_layer("Bidirectional", several = TRUE,
  build = function(self, inputs) {
    Map(function(layer, own) wrapped_build(layer, own, function(name) paste0(self$name, "/", name)),
        self$layers, direction_inputs(inputs))
  },
  emit = function(self, inputs) {
    made <- Map(function(layer, own) layer_make(self_of(layer), own), unname(self$layers),
                direction_inputs(inputs))
    ahead <- made[[1]]$outputs
    back <- made[[2]]$outputs
    if (self_of(self$layers$forward_layer)$config$return_sequences) {
      back[1] <- emit_op("reverse_steps", back[1])
    }
    list(outputs = c(merge_directions(ahead[[1]], back[[1]], self$config$merge_mode), ahead[-1], back[-1]),
         penalties = c(made[[1]]$penalties, made[[2]]$penalties))
  })

# List of the merged tensor, or of both.
merge_directions <- function(ahead, back, mode) {
  if (is.null(mode)) return(list(ahead, back))
  op <- switch(mode, concat = "concatenate", sum = , ave = "add", mul = "multiply")
  merged <- emit_op(op, list(ahead, back), if (mode == "concat") list(axis = -1))
  if (mode == "ave") merged <- emit_op("rescale", merged, list(scale = 0.5))
  list(with_masks(merged[[1]], list(ahead)))
}
