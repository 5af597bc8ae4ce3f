test_that("22.1: the result has the elements of kerasformula", {
  fit <- small_kms(Species ~ ., iris)
  common <- c("history", "input_formula", "model", "layers_overview", "loss", "optimizer", "metrics",
              "N", "P", "K", "y_test", "y_type", "sparse_data", "y_labels", "colnames_x", "seed",
              "split", "train_scale", "evaluations", "predictions")
  expect_identical(names(fit), c(common, "confusion"))
  expect_s3_class(fit, "kms_fit")
  expect_identical(c(fit$N, fit$P, fit$K), c(150L, 4L, 3L))
  expect_identical(fit$y_type, "multinomial")
  expect_identical(fit$y_test, iris$Species[fit$split == "test"])
  expect_equal(fit$evaluations$acc, mean(fit$y_test == fit$predictions), tolerance = 1e-6)
  expect_equal(sum(fit$confusion), sum(fit$split == "test"))
  number <- small_kms(mpg ~ wt + hp, mtcars)
  expect_identical(names(number), c(common, "MSE_predictions", "MAE_predictions", "R2_predictions", "cor_kendals",
                                       "r.squared"))
  expect_null(number$y_labels)
})

test_that("22.1: formulas as strings, in pipes and with functions on both sides", {
  one <- small_kms(Species ~ Petal.Length + log(Petal.Width), iris)
  two <- iris |> small_kms(input_formula = "Species ~ Petal.Length + log(Petal.Width)")
  expect_identical(one$predictions, two$predictions)
  weight <- mtcars$wt
  expect_identical(kms("mpg ~ hp + weight", mtcars, Nepochs = 1, verbose = 0)$P, 2L)
  breaks <- c(0, 15, 22, 40)
  expect_identical(small_kms(cut(mpg, breaks) ~ rank(wt) + ., mtcars)$K, 3L)
  expect_identical(small_kms(cyl %in% 4:6 ~ . - mpg, mtcars)$y_labels, c(FALSE, TRUE))
})

test_that("22.1: parameters are those of the movie example", {
  count <- function(P, K = 17) {
    d <- as.data.frame(matrix(seq_len(40 * P) %% 7, 40))
    d$y <- rep_len(letters[seq_len(K)], 40)
    count_params(kms(y ~ ., d, use_bias = FALSE, Nepochs = 1, verbose = 0, seed = 1)$model)
  }
  expect_equal(count(8), 102528)
  expect_equal(count(36), 109696)
})

test_that("22.1: a continuous outcome is predicted and judged in its own units", {
  d <- data.frame(x = 1:60, y = 1000 + 50 * (1:60))
  fit <- kms(y ~ x, d, N_layers = 2, units = 16, dropout = 0, seed = 2, verbose = 0)
  expect_identical(fit$y_test, d$y[fit$split == "test"])
  expect_gt(min(fit$predictions), 900)
  expect_gt(fit$R2_predictions, 0.95)
  expect_equal(fit$MSE_predictions, mean((fit$predictions - fit$y_test)^2))
  expect_equal(fit$evaluations$loss, fit$MSE_predictions / fit$train_scale$y[["sd", 1]]^2, tolerance = 0.05)
})

test_that("22.1: verbose = 0 is silent, verbose = 1 shows table, summary and progress", {
  expect_silent(small_kms(Species ~ ., iris))
  shown <- capture.output(suppressMessages(small_kms(Species ~ ., iris, verbose = 2)))
  expect_match(shown, "layer1", all = FALSE)
  expect_match(shown, "Total params", all = FALSE)
  expect_match(shown, "Epoch 3/3", all = FALSE)
})

test_that("22.3: the split follows the seed, set.seed() is enough, the seed used is stored", {
  fit <- small_kms(Species ~ ., iris, seed = 12345)
  set.seed(12345)
  expect_identical(fit$split, sample(c("train", "test"), 150, TRUE, c(0.8, 0.2)))
  expect_identical(fit$seed, 12345)
  again <- small_kms(Species ~ ., iris, seed = 12345)
  expect_identical(again$predictions, fit$predictions)
  expect_identical(again$history$metrics, fit$history$metrics)
  set.seed(9)
  one <- small_kms(Species ~ ., iris, seed = NULL)
  set.seed(9)
  two <- small_kms(Species ~ ., iris, seed = NULL)
  expect_identical(one$history$metrics, two$history$metrics)
  three <- small_kms(Species ~ ., iris, seed = one$seed)
  expect_identical(three$history$metrics, one$history$metrics)
})

test_that("the best epoch's weights are kept, stopped early or not", {
  d <- data.frame(x = stats::rnorm(80))
  d$y <- d$x + stats::rnorm(80)
  fit <- kms(y ~ x, d, N_layers = 2, units = 32, seed = 1, verbose = 0, pTraining = 1,
             kernel_regularizer = NULL, bias_regularizer = NULL, activity_regularizer = NULL)
  losses <- fit$history$metrics$val_loss
  epochs <- fit$history$params$epochs
  expect_true(length(losses) == epochs || length(losses) == which.min(losses) + max(10, epochs / 5))
  order <- kms_training_order(kms_split(80, kms_control_of(seed = fit$seed, pTraining = 1, verbose = 0)), d$y, continuous)
  held_out <- d[order[65:80], ]
  z <- (predict(fit, held_out, type = "response") - held_out$y) / fit$train_scale$y[["sd", 1]]
  expect_equal(mean(z^2), min(losses), tolerance = 1e-4)
})

test_that("22.1: a compiled model is trained in place", {
  model <- keras_model_sequential() |>
    layer_dense(units = 3, activation = "softmax", input_shape = 4) |>
    compile(optimizer = "adam", loss = "categorical_crossentropy", metrics = "accuracy")
  before <- get_weights(model)
  fit <- model |> kms(input_formula = Species ~ ., data = iris, Nepochs = 2, seed = 1, verbose = 0)
  expect_identical(fit$model, model)
  expect_false(identical(get_weights(model), before))
  expect_null(fit$layers_overview)
  expect_identical(fit$loss, "categorical_crossentropy")
  expect_length(predict(fit, iris[1:3, ], type = "class"), 3)
})

test_that("22.1: a compiled model without input shape is built, one not compiled is refused", {
  model <- keras_model_sequential() |> layer_dense(units = 1)
  expect_snapshot(error = TRUE, {
    kms(mpg ~ wt, mtcars, model, seed = 1, verbose = 0)
    kms(mpg ~ wt, mtcars, "model", seed = 1, verbose = 0)
  })
  compile(model, loss = "mse", optimizer = "sgd")
  fit <- kms(mpg ~ wt + hp, mtcars, model, Nepochs = 1, seed = 1, verbose = 0)
  expect_identical(dim(get_weights(fit$model)[[1]]), c(2L, 1L))
})

test_that("sparse and dense designs give the same fit", {
  d <- data.frame(y = stats::rnorm(60), f = factor(rep(letters[1:12], 5)), x = stats::runif(60))
  dense <- small_kms(y ~ f + x, d)
  sparse <- small_kms(y ~ f + x, d, sparse_data = TRUE)
  expect_true(sparse$sparse_data)
  expect_equal(sparse$predictions, dense$predictions, tolerance = 1e-4)
  expect_equal(predict(sparse, d, type = "response"), predict(dense, d, type = "response"),
               tolerance = 1e-4)
})

test_that("a fit holds no training data and survives saveRDS()", {
  fit_inside <- function() {
    data <- data.frame(x = stats::rnorm(5000), z = stats::rnorm(5000))
    data$y <- data$x + data$z
    squash <- 2
    small_kms(y ~ I(x / squash) + z, data, Nepochs = 1)
  }
  fit <- fit_inside()
  path <- tempfile(fileext = ".rds")
  on.exit(unlink(path))
  saveRDS(fit, path, compress = FALSE)
  # What is kept: the split (a word per row), test outcome and predictions, weights.
  expect_lt(file.size(path), 5000 * 8 * 4)
  new <- data.frame(x = c(-1, 1), z = 0)
  expect_identical(predict(readRDS(path), new, type = "response"), predict(fit, new, type = "response"))
})

test_that("a fit in memory and on disk is smaller than three times its weights", {
  d <- withr::with_seed(1, data.frame(matrix(stats::rnorm(3000 * 8), 3000), y = sample(letters[1:17], 3000, TRUE)))
  fit <- kms(y ~ ., d, N_layers = 4, units = 256, Nepochs = 2, seed = 1, verbose = 0)
  path <- withr::local_tempfile(fileext = ".rds")
  saveRDS(fit, path)
  bytes <- 4 * count_params(fit$model)
  expect_lt(length(serialize(fit, NULL)), 1.5 * bytes)
  expect_lt(file.size(path), 1.5 * bytes)
  expect_identical(predict(readRDS(path), d[1:9, ], type = "prob"), predict(fit, d[1:9, ], type = "prob"))
})

test_that("small data is learnt with the defaults", {
  skip_on_cran()
  right <- vapply(1:5, function(seed) {
    fit <- kms(Species ~ ., iris, seed = seed, verbose = 0)
    mean(fit$predictions == fit$y_test)
  }, 0)
  expect_gte(stats::median(right), 0.93)
  line <- kms(y ~ x, data.frame(x = 1:100, y = 10 * (1:100)), seed = 1, verbose = 0)
  expect_gt(line$R2_predictions, 0.99)
})
