# A quick fit of a net of members.
members_of <- function(net, epochs = 4) {
  function(formula, data, ..., members = 3, units = 6, Nepochs = epochs, seed = 1) {
    kms(formula, data, net = net, members = members, units = units, Nepochs = Nepochs, seed = seed, verbose = 0, ...)
  }
}

# Rows with columns and outcomes of many kinds.
mixed <- function() {
  withr::with_seed(4, {
    d <- data.frame(x = stats::rnorm(90), w = stats::runif(90), f = factor(sample(letters[1:4], 90, TRUE)),
                    two = sample(c("u", "v"), 90, TRUE), yes = stats::runif(90) > 0.5, id = factor(sample(11, 90, TRUE)))
    d$y <- sin(2 * d$x) + (d$f == "b") + d$yes
    d$count <- as.numeric(d$f) - 1
    d$time <- exp(d$y)
    d
  })
}

# Fits of d, one for each formula and its loss, predict every row, also when they were stored. Returns the fits.
expect_all_predict <- function(quick, d, outcomes, losses) {
  Map(function(formula, loss) {
    fit <- quick(formula, d, loss = loss, Nepochs = 2)
    p <- predict(fit, d)$fit
    expect_identical(NROW(p), nrow(d))
    expect_false(anyNA(p), info = deparse1(formula))
    expect_identical(predict(unserialize(serialize(fit, NULL)), d)$fit, p)
    fit
  }, outcomes, losses)
}

# Case weights repeat, the network comes back from a file, and folds have the mean of all members.
expect_weights_files_folds <- function(quick, net, Nepochs) {
  d <- mixed()
  fit <- quick(y ~ x + f, d, weights = w, Nepochs = Nepochs)
  expect_identical(get_weights(quick(y ~ x + f, d, weights = w, Nepochs = Nepochs)$model), get_weights(fit$model))
  path <- withr::local_tempfile(fileext = ".h5")
  save_model_hdf5(fit$model, path)
  x <- matrix(stats::runif(3 * fit$P), 3)
  expect_equal(predict(load_model_hdf5(path), x), predict(fit$model, x))
  cv <- kms_kcv(two ~ x + f, d, k_folds = 2, net = net, members = 2, units = 4, Nepochs = 2, seed = 1, verbose = 0)
  expect_equal(cv$train_f1$members$weight, c(0.5, 0.5))
  list(fit = fit, fold = cv$train_f1)
}
