layer_names_of <- function(model) vapply(model$layers, function(layer) layer$name, "")

# A small net of a kind, and its weights in a file.
small_mobilenet <- function(...) {
  application_mobilenet(c(32, 32, 3), alpha = 0.25, weights = NULL, include_top = FALSE, ...)
}

# Numbers of weights up to a layer: the network without its top.
count_up_to <- function(model, layer) count_params(keras_model(model$input, get_layer(model, layer)$output))

test_that("networks have the numbers of weights that Keras' have", {
  expect_identical(count_params(application_vgg19(FALSE, NULL)), 20024384)
  mobile <- application_mobilenet(weights = NULL)
  expect_identical(count_params(mobile), 4253864)
  expect_identical(count_up_to(mobile, "conv_pw_13_relu"), 3228864)
  # Of the top at 224 x 224 only the first dense layer differs from that at 32 x 32.
  small <- application_vgg16(weights = NULL, input_shape = c(32, 32, 3))
  expect_identical(count_params(small) + (7 * 7 - 1) * 512 * 4096, 138357544)
  expect_identical(count_up_to(small, "block5_pool"), 14714688)
  expect_identical(small$output_shape, list(NULL, 1000L))
})

test_that("layers have Keras' names and order", {
  base <- application_vgg16(FALSE, NULL, input_shape = c(32, 32, 3))
  blocks <- c(2, 2, 3, 3, 3)
  wanted <- unlist(Map(function(k, n) paste0("block", k, c(paste0("_conv", seq_len(n)), "_pool")), 1:5, blocks))
  expect_identical(layer_names_of(base)[-1], wanted)
  expect_identical(base$name, "vgg16")
  mobile <- application_mobilenet(c(32, 32, 3), 0.25, weights = NULL)
  expect_identical(layer_names_of(mobile)[2:11],
                   c("conv1", "conv1_bn", "conv1_relu", "conv_dw_1", "conv_dw_1_bn", "conv_dw_1_relu", "conv_pw_1",
                     "conv_pw_1_bn", "conv_pw_1_relu", "conv_pad_2"))
  expect_identical(utils::tail(layer_names_of(mobile), 4), c("dropout", "conv_preds", "reshape_2", "predictions"))
  expect_identical(mobile$name, "mobilenet_0.25_32")
})

test_that("the end of the network follows include_top and pooling", {
  expect_identical(small_mobilenet()$output_shape, list(NULL, 1L, 1L, 256L))
  expect_identical(small_mobilenet(pooling = "avg")$output_shape, list(NULL, 256L))
  expect_identical(small_mobilenet(pooling = "max")$output_shape, list(NULL, 256L))
  open <- application_mobilenet(list(NULL, NA, 3), 0.25, include_top = FALSE, weights = NULL)
  expect_identical(open$output_shape, list(NULL, NULL, NULL, 256L))
  expect_identical(open$name, "mobilenet_0.25_None")
  expect_identical(dim(predict(open, array(0, c(1, 64, 96, 3)))), c(1L, 2L, 3L, 256L))
  x <- array(runif(32 * 32 * 3), c(1, 32, 32, 3))
  classes <- application_mobilenet(c(32, 32, 3), 0.25, weights = NULL, classes = 7)
  expect_equal(sum(predict(classes, x)), 1, tolerance = 1e-6)
  scores <- application_mobilenet(c(32, 32, 3), 0.25, weights = NULL, classes = 7, classifier_activation = NULL)
  set_weights(scores, get_weights(classes))
  expect_equal(predict(classes, x), exp(predict(scores, x)) / sum(exp(predict(scores, x))), tolerance = 1e-5)
})

test_that("arguments that do not go together are refused", {
  shape_error <- function(code, text) expect_error(code, text, class = "tildenet_error_shape")
  value_error <- function(code, text) expect_error(code, text, class = "tildenet_error_argument")
  value_error(application_vgg16(classes = 10), "`classes` must be 1000")
  value_error(application_vgg16(NA), "`include_top`")
  value_error(application_vgg19(weights = 3), "`weights`")
  value_error(application_resnet50(FALSE, NULL, pooling = "mean"), "`pooling`")
  value_error(application_vgg16(weights = NULL, classifier_activation = "soft"), "`classifier_activation`")
  value_error(application_resnet50(classifier_activation = "sigmoid"), "`classifier_activation`")
  value_error(application_mobilenet(alpha = 0.3), "`alpha` must be 0.25, 0.5, 0.75 or 1")
  value_error(application_mobilenet(depth_multiplier = 2), "`depth_multiplier`")
  value_error(application_mobilenet(alpha = 0, weights = NULL), "`alpha`")
  shape_error(application_vgg16(FALSE, NULL, input_shape = c(31, 64, 3)), "at least 32")
  shape_error(application_resnet50(FALSE, NULL, input_shape = c(64, 64)), "height, a width")
  shape_error(application_resnet50(FALSE, NULL, input_shape = c(64, 64, NA)), "number of channels")
  shape_error(application_vgg16(TRUE, NULL, input_shape = list(NULL, 64, 3)), "known sides")
  shape_error(application_vgg16(input_shape = c(200, 200, 3)), "\\(224, 224, 3\\)")
  shape_error(application_mobilenet(c(200, 200, 3)), "\\(224, 224, 3\\)")
  shape_error(application_vgg19(FALSE, input_shape = c(64, 64, 1)), "3 channels")
  expect_warning(small <- application_mobilenet(c(32, 32, 5), 0.25, include_top = FALSE, weights = NULL), "1 or 3 channels")
  expect_identical(small$input_shape, list(NULL, 32L, 32L, 5L))
})

test_that("a network goes on from a tensor of another graph", {
  input <- layer_input(c(64, 64, 3))
  small <- input %>% layer_average_pooling_2d(2, name = "halved")
  base <- application_mobilenet(alpha = 0.25, include_top = FALSE, weights = NULL, input_tensor = small, pooling = "avg")
  expect_identical(layer_names_of(base)[2:3], c("halved", "conv1"))
  expect_identical(base$input, input)
  alone <- small_mobilenet(pooling = "avg")
  set_weights(alone, get_weights(base))
  x <- array(runif(64 * 64 * 3), c(1, 64, 64, 3))
  halved <- predict(keras_model(input, small), x)
  expect_identical(predict(base, x), predict(alone, halved))
  expect_error(small_mobilenet(input_tensor = small %>% layer_flatten()), class = "tildenet_error_shape")
  expect_error(application_mobilenet(c(48, 48, 3), include_top = FALSE, weights = NULL, input_tensor = small), "`input_shape`",
               class = "tildenet_error_shape")
  expect_error(small_mobilenet(input_tensor = x), "`input_tensor`", class = "tildenet_error_argument")
  expect_error(application_vgg16(FALSE, NULL, layer_input(c(16, 64, 3))), "`input_tensor` must have sides",
               class = "tildenet_error_shape")
})

test_that("MobileNet's preparation is that of mode tf", {
  x <- array(c(0, 255, 127.5), c(1, 1, 1, 3))
  expect_identical(mobilenet_preprocess_input(x), imagenet_preprocess_input(x, mode = "tf"))
  expect_equal(as.vector(mobilenet_preprocess_input(x)), c(-1, 1, 0))
})
