test_that("tildenet_mlp() is kms() with the net \"mlp\", under parsnip's names", {
  mlp <- tildenet_mlp(Species ~ ., iris, hidden_units = c(6, 4), penalty = 1e-3, dropout = 0.1, epochs = 5, activation = "tanh",
                      learn_rate = 0.01, seed = 1)
  own <- kms(Species ~ ., iris, net = "mlp", units = c(6, 4), kernel_regularizer = regularizer_l2(1e-3), dropout = 0.1,
             Nepochs = 5, activation = "tanh", optimizer_args = list(learning_rate = 0.01), pTraining = 1, seed = 1, verbose = 0)
  expect_identical(get_weights(mlp$model), get_weights(own$model))
  expect_identical(mlp$layers_overview, own$layers_overview)
  expect_s3_class(mlp, "kms_fit")
  wide <- tildenet_mlp(mpg ~ ., mtcars, optimizer_args = list(beta_1 = 0.8), learn_rate = 0.02, epochs = 1, seed = 1)
  expect_identical(wide$layers_overview$units, c(64, 1))
  expect_equal(as.numeric(wide$model$optimizer$learning_rate), 0.02)
  expect_null(wide$predictions)
})

test_that("columns are as they are unless `auto` asks for more", {
  d <- data.frame(y = rep(c(1.5, 2, 4), 20), row = 1:60, twice = rep(1:2, 30))
  expect_identical(tildenet_mlp(y ~ ., d, epochs = 1, seed = 1)$colnames_x, c("row", "twice"))
  expect_identical(tildenet_mlp(y ~ ., d, epochs = 1, seed = 1, auto = TRUE)$colnames_x, "twice")
})

test_that("case weights are those of kms(), whatever columns the data have", {
  d <- transform(mtcars, weights = 7)
  w <- rep(1:4, 8)
  own <- kms(mpg ~ wt, cbind(mtcars, w = w), net = "mlp", units = 4, Nepochs = 3, weights = w, pTraining = 1, seed = 1, verbose = 0)
  mlp <- tildenet_mlp(mpg ~ wt, d, weights = w, hidden_units = 4, epochs = 3, seed = 1)
  expect_identical(get_weights(mlp$model), get_weights(own$model))
})

test_that("quantile levels make a fit of these quantiles", {
  fit <- tildenet_mlp(mpg ~ wt, mtcars, quantile_levels = c(0.9, 0.1), epochs = 2, seed = 1)
  expect_identical(colnames(predict(fit, mtcars[1:2, ], "quantile")), c("10%", "90%"))
})

test_that("what cannot be is named as parsnip names it", {
  refused <- function(...) tildenet_mlp(Species ~ ., iris, ...)
  expect_snapshot(error = TRUE, {
    refused(hidden_units = 2.5)
    refused(epochs = 0)
    refused(dropout = 1)
    refused(penalty = -1)
    refused(learn_rate = 0)
    refused(epochs = 3, Nepochs = 3)
    refused(learn_rate = 0.1, optimizer_args = list(learning_rate = 0.2))
    refused(activation = c("relu", "tanh"), hidden_units = 4)
    refused(mtry = 3)
    refused(N_layers = 3)
  })
})
