test_that("evaluate() averages over samples", {
  model <- scale_model(metrics = "mae")
  result <- evaluate(model, 1:5, rep(0, 5), batch_size = 2, verbose = 0)
  expect_equal(result$loss, mean((1:5)^2), tolerance = 1e-6)
  expect_equal(result$mae, 3)
})

test_that("penalties are part of the loss", {
  model <- keras_model_sequential() %>%
    layer_dense(1, use_bias = FALSE, input_shape = 1, kernel_regularizer = regularizer_l2(0.5))
  set_weights(model, list(matrix(2)))
  compile(model, optimizer_sgd(0), "mse")
  expect_equal(evaluate(model, 1, 2, verbose = 0)$loss, 2)
  expect_equal(quiet_fit(model, 1, 2, epochs = 1)$metrics$loss, 2)
})

test_that("several outputs have a loss each and a weighted sum", {
  data <- small_data()
  model <- two_output_model(list(a = "mse", b = "sparse_categorical_crossentropy"),
                            loss_weights = list(a = 0.5, b = 2))
  result <- evaluate(model, data$x, list(data$x[, 1:2], data$classes), verbose = 0)
  expect_equal(names(result), c("loss", "a_loss", "b_loss"))
  expect_equal(result$loss, 0.5 * result$a_loss + 2 * result$b_loss, tolerance = 1e-6)
})

test_that("dropout is off and nothing is learned", {
  data <- small_data()
  model <- small_model(dropout = 0.5)
  before <- get_weights(model)
  expect_equal(evaluate(model, data$x, data$y, verbose = 0), evaluate(model, data$x, data$y, verbose = 0))
  expect_identical(get_weights(model), before)
})

test_that("a line tells the result", {
  model <- scale_model()
  expect_output(evaluate(model, 1, 1, verbose = 1), "loss: 0")
  expect_silent(evaluate(model, 1, 1, verbose = 0))
  expect_error(evaluate(model, numeric(), numeric()), class = "tildenet_error_shape")
})

test_that("the line tells the seconds of the whole call", {
  slow <- structure(list(2), class = "slow_numbers")
  registerS3method("as.double", "slow_numbers", function(x, ...) {
    Sys.sleep(0.3)
    as.double(unclass(x)[[1]])
  }, envir = asNamespace("base"))
  registerS3method("is.numeric", "slow_numbers", function(x) TRUE, envir = asNamespace("base"))
  took <- function(...) as.numeric(sub("s - .*", "", capture.output(...)[1]))
  expect_gte(took(evaluate(scale_model(), slow, 2, verbose = 2)), 0.3)
  expect_gte(took(evaluate(scale_model(), function() {
    Sys.sleep(0.15)
    list(2, 2)
  }, steps = 2, verbose = 2)), 0.3)
})
