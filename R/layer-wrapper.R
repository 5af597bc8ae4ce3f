# Layers made of other layers: what bidirectional() and time_distributed() share. A wrapper holds them in
# `self$layers`, named, as a model holds its layers: whatever goes through a model's layers (weights,
# what is frozen, states, penalties) thus finds the wrapped ones.

new_wrapper <- function(class_name, layers, config, common, call = rlang::caller_env()) {
  layer <- new_layer(class_name, config, common, call)
  self <- self_of(layer)
  self$layers <- layers
  layer
}

# The layer that an argument names; `layer_dense(8)` in the place of `object` is a likely slip.
wrapped_layer <- function(layer, arg, object, call = rlang::caller_env()) {
  if (missing(layer)) {
    slip <- !missing(object) && is_object(object, "tildenet_layer") && !is_model(object)
    abort_arg(arg, "be given", call = call, how = if (slip) {
      paste0("A model or tensor comes first: give the layer by name, `", arg, " = layer_dense(8)`.")
    })
  }
  if (!is_object(layer, "tildenet_layer") || inherits(layer, "InputLayer")) {
    abort_arg(arg, "be a layer or a model", describe(layer), call = call,
              how = paste0("Make one without `object`: `", arg, " = layer_dense(units = 8)`, for example."))
  }
  layer
}

# Builds a wrapped layer. rename(name) makes the names of its weights those of Keras' files; a model, or
# a layer that was there before, has its own already.
wrapped_build <- function(layer, inputs, rename) {
  self <- self_of(layer)
  if (self$built) return()
  layer_ready(self, inputs)
  if (is_model_self(self)) return()
  for (p in c(layer_parameters(self), self$states)) p$name <- rename(p$name)
}
