test_that("22.1: without a number of epochs there are about 3,000 updates", {
  epochs <- function(n, ...) kms_epochs(n, kms_control_of(...))
  expect_identical(epochs(2349), ceiling(3000 / ceiling(1879 / 32)))
  expect_identical(epochs(10), 500)
  expect_identical(epochs(1e6), 15)
  expect_identical(epochs(100, Nepochs = 7), 7)
  expect_identical(epochs(1000, batch_size = 100, validation_split = 0), 300)
})

test_that("optimizers are found by name, function and object", {
  make <- function(optimizer, args = list()) kms_optimizer(optimizer, args, NULL)
  rate <- function(...) as.numeric(make(...)$learning_rate)
  expect_equal(rate("optimizer_adam"), 0.001)
  expect_equal(rate("Adam", list(learning_rate = 0.1)), 0.1)
  expect_equal(rate(optimizer_sgd, list(0.5)), 0.5)
  made <- optimizer_adam(0.2)
  expect_identical(make(made), made)
  expect_snapshot(error = TRUE, {
    make("optimizer_best")
    make(made, list(learning_rate = 1))
    make("adam", 3)
  })
})

test_that("levels that no row fitted to has have the mean weight of the others", {
  d <- withr::with_seed(3, data.frame(f = factor(sample(c(letters, LETTERS), 120, TRUE)), x = stats::rnorm(120), y = stats::rnorm(120)))
  d$who <- d$f
  for (f in list(y ~ f + x, y ~ f + x + emb(who, 2))) {
    for (sparse in c(FALSE, TRUE)) {
      for (n in c(0, 2)) {
        fit <- kms(f, d, N_layers = n, Nepochs = 2, seed = 4, verbose = 0, pTraining = 0.4, validation_split = 0,
                   sparse_data = sparse)
        kernel <- get_weights(kms_first_layer(fit$model, fit$model$inputs[[1]]))[[1]]
        share <- table(d$f[fit$split == "train"])[-1] / sum(fit$split == "train")
        expect_gt(sum(share == 0), 1)
        mean <- drop(as.vector(share) %*% kernel[seq_along(share), , drop = FALSE])
        for (k in which(share == 0)) expect_equal(kernel[k, ], mean, tolerance = 1e-5)
      }
    }
  }
})

test_that("words of a given vocabulary that no training text holds have weights of zero", {
  d <- reviews(60)
  fit <- small_kms(mood ~ x + text(review, vocabulary = c("good", "nowhere", "bad")), d)
  kernel <- get_weights(kms_first_layer(fit$model, fit$model$inputs[[2]]))[[1]]
  expect_identical(rowSums(kernel != 0) > 0, c(TRUE, FALSE, TRUE))
})

test_that("a fit of dense columns does without package Matrix", {
  expect_no_error(run_fresh(quote({
    library(tildenet)
    kms(mpg ~ ., mtcars, Nepochs = 1, verbose = 0)
    stopifnot(!isNamespaceLoaded("Matrix"))
  })))
})

# ---- a model with batch normalization ------------------------------------------------------------

normalised_model <- function() {
  model <- keras_model_sequential() %>%
    layer_dense(8, input_shape = 4) %>% layer_batch_normalization(momentum = 0.5) %>%
    layer_activation("relu") %>% layer_dense(3, activation = "softmax")
  compile(model, optimizer = optimizer_adam(0.02), loss = "categorical_crossentropy", metrics = "accuracy")
}

test_that("a given model with batch normalization is trained, and only training moves it", {
  model <- normalised_model()
  fit <- kms(Species ~ ., iris, keras_model_seq = model, Nepochs = 40, seed = 1, verbose = 0)
  weights <- get_weights(model)
  moving <- get_weights(model, trainable = FALSE)
  expect_false(any(moving[[1]] == 0))
  expect_gt(fit$evaluations$accuracy, 0.8)
  first <- predict(fit, iris)
  expect_identical(predict(fit, iris[rev(seq_len(150)), ])$fit, rev(first$fit)) # no statistics of the rows asked for
  expect_identical(as.character(predict(fit, iris[7, ])$fit), as.character(first$fit[7]))
  importance(fit, iris, n_repeats = 1)
  partial_dependence(fit, iris, "Petal.Length")
  expect_identical(get_weights(model), weights)
  path <- withr::local_tempfile()
  saveRDS(fit, path)
  expect_identical(predict(readRDS(path), iris)$fit, first$fit)
  table <- tidy(fit)
  expect_identical(table$weight[!table$trainable], c("moving_mean", "moving_variance"))
})

test_that("every fold begins with the moving statistics of the given model", {
  model <- normalised_model()
  model(matrix(rnorm(20), 5), training = TRUE)
  before <- get_weights(model)
  done <- kms_kcv(Species ~ ., iris, keras_model_seq = model, k_folds = 2, Nepochs = 2, seed = 1, verbose = 0)
  expect_s3_class(done, "kms_kcv_fit")
  expect_identical(get_weights(model), before)
})
