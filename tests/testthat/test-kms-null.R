# Tests of the null model beside a fit.

null_column <- function(fit) {
  measures <- summary(fit)$measures
  stats::setNames(measures$null, measures$measure)
}

test_that("the null model of numbers is the mean of the training rows", {
  fit <- small_kms(mpg ~ wt, mtcars)
  null <- null_column(fit)
  mean <- mean(mtcars$mpg[fit$split == "train"])
  expect_equal(null[["MSE"]], mean((fit$y_test - mean)^2), tolerance = 1e-5)
  expect_equal(null[["MAE"]], mean(abs(fit$y_test - mean)), tolerance = 1e-5)
  expect_equal(null[["loss"]], null[["MSE"]] / fit$train_scale$y[["sd", 1]]^2, tolerance = 1e-5)
  expect_lte(null[["r.squared"]], 0)
})

test_that("the null model of labels is the most frequent label and the shares", {
  for (data in list(list(f = Species ~ ., d = iris[c(1:50, 51:80, 101:140), ]), list(f = am ~ wt, d = mtcars))) {
    fit <- small_kms(data$f, data$d)
    y <- as.character(data$d[[all.vars(data$f)[1]]])
    shares <- table(y[fit$split == "train"]) / sum(fit$split == "train")
    null <- null_column(fit)
    test <- y[fit$split == "test"]
    expect_equal(null[["accuracy"]], mean(test == names(which.max(shares))))
    expect_equal(null[["loss"]], mean(-log(shares[test])), tolerance = 1e-5)
  }
  d <- transform(mtcars, a = as.integer(wt > 3), b = as.integer(hp > 100))
  several <- small_kms(cbind(a, b) ~ disp, d)
  share <- colMeans(d[several$split == "train", c("a", "b")])
  expect_equal(null_column(several)[["label_accuracy"]],
               mean(sweep(several$y_test, 2, share > 0.5, "==")))
})

test_that("counts have a null model, weights count, offsets leave none", {
  d <- withr::with_seed(1, data.frame(n = stats::rpois(60, 3), x = stats::rnorm(60), w = rep(1:3, 20)))
  counts <- small_kms(n ~ x, d, loss = "poisson", weights = w)
  train <- d[counts$split == "train", ]
  mean <- stats::weighted.mean(train$n, train$w)
  expect_equal(null_column(counts)[["MSE"]], mean((counts$y_test - mean)^2), tolerance = 1e-5)
  expect_true(all(is.na(null_column(small_kms(n ~ x + offset(w), d)))))
})

test_that("a fit no better than the null model says so in one line", {
  noise <- withr::with_seed(3, data.frame(x = stats::rnorm(60), y = stats::rnorm(60), k = sample(c("a", "b", "b"), 60, TRUE)))
  shown <- capture.output(print(small_kms(y ~ x, noise, Nepochs = 100, keep = "last", dropout = 0, units = 64)))
  expect_length(grep("^No better than predicting the mean of the training rows.$", shown), 1)
  still <- small_kms(k ~ x, noise, Nepochs = 1, optimizer_args = list(learning_rate = 0))
  worse <- still$evaluations$loss >= null_column(still)[["loss"]]
  expect_identical(any(grepl("^No better", capture.output(print(still)))), worse)
  expect_no_match(capture.output(print(iris_fit())), "No better")
})

test_that("measures that are not numbers are no better than those of the null model, and print", {
  lost <- function(formula, data, activation, loss, units = 1) {
    model <- compile(layer_dense(keras_model_sequential(), units, activation, input_shape = 1), "sgd", loss)
    set_weights(model, lapply(get_weights(model), function(w) w * NaN))
    suppressWarnings(kms(formula, data, model, Nepochs = 1, seed = 1))
  }
  fits <- list(mean = lost(mpg ~ wt, mtcars, "linear", "mse"), label = lost(am ~ wt, mtcars, "sigmoid", "binary_crossentropy"),
               label = lost(Species ~ Sepal.Width, iris, "softmax", "categorical_crossentropy", 3))
  for (k in seq_along(fits)) {
    expect_match(paste(capture.output(print(fits[[k]])), collapse = "\n"), paste0("No better than predicting the .*", names(fits)[k]))
    expect_identical(fits[[k]]$history$kept, 0)
    expect_output(print(fits[[k]]$history), "Weights kept: those of the start")
  }
})
