test_that("single batches train and measure", {
  model <- scale_model(optimizer_sgd(0.25), metrics = "mae")
  first <- train_on_batch(model, 1, 0)
  expect_equal(first$loss, 1)
  expect_equal(scale_weight(model), 0.5)
  expect_equal(test_on_batch(model, 1, 0)$mae, 0.5)
  expect_equal(scale_weight(model), 0.5)
  expect_equal(predict_on_batch(model, 2), matrix(1))
})

test_that("a loss alone is a number", {
  model <- scale_model(optimizer_sgd(0))
  expect_identical(train_on_batch(model, 1:2, c(0, 0)), 2.5)
  expect_identical(train_on_batch(model, 1:2, c(0, 0), sample_weight = c(2, 0)), 1)
  expect_identical(train_on_batch(model, 1:2, c(0, 1), class_weight = list("0" = 0, "1" = 4)), 2)
})

test_that("weights that rows wait for are there for every reader", {
  k_clear_session()
  model <- keras_model_sequential() %>%
    layer_embedding(3, 1, input_length = 1, embeddings_initializer = "ones") %>%
    layer_flatten()
  compile(model, optimizer_sgd(0.25, momentum = 0.5), "mse")
  train_on_batch(model, matrix(0), matrix(0))
  train_on_batch(model, matrix(2), matrix(1))
  # momentum moves row 0 once more: 1 - 0.5 - 0.25
  expect_equal(as.numeric(get_weights(model)[[1]]), c(0.25, 1, 1))
})
