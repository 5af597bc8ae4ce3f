#' VGG16 and VGG19
#'
#' Networks of 13 or 16 convolutions of 3 x 3 and three dense layers, for pictures of 224 x 224. The layers
#' have Keras' names: `block1_conv1` to `block5_pool`, `flatten`, `fc1`, `fc2`, `predictions`.
#'
#' @section Weights:
#' `weights = "imagenet"` takes the weights that Keras publishes, from a file that has to be here: nothing
#' is downloaded. It is looked for in the folder of `options(tildenet.data_dir = )` or
#' `TILDENET_DATA_DIR`, in `models` under `KERAS_HOME` (else `~/.keras`) and in
#' `tools::R_user_dir("tildenet", "cache")`; where it is in none of them, the error says which file to put
#' where and its address. A file with another MD5 sum than that of Keras is used with a warning; Keras publishes
#' none for MobileNet. A path loads that file: HDF5 weights, whole models, those of Keras 3, folders of
#' [save_model_weights_tf()]. Weights go to layers by their order, see [load_model_weights_hdf5()].
#' @section Input:
#' (samples, height, width, channels), as the mode of [imagenet_preprocess_input()] of the application makes
#' it: `"caffe"` for VGG and ResNet50, `"tf"` for MobileNet.
#' @section Errors:
#' A file of weights that is not there or damaged is an error of class
#' `tildenet_error_io`, one with other layers or shapes of class `tildenet_error_shape`; so is an input that
#' does not go with the other arguments: sides below 32, open sides with the top, other channels or (with
#' the top) another size than that of the weights `"imagenet"`. `classes` other than 1000 with the top of
#' `"imagenet"`, a `classifier_activation` other than softmax or `NULL` with weights that are loaded and
#' values that are not known are of class `tildenet_error_argument`. Other numbers of channels than 1 and 3
#' warn.
#' @param include_top Whether the layers that classify stand at the end.
#' @param weights `"imagenet"`, the path of a file, or `NULL` for weights at random. See Weights.
#' @param input_tensor Tensor that the network begins at, of [layer_input()] or of another graph; the model
#'   then goes from the inputs of that graph.
#' @param input_shape Height, width and channels. By default (224, 224, 3), and without the top (any, any,
#'   3); sides may be left open (`NULL`, `NA`) there. With an `input_tensor` its own shape holds.
#' @param pooling What follows the last features without the top: `NULL` nothing, `"avg"` or `"max"` the
#'   mean or the largest value of each channel.
#' @param classes Units of the top.
#' @param classifier_activation Activation of the top; `NULL` for none.
#' @returns A functional model, not compiled; its output is (samples, `classes`), (samples, channels) with a
#'   `pooling`, else (samples, height / 32, width / 32, channels), with 512 channels. VGG16 has 138,357,544
#'   weights, 14,714,688 without the top; VGG19 143,667,240 and 20,024,384. They take four bytes each.
#' @references Simonyan and Zisserman (2015), Very deep convolutional networks for large-scale image
#'   recognition, ICLR, arXiv:1409.1556.
#' @seealso [image_features()] for the outputs of a layer for many files, [freeze_weights()] for training a
#'   head on trained features, [imagenet_decode_predictions()].
#' @examples
#' base <- application_vgg16(include_top = FALSE, weights = NULL, input_shape = c(32, 32, 3))
#' count_params(base)
#' features <- keras_model(base$input, get_layer(base, "block2_pool")$output)
#' dim(predict(features, array(0, c(1, 32, 32, 3))))
#' # Where the file is not there, the error says where to put it
#' try(application_vgg16())
#' @export
application_vgg16 <- function(include_top = TRUE, weights = "imagenet", input_tensor = NULL,
                              input_shape = NULL, pooling = NULL, classes = 1000,
                              classifier_activation = "softmax") {
  application(vgg("vgg16"), include_top, weights, input_tensor, input_shape, pooling, classes,
              classifier_activation)
}

#' @rdname application_vgg16
#' @export
application_vgg19 <- function(include_top = TRUE, weights = "imagenet", input_tensor = NULL,
                              input_shape = NULL, pooling = NULL, classes = 1000,
                              classifier_activation = "softmax") {
  application(vgg("vgg19"), include_top, weights, input_tensor, input_shape, pooling, classes,
              classifier_activation)
}

# Filters of the five blocks, and their numbers of convolutions: configurations D and E.
vgg_filters <- c(64, 128, 256, 512, 512)
vgg_convolutions <- list(vgg16 = c(2, 2, 3, 3, 3), vgg19 = c(2, 2, 4, 4, 4))

vgg_hashes <- list(
  vgg16 = list(top = "64373286793e3c8b2b4e3219cbf3544b", notop = "6d6bbae143d832006294945121d1f1fc"),
  vgg19 = list(top = "cbe5617147190e668d6c5d5026f83318", notop = "253f8cb515780f3b799900260a226db6"))

vgg <- function(name) {
  list(name = function(rows) name, sides = 224, mode = "caffe",
       body = function(x) vgg_body(x, vgg_convolutions[[name]]), top = vgg_top,
       file = function(side, top) tf_kernels_file(name, paste0(name, "/"), vgg_hashes[[name]], top))
}

vgg_body <- function(x, convolutions) {
  for (block in seq_along(convolutions)) {
    for (k in seq_len(convolutions[block])) {
      x <- layer_conv_2d(x, vgg_filters[block], 3, padding = "same", activation = "relu",
                         name = paste0("block", block, "_conv", k))
    }
    x <- layer_max_pooling_2d(x, 2, strides = 2, name = paste0("block", block, "_pool"))
  }
  x
}

vgg_top <- function(x, classes, activation) {
  x <- layer_flatten(x, name = "flatten")
  for (name in c("fc1", "fc2")) x <- layer_dense(x, 4096, activation = "relu", name = name)
  layer_dense(x, classes, activation = activation, name = "predictions")
}
