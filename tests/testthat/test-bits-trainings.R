# Trainings by the public functions end in stored bits: one set for processors that fuse products and
# additions, at AVX2 and AVX-512, and one for those that do not.

skip_on_cran()

expect_stored_bits <- function(train, fused, plain) {
  withr::local_options(tildenet.blas = "own")
  local_processors(8)
  at_each_simd_level(function() {
    want <- if (engine_config()$fma) fused else plain
    for (threads in c(1, 2, 8)) {
      withr::local_options(tildenet.threads = threads)
      k_clear_session()
      set.seed(7)
      expect_identical(train(), want, label = paste0("bits at ", engine_config()$simd, ", ", threads, " threads"))
    }
  })
}

waves <- function(...) array(sin(seq_len(prod(...))^1.3), c(...))

train_and_sum <- function(model, x, y, ...) {
  fit(model, x, y, epochs = 3, batch_size = if (nrow(x) > 100) 64 else 16, verbose = 0, ...)
  bits_of(get_weights(model), predict(model, x))
}

test_that("a dense net with dropout and batch normalisation, by Adam", {
  x <- waves(70, 11)
  y <- to_categorical(as.integer(x[, 1] > 0) + (x[, 2] > 0), 3)
  expect_stored_bits(function() {
    model <- keras_model_sequential() %>% layer_dense(19, activation = "elu", input_shape = 11) %>%
      layer_batch_normalization() %>% layer_dropout(0.3) %>% layer_dense(9, activation = "softplus") %>%
      layer_dense(3, activation = "softmax") %>% compile(optimizer_adam(0.01), "categorical_crossentropy")
    train_and_sum(model, x, y, class_weight = list("0" = 1, "1" = 2, "2" = 1))
  }, "43133885 30052373084", "43133237 30052182800")
})

test_that("a bidirectional LSTM, by stochastic gradient descent", {
  x <- waves(70, 6, 5)
  expect_stored_bits(function() {
    model <- keras_model_sequential() %>%
      bidirectional(layer_lstm(units = 7, recurrent_dropout = 0.1), input_shape = c(6, 5)) %>%
      layer_dense(1, activation = "sigmoid") %>%
      compile(optimizer_sgd(0.1, momentum = 0.9, nesterov = TRUE), "binary_crossentropy")
    train_and_sum(model, x, as.numeric(x[, 1, 1] > 0))
  }, "50265693 39390820360", "50265746 39390857060")
})

test_that("a net of convolutions with penalties, by RMSprop", {
  x <- waves(70, 8, 7, 2)
  expect_stored_bits(function() {
    model <- keras_model_sequential() %>%
      layer_conv_2d(9, 3, activation = "relu", input_shape = c(8, 7, 2), kernel_regularizer = regularizer_l2(0.01)) %>%
      layer_max_pooling_2d(2) %>% layer_separable_conv_2d(5, 2, activation = "tanh") %>% layer_flatten() %>%
      layer_dense(2) %>% compile(optimizer_rmsprop(0.01), "mse")
    train_and_sum(model, x, x[, 1, 1, ])
  }, "26849539 11075281378", "26849840 11075031526")
})

test_that("a fit of kms() on levels and numbers", {
  expect_stored_bits(function() {
    fit <- kms(Species ~ Sepal.Length + emb(cut(Petal.Width, 5), 3), iris, units = 8, Nepochs = 3, seed = 4, verbose = 0)
    bits_of(get_weights(fit$model), predict(fit, iris, type = "prob"))
  }, "36402607 22206057455", "36402683 22206084987")
})

# Wide enough for shared loops: products, sparse rows, waiting rows, updates, dropout, losses.
wide_trainings <- list(
  dense = function() {
    model <- keras_model_sequential(input_shape = 60) %>%
      layer_dense(300, activation = "relu", kernel_regularizer = regularizer_l2(0.001)) %>% layer_dropout(0.3) %>%
      layer_dense(300, activation = "tanh") %>% layer_dense(200, activation = "softmax") %>%
      compile("adam", "categorical_crossentropy")
    train_and_sum(model, waves(128, 60), to_categorical(rep(0:63, 2), 200))
  },
  sparse = function() {
    x <- methods::as(Matrix::Matrix(waves(128, 400) > 0.7, sparse = TRUE), "dMatrix")
    model <- keras_model_sequential(input_shape = 400) %>% layer_dense(256, activation = "relu") %>% layer_dense(1) %>%
      compile("rmsprop", "mse")
    train_and_sum(model, x, waves(128))
  },
  embedding = function() {
    model <- keras_model_sequential(input_shape = 8) %>%
      layer_embedding(500, 40, embeddings_regularizer = regularizer_l2(0.001)) %>% layer_lstm(24) %>% layer_dense(1) %>%
      compile("adam", "mse")
    train_and_sum(model, matrix((seq_len(128 * 8) * 7) %% 500, 128), waves(128))
  })

test_that("nets whose loops are shared train to the same bits with 1 to 8 threads", {
  local_processors(8)
  train <- function(name, threads) {
    withr::local_options(tildenet.threads = threads)
    k_clear_session()
    set.seed(7)
    wide_trainings[[name]]()
  }
  for (name in names(wide_trainings)) {
    found <- vapply(c(1, 2, 5, 8), function(threads) train(name, threads), "")
    expect_identical(found, rep(found[1], 4), label = name)
  }
})
