fit_x <- function(x, y = small_data()$y, ...) quiet_fit(small_model(...), x, y, epochs = 1)

test_that("vectors, data frames, logicals and whole numbers are taken", {
  data <- small_data()
  expect_no_error(fit_x(as.data.frame(data$x)))
  expect_no_error(fit_x(data$x > 0))
  expect_no_error(fit_x(round(data$x * 10)))
  expect_no_error(fit_x(data$x, data$y > 0))
  expect_no_error(fit_x(data$x, data.frame(y = data$y)))
  expect_no_error(fit_x(list(data$x), list(data$y)))
  expect_no_error(fit_x(k_constant(data$x)))
  expect_equal(predict(scale_model(), 1:3), matrix(1:3))
})

test_that("a missing or extra last axis of length 1 is mended", {
  entry <- new_entry(matrix(0, 3, 4), c(3, 4))
  expect_equal(fit_entry(entry, c(NA, 4, 1), "x", "it", NULL)$dim, c(3, 4, 1))
  entry <- new_entry(array(0, c(3, 4, 1)), c(3, 4, 1))
  expect_equal(fit_entry(entry, c(NA, 4), "x", "it", NULL)$dim, c(3, 4))
})

test_that("sparse matrices of all kinds give the numbers of the dense one", {
  set.seed(2)
  sparse <- Matrix::rsparsematrix(30, 20, 0.2)
  y <- as.numeric(Matrix::rowSums(sparse) > 0)
  run <- function(x) {
    model <- small_model(p = 20)
    quiet_fit(model, x, y, epochs = 2, batch_size = 8)
    predict(model, x)
  }
  dense <- run(as.matrix(sparse))
  expect_equal(run(sparse), dense, tolerance = 1e-5)
  expect_equal(run(methods::as(sparse, "RsparseMatrix")), dense, tolerance = 1e-5)
  expect_equal(run(methods::as(sparse, "TsparseMatrix")), dense, tolerance = 1e-5)
  triplet <- methods::as(sparse, "TsparseMatrix")
  slam <- structure(list(i = triplet@i + 1L, j = triplet@j + 1L, v = triplet@x, nrow = 30, ncol = 20),
                    class = "simple_triplet_matrix")
  expect_equal(run(slam), dense, tolerance = 1e-5)
  pattern <- methods::as(sparse != 0, "nMatrix")
  expect_equal(run(pattern), run(as.matrix(pattern) * 1), tolerance = 1e-5)
  expect_equal(run(sparse != 0), run(as.matrix(pattern) * 1), tolerance = 1e-5)
})

test_that("sparse rows are made dense where an op needs that", {
  set.seed(2)
  sparse <- Matrix::rsparsematrix(10, 4, 0.5)
  model <- keras_model_sequential() %>% layer_dropout(0.5, input_shape = 4) %>% layer_dense(1)
  expect_equal(predict(model, sparse), predict(model, as.matrix(sparse)))
})

test_that("outputs may be without a loss", {
  data <- small_data()
  model <- two_output_model(list(b = "sparse_categorical_crossentropy"))
  expect_no_error(quiet_fit(model, data$x, data$classes, epochs = 1))
  expect_equal(model$metrics_names, c("loss", "b_loss"))
})

test_that("named lists are sorted by input and output", {
  data <- small_data()
  model <- two_output_model(list(a = "mse", b = "sparse_categorical_crossentropy"))
  expect_no_error(quiet_fit(model, list(features = data$x), epochs = 1,
                            list(b = data$classes, a = data$x[, 1:2])))
})

test_that("wrong data are refused in R's terms", {
  data <- small_data()
  holes <- data$x
  holes[2, 3] <- NA
  colnames(holes) <- c("a", "b", "c", "d")
  expect_snapshot(error = TRUE, {
    fit_x(holes)
    fit_x(data$x, replace(data$y, 3, NaN))
    fit_x(data$x, factor(data$y))
    fit_x(data.frame(a = 1:40, b = letters[rep(1:2, 20)], c = factor(1:40), d = 1))
    fit_x(data$x[, 1:3])
    fit_x(data$x, data$y[-1])
    fit_x(data$x, cbind(data$y, 1))
    fit_x(matrix("a", 40, 4))
    fit_x(NULL)
    fit_x(data$x, NULL)
    fit_x(list(1:3, 1:2))
    fit_x(data$x[0, ], data$y[0])
    fit_x(data$x, data$classes, units = 3, activation = "softmax", loss = "categorical_crossentropy")
    fit_x(data$x, to_categorical(data$classes), units = 3, activation = "softmax",
          loss = "sparse_categorical_crossentropy")
    fit_x(data$x, data$classes + 1, units = 3, activation = "softmax",
          loss = "sparse_categorical_crossentropy")
    predict(small_model(), data$x[, 1:2])
    predict(small_model())
    quiet_fit(two_output_model(list("mse", "mse")), data$x, list(data$y))
    quiet_fit(two_output_model(list("mse", "mse")), data$x, list(a = data$x[, 1:2], c = 1))
    fit_x(as.Date("2020-01-01") + 1:40)
  })
})

test_that("a matrix of zeros with few other numbers trains as its sparse form does", {
  set.seed(4)
  x <- matrix(0, 800, 90)
  x[sample(length(x), 5000)] <- sample(1:4, 5000, TRUE)
  y <- as.numeric(rowSums(x) > 15)
  run <- function(x, shape = 90) {
    set.seed(1)
    model <- keras_model_sequential() %>%
      layer_dense(4, activation = "relu", input_shape = shape) %>%
      layer_dense(1, activation = "sigmoid") %>%
      compile("adam", "binary_crossentropy")
    history <- fit(model, x, y, epochs = 3, verbose = 0, validation_split = 0.25)
    list(history$metrics, get_weights(model), predict(model, x), evaluate(model, x, y, verbose = 0))
  }
  sparse <- run(methods::as(x, "dgCMatrix"))
  whole <- x
  storage.mode(whole) <- "integer"
  expect_identical(run(x), sparse)
  expect_identical(run(whole), sparse)
  expect_equal(run(x == 4), run(methods::as(x == 4, "dgCMatrix")), tolerance = 0)
})

test_that("a sparse input of other layers stays dense, whatever is in it", {
  x <- matrix(0, 800, 90)
  x[cbind(1:800, rep(1:80, 10))] <- 1
  model <- keras_model_sequential() %>%
    layer_flatten(input_shape = 90) %>%
    layer_dense(1, kernel_initializer = "ones")
  expect_equal(predict(model, x), matrix(1, 800, 1))
})
