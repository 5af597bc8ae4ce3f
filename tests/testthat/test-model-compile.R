test_that("compile() keeps weights and begins the optimizer anew", {
  data <- small_data()
  model <- small_model()
  quiet_fit(model, data$x, data$y, epochs = 1)
  weights <- get_weights(model)
  compile(model, "adam", "mse")
  expect_equal(get_weights(model), weights)
  expect_equal(self_of(model)$training$step, 0)
  expect_null(self_of(model)$training$state)
  expect_equal(model$metrics_names, "loss")
})

test_that("freezing acts after the next compile", {
  data <- small_data()
  model <- small_model(optimizer = optimizer_sgd(0.1))
  freeze_weights(get_layer(model, index = 1))
  before <- get_weights(model)
  quiet_fit(model, data$x, data$y, epochs = 1)
  expect_false(identical(get_weights(model)[[1]], before[[1]]))
  compile(model, optimizer_sgd(0.1), "mse")
  before <- get_weights(model)
  quiet_fit(model, data$x, data$y, epochs = 1)
  expect_identical(get_weights(model)[1:2], before[1:2])
  expect_false(identical(get_weights(model)[[3]], before[[3]]))
})

test_that("another optimizer begins with its own state", {
  data <- small_data()
  model <- small_model()
  quiet_fit(model, data$x, data$y, epochs = 1)
  model$optimizer <- optimizer_sgd(0.1)
  expect_no_error(quiet_fit(model, data$x, data$y, epochs = 1))
  expect_equal(self_of(model)$training$step, 2)
})

test_that("an unbuilt model is built by its data", {
  data <- small_data()
  model <- keras_model_sequential() %>% layer_dense(3) %>% layer_dense(1)
  compile(model, "sgd", "mse", metrics = "mae")
  quiet_fit(model, data$x, data$y, epochs = 1)
  expect_equal(dim(predict(model, data$x)), c(40, 1))
})

test_that("a failed compile changes nothing", {
  model <- small_model()
  expect_error(compile(model, "adam", "nonsense"))
  expect_equal(model$metrics_names, c("loss", "acc"))
})

test_that("what is not there is said so", {
  expect_snapshot(error = TRUE, {
    model <- keras_model_sequential() %>% layer_dense(1, input_shape = 1)
    fit(model, 1, 1)
    compile(model, "sgd")
    fit(model, 1, 1)
    compile(model, "sgd", "mse", metric_s = "mae", wrong = 1)
    evaluate("model", 1)
    train_on_batch("model", 1, 1)
  })
})

test_that("a fit in the place of a model is told where its model is", {
  fit <- kms(Species ~ ., iris, N_layers = 2, units = 2, Nepochs = 1, verbose = 0)
  for (f in list(get_layer, model_to_json, serialize_model, function(x) save_model_tf(x, tempfile()))) {
    error <- expect_error(f(fit), "be a model", class = "tildenet_error_argument")
    expect_match(conditionMessage(error), "its element `model`")
  }
})
