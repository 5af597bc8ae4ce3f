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

# What the null model of a fit says of the test rows, made by hand of the outcome of the training rows: loss by the mean
# of `loss(y, null)`.
expect_null_model <- function(fit, y, null, loss) {
  train <- y[fit$split == "train"]
  test <- y[fit$split == "test"]
  by_hand <- null(train)
  column <- null_column(fit)
  expect_equal(column[["loss"]], mean(loss(test, by_hand)), tolerance = 1e-4)
  expect_equal(glance(fit)$null_loss, column[["loss"]])
  expect_equal(glance(fit)$test_loss, summary(fit)$measures$value[match("loss", summary(fit)$measures$measure)])
  expect_equal(column[["MSE"]], mean((test - by_hand[[1]])^2), tolerance = 1e-5)
  expect_match(paste(capture.output(print(fit)), collapse = "\n"), "null model")
}

test_that("families of a mean have the mean of the training rows as null model, and the likeliest shape beside it", {
  d <- family_data()
  fit <- function(formula, loss) small_kms(formula, d, loss = loss)
  expect_null_model(fit(size ~ a, "gamma"), d$size, mean, function(y, m) y / m + log(m))
  expect_null_model(fit(claim ~ a, "tweedie"), d$claim, mean, function(y, m) m^0.5 / 0.5 + y * m^-0.5 / 0.5)
  expect_null_model(fit(share ~ a, "binary_crossentropy"), d$share, mean, function(y, m) -y * log(m) - (1 - y) * log(1 - m))
  shaped <- function(density) {
    function(y) c(mean(y), stats::optimize(function(s) sum(density(y, c(mean(y), s))), c(0, 50), tol = 1e-7)$minimum)
  }
  counts <- function(y, m) -stats::dnbinom(y, mu = m[1], size = m[2], log = TRUE)
  shares <- function(y, m) -stats::dbeta(y, m[1] * m[2], (1 - m[1]) * m[2], log = TRUE)
  expect_null_model(fit(count ~ a, "negative_binomial"), d$count, shaped(counts), counts)
  expect_null_model(fit(share ~ a, "beta"), d$share, shaped(shares), shares)
  expect_null_model(fit(count ~ a, loss_negative_binomial(theta = 3)), d$count, function(y) c(mean(y), 3), counts)
  expect_null_model(fit(share ~ a, loss_beta(precision = 2)), d$share, function(y) c(mean(y), 2), shares)
})

test_that("quantiles have those of least loss, with weights as rows", {
  d <- family_data()
  d$w <- rep(1:3, 50)
  for (q in list(c(0.1, 0.5, 0.9), 0.3)) {
    fit <- small_kms(y ~ a, d, loss = loss_quantile(quantiles = q), weights = w)
    train <- d[fit$split == "train", ]
    null <- stats::quantile(rep(train$y, train$w), q, names = FALSE, type = 1)
    error <- outer(fit$y_test, null, "-")
    column <- null_column(fit)
    pinball <- mean(pmax(sweep(error, 2, q, "*"), sweep(error, 2, q - 1, "*")))
    expect_equal(column[["pinball"]], pinball, tolerance = 1e-5)
    expect_equal(column[["loss"]], pinball / fit$train_scale$y[["sd", 1]], tolerance = 1e-4)
    expect_equal(unname(column[paste0("coverage.", 100 * q, "%")]), colMeans(error <= 0))
  }
})

test_that("ordered labels have the shares of the labels", {
  d <- family_data()
  fit <- small_kms(level ~ a, d, loss = "ordinal")
  shares <- table(d$level[fit$split == "train"]) / sum(fit$split == "train")
  test <- d$level[fit$split == "test"]
  expect_equal(null_column(fit)[["accuracy"]], mean(test == names(which.max(shares))))
  expect_equal(null_column(fit)[["loss"]], mean(-log(shares[test])), tolerance = 1e-5)
})

test_that("times have one hazard for all rows", {
  d <- family_data()
  d$z <- structure(cbind(time = d$seen, status = d$status), class = "Surv", type = "right")
  cox <- small_kms(z ~ a, transform(d, z = structure(cbind(time = d$event, status = 1), class = "Surv", type = "right")))
  n <- sum(cox$split == "test") # nobody is censored: one less at risk with each event
  expect_equal(null_column(cox)[["loss"]], sum(log(seq_len(n))) / n, tolerance = 1e-5)
  expect_identical(null_column(cox)[["concordance"]], 0.5)
  fit <- small_kms(z ~ a, d, loss = loss_discrete_time(intervals = c(0.5, 1)))
  ends <- c(0.5, 1, max(d$seen[d$status == 1 & fit$split == "train"]))
  hazard <- function(rows, k) {
    begin <- c(0, ends)[k]
    event <- rows$status == 1 & rows$seen > begin & rows$seen <= ends[k]
    survived <- rows$seen > ends[k] | (rows$status == 0 & rows$seen >= ends[k])
    c(events = sum(event), survived = sum(survived))
  }
  loss <- vapply(1:3, function(k) {
    train <- hazard(d[fit$split == "train", ], k)
    h <- train[["events"]] / sum(train)
    -sum(hazard(d[fit$split == "test", ], k) * log(c(h, 1 - h)))
  }, 0)
  expect_equal(null_column(fit)[["loss"]], sum(loss) / sum(fit$split == "test"), tolerance = 1e-4)
  expect_identical(null_column(fit)[["concordance"]], 0.5)
})

test_that("quantiles and times no better than the null model say so", {
  d <- family_data()
  d$z <- structure(cbind(time = d$seen, status = d$status), class = "Surv", type = "right")
  still <- function(formula, loss) small_kms(formula, d, loss = loss, Nepochs = 1, optimizer_args = list(learning_rate = 0))
  said <- function(fit) grep("^No better", capture.output(print(fit)), value = TRUE)
  fits <- list(still(y ~ a, loss_quantile(quantiles = c(0.1, 0.9))), still(z ~ I(-a), "cox"))
  worse <- c(fits[[1]]$pinball >= null_column(fits[[1]])[["pinball"]], fits[[2]]$concordance <= 0.5)
  expect_true(worse[1])
  expect_identical(lengths(lapply(fits, said)), as.integer(worse))
  expect_identical(said(fits[[1]]), "No better than predicting the quantiles of the training rows.")
  learnt <- small_kms(z ~ a, d, loss = "cox", Nepochs = 60)
  expect_identical(length(said(learnt)) > 0, learnt$concordance <= 0.5)
})
