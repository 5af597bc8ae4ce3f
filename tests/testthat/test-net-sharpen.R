noisy <- function(n = 400) {
  set.seed(5)
  d <- data.frame(a = rnorm(n), b = rnorm(n))
  d$y <- factor(ifelse(d$a + 0.3 * rnorm(n) > 0, "up", "down"))
  d
}
last_layer <- function(fit) utils::tail(Filter(function(layer) inherits(layer, "DenseNTK"), fit$model$layers), 1)[[1]]
surprise <- function(prob, y) -mean(log(prob[cbind(seq_along(y), as.integer(y))]))
smoothed <- loss_categorical_crossentropy(label_smoothing = 0.1)
quick_net <- function(formula, data, net, ..., Nepochs = 2) {
  kms(formula, data, net = net, Nepochs = Nepochs, seed = 1, verbose = 0, ...)
}

test_that("nets of smoothed labels are as sure as they are right", {
  d <- noisy(1200)
  for (net in c("realmlp_tds", "realmlp", "committee")) {
    fit <- quick_net(y ~ ., d, net, Nepochs = 16, pTraining = 0.5)
    smooth <- quick_net(y ~ ., d, net, Nepochs = 16, pTraining = 0.5, loss = smoothed)
    test <- d[fit$split == "test", ]
    expect_lt(surprise(predict(fit, test, "prob"), test$y), surprise(predict(smooth, test, "prob"), test$y), label = net)
    ratio <- unlist(get_weights(last_layer(smooth))) / unlist(get_weights(last_layer(fit)))
    expect_gt(abs(log(mean(ratio))), 0.01, label = net)
    expect_equal(range(ratio), rep(mean(ratio), 2), tolerance = 1e-4, label = net)
    if (net != "committee") expect_identical(predict(fit, test)$fit, predict(smooth, test)$fit, label = net)
  }
})

test_that("nets without unseen rows and nets with more inputs stay as they were trained", {
  d <- noisy(60)
  d$f <- factor(rep(letters[1:6], 10))
  same <- function(formula, net, ...) {
    expect_identical(get_weights(quick_net(formula, d, net, ...)$model), get_weights(quick_net(formula, d, net, loss = smoothed, ...)$model))
  }
  same(y ~ a + b, "realmlp_tds", validation_split = 0)
  same(y ~ a + b, "committee", validation_split = 0)
  same(y ~ a + emb(f, 2), "realmlp_tds")
  expect_false(identical(get_weights(quick_net(y ~ a + b, d, "realmlp_tds")$model),
                         get_weights(quick_net(y ~ a + b, d, "realmlp_tds", loss = smoothed)$model)))
})
