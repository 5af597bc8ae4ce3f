image_words <- function(model) vapply(model$layers, function(l) l$name, "")

test_that("a stack of convolutions learns from files, and predicts from files in another session", {
  d <- pictures(60)
  fit <- small_kms(kind ~ image(file, 8) + x, d, Nepochs = 40)
  expect_equal(predict(fit, d)$accuracy, 1)
  expect_identical(grep("image", image_words(fit$model), value = TRUE),
                   paste0("image_file", c("", "_scaling", paste0(c("_conv", "_pool"), rep(1:3, each = 2)), "_mean")))
  expect_identical(get_layer(fit$model, "image_file_mean")$output_shape, list(NULL, 64L))
  expect_identical(predicted_elsewhere(fit, d[1:9, ]), predict(fit, d[1:9, ], type = "prob"))
  again <- small_kms(kind ~ image(file, 8) + x, d, Nepochs = 40)
  expect_identical(get_weights(again$model), get_weights(fit$model))
})

test_that("sizes, colours and layers are those asked for", {
  d <- pictures(20)
  shapes <- function(formula) lapply(small_kms(formula, d, Nepochs = 1)$model$layers, function(l) l$output_shape)
  expect_identical(shapes(kind ~ image(file, c(5, 7)))[[1]], list(NULL, 5L, 7L, 3L))
  expect_identical(shapes(kind ~ image(file, 3, color_mode = "rgba"))[[1]], list(NULL, 3L, 3L, 4L))
  grey <- shapes(kind ~ image(file, 1, color_mode = "grayscale", filters = 2:3))
  expect_identical(grey[[1]], list(NULL, 1L, 1L, 1L))
  expect_identical(grey[[7]], list(NULL, 3L))
  kernel <- function(formula) get_layer(small_kms(formula, d, Nepochs = 1)$model, "image_file_conv1")$config
  expect_equal(kernel(kind ~ image(file, 4))$kernel_regularizer$l1, 1e-5)
  own <- kernel(kind ~ image(file, 4, regularizer = NULL, constraint = constraint_maxnorm(1)))
  expect_null(own$kernel_regularizer)
  expect_identical(own$kernel_constraint$kind, "maxnorm")
})

test_that("pictures join other inputs, for every kind of outcome", {
  d <- cbind(pictures(48), reviews(48)[c("who", "review")])
  d$three <- c("a", "b", "c")[findInterval(d$level + d$x, c(0, 1)) + 1]
  d$bright <- as.integer(d$level > 0.5)
  d$high <- as.integer(d$x > 0)
  d$count <- rep_len(0:6, 48)
  d$y <- d$level + d$x
  formulas <- list(continuous = y ~ image(file, 6) + x + emb(who, 2), multinomial = three ~ image(file, 6) + text(review, 5) + x,
                   multilabel = cbind(bright, high) ~ image(file, 6) + tokens(review, 5), binary = kind ~ image(file, 6) + offset(x))
  for (type in names(formulas)) {
    fit <- small_kms(formulas[[type]], d, Nepochs = 2, weights = count + 1)
    expect_identical(fit$y_type, type)
    p <- as.matrix(predict(fit, d[2:4, ], type = if (type == "continuous") "response" else "prob"))
    expect_true(all(is.finite(p)))
    expect_identical(p, as.matrix(predict(fit, d, type = if (type == "continuous") "response" else "prob"))[2:4, , drop = FALSE])
  }
  expect_identical(small_kms(count ~ image(file, 6), d, loss = "poisson")$y_type, "continuous")
})

test_that("importance, partial dependence and folds know pictures", {
  d <- pictures(40)
  fit <- small_kms(kind ~ image(file, 6) + x, d, Nepochs = 30, batch_size = 4)
  found <- importance(fit, d, n_repeats = 2)
  expect_identical(found$term[1], "image(file, 6)")
  expect_gt(found$importance[1], 0.2)
  curve <- partial_dependence(fit, d[1:10, ], "x", grid_size = 3)
  expect_identical(nrow(curve), 6L)
  expect_error(partial_dependence(fit, d, "file"), "column of pictures", class = "tildenet_error_argument")
  folds <- kms_kcv(kind ~ image(file, 6), d, k_folds = 2, N_layers = 2, units = 8, Nepochs = 30,
                   batch_size = 4, seed = 1, verbose = 0)
  expect_gt(mean(folds$predictions == d$kind), 0.9)
})

test_that("a given model is copied with its weights and its freeze", {
  d <- pictures(24)
  built <- keras_model_sequential(name = "base") %>%
    layer_conv_2d(3, 2, input_shape = c(6, 6, 3), activation = "relu") %>% layer_conv_2d(2, 2)
  before <- get_weights(built)
  fit <- small_kms(kind ~ image(file, 6, built) + x, d)
  copy <- get_layer(fit$model, "image_file_model")
  expect_identical(get_weights(built), before)
  expect_false(identical(get_weights(copy), before))
  expect_identical(small_kms(kind ~ image(file, model = built) + x, d)$predictions, fit$predictions)
  frozen <- small_kms(kind ~ image(file, 6, built, trainable = FALSE) + x, d)
  expect_identical(get_weights(get_layer(frozen$model, "image_file_model")), before)
  freeze_weights(built, to = 1)
  half <- get_weights(get_layer(small_kms(kind ~ image(file, 6, built) + x, d)$model, "image_file_model"))
  expect_identical(half[1:2], before[1:2])
  expect_false(identical(half[3:4], before[3:4]))
  all <- get_weights(get_layer(small_kms(kind ~ image(file, 6, built, trainable = TRUE) + x, d)$model, "image_file_model"))
  expect_false(identical(all[1:2], before[1:2]))
  # Where the model gives several numbers a cell they are all features.
  expect_identical(dim(get_weights(fit$model)[[5]]), c(1L + 32L, 8L))
  expect_identical(predicted_elsewhere(fit, d[1:5, ]), predict(fit, d[1:5, ], type = "prob"))
})

test_that("models without input shape, functional ones and two terms of one model work", {
  d <- pictures(24)
  open <- keras_model_sequential() %>% layer_flatten() %>% layer_dense(3)
  fit <- small_kms(kind ~ image(file, 4, open), d)
  expect_false(self_of(open)$built)
  expect_identical(get_layer(fit$model, "image_file_model")$output_shape, list(NULL, 3L))
  input <- layer_input(c(NA, NA, 3))
  any_size <- keras_model(input, input %>% layer_conv_2d(2, 3) %>% layer_global_max_pooling_2d())
  d$other <- rev(d$file)
  two <- small_kms(kind ~ image(file, 5, any_size) + image(other, 7, any_size), d)
  weights <- lapply(c("image_file_model", "image_other_model"), function(name) get_weights(get_layer(two$model, name)))
  expect_false(identical(weights[[1]], weights[[2]]))
  expect_false(identical(weights[[1]], get_weights(any_size)))
  expect_identical(lapply(two$model$inputs, function(t) unlist(t$shape[2:3])), list(c(5, 5), c(7, 7)))
})

test_that("an application is a head, with its preprocessing", {
  d <- pictures(8)
  base <- application_mobilenet(include_top = FALSE, weights = NULL, input_shape = c(32, 32, 3), alpha = 0.25, pooling = "avg")
  before <- get_weights(base)
  fit <- small_kms(kind ~ image(file, model = base, trainable = FALSE, preprocess = "tf"), d, Nepochs = 1)
  expect_identical(get_weights(get_layer(fit$model, "image_file_model")), before)
  expect_identical(predict(fit, d[3:1, ], type = "prob"), predict(fit, d, type = "prob")[3:1, ])
})

test_that("pixels are scaled in the network as asked", {
  d <- pictures(8)
  flat <- keras_model_sequential() %>% layer_flatten()
  pixels <- read_images(d$file, c(4, 3), "rgb", "bilinear")$images
  scaled <- function(formula) {
    model <- small_kms(formula, d, Nepochs = 1)$model
    predict(keras_model(model$input, get_input_at(get_layer(model, "image_file_model"), 1)), pixels, verbose = 0)
  }
  expect_equal(scaled(kind ~ image(file, c(4, 3), flat)), pixels)
  for (mode in image_scalings) {
    formula <- rlang::inject(kind ~ image(file, c(4, 3), flat, preprocess = !!mode))
    expect_equal(scaled(formula), imagenet_preprocess_input(pixels, mode = mode), tolerance = 1e-6)
  }
  expect_equal(scaled(kind ~ image(file, c(4, 3), flat, preprocess = function(x) x / 255)), pixels / 255, tolerance = 1e-6)
  ours <- small_kms(kind ~ image(file, c(4, 3), preprocess = "tf"), d, Nepochs = 1)$model
  expect_equal(predict(keras_model(ours$input, get_layer(ours, "image_file_scaling")$output), pixels, verbose = 0),
               pixels / 127.5 - 1, tolerance = 1e-6)
})

test_that("an ONNX file reads pixels, a C file is refused", {
  d <- pictures(16)
  fit <- small_kms(kind ~ image(file, 5) + x, d)
  path <- withr::local_tempfile(fileext = ".onnx")
  save_onnx(fit, path)
  expect_error(save_c(fit, withr::local_tempfile(fileext = ".c"), "net"), "pictures", class = "tildenet_error_unsupported")
  found <- run_onnx(path, list(x = matrix(d$x), image_file = read_images(d$file, c(5, 5), "rgb", "bilinear")$images))
  expect_equal(unname(found$probabilities), unname(predict(fit, d, type = "prob")), tolerance = 1e-5)
})

test_that("wrong columns, arguments and models are told", {
  d <- pictures(8)
  d$list <- as.list(d$file)
  other <- keras_model_sequential() %>% layer_flatten(input_shape = c(5, 5, 1))
  input <- layer_input(c(4, 4, 3))
  two <- keras_model(input, list(layer_flatten(input), layer_flatten(input)))
  expect_snapshot(error = TRUE, {
    small_kms(kind ~ image(x, 4), d)
    small_kms(kind ~ image(list, 4), d)
    small_kms(image(file, 4) ~ x, d)
    small_kms(kind ~ image(file), d)
    small_kms(kind ~ image(), d)
    small_kms(kind ~ image(file, 0), d)
    small_kms(kind ~ image(file, c(4, 4, 3)), d)
    small_kms(kind ~ image(file, 4, color_mode = "cmyk"), d)
    small_kms(kind ~ image(file, 4, interpolation = "best"), d)
    small_kms(kind ~ image(file, 4, filters = c(8, 0)), d)
    small_kms(kind ~ image(file, 4, trainable = TRUE), d)
    small_kms(kind ~ image(file, 4, preprocess = "vgg"), d)
    small_kms(kind ~ image(file, 4, preprocess = "torch", color_mode = "grayscale"), d)
    small_kms(kind ~ image(file, 4, model = "vgg16"), d)
    small_kms(kind ~ image(file, 4, other), d)
    small_kms(kind ~ image(file, 4, two), d)
    small_kms(kind ~ image(file, model = other, filters = 4), d)
    small_kms(kind ~ image(file, 4, directory = 1), d)
    small_kms(kind ~ image(file, 4):x, d)
  })
})
