# Pictures of noise in files, and how image_features() has to see them.
put_pictures <- function(n, height = 12, width = 10, frame = parent.frame()) {
  dir <- withr::local_tempdir(.local_envir = frame)
  paths <- file.path(dir, sprintf("picture_%02d.png", seq_len(n)))
  for (path in paths) put_picture(path, height, width)
  paths
}

put_picture <- function(path, height = 12, width = 10) {
  png::writePNG(array(sample(0:255, height * width * 3, replace = TRUE) / 255, c(height, width, 3)), path)
}

small_model <- function(sides = c(8, 8)) {
  keras_model_sequential() %>%
    layer_conv_2d(3, 3, activation = "relu", input_shape = list(sides[[1]], sides[[2]], 3), name = "conv") %>%
    layer_max_pooling_2d(2, name = "pool") %>%
    layer_global_average_pooling_2d(name = "mean") %>%
    layer_dense(2, name = "scores")
}

cached <- function(dir) list.files(dir, full.names = TRUE)

skip_if_not_installed("png")

test_that("features are the outputs of the layer, a row for each file", {
  paths <- put_pictures(5)
  model <- small_model()
  x <- read_images(paths, c(8, 8))$images
  expect_identical(image_features(paths, model, batch_size = 2), `rownames<-`(predict(model, x), paths))
  pool <- image_features(paths, model, "pool", batch_size = 3)
  wanted <- predict(keras_model(model$input, get_layer(model, "pool")$output), x)
  expect_identical(dim(pool), c(5L, 3L, 3L, 3L))
  expect_identical(unname(pool), wanted)
  expect_identical(rownames(pool), paths)
  expect_identical(image_features(paths, model, 3), image_features(paths, model, get_layer(model, "mean")))
  expect_identical(image_features(paths[c(2, 1, 2)], model), image_features(paths, model)[c(2, 1, 2), ])
  expect_identical(dim(image_features(character(), model, "pool")), c(0L, 3L, 3L, 3L))
  bilinear <- image_features(paths, model, interpolation = "bilinear")
  expect_identical(unname(bilinear), predict(model, read_images(paths, c(8, 8), interpolation = "bilinear")$images))
})

test_that("only what the layer depends on is computed", {
  model <- small_model()
  extractor <- function(layer) feature_extractor(self_of(model), layer, NULL, NULL, "nearest", NULL)
  expect_identical(vapply(extractor("pool")$spec$nodes, `[[`, "", "op"), c("conv", "max_pool"))
  expect_length(extractor(NULL)$spec$nodes, 4)
})

test_that("pictures are prepared as the application wants them", {
  paths <- put_pictures(3, 40, 40)
  x <- read_images(paths, c(32, 32))$images
  features <- function(model, ...) unname(image_features(paths, model, ...))
  mobile <- application_mobilenet(c(32, 32, 3), 0.25, include_top = FALSE, weights = NULL, pooling = "avg")
  tf <- predict(mobile, imagenet_preprocess_input(x, mode = "tf"))
  expect_identical(features(mobile), tf)
  expect_identical(features(mobile, preprocess = NULL), predict(mobile, x))
  expect_identical(features(mobile, preprocess = "caffe"), predict(mobile, imagenet_preprocess_input(x)))
  # Models that begin with it, are cut out of it, copied or were saved know it, too.
  head <- keras_model_sequential() %>% mobile %>% layer_dense(2)
  expect_identical(features(head, 1), tf)
  graph <- layer_input(c(32, 32, 3))
  expect_identical(features(keras_model(graph, mobile(graph))), tf)
  cut <- keras_model(mobile$input, get_layer(mobile, "conv_pw_2_relu")$output)
  expect_identical(features(cut), predict(cut, imagenet_preprocess_input(x, mode = "tf")))
  copy <- clone_model(mobile)
  set_weights(copy, get_weights(mobile))
  expect_identical(features(copy), tf)
  file <- withr::local_tempfile()
  saveRDS(mobile, file)
  expect_identical(features(readRDS(file)), tf)
  expect_identical(c(resnet50$mode, vgg("vgg19")$mode), c("caffe", "caffe"))
})

test_that("sides that are open take a size", {
  paths <- put_pictures(2, 40, 40)
  open <- small_model(list(NULL, NULL))
  expect_identical(dim(image_features(paths, open, "pool", size = c(9, 12))), c(2L, 3L, 5L, 3L))
  expect_identical(unname(image_features(paths, open, size = 9)), predict(open, read_images(paths, c(9, 9))$images))
  expect_error(image_features(paths, open), "`size` must be given", class = "tildenet_error_argument")
  expect_error(image_features(paths, open, "pool", size = 2), "`size`", class = "tildenet_error_shape")
  expect_error(image_features(paths, small_model(), size = 9), "`size` must be that", class = "tildenet_error_shape")
  half <- small_model(list(NULL, 8))
  expect_identical(dim(image_features(paths, half, "conv", size = c(9, 8))), c(2L, 7L, 6L, 3L))
  mobile <- application_mobilenet(alpha = 0.25, include_top = FALSE, weights = NULL)
  expect_identical(feature_extractor(self_of(mobile), NULL, "auto", NULL, "nearest", NULL)$shape, c(7, 7, 256))
})

test_that("a cache answers only for the same picture, model and layer", {
  paths <- put_pictures(4)
  model <- small_model()
  dir <- file.path(withr::local_tempdir(), "deep", "cache")
  features <- function(paths, model, ...) image_features(paths, model, ..., cache = dir)
  first <- features(paths[1:3], model)
  expect_length(cached(dir), 3)
  expect_identical(features(paths, model)[1:3, ], first)
  expect_length(cached(dir), 4)
  # Kept answers are read: a copy of the file under another name gets them as well.
  copy <- file.path(dirname(paths[1]), "copy.png")
  file.copy(paths[1], copy)
  expect_identical(unname(features(copy, model)), unname(first[1, , drop = FALSE]))
  expect_length(cached(dir), 4)
  # Whatever changes makes new ones.
  same <- function(...) expect_identical(features(paths, ...), image_features(paths, ...))
  same(model, "mean")
  same(model, interpolation = "bilinear")
  same(model, preprocess = "tf")
  expect_length(cached(dir), 16)
  put_picture(paths[2])
  same(model)
  expect_length(cached(dir), 17)
  set_weights(model, lapply(get_weights(model), function(w) w + 0.5))
  same(model)
  expect_length(cached(dir), 21)
  # Weights behind the layer do not count; another model of the same architecture and weights does.
  twin <- small_model()
  set_weights(twin, get_weights(model))
  same(twin)
  expect_length(cached(dir), 21)
  same(small_model(c(9, 9)))
  expect_length(cached(dir), 25)
  open <- small_model(list(NULL, NULL))
  set_weights(open, get_weights(model))
  expect_identical(features(paths, open, size = c(8, 8)), features(paths, model))
  expect_length(cached(dir), 25)
})

test_that("a run that was interrupted goes on, damaged entries are computed again", {
  paths <- put_pictures(6)
  model <- small_model()
  dir <- withr::local_tempdir()
  whole <- image_features(paths, model)
  batches <- 0
  stop_later <- function(...) {
    batches <<- batches + 1
    if (batches == 3) rlang::interrupt()
    read_images(...)
  }
  extract <- image_features
  environment(extract) <- rlang::env(environment(image_features), feature_batch = local({
    f <- feature_batch
    environment(f) <- rlang::env(environment(feature_batch), computed_features = local({
      g <- computed_features
      environment(g) <- rlang::env(environment(computed_features), read_images = stop_later)
      g
    }))
    f
  }))
  tryCatch(extract(paths, model, batch_size = 2, cache = dir), interrupt = function(e) "stopped")
  expect_length(cached(dir), 4)
  kept <- file.mtime(cached(dir))
  names <- cached(dir)
  expect_identical(image_features(paths, model, batch_size = 2, cache = dir), whole)
  expect_identical(file.mtime(names), kept)
  # Cut, filled with something else, of another entry, changed in its numbers.
  with_bytes(names[1], names[1], function(bytes) utils::head(bytes, length(bytes) - 3))
  saveRDS(1:3, names[2])
  file.copy(names[3], names[4], overwrite = TRUE)
  entry <- readRDS(names[3])
  entry$data[2] <- as.raw(255 - as.integer(entry$data[2]))
  saveRDS(entry, names[3])
  expect_warning(again <- image_features(paths, model, cache = dir), "damaged", class = "tildenet_warning_cache")
  expect_identical(again, whole)
  expect_silent(expect_identical(image_features(paths, model, cache = dir), whole))
  expect_error(image_features(paths, model, cache = names[1]), "`cache`", class = "tildenet_error_io")
  expect_error(image_features(paths, model, cache = 3), "`cache`", class = "tildenet_error_argument")
})

test_that("files that cannot be read are named after all others are done", {
  paths <- put_pictures(4)
  model <- small_model()
  writeLines("no picture", paths[2])
  bad <- c(paths[1:3], file.path(dirname(paths[1]), "nowhere.png"), paths[4])
  w <- expect_warning(features <- image_features(bad, model, batch_size = 2), class = "tildenet_warning_image")
  expect_setequal(names(w$failed), bad[c(2, 4)])
  expect_match(conditionMessage(w), "nowhere.png", fixed = TRUE)
  expect_identical(unname(features[c(1, 3, 5), ]), predict(model, read_images(paths[c(1, 3, 4)], c(8, 8))$images))
  expect_true(all(is.na(features[c(2, 4), ])))
  dir <- withr::local_tempdir()
  expect_warning(with_cache <- image_features(bad, model, cache = dir), class = "tildenet_warning_image")
  expect_identical(with_cache, features)
  expect_length(cached(dir), 3)
  expect_warning(none <- image_features(bad[c(2, 4)], model), class = "tildenet_warning_image")
  expect_identical(unname(none), matrix(NA_real_, 2, 2))
})

test_that("models and arguments that do not go with pictures are refused", {
  paths <- "a.png"
  model <- small_model()
  expect_error(image_features(1, model), "`paths`", class = "tildenet_error_argument")
  expect_error(image_features(NA_character_, model), "`paths`", class = "tildenet_error_argument")
  expect_error(image_features(paths, 1), class = "tildenet_error_argument")
  expect_error(image_features(paths, model, "nothing"), "`layer`", class = "tildenet_error_argument")
  expect_error(image_features(paths, model, preprocess = "torch7"), "`preprocess`", class = "tildenet_error_argument")
  expect_error(image_features(paths, model, interpolation = "best"), "`interpolation`", class = "tildenet_error_argument")
  expect_error(image_features(paths, model, batch_size = 0), "`batch_size`", class = "tildenet_error_argument")
  flat <- keras_model_sequential() %>% layer_dense(2, input_shape = 3)
  expect_error(image_features(paths, flat), "`model` must take pictures", class = "tildenet_error_shape")
  two <- keras_model_sequential() %>% layer_conv_2d(2, 1, input_shape = c(8, 8, 2))
  expect_error(image_features(paths, two), "`model` must take pictures", class = "tildenet_error_shape")
  unbuilt <- keras_model_sequential() %>% layer_conv_2d(2, 1)
  expect_error(image_features(paths, unbuilt), "`model` must know", class = "tildenet_error_argument")
  input <- layer_input(c(8, 8, 3))
  shared <- layer_conv_2d(filters = 3, kernel_size = 1, name = "shared")
  twice <- keras_model(input, shared(shared(input)))
  expect_error(image_features(paths, twice, "shared"), "gives 2", class = "tildenet_error_argument")
  fork <- keras_model(input, list(shared(input), layer_flatten(input)))
  expect_error(image_features(paths, fork), "`layer` must be given", class = "tildenet_error_argument")
})

test_that("grey pictures and those with transparency go in as they are wanted", {
  paths <- put_pictures(2)
  for (channels in c(1, 4)) {
    model <- keras_model_sequential() %>% layer_conv_2d(2, 3, input_shape = c(8, 8, channels)) %>% layer_flatten()
    mode <- if (channels == 1) "grayscale" else "rgba"
    expect_identical(unname(image_features(paths, model)), predict(model, read_images(paths, c(8, 8), mode)$images))
    expect_error(image_features(paths, model, preprocess = "tf"), "`preprocess`", class = "tildenet_error_argument")
  }
  grey <- application_mobilenet(c(32, 32, 1), 0.25, include_top = FALSE, weights = NULL, pooling = "avg")
  expect_identical(unname(image_features(paths, grey)), predict(grey, read_images(paths, c(32, 32), "grayscale")$images))
})
