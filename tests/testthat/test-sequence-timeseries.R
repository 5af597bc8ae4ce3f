test_that("batches come by calling, from generator_next(), and begin again", {
  generator <- timeseries_generator(0:9, 0:9 * 10, length = 3, batch_size = 4)
  expect_length(generator, 2)
  first <- generator()
  expect_equal(first[[1]], rbind(0:2, 1:3, 2:4, 3:5))
  expect_equal(first[[2]], array(c(30, 40, 50, 60), 4))
  expect_equal(dim(generator_next(generator)[[1]]), c(3, 3))
  expect_equal(generator_next(generator), first)
})

test_that("further axes stay, data frames are taken as matrices", {
  data <- array(rnorm(24), c(6, 2, 2))
  x <- timeseries_generator(data, 1:6, length = 2, sampling_rate = 2, batch_size = 3)()[[1]]
  expect_identical(dim(x), c(3L, 1L, 2L, 2L))
  expect_identical(x[3, 1, , ], data[3, , ])
  frame <- data.frame(a = 1:6, b = 6:1)
  expect_equal(timeseries_generator(frame, 1:6, 2)(), timeseries_generator(as.matrix(frame), 1:6, 2)())
})

test_that("models train, evaluate and predict on it, one round an epoch", {
  set.seed(1)
  series <- sin(1:60 / 5)
  generator <- timeseries_generator(series, series, length = 4, batch_size = 16)
  model <- keras_model_sequential() %>% layer_dense(1, input_shape = 4)
  compile(model, "adam", "mse")
  history <- fit(model, generator, epochs = 3, verbose = 0)
  expect_length(history$metrics$loss, 3)
  expect_true(all(is.finite(history$metrics$loss)))
  expect_length(evaluate(model, generator, steps = length(generator)), 1)
  expect_equal(dim(predict(model, generator, steps = length(generator))), c(56, 1))
})

test_that("testing and prediction begin with the first window", {
  generator <- timeseries_generator(1:10, 1:10, length = 1, batch_size = 4)
  model <- scale_model()
  generator_next(generator)
  expect_equal(predict(model, generator, verbose = 0), matrix(1:9))
  generator_next(generator)
  expect_equal(evaluate(model, generator, steps = 1, verbose = 0)[["loss"]], 1)
  first <- fit(model, 1, 1, epochs = 2, verbose = 0, validation_data = generator, validation_steps = 2)
  expect_equal(first$metrics$val_loss, c(1, 1))
  whole <- predict_generator(model, generator, steps = 2)
  expect_equal(whole, matrix(1:8))
})

test_that("shuffling follows set.seed()", {
  generator <- timeseries_generator(1:50, 1:50, 2, shuffle = TRUE, batch_size = 10)
  set.seed(4)
  a <- generator()
  set.seed(4)
  expect_identical(generator(), a)
  expect_identical(a[[1]][, 2] + 1, as.numeric(a[[2]]))
})

test_that("it prints, and refuses what leaves no window", {
  expect_snapshot(timeseries_generator(1:10, 1:10, length = 4, sampling_rate = 2, batch_size = 3))
  expect_snapshot(error = TRUE, {
    timeseries_generator(1:10, 1:9, 2)
    timeseries_generator(1:10, 1:10, 10)
    timeseries_generator(1:10, 1:10, 2, start_index = 5, end_index = 6)
    timeseries_generator(1:10, 1:10, 2, end_index = 10)
    timeseries_generator(letters, 1:26, 2)
    timeseries_generator(1:10, 1:10, 0)
    timeseries_generator(1:10, 1:10, 2, batch_size = 1.5)
  })
})
