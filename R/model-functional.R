#' Inputs of a graph
#'
#' @param shape Shape of a sample; unknown sizes `NULL` or `NA`.
#' @param batch_shape The same with the batch axis in front.
#' @param name Name, by default `"input_1"`.
#' @param dtype `"string"` for texts, see [layer_text_vectorization()]; others are accepted for old scripts.
#' @param sparse Accepted for old scripts; sparse data are recognised by themselves.
#' @param ragged Accepted for scripts: samples of different lengths are given as one array, filled up with
#'   [pad_sequences()] and masked ([layer_masking()], `mask_zero` of [layer_embedding()]).
#' @param tensor Only `NULL`.
#' @returns A tensor.
#' @examples
#' layer_input(shape = 10)
#' @export
layer_input <- function(shape = NULL, batch_shape = NULL, name = NULL, dtype = NULL,
                        sparse = FALSE, tensor = NULL, ragged = FALSE) {
  check_flag(sparse, "sparse")
  check_flag(ragged, "ragged")
  if (!is.null(tensor)) {
    abort_arg("tensor", "be NULL", describe(tensor), "Layers can be called on the tensor itself.",
              class = "unsupported")
  }
  if (is.null(shape) && is.null(batch_shape)) {
    abort_arg("shape", "be given", how = "`shape = 10` for ten features, `shape = c(28, 28, 1)` ...")
  }
  full <- if (is.null(batch_shape)) c(NA, shape_numbers(shape, "shape")) else
    shape_numbers(batch_shape, "batch_shape")
  layer <- new_layer("InputLayer", list(batch_shape = full, dtype = input_dtype(dtype)),
                     common_args(name = name %||% next_name("Input")))
  self <- self_of(layer)
  self$built <- TRUE
  input_of(self, full)
}

# Texts are read by a layer_text_vectorization().
input_dtype <- function(dtype, call = rlang::caller_env()) {
  if (identical(dtype, "string")) dtype else dtype_kind(dtype, call)
}

input_of <- function(self, shape) {
  tensor <- input_tensor(shape, self$name, dtype = self$config$dtype %||% "float32")
  call <- new.env(parent = emptyenv())
  call$layer <- self
  call$inputs <- list()
  call$outputs <- list(tensor)
  call$losses <- list()
  tensor$history <- call
  self$calls <- list(call)
  tensor
}

define_layer("InputLayer", emit = function(self, inputs) list(outputs = inputs))

#' A model between tensors
#'
#' Any graph of layers and `k_*` functions from input to output tensors. It may begin at any tensor of
#' an existing graph; layers, and so weights, are shared with every other model made of them.
#' @param inputs,outputs A tensor, `c(a, b)` or a list of tensors. Where all of a list have names, data are
#'   given and come by these instead of the names of layers: `keras_model(list(a = , b = ), list(out = ))`
#'   reads `list(a = x1, b = x2)` and predicts `list(out = p)`, whatever the order.
#' @param ... `name`.
#' @returns A model.
#' @examples
#' input <- layer_input(shape = 3)
#' output <- input %>% layer_dense(4, activation = "relu") %>% layer_dense(1)
#' model <- keras_model(input, output)
#' @export
keras_model <- function(inputs, outputs = NULL, ...) {
  dots <- list(...)
  unknown <- setdiff(names(dots), "name")
  if (length(unknown) > 0) {
    abort_tn(paste0("`keras_model()` does not know `", unknown[1], "`."), "argument")
  }
  if (missing(inputs)) abort_missing_arg("inputs", rlang::current_env())
  inputs <- tensor_argument(inputs, "inputs")
  outputs <- tensor_argument(outputs, "outputs")
  if (anyDuplicated(vapply(inputs, tensor_key, "")) > 0) {
    abort_arg("inputs", "hold each tensor once", "One of them stands there twice.")
  }
  graph_spec(number_inputs(unname(inputs), unname(outputs)), unname(outputs)) # names what is not connected
  model <- new_model(functional_class, "Functional", check_string(dots$name, "name", null_ok = TRUE))
  self <- self_of(model)
  self$inputs <- unname(inputs)
  self$outputs <- unname(outputs)
  self$input_labels <- names(inputs)
  self$output_labels <- names(outputs)
  self$built <- TRUE
  self$layers <- graph_layers(self$inputs, self$outputs)
  names <- layer_names(self)
  if (anyDuplicated(names) > 0) {
    abort_tn(paste0("Two layers are named \"", names[duplicated(names)][1], "\"."), "argument",
             how = "Give each layer a `name` of its own.")
  }
  model
}

tensor_argument <- function(x, arg, call = rlang::caller_env()) {
  items <- if (is_tensor(x)) list(x) else unlist_once(list(x))
  symbolic <- vapply(items, function(t) is_tensor(t) && !is_eager(t), NA)
  if (length(items) == 0 || !all(symbolic)) {
    how <- if (is_model(x)) "Those of a model are `model$input` and `model$output`."
    abort_arg(arg, "be a tensor or a list of tensors, as layers return them",
              describe(if (all(symbolic)) x else items[!symbolic][[1]]), how, call = call)
  }
  if (!is.null(names(items)) && (anyDuplicated(names(items)) > 0 || !all(nzchar(names(items))))) {
    abort_arg(arg, "have different names for all tensors, or none",
              paste0("They are ", quoted_list(names(items)), "."), call = call)
  }
  items
}
