test_history <- function(...) {
  new_history(list(verbose = 0, epochs = 3, steps = 375, samples = 48000, batch_size = 128,
                   validation_samples = 12000, do_validation = TRUE),
              list(loss = c(0.5, 0.25), accuracy = c(0.81234, 0.91234), val_loss = c(0.6, 0.7),
                   val_accuracy = c(0.8, 0.85), lr = c(0.1, 0.01)), ...)
}

test_that("a history prints its last epoch", {
  expect_snapshot({
    test_history()
    test_history(interrupted = TRUE)
    new_history(list(epochs = 0, steps = 1, samples = 1), list())
  })
})

test_that("series are found under both names", {
  metrics <- test_history()$metrics
  expect_equal(metrics$acc, c(0.81234, 0.91234))
  expect_equal(metrics[["val_acc"]], c(0.8, 0.85))
  expect_equal(metrics[[1]], c(0.5, 0.25))
  expect_equal(names(metrics["acc"]), "accuracy")
  expect_null(metrics$mae)
  expect_equal(names(as.list(metrics)), names(metrics))
  expect_equal(as.data.frame(metrics)$accuracy, metrics$accuracy)
})

test_that("the data frame has a row for each epoch asked for", {
  data <- as.data.frame(test_history())
  expect_equal(nrow(data), 15)
  expect_equal(data$epoch[1:3], 1:3)
  expect_equal(data$value[1:3], c(0.5, 0.25, NA))
  expect_equal(levels(data$metric), c("loss", "accuracy", "lr"))
  expect_equal(levels(data$data), c("training", "validation"))
  expect_equal(as.character(data$data[7]), "validation")
})

test_that("a history that began later has its epochs where they belong", {
  model <- scale_model()
  history <- quiet_fit(model, 1, 0, epochs = 4, initial_epoch = 2)
  expect_length(history$metrics$loss, 2)
  expect_equal(is.na(as.data.frame(history)$value), c(TRUE, TRUE, FALSE, FALSE))
})

test_that("a training of 0 epochs has a history without rows", {
  model <- keras_model_sequential() %>% layer_dense(1, input_shape = 2)
  compile(model, "sgd", "mse", metrics = "mae")
  x <- matrix(0, 4, 2)
  for (h in list(fit(model, x, 1:4, epochs = 0, verbose = 0),
                 fit(model, x, 1:4, epochs = 2, initial_epoch = 2, verbose = 0))) {
    expect_s3_class(h, "keras_training_history")
    data <- as.data.frame(h)
    expect_identical(vapply(data, class, ""), c(epoch = "integer", value = "numeric", metric = "factor", data = "factor"))
    expect_identical(sum(!is.na(data$value)), 0L)
    expect_identical(nrow(tidy(h)), 0L)
    expect_identical(glance(h)$epochs, 0)
    expect_output(print(h), "Trained on 4 samples")
    expect_error(plot(h), "no epoch to plot", class = "tildenet_error_data")
    expect_error(plot(h, method = "base"), class = "tildenet_error_data")
    expect_error(autoplot(h), class = "tildenet_error_data")
  }
})
