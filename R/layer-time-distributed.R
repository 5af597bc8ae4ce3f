#' A layer on every step
#'
#' `time_distributed()` applies one layer, with the same weights, to each step of the samples: an input
#' (n, steps, ...) is taken as n * steps samples (...), and what the layer makes of them is put back as
#' (n, steps, ...). The number of steps may be unknown.
#'
#' @details
#' The weights are those of the layer, which stays usable by itself: one that has weights already, such as
#' a trained model for images, keeps and shares them. Any layer and any model can be wrapped, one that
#' takes or gives several tensors too; not one that is `stateful`, whose states belong to samples.
#'
#' A penalty on the layer's activities is divided by n * steps. Noise is drawn for each step. A mask of
#' steps goes on to the output; the layer itself, which sees single steps, knows nothing of it. A sigmoid
#' or softmax inside is not joined with its crossentropy: there the loss takes the probabilities, cut as
#' [loss_binary_crossentropy()] says.
#' @inheritParams layers
#' @param layer The layer or model, made without `object`: `layer_dense(units = 8)`.
#' @inherit layers return
#' @section Errors:
#' An input of fewer than three axes (batch, steps, features), and one that the layer cannot take, are
#' errors of class `tildenet_error_shape`; something that is no layer is one of class
#' `tildenet_error_argument`, a stateful layer of class `tildenet_error_unsupported`.
#' @seealso [layer_repeat_vector()], which makes steps.
#' @source The layer is that of Keras 2.11.
#' @examples
#' model <- keras_model_sequential() %>%
#'   time_distributed(layer_dense(units = 2), input_shape = c(4, 3)) %>%
#'   time_distributed(layer_activation_softmax())
#' dim(predict(model, array(0, c(5, 4, 3))))
#' count_params(model)
#' @export
time_distributed <- function(object, layer, input_shape = NULL, batch_input_shape = NULL,
                             batch_size = NULL, dtype = NULL, name = NULL, trainable = NULL,
                             weights = NULL) {
  force_object(object)
  check_layer_named(layer, object, "layer_dense(units = 8)")
  if (!is_object(layer, "tildenet_layer") || inherits(layer, "InputLayer")) {
    abort_arg("layer", "be a layer or a model", describe(layer),
              if (is.function(layer)) "A function becomes one by `layer_lambda(f = )`."
              else "Make one without `object`: `layer = layer_dense(units = 8)`, for example.")
  }
  if (is_stateful(self_of(layer))) {
    abort_tn("`time_distributed()` does not take a stateful layer.", "unsupported",
             how = "States belong to samples, not to their steps: use `stateful = FALSE`.")
  }
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_wrapper("TimeDistributed", list(layer = layer), list(), common))
}

fold_steps <- function(inputs) lapply(inputs, function(t) emit_op("fold_steps", list(t))[[1]])

define_layer("TimeDistributed", several = TRUE,
  build = function(self, inputs) {
    layer <- self$layers$layer
    wrapped_build(layer, fold_steps(inputs), function(name) {
      sub(self_of(layer)$name, self$name, name, fixed = TRUE)
    })
  },
  emit = function(self, inputs) {
    layer <- self_of(self$layers$layer)
    check_same_steps(inputs)
    folded <- fold_steps(inputs)
    if (runs_over_steps(layer)) return(set_apart(layer_make(layer, inputs)))
    made <- layer_make(layer, folded)
    list(outputs = lapply(made$outputs, function(t) emit_op("unfold_steps", list(inputs[[1]], t))[[1]]),
         penalties = made$penalties)
  })

# Whether the layer does with (samples, steps, ...) at once what it does with each step: nothing has to be
# folded then, which saves the copies: a tenth of the time of a small dense layer, and the memory of a
# second output of a large one.
runs_over_steps <- function(self) {
  c <- self$config
  named <- is.null(c$activation) || !is.null(as_activation(c$activation)$name)
  switch(self$class_name,
    Dense = named && is.null(c$activity_regularizer),
    Activation = named,
    Dropout = is.null(c$noise_shape),
    Embedding = is.null(c$activity_regularizer), # and rows without a gradient are left alone
    FALSE)
}

# Without steps put back in between, a loss must be told not to look into the wrapper.
set_apart <- function(made) {
  made$outputs[[1]]$node$attrs$apart <- TRUE
  made
}

check_same_steps <- function(inputs) {
  steps <- unique(unlist(lapply(inputs, function(t) t$shape[2])))
  steps <- steps[!is.na(steps)]
  if (length(steps) > 1) {
    abort_tn(paste0("its inputs have different numbers of steps: ", paste(steps, collapse = ", "), "."),
             "shape")
  }
}
