#' ResNet50
#'
#' A network of 50 layers with weights, most of them in 16 blocks of three convolutions around which the
#' input of the block is led. The layers have Keras' names: `conv1_conv`, `conv2_block1_1_conv`,
#' `conv2_block1_out` and so on, `avg_pool`, `predictions`.
#'
#' Files of weights written before keras-applications 1.0.8, whose layers have names as `res2a_branch2a`,
#' are read as well. Their batch normalisation had an `epsilon` of 0.001; here it is 1.001e-5 as in Keras
#' since then, so outputs are close to those of that time and not equal.
#' @inheritParams application_vgg16
#' @inheritSection application_vgg16 Weights
#' @inheritSection application_vgg16 Input
#' @inheritSection application_vgg16 Errors
#' @returns A functional model, not compiled; its output is (samples, `classes`), (samples, 2048) with a
#'   `pooling`, else (samples, height / 32, width / 32, 2048). It has 25,636,712 weights, 23,587,712 without
#'   the top.
#' @references He, Zhang, Ren and Sun (2016), Deep residual learning for image recognition, CVPR,
#'   arXiv:1512.03385.
#' @examples
#' base <- application_resnet50(include_top = FALSE, weights = NULL, input_shape = c(32, 32, 3))
#' base$output_shape
#' @export
application_resnet50 <- function(include_top = TRUE, weights = "imagenet", input_tensor = NULL,
                                 input_shape = NULL, pooling = NULL, classes = 1000,
                                 classifier_activation = "softmax") {
  application(resnet50, include_top, weights, input_tensor, input_shape, pooling, classes,
              classifier_activation)
}

# Stages conv2 to conv5: filters of the inner convolutions, blocks, strides of the first block.
resnet_stages <- data.frame(filters = c(64, 128, 256, 512), blocks = c(3, 4, 6, 3), strides = c(1, 2, 2, 2))

# The second of two hashes is that of the file before keras-applications 1.0.8.
resnet_hashes <- list(top = c("2cb95161c43110f7111970584f804107", "a7b3fe01876f51b976af0dea6bc144eb"),
                      notop = c("4d473c1dd8becc155b73f8504c6f6626", "a268eb855778b3df3c7506639542a6af"))

resnet50 <- list(name = function(rows) "resnet50", sides = 224, mode = "caffe",
                 body = function(x) resnet_body(x), top = function(...) resnet_top(...),
                 pooling = c(avg = "avg_pool", max = "max_pool"),
                 file = function(side, top) tf_kernels_file("resnet50", "resnet/", resnet_hashes, top),
                 arrange = function(self, layers) resnet_arrange(self, layers))

resnet_body <- function(x) {
  x <- layer_zero_padding_2d(x, 3, name = "conv1_pad")
  x <- resnet_conv(x, "conv1", 64, 7, 2)
  x <- layer_activation(x, "relu", name = "conv1_relu")
  x <- layer_zero_padding_2d(x, 1, name = "pool1_pad")
  x <- layer_max_pooling_2d(x, 3, strides = 2, name = "pool1_pool")
  for (k in seq_len(nrow(resnet_stages))) {
    stage <- resnet_stages[k, ]
    for (block in seq_len(stage$blocks)) {
      first <- block == 1
      x <- resnet_block(x, paste0("conv", k + 1, "_block", block), stage$filters, if (first) stage$strides else 1, first)
    }
  }
  x
}

# A convolution and its normalisation.
resnet_conv <- function(x, name, filters, kernel_size, strides = 1, padding = "valid") {
  x <- layer_conv_2d(x, filters, kernel_size, strides, padding, name = paste0(name, "_conv"))
  layer_batch_normalization(x, epsilon = 1.001e-5, name = paste0(name, "_bn"))
}

# The first block of a stage changes the shape, so its shortcut is a convolution, too.
resnet_block <- function(x, name, filters, strides, first) {
  part <- function(what) paste0(name, "_", what)
  shortcut <- if (first) resnet_conv(x, part(0), 4 * filters, 1, strides) else x
  x <- resnet_conv(x, part(1), filters, 1, strides)
  x <- layer_activation(x, "relu", name = part("1_relu"))
  x <- resnet_conv(x, part(2), filters, 3, padding = "same")
  x <- layer_activation(x, "relu", name = part("2_relu"))
  x <- resnet_conv(x, part(3), 4 * filters, 1)
  x <- layer_add(list(shortcut, x), name = part("add"))
  layer_activation(x, "relu", name = part("out"))
}

resnet_top <- function(x, classes, activation) {
  x <- layer_global_average_pooling_2d(x, name = "avg_pool")
  layer_dense(x, classes, activation = activation, name = "predictions")
}

# Layers of a file with the old names, in the order of the model: it adds the shortcut to the block, the
# old one the block to the shortcut, and equal shapes would not tell the one from the other.
resnet_arrange <- function(self, layers) {
  layers <- lapply(layers, function(layer) {
    layer$name <- resnet_new_name(layer$name)
    layer
  })
  layers[order(match(vapply(layers, function(layer) layer$name, ""), layer_names(self)))]
}

resnet_new_name <- function(name) {
  lone <- c(conv1 = "conv1_conv", bn_conv1 = "conv1_bn", fc1000 = "predictions")
  if (name %in% names(lone)) return(lone[[name]])
  parts <- regmatches(name, regexec("^(res|bn)([2-5])([a-f])_branch(1|2[abc])$", name))[[1]]
  if (length(parts) == 0) return(name)
  part <- c("1" = 0, "2a" = 1, "2b" = 2, "2c" = 3)[[parts[5]]]
  sprintf("conv%s_block%d_%d_%s", parts[3], match(parts[4], letters), part, c(res = "conv", bn = "bn")[[parts[2]]])
}
