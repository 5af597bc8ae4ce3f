# Layers made of other layers: what bidirectional() and time_distributed() share. A wrapper holds them in
# `self$layers`, named, as a model holds its layers: whatever goes through a model's layers (weights,
# what is frozen, states, penalties) thus finds the wrapped ones.

new_wrapper <- function(class_name, layers, config, common, call = rlang::caller_env()) {
  layer <- new_layer(class_name, config, common, call)
  self <- self_of(layer)
  self$layers <- layers
  layer
}

# `time_distributed(layer_dense(8))`, without a name, gives the layer in the place of `object`.
check_layer_named <- function(layer, object, example, call = rlang::caller_env()) {
  if (!missing(layer)) return()
  slip <- !missing(object) && is_object(object, "tildenet_layer") && !is_model(object)
  abort_arg("layer", "be given", call = call, how = if (slip) {
    paste0("A model or tensor comes first: give the layer by name, `layer = ", example, "`.")
  })
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
