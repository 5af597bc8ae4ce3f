test_that("class weights act on the training loss alone", {
  model <- scale_model(optimizer_sgd(0), metrics = "mae")
  x <- c(1, 2, 3)
  y <- c(0, 1, 1)
  history <- quiet_fit(model, x, y, epochs = 1, class_weight = list("0" = 2, "1" = 0.5),
                       validation_data = list(x, y))
  expect_equal(history$metrics$loss, (2 * 1 + 0.5 * 1 + 0.5 * 4) / 3)
  expect_equal(history$metrics$mae, 4 / 3, tolerance = 1e-6)
  expect_equal(history$metrics$val_loss, 2)
})

test_that("class weights and sample weights multiply", {
  entry <- new_entry(matrix(c(0, 1), 2), c(2, 1))
  expect_equal(training_weights(list(c(2, 3)), list(entry), list("0" = 1, "1" = 10)), list(c(2, 30)))
  one_hot <- new_entry(rbind(c(0, 1), c(1, 0)), c(2, 2))
  expect_equal(training_weights(list(NULL), list(one_hot), c("1" = 3, "0" = 4)), list(c(3, 4)))
})

test_that("sample weights may be given per step and per output", {
  data <- small_data()
  model <- two_output_model(list("mse", "sparse_categorical_crossentropy"))
  y <- list(data$x[, 1:2], data$classes)
  both <- evaluate(model, data$x, y, sample_weight = list(rep(2, 40), rep(1, 40)), verbose = 0)
  plain <- evaluate(model, data$x, y, verbose = 0)
  expect_equal(both$a_loss, 2 * plain$a_loss, tolerance = 1e-6)
  expect_equal(both$b_loss, plain$b_loss, tolerance = 1e-6)
  one <- evaluate(model, data$x, y, sample_weight = list(a = rep(0, 40)), verbose = 0)
  expect_equal(one$a_loss, 0)
  input <- layer_input(c(2, 3))
  steps <- keras_model(input, layer_dense(input, 1))
  compile(steps, "sgd", "mse")
  x <- array(1, c(4, 2, 3))
  weight <- cbind(rep(1, 4), 0)
  whole <- evaluate(steps, x, matrix(0, 4, 2), verbose = 0)
  half <- evaluate(steps, x, matrix(0, 4, 2), sample_weight = weight, verbose = 0)
  expect_equal(half$loss, whole$loss / 2, tolerance = 1e-6)
})

test_that("wrong weights are refused", {
  model <- scale_model()
  expect_snapshot(error = TRUE, {
    fit(model, 1:2, 0:1, sample_weight = 1:3)
    fit(model, 1:2, 0:1, sample_weight = c(1, -1))
    fit(model, 1:2, 0:1, class_weight = list("0" = 1))
    fit(model, 1:2, 0:1, class_weight = c(1, 2))
    fit(model, 1:2, 0:1, class_weight = list("0" = 1, "2" = 1))
  })
})
