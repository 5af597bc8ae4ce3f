# HDF5 takes its time for each array: a network of two layers stands for the large ones.
tiny <- list(
  name = function(rows) paste0("tiny_", rows), sides = c(64, 48), mode = "tf",
  body = function(x) layer_conv_2d(x, 4, 3, 2, name = "conv"),
  top = function(x, classes, activation) {
    x %>% layer_flatten(name = "flat") %>% layer_dense(classes, activation = activation, name = "predictions")
  },
  file = function(side, top) {
    list(name = paste0("tiny_", side, if (!top) "_no_top", ".h5"), address = "tiny/",
         hashes = if (side == 48) c("0123456789abcdef0123456789abcdef", "00000000000000000000000000000000"))
  })

tiny_net <- function(weights = NULL, input_shape = c(32, 32, 3), top = FALSE, input_tensor = NULL, classes = 1000,
                     pooling = NULL, classifier_activation = NULL) {
  application(tiny, top, weights, input_tensor, input_shape, pooling, classes, classifier_activation)
}

net_file <- function(path = withr::local_tempfile(fileext = ".h5", .local_envir = parent.frame()), ...) {
  model <- tiny_net(...)
  save_model_weights_hdf5(model, path)
  list(path = path, weights = get_weights(model))
}

test_that("a path of weights is loaded", {
  skip_if_not_installed("hdf5r")
  file <- net_file()
  expect_identical(get_weights(tiny_net(file$path)), file$weights)
  # Layers before the network are none of the file's.
  before <- layer_input(c(32, 32, 1)) %>% layer_conv_2d(3, 1, name = "before")
  model <- tiny_net(file$path, input_tensor = before, pooling = "avg")
  expect_identical(get_weights(model)[-(1:2)], file$weights)
  folder <- withr::local_tempfile()
  save_model_weights_tf(model <- tiny_net(), folder)
  expect_identical(get_weights(tiny_net(folder)), get_weights(model))
  whole <- withr::local_tempfile(fileext = ".h5")
  save_model_hdf5(model, whole)
  expect_identical(get_weights(tiny_net(whole)), get_weights(model))
})

test_that("files that do not fit, are damaged or not there are refused", {
  skip_if_not_installed("hdf5r")
  file <- net_file(top = TRUE, classes = 5)
  expect_error(tiny_net(file$path), "do not fit", class = "tildenet_error_shape")
  expect_error(tiny_net(file$path, top = TRUE, classes = 6), "do not fit", class = "tildenet_error_shape")
  expect_error(tiny_net(file$path, c(48, 48, 3), top = TRUE, classes = 5), "do not fit", class = "tildenet_error_shape")
  expect_error(tiny_net("nowhere.h5"), "`weights` must be NULL, \"imagenet\" or the path", class = "tildenet_error_io")
  broken <- withr::local_tempfile(fileext = ".h5")
  with_bytes(file$path, broken, function(bytes) utils::head(bytes, 1000))
  expect_error(tiny_net(broken), class = "tildenet_error_io")
  expect_error(tiny_net(file$path, top = TRUE, classes = 5, classifier_activation = "relu"), "`classifier_activation`",
               class = "tildenet_error_argument")
})

test_that("trained weights are looked for in the caches", {
  skip_if_not_installed("hdf5r")
  dir <- local_data_dir()
  keras <- file.path(dir, "keras", "models")
  dir.create(keras, recursive = TRUE)
  expect_error(tiny_net("imagenet", c(64, 64, 3)), "tiny_64_no_top.h5", class = "tildenet_error_download")
  file <- net_file(file.path(keras, "tiny_64_no_top.h5"))
  expect_silent(model <- tiny_net("imagenet", c(64, 64, 3)))
  expect_identical(get_weights(model), file$weights)
  expect_warning(model <- tiny_net("imagenet", c(96, 64, 3)), "96 x 64: those of 64 x 64", class = "tildenet_warning_weights")
  expect_identical(model$name, "tiny_64")
  expect_identical(get_weights(model), file$weights)
  expect_warning(tiny_net("imagenet", NULL), "any size x any size: those of 64 x 64")
  first <- net_file(file.path(dir, "tiny_64_no_top.h5"))
  expect_identical(get_weights(tiny_net("imagenet", c(64, 64, 3))), first$weights)
  # Where there is a checksum, a file with another one is told, and used.
  other <- net_file(file.path(dir, "tiny_48_no_top.h5"))
  expect_warning(model <- tiny_net("imagenet", c(48, 48, 3)), "0123456789abcdef0123456789abcdef or 0",
                 class = "tildenet_warning_weights")
  expect_identical(get_weights(model), other$weights)
})

test_that("MobileNet has a file for each width and size", {
  name <- function(alpha, side, top) mobilenet(alpha, 1, 0)$file(side, top)$name
  expect_identical(name(0.25, 128, FALSE), "mobilenet_2_5_128_tf_no_top.h5")
  expect_identical(name(0.5, 160, TRUE), "mobilenet_5_0_160_tf.h5")
  expect_identical(name(0.75, 192, TRUE), "mobilenet_7_5_192_tf.h5")
})

test_that("the error says which file to put where", {
  local_data_dir()
  withr::local_options(tildenet.data_dir = NULL)
  wanted <- list(
    list(application_vgg16, TRUE, "vgg16/vgg16_weights_tf_dim_ordering_tf_kernels.h5"),
    list(application_vgg19, FALSE, "vgg19/vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5"),
    list(application_resnet50, TRUE, "resnet/resnet50_weights_tf_dim_ordering_tf_kernels.h5"),
    list(application_mobilenet, TRUE, "mobilenet/mobilenet_1_0_224_tf.h5"))
  for (w in wanted) {
    e <- expect_error(w[[1]](include_top = w[[2]]), class = "tildenet_error_download")
    text <- gsub("\\s+", " ", conditionMessage(e))
    expect_match(text, paste0("https://storage.googleapis.com/tensorflow/keras-applications/", w[[3]]), fixed = TRUE)
    expect_match(text, file.path("keras", "models", basename(w[[3]])), fixed = TRUE)
    expect_s3_class(e, "tildenet_error_io")
  }
})
