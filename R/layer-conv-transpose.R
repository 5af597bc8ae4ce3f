#' Transposed convolution of images
#'
#' The way back of a convolution: every cell of the input spreads its channels over the cells of a
#' window, and what meets in a cell of the output is summed. Input (samples, height, width, channels).
#'
#' n cells become `n * strides + max(kernel_size - strides, 0)` with padding `"valid"` and `n * strides`
#' with `"same"`. With `output_padding` (0 is not the same as `NULL`) they become
#' `(n - 1) * strides + kernel_size + output_padding`, less `2 * floor(kernel_size / 2)` with `"same"`;
#' what is cut off goes from both ends, the smaller half in front. A dilated kernel counts with the cells
#' it reaches over. The kernel has the shape (height, width, filters, channels).
#' @inheritParams layer_conv_2d
#' @param padding `"valid"` or `"same"`.
#' @param output_padding `NULL`, or cells that are added to the output: one number, or those along height
#'   and width; below `strides`.
#' @inherit layers return
#' @section Errors: An input that is no batch of images, sizes that leave no cell, and an `output_padding`
#'   that is not below `strides` are errors that name them.
#' @references Zeiler, Krishnan, Taylor and Fergus (CVPR 2010); Dumoulin and Visin (2016).
#' @examples
#' larger <- layer_conv_2d_transpose(filters = 1, kernel_size = 2, strides = 2,
#'                                   kernel_initializer = "ones")
#' as.array(larger(array(1:4, c(1, 2, 2, 1))))[1, , , 1]
#' @export
layer_conv_2d_transpose <- function(object, filters, kernel_size, strides = c(1, 1),
                                    padding = "valid", output_padding = NULL, data_format = NULL,
                                    dilation_rate = c(1, 1), activation = NULL, use_bias = TRUE,
                                    kernel_initializer = "glorot_uniform",
                                    bias_initializer = "zeros", kernel_regularizer = NULL,
                                    bias_regularizer = NULL, activity_regularizer = NULL,
                                    kernel_constraint = NULL, bias_constraint = NULL,
                                    input_shape = NULL, batch_input_shape = NULL,
                                    batch_size = NULL, dtype = NULL, name = NULL, trainable = NULL,
                                    weights = NULL) {
  force_object(object)
  windows <- window_config(2, kernel_size, strides, padding, data_format, dilation_rate)
  config <- c(
    list(filters = check_filter_count(filters, 1)), windows,
    list(output_padding = check_output_padding(output_padding, windows$strides)),
    finish_config(activation, use_bias, activity_regularizer),
    weight_config("kernel", kernel_initializer, kernel_regularizer, kernel_constraint),
    weight_config("bias", bias_initializer, bias_regularizer, bias_constraint))
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("Conv2DTranspose", config, common))
}

check_output_padding <- function(output_padding, strides, call = rlang::caller_env()) {
  if (is.null(output_padding)) return(NULL)
  sizes <- if (is.list(output_padding)) unlist(output_padding) else output_padding
  fine <- is.numeric(sizes) && length(sizes) %in% 1:2 && !anyNA(sizes) &&
    all(sizes == round(sizes) & sizes >= 0 & sizes < strides)
  if (!fine) {
    abort_arg("output_padding", paste0("be one or two whole numbers of at least 0 and below `strides` (",
                                       paste(strides, collapse = ", "), ")"),
              describe_numbers(output_padding), call = call)
  }
  rep_len(as.numeric(sizes), 2)
}

define_kernel_layer("Conv2DTranspose", "conv_transpose", function(config) {
  attrs <- c(config["filters"], window_attrs(config), finish_attrs(config))
  c(attrs, list(output_padding = config$output_padding)[!is.null(config$output_padding)])
})
