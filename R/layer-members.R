#' Many small nets side by side
#'
#' `layer_dense_packed()` is `members` dense layers that share nothing but their input: member m has
#' `activation(x_m K_m + b_m)`. Nets built of it train side by side, in one pass over the data, and their predictions
#' averaged are better than those of any one of them. `layer_dense_ensemble()` (BatchEnsemble) has one kernel for all:
#' `activation(((x_m * r_m) K) * s_m + b_m)`; each member scales what goes into the kernel and what comes out by
#' vectors of its own. TabM is a net of such layers. [loss_members()] is the loss for both, and
#' [layer_global_average_pooling_1d()] behind the last layer takes the mean over the members.
#' @inheritParams layer_dense
#' @param units Size of the output's last axis.
#' @param members How many there are.
#' @param scale_start How each r_m starts: `"ones"`, `"signs"` (-1 or 1 by chance) or `"normal"`, N(0, 1). TabM has
#'   `"signs"` or, behind embeddings, `"normal"` in its first layer and `"ones"` in the others; each s_m starts
#'   as ones.
#' @inherit layers return
#' @section Shapes:
#' (samples, in), the same for all members, as in the first layer, or (samples, members, in), to (samples, members,
#' units). Weights of `layer_dense_packed()`: `kernel` (members, in, units) and `bias` (members, units), each member's
#' initialised by itself. Of `layer_dense_ensemble()`: `input_scale` (members, in), `kernel` (in, units), `output_scale`
#' (members, units), `bias` (members, units).
#' @section Errors:
#' Inputs of other shapes are errors of class `tildenet_error_shape`, settings out of range of class
#' `tildenet_error_argument`.
#' @references Wen, Y., Tran, D., Ba, J. (2020), BatchEnsemble, ICLR. Gorishniy, Y., Kotelnikov, A., Babenko, A. (2025),
#'   TabM: advancing tabular deep learning with parameter-efficient ensembling, ICLR, arXiv 2410.24210.
#' @seealso [layer_dropout()] takes a rate for each member.
#' @examples
#' x <- matrix(rnorm(60), 20)
#' y <- x[, 1]^2
#' model <- keras_model_sequential() %>%
#'   layer_dense_packed(units = 8, members = 4, activation = "relu", input_shape = 3) %>%
#'   layer_dense_packed(units = 1, members = 4)
#' model %>% compile("adam", loss_members("mean_squared_error"))
#' model %>% fit(x, y, epochs = 2, verbose = 0)
#' dim(predict(model, x))
#' mean_net <- keras_model(model$input, layer_global_average_pooling_1d(model$output))
#' dim(predict(mean_net, x))
#' @name layer_dense_packed
NULL

#' @rdname layer_dense_packed
#' @export
layer_dense_packed <- function(object, units, members, activation = NULL, use_bias = TRUE,
                               kernel_initializer = "glorot_uniform", bias_initializer = "zeros",
                               kernel_regularizer = NULL, bias_regularizer = NULL, activity_regularizer = NULL,
                               kernel_constraint = NULL, bias_constraint = NULL, input_shape = NULL,
                               batch_input_shape = NULL, batch_size = NULL, dtype = NULL, name = NULL,
                               trainable = NULL, weights = NULL) {
  force_object(object)
  config <- c(list(members = check_count(members, "members")),
              dense_config(units, activation, use_bias, kernel_initializer, bias_initializer, kernel_regularizer,
                           bias_regularizer, activity_regularizer, kernel_constraint, bias_constraint))
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("DensePacked", config, common))
}

# The weight of a member starts as that of a layer of its own.
how_by_member <- function(config, name) {
  how <- weight_how(config, name)
  if (!is.null(how$initializer)) how$initializer$by_member <- TRUE
  how
}

define_kernel_layer("DensePacked", "dense_packed", function(config) c(config[c("units", "members")], finish_attrs(config)),
                    how = how_by_member)

#' @rdname layer_dense_packed
#' @export
layer_dense_ensemble <- function(object, units, members, activation = NULL, use_bias = TRUE, scale_start = "ones",
                                 kernel_initializer = "glorot_uniform", bias_initializer = "zeros",
                                 kernel_regularizer = NULL, bias_regularizer = NULL, activity_regularizer = NULL,
                                 kernel_constraint = NULL, bias_constraint = NULL, input_shape = NULL,
                                 batch_input_shape = NULL, batch_size = NULL, dtype = NULL, name = NULL,
                                 trainable = NULL, weights = NULL) {
  force_object(object)
  config <- c(list(members = check_count(members, "members"),
                   scale_start = check_string(scale_start, "scale_start", names(scale_starts))),
              dense_config(units, activation, use_bias, kernel_initializer, bias_initializer, kernel_regularizer,
                           bias_regularizer, activity_regularizer, kernel_constraint, bias_constraint))
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("DenseEnsemble", config, common))
}

scale_starts <- list(
  ones = function() initializer_ones(), normal = function() initializer_random_normal(stddev = 1),
  signs = function() new_initializer("zeros", r_function = function(shape) sample(c(-1, 1), prod(shape), TRUE)))

define_layer("DenseEnsemble",
  build = function(self, inputs) {
    config <- self$config
    features <- inputs[[1]]$shape[length(inputs[[1]]$shape)]
    weight <- function(name, shape, how) {
      sized_parameter(self, name, shape, how$initializer, how$regularizer, how$constraint)
    }
    self$params <- c(
      list(sized_parameter(self, "input_scale", c(config$members, features), scale_starts[[config$scale_start]]()),
           weight("kernel", c(features, config$units), weight_how(config, "kernel")),
           sized_parameter(self, "output_scale", c(config$members, config$units), initializer_ones())),
      if (config$use_bias) list(weight("bias", c(config$members, config$units), how_by_member(config, "bias"))))
  },
  emit = function(self, inputs) {
    config <- self$config
    x <- member_inputs(inputs[[1]], config$members)
    scaled <- x * parameter_tensor(self$params[[1]])
    product <- emit_op("dense", list(scaled), list(units = config$units, use_bias = FALSE), self$params[2])[[1]]
    out <- product * parameter_tensor(self$params[[3]])
    if (config$use_bias) out <- out + parameter_tensor(self$params[[4]])
    out <- list(activation_of(out, as_activation(config$activation)))
    list(outputs = out, penalties = activity_penalty(self, out, config$activity_regularizer))
  })

# (samples, members, in), or (samples, 1, in) where all have the same.
member_inputs <- function(x, members) {
  if (length(x$shape) == 2) return(k_expand_dims(x, 2))
  if (length(x$shape) == 3 && identical(x$shape[2], as.numeric(members))) return(x)
  abort_tn(paste0("It takes samples of one axis, or one with ", members, " members and one behind it."), "shape",
           paste0("The shape is ", shape_text(x$shape), "."), call = NULL)
}
