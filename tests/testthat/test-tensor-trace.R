test_that("functions are traced once, not run for every batch", {
  calls <- 0
  model <- keras_model_sequential() %>%
    layer_lambda(f = function(x) {
      calls <<- calls + 1
      x * 2
    }, input_shape = 1) %>%
    layer_dense(1)
  compile(model, "sgd", function(y_true, y_pred) {
    calls <<- calls + 1
    k_square(y_pred - y_true)
  })
  fit(model, matrix(1:64), 1:64, epochs = 3, batch_size = 8, verbose = 0)
  expect_identical(calls, 2)
})

test_that("an error in a traced function says whose it is", {
  k_clear_session()
  expect_snapshot(error = TRUE, {
    layer_lambda(layer_input(shape = 2), function(x) stop("no idea"), name = "mine")
    layer_lambda(layer_input(shape = 2), function(x) "text", name = "text")
    layer_dense(layer_input(shape = 2), 3, activation = function(x) x[, 9])
    layer_lambda(layer_input(shape = 2), function(x) x, mask = TRUE)
  })
})
