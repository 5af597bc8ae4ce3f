#' MobileNet
#'
#' A small network: 13 pairs of a depthwise convolution of 3 x 3 and a convolution of 1 x 1, each with batch
#' normalisation and an activation that ends at 6. The layers have Keras' names: `conv1`, `conv_dw_1`,
#' `conv_pw_1` and so on, `conv_preds` and `predictions` at the top, which is a convolution.
#'
#' Trained weights are there for `alpha` 0.25, 0.5, 0.75 and 1 and pictures with sides of 128, 160, 192 and
#' 224; for other sizes without the top those of 224 are taken, with a warning.
#'
#' `mobilenet_preprocess_input()` is [imagenet_preprocess_input()] with `mode = "tf"`,
#' `mobilenet_decode_predictions()` is [imagenet_decode_predictions()].
#' @inheritParams application_vgg16
#' @inheritParams imagenet_decode_predictions
#' @inheritSection application_vgg16 Weights
#' @inheritSection application_vgg16 Input
#' @inheritSection application_vgg16 Errors
#' @param alpha Width: what the numbers of filters are multiplied by, then rounded down. At least 1/32.
#' @param depth_multiplier Channels that a depthwise convolution makes of each; 1 with `"imagenet"`.
#' @param dropout Rate of the dropout of the top.
#' @param x Array of pictures with values from 0 to 255.
#' @returns A functional model, not compiled; its output is (samples, `classes`), (samples, channels) with a
#'   `pooling`, else (samples, height / 32, width / 32, channels), with 1024 `alpha` channels. It has
#'   4,253,864 weights, 3,228,864 without the top.
#'
#'   `mobilenet_preprocess_input()` an array of the shape of `x`, from -1 to 1.
#' @references Howard et al. (2017), MobileNets: efficient convolutional neural networks for mobile vision
#'   applications, arXiv:1704.04861.
#' @examples
#' base <- application_mobilenet(c(64, 64, 3), 0.25, include_top = FALSE, weights = NULL,
#'                               pooling = "avg")
#' dim(predict(base, array(0, c(2, 64, 64, 3))))
#' @export
application_mobilenet <- function(input_shape = NULL, alpha = 1, depth_multiplier = 1, dropout = 0.001,
                                  include_top = TRUE, weights = "imagenet", input_tensor = NULL,
                                  pooling = NULL, classes = 1000, classifier_activation = "softmax") {
  alpha <- check_number(alpha, "alpha", 1 / 32)
  depth_multiplier <- check_count(depth_multiplier, "depth_multiplier")
  dropout <- check_rate(dropout, "dropout")
  if (identical(weights, "imagenet")) check_trained_mobilenet(alpha, depth_multiplier)
  application(mobilenet(alpha, depth_multiplier, dropout), include_top, weights, input_tensor, input_shape,
              pooling, classes, classifier_activation)
}

#' @rdname application_mobilenet
#' @export
mobilenet_preprocess_input <- function(x) imagenet_preprocess_input(x, mode = "tf")

#' @rdname application_mobilenet
#' @export
mobilenet_decode_predictions <- function(preds, top = 5) imagenet_decode_predictions(preds, top)

mobilenet_alphas <- c("2_5" = 0.25, "5_0" = 0.5, "7_5" = 0.75, "1_0" = 1)

check_trained_mobilenet <- function(alpha, depth_multiplier, call = rlang::caller_env()) {
  if (!alpha %in% mobilenet_alphas) {
    abort_arg("alpha", "be 0.25, 0.5, 0.75 or 1 with the weights \"imagenet\"", describe(alpha), call = call)
  }
  if (depth_multiplier != 1) {
    abort_arg("depth_multiplier", "be 1 with the weights \"imagenet\"", describe(depth_multiplier), call = call)
  }
}

# The thirteen pairs: filters of the second convolution, strides of the first.
mobilenet_pairs <- data.frame(filters = c(64, 128, 128, 256, 256, rep(512, 6), 1024, 1024),
                              strides = c(1, 2, 1, 2, 1, 2, rep(1, 5), 2, 1))

mobilenet <- function(alpha, depth_multiplier, dropout) {
  list(name = function(rows) sprintf("mobilenet_%.2f_%s", alpha, if (is.na(rows)) "None" else rows),
       sides = c(224, 192, 160, 128), mode = "tf",
       body = function(x) mobilenet_body(x, alpha, depth_multiplier),
       top = function(x, classes, activation) mobilenet_top(x, classes, activation, dropout),
       file = function(side, top) mobilenet_file(alpha, side, top))
}

# Keras publishes no checksums of them.
mobilenet_file <- function(alpha, side, top) {
  width <- names(mobilenet_alphas)[match(alpha, mobilenet_alphas)]
  list(name = paste0("mobilenet_", width, "_", side, if (top) "_tf.h5" else "_tf_no_top.h5"), address = "mobilenet/")
}

mobilenet_body <- function(x, alpha, depth_multiplier) {
  finish <- function(x, name) {
    x <- layer_batch_normalization(x, name = paste0(name, "_bn"))
    layer_activation_relu(x, 6, name = paste0(name, "_relu"))
  }
  narrow <- function(filters) floor(filters * alpha)
  x <- finish(layer_conv_2d(x, narrow(32), 3, 2, "same", use_bias = FALSE, name = "conv1"), "conv1")
  for (k in seq_len(nrow(mobilenet_pairs))) {
    pair <- mobilenet_pairs[k, ]
    whole <- pair$strides == 1
    if (!whole) x <- layer_zero_padding_2d(x, list(c(0, 1), c(0, 1)), name = paste0("conv_pad_", k))
    name <- paste0("conv_dw_", k)
    x <- layer_depthwise_conv_2d(x, 3, pair$strides, if (whole) "same" else "valid",
                                 depth_multiplier = depth_multiplier, use_bias = FALSE, name = name)
    x <- finish(x, name)
    name <- paste0("conv_pw_", k)
    x <- finish(layer_conv_2d(x, narrow(pair$filters), 1, padding = "same", use_bias = FALSE, name = name), name)
  }
  x
}

mobilenet_top <- function(x, classes, activation, dropout) {
  x <- layer_global_average_pooling_2d(x, keepdims = TRUE)
  x <- layer_dropout(x, dropout, name = "dropout")
  x <- layer_conv_2d(x, classes, 1, padding = "same", name = "conv_preds")
  x <- layer_reshape(x, classes, name = "reshape_2")
  layer_activation(x, activation %||% "linear", name = "predictions")
}
