test_that("classes and files come in byte order whatever the locale", {
  folder <- local_image_folder(c(b = 1, A = 1, a = 1))
  for (name in c("d10.png", "d2.PNG", "C.JPeg", "_x.png", ".h.png")) write_grey(file.path(folder, "a", name), 99)
  for (name in c("notes.txt", "png", "x.gif", "x.png.bak")) file.create(file.path(folder, "a", name))
  dir.create(file.path(folder, "a", "folder.png"))
  flow <- quiet_directory(folder, target_size = c(4, 4))
  expect_identical(flow$class_indices, list(A = 0L, a = 1L, b = 2L))
  expect_identical(flow$filenames, c("A/1.png", "a/.h.png", "a/1.png", "a/C.JPeg", "a/_x.png", "a/d10.png", "a/d2.PNG", "b/1.png"))
  expect_identical(flow$classes, rep(0:2, c(1, 6, 1)))
  expect_identical(flow$filepaths, file.path(folder, flow$filenames))
  expect_identical(c(flow$n, flow$samples, flow$num_classes), c(8L, 8L, 3L))
})

test_that("folders inside are looked into, linked ones where asked", {
  folder <- local_image_folder(c(a = 1))
  for (inside in c("b", "b-x", "b/c")) {
    dir.create(file.path(folder, "a", inside))
    write_grey(file.path(folder, "a", inside, "1.png"), 50)
  }
  inside <- c("a/1.png", "a/b/1.png", "a/b-x/1.png", "a/b/c/1.png")
  expect_identical(quiet_directory(folder)$filenames, inside)
  skip_on_os("windows")
  other <- local_image_folder(c(linked = 1))
  file.symlink(file.path(other, "linked"), file.path(folder, "a", "z"))
  file.symlink(folder, file.path(folder, "a", "circle"))
  file.symlink(file.path(other, "linked"), file.path(folder, "class"))
  expect_identical(quiet_directory(folder, classes = "a")$filenames, inside)
  expect_identical(quiet_directory(folder, classes = "class")$filenames, "class/1.png")
  expect_true("a/z/1.png" %in% quiet_directory(folder, classes = "a", follow_links = TRUE)$filenames)
})

test_that("class modes give the targets they name", {
  folder <- local_image_folder(c(cat = 2, dog = 1))
  batch <- function(...) generator_next(quiet_directory(folder, target_size = c(4, 4), shuffle = FALSE, ...))
  expect_identical(batch()[[2]], rbind(c(1, 0), c(1, 0), c(0, 1)))
  expect_identical(batch(class_mode = "binary")[[2]], array(c(0, 0, 1), 3))
  expect_identical(batch(class_mode = "sparse", classes = c("dog", "cat"))[[2]], array(c(0, 1, 1), 3))
  expect_identical(batch(class_mode = "sparse", classes = list("dog"))[[2]], array(0, 1))
  same <- batch(class_mode = "input")
  expect_identical(same[[1]], same[[2]])
  alone <- batch(class_mode = NULL)
  expect_equal(alone, array(rep(c(10, 20, 30), 48), c(3, 4, 4, 3)))
  grey <- batch(class_mode = NULL, color_mode = "grayscale")
  expect_equal(grey, alone[, , , 1, drop = FALSE])
})

test_that("of each class the first files are for validation", {
  folder <- local_image_folder(c(a = 5, b = 3, c = 1))
  generator <- image_data_generator(validation_split = 0.4)
  validation <- quiet_directory(folder, generator, subset = "validation")
  training <- quiet_directory(folder, generator, subset = "training")
  expect_identical(validation$filenames, c("a/1.png", "a/2.png", "b/1.png"))
  expect_identical(training$classes, rep(0:2, c(3, 2, 1)))
  expect_identical(validation$num_classes, 3L)
  expect_message(flow_images_from_directory(folder, generator, subset = "validation"),
                 "Found 3 images belonging to 3 classes.", class = "tildenet_message_found")
})

test_that("augmented images of files keep their labels", {
  folder <- local_image_folder(c(dark = 3, light = 3))
  generator <- image_data_generator(rotation_range = 30, rescale = 1 / 255, zoom_range = 0.2)
  flow <- quiet_directory(folder, generator, target_size = c(6, 5), batch_size = 2, class_mode = "binary", seed = 1)
  batches <- lapply(1:3, function(i) generator_next(flow))
  expect_identical(dim(batches[[1]][[1]]), c(2L, 6L, 5L, 3L))
  levels <- unlist(lapply(batches, levels_of)) * 255
  expect_equal(sort(levels), seq(10, 60, 10))
  expect_identical(unlist(lapply(batches, `[[`, 2)), as.numeric(levels > 35))
})

test_that("a damaged file is named when its batch is due, and the flow stays where it was", {
  folder <- local_image_folder(c(a = 3))
  writeLines("no picture", file.path(folder, "a", "2.png"))
  file.create(file.path(folder, "a", "3.png"))
  flow <- quiet_directory(folder, class_mode = "sparse", target_size = c(4, 4), batch_size = 1, shuffle = FALSE)
  expect_identical(levels_of(generator_next(flow)), 10)
  for (i in 1:2) {
    error <- expect_error(generator_next(flow), "2.png", fixed = TRUE, class = "tildenet_error_io")
    expect_identical(error$files, file.path(folder, "a", "2.png"))
  }
  flow <- quiet_directory(folder, class_mode = "sparse", target_size = c(4, 4))
  expect_error(generator_next(flow), "1 more of the batch", class = "tildenet_error_io")
  model <- image_model(c(4, 4, 3))
  before <- get_weights(model)
  expect_error(fit(model, flow, epochs = 1, verbose = 0), class = "tildenet_error_io")
  expect_identical(get_weights(model), before)
  unlink(file.path(folder, "a", "1.png"))
  error <- expect_error(generator_next(flow), class = "tildenet_error_io")
  expect_setequal(basename(error$files), paste0(1:3, ".png"))
})

test_that("folders that hold no classes are refused in words that help", {
  folder <- local_image_folder(c(a = 1, b = 0))
  withr::local_dir(folder)
  generator <- image_data_generator(validation_split = 0.2)
  write_grey("lone.png", 1)
  dir.create("empty")
  dir.create("flat")
  write_grey("flat/lone.png", 1)
  expect_snapshot(error = TRUE, {
    flow_images_from_directory()
    flow_images_from_directory("nowhere")
    flow_images_from_directory("lone.png")
    flow_images_from_directory("empty")
    flow_images_from_directory("flat")
    flow_images_from_directory(".", classes = "b")
    flow_images_from_directory(".", classes = c("a", "zebra"))
    flow_images_from_directory(".", classes = c("a", "a"))
    flow_images_from_directory(".", classes = 2)
    flow_images_from_directory(".", class_mode = "raw")
    flow_images_from_directory(".", target_size = c(0, 4))
    flow_images_from_directory(".", color_mode = "bgr")
    flow_images_from_directory(".", interpolation = "cubic")
    flow_images_from_directory(".", generator, subset = "validation")
  })
})

test_that("models train, test and predict on folders, in the order of the files", {
  folder <- local_image_folder(c(dark = 4, light = 4), c(6, 6))
  generator <- image_data_generator(rescale = 1 / 255, horizontal_flip = TRUE)
  train <- quiet_directory(folder, generator, target_size = c(6, 6), batch_size = 3, class_mode = "binary")
  test <- quiet_directory(folder, image_data_generator(rescale = 1 / 255), target_size = c(6, 6), batch_size = 3,
                          class_mode = "binary", shuffle = FALSE)
  model <- image_model(c(6, 6, 3))
  history <- fit_generator(model, train, steps_per_epoch = 3, epochs = 2, verbose = 0, validation_data = test,
                           validation_steps = 3)
  expect_length(history$metrics$val_loss, 2)
  x <- do.call(rbind, lapply(1:3, function(i) matrix(generator_next(test)[[1]], ncol = 108)))
  x <- array(x, c(8, 6, 6, 3))
  expect_equal(predict(model, test, verbose = 0), predict(model, x, verbose = 0))
  expect_equal(predict_generator(model, test, steps = length(test)), predict(model, x, verbose = 0))
  expect_equal(as.numeric(evaluate(model, test, verbose = 0)), as.numeric(evaluate(model, x, test$classes, verbose = 0)),
               tolerance = 1e-6)
})

test_that("a folder is trained on within two batches of memory beside the model", {
  skip_on_cran()
  skip_if_not(file.exists("/proc/self/status"))
  folder <- local_image_folder(c(a = 15, b = 15))
  grown <- called_fresh(folder, function(folder) {
    peak <- function() as.numeric(gsub("[^0-9]", "", grep("^VmHWM", readLines("/proc/self/status"), value = TRUE)))
    library(tildenet)
    model <- keras_model_sequential() %>%
      layer_conv_2d(2, c(4, 4), strides = 4, input_shape = c(300, 300, 3)) %>%
      layer_global_average_pooling_2d() %>%
      layer_dense(1, activation = "sigmoid")
    compile(model, "adam", "binary_crossentropy")
    generator <- image_data_generator(rescale = 1 / 255, zoom_range = 0.1, samplewise_center = TRUE)
    flow <- function(batch_size) {
      flow_images_from_directory(folder, generator, c(300, 300), batch_size = batch_size, class_mode = "binary")
    }
    fit(model, flow(1), steps_per_epoch = 2, epochs = 1, verbose = 0)
    before <- peak()
    fit(model, flow(15), epochs = 2, verbose = 0)
    (peak() - before) * 1024
  })
  expect_lt(grown, 2 * 15 * 300 * 300 * 3 * 8)
})
