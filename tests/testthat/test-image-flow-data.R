test_that("targets of any form, weights and further inputs come with their images", {
  x <- numbered_images(5)
  y <- matrix(1:10, 5)
  flow <- flow_images_from_data(x, y, batch_size = 2, shuffle = FALSE, sample_weight = 5:1 / 10)
  expect_identical(generator_next(flow)[-1], list(y[1:2, ], array(c(0.5, 0.4), 2)))
  cube <- array(1:20, c(5, 2, 2))
  batch <- generator_next(flow_images_from_data(x, cube, batch_size = 2, shuffle = FALSE))
  expect_identical(batch[[2]], cube[1:2, , ])
  batch <- generator_next(flow_images_from_data(list(x, 11:15), 1:5, batch_size = 2, shuffle = FALSE))
  expect_equal(batch[[1]], list(x[1:2, , , , drop = FALSE], array(11:12, 2)))
  expect_identical(generator_next(flow_images_from_data(x, data.frame(a = 1:5), shuffle = FALSE))[[2]][, 1], 1:5)
  alone <- generator_next(flow_images_from_data(x, shuffle = FALSE))
  expect_type(alone, "double")
  expect_equal(alone, x)
})

test_that("the first rows are for validation", {
  x <- numbered_images(10)
  generator <- image_data_generator(validation_split = 0.25)
  part <- function(subset) levels_of(generator_next(flow_images_from_data(x, 1:10 / 3, generator, subset = subset, shuffle = FALSE)))
  expect_identical(part("validation"), c(1, 2))
  expect_identical(part("training"), as.numeric(3:10))
  training <- flow_images_from_data(x, 1:10, generator, subset = "training", batch_size = 3)
  expect_length(training, 3)
  expect_setequal(unlist(lapply(1:3, function(i) generator_next(training)[[2]])), 3:10)
})

test_that("rows sorted by class are told of", {
  x <- numbered_images(20)
  generator <- image_data_generator(validation_split = 0.5)
  sorted <- rep(0:1, each = 10)
  for (y in list(sorted, to_categorical(sorted), matrix(sorted))) {
    expect_warning(flow_images_from_data(x, y, generator, subset = "training"), "lacks the class 0",
                   class = "tildenet_warning_subset")
  }
  expect_no_warning(flow_images_from_data(x, rep(0:1, 10), generator, subset = "training"))
  expect_no_warning(flow_images_from_data(x, sorted / 3, generator, subset = "training"))
  expect_no_warning(flow_images_from_data(x, 1:20, generator, subset = "training"))
})

test_that("data that do not fit are refused by name", {
  x <- numbered_images(4)
  missing <- x
  missing[3] <- NA
  expect_snapshot(error = TRUE, {
    flow_images_from_data()
    flow_images_from_data(array(0, c(4, 2, 2)))
    flow_images_from_data(missing)
    flow_images_from_data(x, 1:3)
    flow_images_from_data(x, c(1, NA, 3, 4))
    flow_images_from_data(x, letters[1:4])
    flow_images_from_data(x, factor(1:4))
    flow_images_from_data(x, sample_weight = 1:4)
    flow_images_from_data(x, 1:4, sample_weight = 1:3)
    flow_images_from_data(list(x, 1:3))
    flow_images_from_data(x, generator = list())
    flow_images_from_data(x, batch_size = 0)
    flow_images_from_data(x, seed = "a")
    flow_images_from_data(x, subset = "training")
    flow_images_from_data(x, generator = image_data_generator(validation_split = 0.1), subset = "validation")
    flow_images_from_data(x, generator = image_data_generator(validation_split = 0.1), subset = "test")
  })
})
