# What all applications do: Keras' rules for their arguments, the graph from an input to the top or to a
# pooling, weights from a file. An architecture is a list:
#   name(rows)         the model's name
#   sides              of the square pictures it was trained on, the usual one first
#   mode               of imagenet_preprocess_input()
#   body(x)            tensor of the last features
#   top(x, classes, activation)
#   pooling            names of the layers that stand in the top's place, c(avg, max), or NULL
#   file(side, top)    list(name, address, hashes) of Keras' file of trained weights
#   arrange(self, layers)  layers of a weights file in the model's order, or NULL for as they stand

smallest_side <- 32

application <- function(architecture, include_top, weights, input_tensor, input_shape, pooling, classes,
                        classifier_activation, call = rlang::caller_env()) {
  include_top <- check_flag(include_top, "include_top", call = call)
  weights <- check_string(weights, "weights", null_ok = TRUE, call = call)
  pooling <- check_string(pooling, "pooling", c("avg", "max"), null_ok = TRUE, call = call)
  classes <- check_count(classes, "classes", call = call)
  if (include_top) check_top(weights, classes, classifier_activation, call)
  shape <- application_shape(architecture, input_tensor, input_shape, include_top, weights, call)
  file <- application_file(architecture, weights, shape, include_top, call)
  input <- input_tensor %||% application_input(architecture, shape)
  output <- architecture$body(input)
  output <- if (include_top) architecture$top(output, classes, classifier_activation)
            else pooled(output, pooling, architecture$pooling)
  name <- architecture$name(if (identical(weights, "imagenet")) trained_side(architecture, shape) else shape[1])
  if (!is.null(file)) load_application(architecture, keras_model(input, output, name = name), file, call)
  keras_model(source_inputs(input), output, name = name)
}

# Pretrained weights are those of a softmax over the classes of ImageNet.
check_top <- function(weights, classes, activation, call) {
  name <- as_activation(activation, "classifier_activation", call)$name
  if (is.null(weights)) return()
  if (weights == "imagenet" && classes != imagenet_classes) {
    abort_arg("classes", "be 1000 with the weights \"imagenet\" and the top", describe(classes),
              "Use `include_top = FALSE` and a top of your own, or `weights = NULL`.", call = call)
  }
  if (!isTRUE(name %in% c("linear", "softmax"))) {
    abort_arg("classifier_activation", "be \"softmax\" or NULL with weights that are loaded", describe(activation),
              call = call)
  }
}

# ---- the input -------------------------------------------------------------------------------------

# c(height, width, channels) with NA for sides left open.
application_shape <- function(architecture, input_tensor, input_shape, include_top, weights, call) {
  shape <- if (!is.null(input_shape)) picture_shape(shape_numbers(input_shape, call = call), "input_shape", call)
  if (!is.null(input_tensor)) shape <- tensor_shape(input_tensor, shape, call)
  arg <- if (is.null(input_tensor)) "input_shape" else "input_tensor"
  usual <- trained_side(architecture, shape)
  if (is.null(shape)) return(c(if (include_top) c(usual, usual) else c(NA, NA), 3))
  if (identical(weights, "imagenet")) check_trained_shape(shape, usual, include_top, arg, call)
  if (any(shape[1:2] < smallest_side, na.rm = TRUE)) {
    abort_shape(arg, "have sides of at least 32 cells", shape, call)
  }
  if (include_top && anyNA(shape)) {
    abort_shape(arg, "have known sides where `include_top` is TRUE", shape, call)
  }
  if (!shape[3] %in% c(1, 3)) {
    warn_tn(paste0("Pictures have 1 or 3 channels, `", arg, "` has ", shape[3], "."), "channels", call = call)
  }
  shape
}

picture_shape <- function(shape, arg, call) {
  if (length(shape) != 3 || is.na(shape[3])) {
    abort_shape(arg, "be a height, a width and a number of channels", shape, call)
  }
  shape
}

tensor_shape <- function(input_tensor, input_shape, call) {
  if (!is_tensor(input_tensor) || is_eager(input_tensor)) {
    abort_arg("input_tensor", "be a tensor, as layer_input() or a layer gives it", describe(input_tensor), call = call)
  }
  shape <- picture_shape(input_tensor$shape[-1], "input_tensor", call)
  if (!is.null(input_shape) && !identical(shape, input_shape)) {
    abort_shape("input_shape", paste0("be that of `input_tensor`, ", shape_text(shape), ", or NULL"), input_shape, call)
  }
  shape
}

check_trained_shape <- function(shape, usual, include_top, arg, call) {
  if (shape[3] != 3) {
    abort_shape(arg, "have 3 channels with the weights \"imagenet\"", shape, call)
  }
  if (include_top && !identical(shape, c(usual, usual, 3))) {
    abort_shape(arg, paste0("be ", shape_text(c(usual, usual, 3)), " with the weights \"imagenet\" and the top"),
                shape, call)
  }
}

abort_shape <- function(arg, must, shape, call) {
  abort_arg(arg, must, paste0("It is ", shape_text(shape), "."), class = "shape", call = call)
}

# The side of the trained net for pictures of this shape.
trained_side <- function(architecture, shape) {
  if (!is.null(shape) && shape[1] %in% architecture$sides && shape[1] %in% shape[2]) shape[1] else architecture$sides[1]
}

# The input knows for whom it was made: models cut out of this one begin at it, too.
application_input <- function(architecture, shape) {
  input <- layer_input(shape)
  layer <- input$history$layer
  layer$pictures <- list(mode = architecture$mode, side = trained_side(architecture, shape))
  input
}

# The inputs that a tensor depends on.
source_inputs <- function(t) Filter(function(x) identical(x$node$op, "input"), graph_tensors(list(), list(t)))

pooled <- function(x, pooling, names) {
  if (is.null(pooling)) return(x)
  layer <- switch(pooling, avg = layer_global_average_pooling_2d, max = layer_global_max_pooling_2d)
  layer(x, name = names[[pooling]])
}
