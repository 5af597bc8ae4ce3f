test_that("losses of data are one value per sample", {
  y <- matrix(c(0, 1, 1, 0), 2)
  p <- matrix(c(0.5, 1, 1, 0.5), 2)
  expect_equal(as.numeric(as.array(loss_mean_squared_error(y, p))), c(0.125, 0.125))
  expect_equal(as.numeric(as.array(loss_mean_absolute_error(c(1, 2), c(1, 4)))), c(0, 2))
  expect_equal(as.numeric(as.array(loss_huber(y * 4, p * 0, delta = 2))), c(3, 3))
  sparse <- loss_sparse_categorical_crossentropy(c(0, 1), matrix(c(0.5, 0.2, 0.5, 0.8), 2))
  expect_equal(as.numeric(as.array(sparse)), -log(c(0.5, 0.8)), tolerance = 1e-6)
})

test_that("without data they are objects that can be called", {
  loss <- loss_huber(delta = 2)
  expect_s3_class(loss, "tildenet_loss")
  expect_equal(as.numeric(as.array(loss(matrix(4), matrix(0)))), 6)
  sum_loss <- loss_mean_squared_error(reduction = "sum")
  expect_equal(as.numeric(as.array(sum_loss(c(1, 2), c(0, 0)))), 5)
  each <- loss_mean_squared_error(reduction = "none")
  expect_equal(as.numeric(as.array(each(c(1, 2), c(0, 0)))), c(1, 4))
  expect_type(c(loss, sum_loss), "list")
  expect_output(print(loss), "huber_loss")
})

test_that("the axis counts from 1", {
  set.seed(1)
  y <- array(abs(stats::rnorm(12)), c(2, 3, 2))
  p <- array(abs(stats::rnorm(12)), c(2, 3, 2))
  turned <- loss_cosine_similarity(aperm(y, c(1, 3, 2)), aperm(p, c(1, 3, 2)))
  expect_equal(as.array(loss_cosine_similarity(y, p, axis = 2)), as.array(turned))
  expect_equal(as.array(loss_cosine_similarity(y, p, axis = 3)), as.array(loss_cosine_similarity(y, p)))
})

test_that("crossentropies are fused behind their activation only", {
  logits <- input_tensor(c(NA, 3))
  y <- input_tensor(c(NA, 3))
  softmax <- emit_op("activation", list(logits), list(activation = "softmax"))[[1]]
  fused <- loss_emit("categorical_crossentropy", y, softmax, list())
  expect_identical(fused$node$inputs[[1]], logits)
  expect_equal(fused$node$attrs$from_logits, 1)
  apart <- loss_emit("binary_crossentropy", y, softmax, list())
  expect_identical(apart$node$inputs[[1]], softmax)
  plain <- loss_emit("categorical_crossentropy", y, softmax, list(), fuse = FALSE)
  expect_identical(plain$node$inputs[[1]], softmax)
})

test_that("a fused loss is finite where the clipped one is not exact", {
  model <- scale_model(loss = "binary_crossentropy")
  model %>% layer_activation("sigmoid")
  compile(model, optimizer_sgd(0), "binary_crossentropy")
  expect_equal(as.numeric(evaluate(model, 200, 0, verbose = 0)), 200)
})

test_that("bad arguments are refused", {
  expect_snapshot(error = TRUE, {
    loss_mean_squared_error(1:3)
    loss_mean_squared_error(1:3, "a")
    loss_binary_crossentropy(label_smoothing = 2)
    loss_mean_squared_error(reduction = "mean")
  })
  expect_error(loss_mean_squared_error(matrix(0, 2, 3), matrix(0, 2, 2)), class = "tildenet_error_shape")
  expect_error(loss_sparse_categorical_crossentropy(5, matrix(0.5, 1, 2)), class = "tildenet_error")
})

test_that("losses of flattened tensors are one number, as in Keras", {
  x <- layer_input(3)
  flat <- function(loss) loss(k_flatten(x), k_flatten(x * 2))
  for (loss in list(loss_mean_squared_error, loss_cosine_similarity, metric_mean_absolute_error)) {
    expect_length(flat(loss)$shape, 0)
  }
  model <- keras_model(x, k_expand_dims(k_expand_dims(flat(loss_mean_squared_error))))
  data <- matrix(1:6, 2)
  expect_equal(as.vector(as.array(model(data))), mean(data^2), tolerance = 1e-6)
})
