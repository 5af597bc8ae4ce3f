test_that("predictions are matrices, one row per sample", {
  data <- small_data()
  model <- small_model()
  p <- predict(model, data$x, batch_size = 7)
  expect_equal(dim(p), c(40, 1))
  expect_equal(predict(model, data$x, batch_size = 40), p)
  expect_equal(predict_proba(model, data$x), p)
  expect_equal(predict_on_batch(model, data$x), p)
  expect_equal(dim(predict(model, data$x[1, , drop = FALSE])), c(1, 1))
  expect_equal(dim(predict(model, data$x[0, ])), c(0, 1))
  expect_silent(predict(model, data$x))
})

test_that("several outputs give a list", {
  p <- predict(two_output_model("mse"), small_data()$x)
  expect_equal(lapply(p, dim), list(c(40L, 2L), c(40L, 3L)))
})

test_that("a model need not be compiled", {
  model <- keras_model_sequential() %>% layer_dense(2, input_shape = 3)
  expect_equal(dim(predict(model, matrix(0, 4, 3))), c(4, 2))
})

test_that("classes count from 0", {
  data <- small_data()
  model <- small_model(3, "softmax", "sparse_categorical_crossentropy")
  p <- predict(model, data$x)
  expect_identical(predict_classes(model, data$x), apply(p, 1, which.max) - 1L)
  binary <- small_model()
  expect_identical(predict_classes(binary, data$x), array(as.integer(predict(binary, data$x) > 0.5), c(40, 1)))
  expect_error(predict_classes(two_output_model("mse"), data$x), class = "tildenet_error_argument")
})
