# Scripts with images as users of keras in R write them.

test_that("cats and dogs: a small net on folders, with augmentation, in evaluation and prediction", {
  base_dir <- local_image_folder(c(cats = 4, dogs = 4), c(10, 12))
  train_dir <- base_dir
  train_datagen <- image_data_generator(
    rescale = 1/255, rotation_range = 40, width_shift_range = 0.2, height_shift_range = 0.2,
    shear_range = 0.2, zoom_range = 0.2, horizontal_flip = TRUE, fill_mode = "nearest"
  )
  test_datagen <- image_data_generator(rescale = 1/255)
  suppressMessages({
    train_generator <- flow_images_from_directory(
      train_dir, train_datagen, target_size = c(15, 15), batch_size = 2, class_mode = "binary"
    )
    validation_generator <- flow_images_from_directory(
      base_dir, test_datagen, target_size = c(15, 15), batch_size = 2, class_mode = "binary"
    )
    test_generator <- flow_images_from_directory(
      base_dir, test_datagen, target_size = c(15, 15), batch_size = 3, class_mode = "binary", shuffle = FALSE
    )
  })
  batch <- generator_next(train_generator)
  expect_length(batch, 2)
  expect_identical(dim(batch[[1]]), c(2L, 15L, 15L, 3L))
  model <- keras_model_sequential() %>%
    layer_conv_2d(filters = 4, kernel_size = c(3, 3), activation = "relu", input_shape = c(15, 15, 3)) %>%
    layer_max_pooling_2d(pool_size = c(2, 2)) %>%
    layer_flatten() %>%
    layer_dropout(rate = 0.5) %>%
    layer_dense(units = 1, activation = "sigmoid")
  model %>% compile(loss = "binary_crossentropy", optimizer = optimizer_rmsprop(lr = 1e-4), metrics = c("acc"))
  history <- model %>% fit_generator(
    train_generator, steps_per_epoch = 3, epochs = 2, validation_data = validation_generator, validation_steps = 2,
    verbose = 0
  )
  expect_named(history$metrics, c("loss", "acc", "val_loss", "val_acc"))
  expect_true(is.finite((model %>% evaluate_generator(test_generator, steps = 3))$acc))
  predictions <- model %>% predict_generator(test_generator, steps = length(test_generator))
  expect_equal(dim(predictions), c(8, 1))
  labels <- names(test_generator$class_indices)[test_generator$classes + 1]
  expect_identical(labels, sub("/.*", "", test_generator$filenames))
})

test_that("features of a frozen stack are kept batch by batch", {
  train_dir <- local_image_folder(c(cats = 3, dogs = 3))
  conv_base <- keras_model_sequential() %>% layer_conv_2d(5, c(3, 3), input_shape = c(4, 4, 3))
  datagen <- image_data_generator(rescale = 1/255)
  batch_size <- 2
  extract_features <- function(directory, sample_count) {
    features <- array(0, dim = c(sample_count, 2, 2, 5))
    labels <- array(0, dim = c(sample_count))
    generator <- quiet_directory(
      directory = directory, generator = datagen, target_size = c(4, 4), batch_size = batch_size, class_mode = "binary"
    )
    i <- 0
    while (TRUE) {
      batch <- generator_next(generator)
      inputs_batch <- batch[[1]]
      labels_batch <- batch[[2]]
      features_batch <- conv_base %>% predict(inputs_batch, verbose = 0)
      index_range <- ((i * batch_size) + 1):((i + 1) * batch_size)
      features[index_range, , , ] <- features_batch
      labels[index_range] <- labels_batch
      i <- i + 1
      if (i * batch_size >= sample_count) break
    }
    list(features = features, labels = labels)
  }
  train <- extract_features(train_dir, 6)
  expect_setequal(train$labels, 0:1)
  expect_equal(sum(train$labels), 3)
  expect_true(all(apply(train$features, 1, function(f) any(f != 0))))
})

test_that("one picture is shown in several random forms", {
  datagen <- image_data_generator(rescale = 1/255, rotation_range = 40, zoom_range = 0.2, horizontal_flip = TRUE)
  img_array <- array_reshape(random_levels(6, 6, 3), c(1, 6, 6, 3))
  augmentation_generator <- flow_images_from_data(img_array, generator = datagen, batch_size = 1)
  set.seed(1)
  shown <- lapply(1:4, function(i) {
    batch <- generator_next(augmentation_generator)
    as.raster(batch[1, , , ])
  })
  expect_s3_class(shown[[1]], "raster")
  expect_false(identical(shown[[1]], shown[[2]]))
})

test_that("cifar10: centred images of arrays, with fit() on a flow", {
  x_train <- random_levels(20, 8, 8, 3) / 255
  y_train <- to_categorical(rep(0:3, 5), num_classes = 4)
  model <- image_model(c(8, 8, 3), 4, "softmax", "categorical_crossentropy")
  datagen <- image_data_generator(
    featurewise_center = TRUE, featurewise_std_normalization = TRUE, rotation_range = 20, width_shift_range = 0.20,
    height_shift_range = 0.20, horizontal_flip = TRUE
  )
  datagen %>% fit_image_data_generator(x_train)
  history <- model %>% fit(
    flow_images_from_data(x_train, y_train, datagen, batch_size = 8), steps_per_epoch = as.integer(20 / 8), epochs = 2,
    validation_data = list(x_train, y_train), verbose = 0
  )
  expect_length(history$metrics$val_accuracy, 2)
})

test_that("masks follow their pictures in a generator of two flows", {
  x <- random_levels(6, 8, 8, 1) / 255
  args <- list(rotation_range = 90, width_shift_range = 0.1, zoom_range = 0.2)
  image_generator <- flow_images_from_data(x, generator = do.call(image_data_generator, args), seed = 1, batch_size = 3)
  mask_generator <- flow_images_from_data(1 - x, generator = do.call(image_data_generator, args), seed = 1, batch_size = 3)
  train <- function() list(generator_next(image_generator), generator_next(mask_generator))
  batch <- train()
  expect_equal(batch[[1]] + batch[[2]], array(1, c(3, 8, 8, 1)))
  model <- keras_model_sequential() %>%
    layer_conv_2d(1, c(3, 3), padding = "same", activation = "sigmoid", input_shape = c(8, 8, 1))
  model %>% compile("adam", "binary_crossentropy")
  expect_true(is.finite(fit(model, train, steps_per_epoch = 2, epochs = 1, verbose = 0)$metrics$loss))
})
