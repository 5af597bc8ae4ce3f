test_that("crossentropies give values per cell or sample", {
  p <- matrix(c(0.2, 0.5, 0.7, 0.9), 2)
  y <- matrix(c(0, 1, 1, 0), 2)
  by_hand <- -(y * log(p) + (1 - y) * log(1 - p))
  expect_equal(as.array(k_binary_crossentropy(y, p)), by_hand, tolerance = 1e-5)
  logits <- log(p / (1 - p))
  expect_equal(as.array(k_binary_crossentropy(y, logits, from_logits = TRUE)), by_hand,
               tolerance = 1e-5)
  shares <- rbind(c(0.5, 0.25, 0.25), c(0.1, 0.2, 0.7))
  expect_equal(as.vector(k_sparse_categorical_crossentropy(c(0, 2), shares)), -log(c(0.5, 0.7)),
               tolerance = 1e-6)
  expect_equal(as.vector(k_categorical_crossentropy(diag(3)[c(1, 3), ], shares)),
               -log(c(0.5, 0.7)), tolerance = 1e-6)
})

test_that("what comes out of a sigmoid is taken before it", {
  input <- layer_input(shape = 1)
  output <- layer_activation(input, "sigmoid")
  model <- keras_model(input, k_binary_crossentropy(output * 0, output))
  expect_equal(as.vector(predict(model, matrix(c(0, 50)))), c(log(2), 50), tolerance = 1e-6)
})

test_that("wrong arguments are refused", {
  expect_snapshot(error = TRUE, {
    k_binary_crossentropy(c(0, 1), c(0.1, 0.2, 0.3))
    k_binary_crossentropy(c(0, 1), c(0.1, 0.2), from_logits = "yes")
  })
})
