flow_of <- function(n = 10, ..., generator = image_data_generator(), batch_size = 4) {
  flow_images_from_data(numbered_images(n), seq_len(n), generator, batch_size = batch_size, ...)
}

round_of <- function(flow) unlist(lapply(seq_along(integer(length(flow))), function(i) levels_of(generator_next(flow))))

test_that("batches come in order, the last one short, and begin again", {
  flow <- flow_of(shuffle = FALSE)
  expect_length(flow, 3)
  expect_identical(round_of(flow), as.numeric(1:10))
  expect_identical(levels_of(flow()), as.numeric(1:4))
  batch <- flow$`next`()
  expect_identical(dim(batch[[1]]), c(4L, 2L, 2L, 1L))
  expect_identical(batch[[2]], array(5:8, 4))
  expect_identical(flow$total_batches_seen, 5)
  flow$reset()
  expect_identical(levels_of(generator_next(flow)), as.numeric(1:4))
  whole <- flow_of(8, batch_size = 4, shuffle = FALSE)
  expect_identical(round_of(whole), as.numeric(1:8))
  expect_identical(round_of(whole), as.numeric(1:8))
})

test_that("a shuffled round has every image once, in a new order", {
  set.seed(1)
  flow <- flow_of()
  first <- round_of(flow)
  second <- round_of(flow)
  expect_setequal(first, 1:10)
  expect_setequal(second, 1:10)
  expect_false(identical(first, second))
  set.seed(1)
  expect_identical(round_of(flow_of()), first)
})

test_that("a seed fixes order and transforms and leaves R's generator alone", {
  settings <- list(channel_shift_range = 20, horizontal_flip = TRUE)
  seeded <- function(seed) flow_of(seed = seed, generator = do.call(image_data_generator, settings))
  set.seed(3)
  before <- random_state()
  one <- seeded(7)
  other <- seeded(7)
  for (i in 1:5) expect_identical(generator_next(one), generator_next(other))
  expect_identical(random_state(), before)
  expect_false(identical(generator_next(seeded(8)), generator_next(seeded(7))))
  rounds <- seeded(7)
  expect_false(identical(round_of(rounds), round_of(rounds)))
  rm(".Random.seed", envir = globalenv())
  generator_next(seeded(.Machine$integer.max))
  expect_null(random_state())
  set.seed(1)
})

test_that("pictures and masks move together under one seed", {
  moves <- list(rotation_range = 90, width_shift_range = 0.3, zoom_range = 0.3, horizontal_flip = TRUE)
  x <- withr::with_seed(1, array(stats::runif(5 * 64), c(5, 8, 8, 1)))
  pictures <- flow_images_from_data(x, generator = do.call(image_data_generator, c(moves, rescale = 2)), seed = 4,
                                    batch_size = 2)
  masks <- flow_images_from_data(x, generator = do.call(image_data_generator, moves), seed = 4, batch_size = 2)
  for (i in 1:4) expect_equal(generator_next(pictures), 2 * generator_next(masks))
})

test_that("images of files are worked on in pieces without changing them", {
  folder <- local_image_folder(c(a = 5))
  generator <- image_data_generator(rotation_range = 20, horizontal_flip = TRUE, channel_shift_range = 9, rescale = 0.5)
  expect_length(row_pieces(5, 300 * 300 * 3), 5)
  flow <- quiet_directory(folder, generator, target_size = c(300, 300), class_mode = NULL, seed = 1, shuffle = FALSE)
  settings <- self_of(generator)
  x <- read_images(flow$filepaths, c(300, 300))$images
  whole <- withr::with_seed(1, transform_by_plan(settings, x, draw_transforms(settings, 5, dim(x)[-1])))
  expect_identical(generator_next(flow), standardize_images(settings, whole))
})

test_that("a batch that fails is the next one again", {
  fails <- TRUE
  flow <- flow_of(generator = image_data_generator(preprocessing_function = function(image) {
    if (fails && image[1] == 6) stop("no")
    image
  }), shuffle = FALSE)
  generator_next(flow)
  expect_error(generator_next(flow), "no")
  fails <- FALSE
  expect_identical(levels_of(generator_next(flow)), as.numeric(5:8))
})

test_that("batches are saved to look at", {
  skip_if_not_installed("png")
  folder <- withr::local_tempdir()
  flow <- flow_of(5, shuffle = FALSE, batch_size = 3, save_to_dir = folder, save_prefix = "aug")
  for (i in 1:3) generator_next(flow)
  expect_setequal(list.files(folder), paste0("aug_", c("0_0", "1_0", "2_0", "3_1", "4_1", "0_2", "1_2", "2_2"), ".png"))
  again <- flow_of(2, shuffle = FALSE, save_to_dir = folder, save_prefix = "aug")
  generator_next(again)
  expect_true(all(file.exists(file.path(folder, c("aug_0_1.png", "aug_1_2.png")))))
  expect_error(flow_of(save_to_dir = file.path(folder, "none")), class = "tildenet_error_io")
  expect_error(flow_of(save_to_dir = folder, save_format = "gif"), class = "tildenet_error_argument")
})

test_that("members are read; sizes, order and seed can be set", {
  flow <- flow_of(shuffle = FALSE)
  expect_identical(c(flow$n, flow$samples, flow$batch_size), c(10, 10, 4))
  expect_identical(flow$image_shape, c(2L, 2L, 1L))
  expect_true(all(c("n", "reset", "batch_index") %in% names(flow)))
  generator_next(flow)
  flow$batch_size <- 5
  expect_length(flow, 2)
  expect_identical(levels_of(generator_next(flow)), as.numeric(1:5))
  expect_error(flow$batch_size <- 0, class = "tildenet_error_argument")
  expect_error(flow$n <- 3, class = "tildenet_error_argument")
  expect_snapshot({
    flow
    flow_of(3, batch_size = 3)
  })
})

test_that("a saved flow goes on in a new process", {
  flow <- flow_of(shuffle = FALSE)
  generator_next(flow)
  expect_identical(called_fresh(flow, function(flow) tildenet::generator_next(flow)), generator_next(flow))
})

# ---- with models -----------------------------------------------------------------------------------

scaled_flow <- function(n = 10, ...) {
  flow_images_from_data(array(seq_len(n), c(n, 1, 1, 1)), 3 * seq_len(n), batch_size = 4, ...)
}

flat_model <- function() {
  k_clear_session()
  model <- keras_model_sequential() %>%
    layer_flatten(input_shape = c(1, 1, 1)) %>%
    layer_dense(1, use_bias = FALSE)
  set_weights(model, list(matrix(1)))
  compile(model, optimizer_sgd(0), "mse", metrics = "mae")
  model
}

test_that("an epoch is a round: the last short batch counts by its size", {
  model <- flat_model()
  history <- fit(model, scaled_flow(), epochs = 2, verbose = 0, validation_data = scaled_flow(6))
  expect_equal(history$metrics$loss, rep(4 * mean((1:10)^2), 2), tolerance = 1e-6)
  expect_equal(history$metrics$val_mae, rep(2 * mean(1:6), 2), tolerance = 1e-6)
  expect_identical(history$params$steps, 3)
  old <- fit_generator(model, scaled_flow(), steps_per_epoch = 3, epochs = 1, verbose = 0,
                       validation_data = scaled_flow(), validation_steps = 3)
  expect_equal(old$metrics$loss, history$metrics$loss[1])
})

test_that("testing and prediction begin with the first image wherever the flow stands", {
  model <- flat_model()
  flow <- scaled_flow(shuffle = FALSE)
  for (i in 1:2) generator_next(flow)
  expect_equal(predict(model, flow, verbose = 0), matrix(1:10))
  generator_next(flow)
  expect_equal(predict_generator(model, flow, steps = 2), matrix(1:8))
  expect_equal(evaluate(model, flow, steps = 1, verbose = 0)$mae, 2 * mean(1:4))
  expect_equal(evaluate_generator(model, flow)$mae, 2 * mean(1:10))
  history <- fit(model, array(1, c(1, 1, 1, 1)), 1, epochs = 2, verbose = 0, validation_data = flow, validation_steps = 1)
  expect_equal(history$metrics$val_mae, rep(2 * mean(1:4), 2))
})

test_that("training goes on where the flow stands", {
  model <- flat_model()
  flow <- scaled_flow(shuffle = FALSE)
  history <- fit(model, flow, steps_per_epoch = 2, epochs = 2, verbose = 0)
  expect_equal(history$metrics$mae, 2 * c(mean(1:8), mean(c(9, 10, 1:4))), tolerance = 1e-6)
})

test_that("flows without targets predict only", {
  flow <- flow_images_from_data(array(1:3, c(3, 1, 1, 1)), shuffle = FALSE)
  expect_equal(predict(flat_model(), flow, verbose = 0), matrix(1:3))
  expect_error(fit(flat_model(), flow, verbose = 0), class = "tildenet_error_argument")
})

test_that("training on a flow repeats from set.seed()", {
  trained <- function() {
    model <- image_model(c(6, 6, 1))
    x <- withr::with_seed(1, array(stats::runif(12 * 36), c(12, 6, 6, 1)))
    flow <- flow_images_from_data(x, rep(0:1, 6), image_data_generator(rotation_range = 30, horizontal_flip = TRUE))
    fit(model, flow, epochs = 2, verbose = 0)
    get_weights(model)
  }
  expect_identical(trained(), trained())
})
