#' A learned scale for each input
#'
#' `x * s` with one learned number s for each place on the last axis: inputs that do not help can be made
#' small, as in RealMLP, where it is the first layer of a net for tables.
#' @inheritParams layers
#' @param initial Where each s starts.
#' @param members Of a net of members (see [layer_dense_packed()]) their number: each has scales of its own. `NULL` for one
#'   net.
#' @inherit layers return
#' @section Shapes:
#' (samples, ..., features) to the same; a weight `scale` of shape (features). With members (samples, features) or (samples,
#' members, features) to (samples, members, features), `scale` being (members, features).
#' @section Errors:
#' A last axis of unknown size is an error of class `tildenet_error_shape`.
#' @references Holzmueller, D., Grinsztajn, L., Steinwart, I. (2024), Better by default: strong pre-tuned MLPs and
#'   boosted trees on tabular data, NeurIPS, arXiv 2407.04491.
#' @seealso [layer_dense_ntk()], [layer_activation_parametric()], the other parts of RealMLP.
#' @examples
#' layer <- layer_scale(initial = 2)
#' as.array(layer(matrix(1:4, 2)))
#' @export
layer_scale <- function(object, initial = 1, members = NULL, input_shape = NULL, batch_input_shape = NULL,
                        batch_size = NULL, dtype = NULL, name = NULL, trainable = NULL, weights = NULL) {
  force_object(object)
  config <- c(list(initial = check_number(initial, "initial")), members_config(members))
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("Scale", config, common))
}

define_layer("Scale",
  build = function(self, inputs) {
    shape <- inputs[[1]]$shape
    self$params <- list(sized_parameter(self, "scale", c(self$config$members, shape[length(shape)]),
                                        initializer_constant(self$config$initial)))
  },
  emit = function(self, inputs) {
    members <- self$config$members
    x <- if (is.null(members)) inputs[[1]] else member_inputs(inputs[[1]], members)
    out <- x * parameter_tensor(self$params[[1]])
    list(outputs = list(with_masks(out, inputs)))
  })

# The setting `members` of layers that there may be one or several of side by side.
members_config <- function(members, call = rlang::caller_env()) {
  if (!is.null(members)) list(members = check_count(members, "members", call = call))
}

# A weight of a layer that is made of tensors.
sized_parameter <- function(self, name, shape, initializer, regularizer = NULL, constraint = NULL) {
  check_known_sizes(shape)
  new_parameter(paste0(self$name, "/", name), shape, initializer, regularizer, constraint)
}

#' Dense layer in neural-tangent form
#'
#' `activation(x K / sqrt(in) + b)` on the last axis, in the number of inputs: what [layer_dense()] computes with
#' the kernel K / sqrt(in). The weights themselves start as N(0, 1) whatever the width, so that one learning rate
#' fits layers of all widths. `in * units + units` weights.
#' @inheritParams layer_dense
#' @param members Of a net of members their number: each has a layer of its own, as of [layer_dense_packed()]. `NULL` for one net.
#' @inherit layers return
#' @section Shapes:
#' (samples, ..., in) to (samples, ..., units); weights `kernel` (in, units) and `bias` (units). With members (samples, in) or
#' (samples, members, in) to (samples, members, units), the weights having an axis of members in front.
#' @section Errors:
#' As those of [layer_dense()]: an input with one axis, or whose last axis has no known size, is an error of class
#' `tildenet_error_shape`.
#' @references Jacot, A., Gabriel, F., Hongler, C. (2018), Neural tangent kernel, NeurIPS. RealMLP has it in all of
#'   its layers: Holzmueller, Grinsztajn and Steinwart (2024), arXiv 2407.04491.
#' @examples
#' layer <- layer_dense_ntk(units = 1, kernel_initializer = "ones")
#' as.array(layer(matrix(1, 2, 4)))
#' @export
layer_dense_ntk <- function(object, units, activation = NULL, use_bias = TRUE,
                            kernel_initializer = initializer_random_normal(stddev = 1),
                            bias_initializer = "zeros", kernel_regularizer = NULL, bias_regularizer = NULL,
                            activity_regularizer = NULL, kernel_constraint = NULL, bias_constraint = NULL,
                            members = NULL, input_shape = NULL, batch_input_shape = NULL, batch_size = NULL,
                            dtype = NULL, name = NULL, trainable = NULL, weights = NULL) {
  force_object(object)
  config <- c(members_config(members),
              dense_config(units, activation, use_bias, kernel_initializer, bias_initializer, kernel_regularizer,
                           bias_regularizer, activity_regularizer, kernel_constraint, bias_constraint))
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("DenseNTK", config, common))
}

over_root_of_features <- function(inputs) {
  shape <- inputs[[1]]$shape
  emit_op("rescale", inputs, list(scale = 1 / sqrt(shape[length(shape)])))
}

define_kernel_layer("DenseNTK", function(config) if (is.null(config$members)) "dense" else "dense_packed",
                    function(config) c(config[intersect(c("units", "members"), names(config))], finish_attrs(config)),
                    before = over_root_of_features,
                    how = function(config, name) (if (is.null(config$members)) weight_how else how_by_member)(config, name))
