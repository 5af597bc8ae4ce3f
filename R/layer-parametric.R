#' An activation mixed with the identity
#'
#' `x + a (f(x) - x)` with a learned number a for each unit: 0 is a linear unit, 1 the activation f as it is. RealMLP
#' has selu and mish in this form.
#' @inheritParams layers
#' @param activation Name, `activation_*()` function or R function of a tensor: f.
#' @param start Where each a starts.
#' @inherit layers return
#' @section Shapes:
#' Those of the input; a weight `alpha` of the shape of one sample.
#' @section Errors:
#' A sample of unknown shape is an error of class `tildenet_error_shape`, an activation that there is not one of class
#' `tildenet_error_argument`.
#' @references Holzmueller, D., Grinsztajn, L., Steinwart, I. (2024), Better by default: strong pre-tuned MLPs and
#'   boosted trees on tabular data, NeurIPS, arXiv 2407.04491.
#' @seealso [layer_activation_parametric_relu()], [activations].
#' @examples
#' layer <- layer_activation_parametric(activation = "relu", start = 0.75)
#' as.array(layer(matrix(c(-1, 2), 1)))
#' @export
layer_activation_parametric <- function(object, activation, start = 1, input_shape = NULL,
                                        batch_input_shape = NULL, batch_size = NULL, dtype = NULL, name = NULL,
                                        trainable = NULL, weights = NULL) {
  force_object(object)
  config <- list(activation = check_activation(activation), start = check_number(start, "start"))
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("ParametricActivation", config, common))
}

define_layer("ParametricActivation",
  build = function(self, inputs) {
    self$params <- list(sized_parameter(self, "alpha", inputs[[1]]$shape[-1],
                                        initializer_constant(self$config$start)))
  },
  emit = function(self, inputs) {
    x <- inputs[[1]]
    bent <- activation_of(x, as_activation(self$config$activation))
    list(outputs = list(with_masks(x + parameter_tensor(self$params[[1]]) * (bent - x), inputs)))
  })
