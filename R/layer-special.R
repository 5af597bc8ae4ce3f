#' Embedding layer
#'
#' Rows of a table of shape (input_dim, output_dim): indices (n, steps), counted from 0, become
#' (n, steps, output_dim). An index outside the table, or a fraction, is an error that names it. Training touches
#' only the rows that occur, with the numbers of the dense rule.
#' @inheritParams layers
#' @param input_dim Rows of the table: largest index + 1.
#' @param output_dim Length of a row.
#' @param embeddings_initializer,embeddings_regularizer,embeddings_constraint Of the table.
#' @param activity_regularizer Penalty on the output.
#' @param mask_zero `TRUE`: steps with index 0 are masked.
#' @param input_length Number of steps, when the layer is the first of a model.
#' @inherit layers return
#' @examples
#' model <- keras_model_sequential() %>% layer_embedding(10, 2, input_length = 3)
#' dim(predict(model, matrix(0:5, 2)))
#' @export
layer_embedding <- function(object, input_dim, output_dim, embeddings_initializer = "uniform",
                            embeddings_regularizer = NULL, activity_regularizer = NULL,
                            embeddings_constraint = NULL, mask_zero = FALSE, input_length = NULL,
                            input_shape = NULL, batch_input_shape = NULL, batch_size = NULL,
                            dtype = NULL, name = NULL, trainable = NULL, weights = NULL) {
  force_object(object)
  config <- list(
    input_dim = check_count(input_dim, "input_dim"),
    output_dim = check_count(output_dim, "output_dim"),
    embeddings_initializer = as_initializer(embeddings_initializer, "embeddings_initializer"),
    embeddings_regularizer = as_regularizer(embeddings_regularizer, "embeddings_regularizer"),
    activity_regularizer = as_regularizer(activity_regularizer, "activity_regularizer"),
    embeddings_constraint = as_constraint(embeddings_constraint, "embeddings_constraint"),
    mask_zero = check_flag(mask_zero, "mask_zero"),
    input_length = if (is_one_number(input_length)) as.numeric(input_length))
  shape <- input_shape %||% input_length
  common <- common_args(shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("Embedding", config, common))
}

embedding_attrs <- function(self) {
  c(self$config[c("input_dim", "output_dim", "mask_zero")], list(layer = self$name))
}

define_layer("Embedding",
  build = function(self, inputs) {
    c <- self$config
    build_params(self, "embedding", embedding_attrs(self), inputs, list(
      embeddings = list(initializer = c$embeddings_initializer,
                        regularizer = c$embeddings_regularizer,
                        constraint = c$embeddings_constraint)))
  },
  emit = function(self, inputs) {
    out <- emit_op("embedding", inputs[1], embedding_attrs(self), self$params)
    list(outputs = out, penalties = activity_penalty(self, out, self$config$activity_regularizer))
  })

#' Layers of one's own, penalties, masks, scales
#'
#' `layer_lambda()` applies an R function of a tensor, made of operators and `k_*` functions; it is
#' traced once and then runs and differentiates in the engine. `layer_activity_regularization()`
#' passes its input on and adds a penalty on it. `layer_masking()` masks the cells of all axes but the
#' last (steps, mostly; of a matrix the samples) whose features all equal `mask_value`; they leave as zeros. `layer_rescaling()` gives `x * scale + offset`.
#' @inheritParams layers
#' @param f Function of a tensor (or a list of tensors) giving a tensor.
#' @param output_shape Accepted for old scripts; the shape is found by tracing.
#' @param mask Only `NULL`: the output has no mask.
#' @param arguments Named list of further arguments of `f`.
#' @param l1,l2 Factors of the penalty, see [regularizers].
#' @param mask_value The value.
#' @param scale,offset The numbers.
#' @inherit layers return
#' @examples
#' layer <- layer_lambda(f = function(x) x * 2)
#' as.array(layer(matrix(1:4, 2)))
#' @name layer_lambda
NULL

#' @rdname layer_lambda
#' @export
layer_lambda <- function(object, f, output_shape = NULL, mask = NULL, arguments = NULL,
                         input_shape = NULL, batch_input_shape = NULL, batch_size = NULL,
                         dtype = NULL, name = NULL, trainable = NULL, weights = NULL) {
  force_object(object)
  if (missing(f)) abort_missing_arg("f", rlang::current_env())
  if (!is.function(f)) abort_arg("f", "be a function of a tensor", describe(f))
  if (!is.primitive(f) && length(formals(f)) == 0) abort_arg("f", "be a function of a tensor", "It takes no argument.")
  if (!is.null(mask)) {
    abort_tn("`layer_lambda()` does not take a `mask`: its output has none.", "unsupported")
  }
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("Lambda", list(f = f, arguments = arguments), common))
}

define_layer("Lambda", emit = function(self, inputs) {
  out <- traced(do.call(self$config$f, c(list(one_or_list(inputs)), self$config$arguments)),
                paste0("\"", self$name, "\" layer"))
  out <- as_tensor_list(out)
  if (!is.list(out)) out <- list(out)
  if (!all(vapply(out, is_tensor_like, NA))) {
    abort_tn(paste0("The function of layer \"", self$name, "\" must give a tensor, or a list of them."),
             "trace", describe(out[[1]]), call = NULL)
  }
  list(outputs = lapply(out, function(t) without_mask(as_tensor(t))))
}, several = TRUE)

#' @rdname layer_lambda
#' @export
layer_activity_regularization <- function(object, l1 = 0, l2 = 0, input_shape = NULL,
                                          batch_input_shape = NULL, batch_size = NULL,
                                          dtype = NULL, name = NULL, trainable = NULL,
                                          weights = NULL) {
  force_object(object)
  config <- list(l1 = check_number(l1, "l1", 0), l2 = check_number(l2, "l2", 0))
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("ActivityRegularization", config, common))
}

define_layer("ActivityRegularization", emit = function(self, inputs) {
  out <- emit_op("activation", inputs[1], list(activation = "linear"))
  penalty <- new_regularizer(self$config$l1, self$config$l2)
  list(outputs = out, penalties = activity_penalty(self, out, penalty))
})

#' @rdname layer_lambda
#' @export
layer_masking <- function(object, mask_value = 0, input_shape = NULL, batch_input_shape = NULL,
                          batch_size = NULL, dtype = NULL, name = NULL, trainable = NULL,
                          weights = NULL) {
  force_object(object)
  config <- list(mask_value = check_number(mask_value, "mask_value"))
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("Masking", config, common))
}

define_layer("Masking", emit = function(self, inputs) {
  emit_simple(self, inputs, "masking", self$config)
})

#' @rdname layer_lambda
#' @export
layer_rescaling <- function(object, scale, offset = 0, input_shape = NULL,
                            batch_input_shape = NULL, batch_size = NULL, dtype = NULL,
                            name = NULL, trainable = NULL, weights = NULL) {
  force_object(object)
  config <- list(scale = check_number(scale, "scale"), offset = check_number(offset, "offset"))
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("Rescaling", config, common))
}

define_layer("Rescaling", emit = function(self, inputs) {
  emit_simple(self, inputs, "rescale", self$config)
})
