quick <- members_of("pack")

test_that("a pack is RealMLP's small form for each member, with rates, decays and dropout drawn", {
  spec <- withr::with_seed(1, kms_spec_of(net = "pack", members = 5))
  expect_identical(layer_words(spec)[c(1, 2, 4, 8)], c("scale", "dense_ntk 64", "dense_ntk 64", "dense_ntk 3"))
  expect_true(all(vapply(spec$layers[c(1, 2, 4, 6, 8)], function(call) call$args$members, 0) == 5))
  expect_identical(spec$layers[[3]]$args$rate, spec$members$dropout)
  expect_identical(dim(spec$members), c(5L, 3L))
  expect_false(anyDuplicated(spec$members$rate) > 0)
  given <- kms_spec_of(net = "pack", members = 5, dropout = 0.2, units = c(9, 8))
  expect_identical(given$layers[[3]]$args$rate, 0.2)
  expect_identical(given$overview$units, c(9, 8, 3))
})

test_that("sizes follow rows and columns, but for those given", {
  sized <- function(n, ...) kms_sizes(kms_control_of(net = "pack", ...), list(outcome = three, colnames_x = letters), n)
  expect_identical(sized(1000)[c("members", "units", "batch_size")], pack_sizes(800, 26)[c("members", "units", "batch_size")])
  expect_identical(sized(1000, members = 3, units = 7, batch_size = 9)[c("members", "units", "batch_size")],
                   list(members = 3, units = 7, batch_size = 9))
})

test_that("the network of the fit is the mean of the members that were chosen, with the weights of their epochs", {
  fit <- quick(Species ~ ., iris, Nepochs = 12)
  expect_identical(names(fit$members)[1:3], c("member", "epoch", "weight"))
  expect_equal(sum(fit$members$weight), 1)
  expect_true(all(fit$members$epoch <= fit$history$kept))
  expect_equal(fit$history$kept, which.min(fit$history$metrics$val_ensemble))
  x <- kms_inputs(design_apply(kms_design(fit), iris), fit$train_scale)
  outputs <- Filter(function(layer) inherits(layer, "DenseNTK"), fit$model$layers)
  each <- predict(keras_model(fit$model$inputs, outputs[[length(outputs)]]$output), x)
  mean <- apply(each, c(1, 3), function(p) sum(p * fit$members$weight))
  expect_equal(unname(predict(fit, iris, type = "prob")), mean, tolerance = 1e-5)
  expect_identical(dim(each)[2], nrow(fit$members))
})

test_that("the choice is that of the validation rows", {
  seen <- NULL
  keep <- callback_lambda(on_epoch_end = function(epoch, logs) seen <<- c(seen, logs$val_loss))
  fit <- quick(mpg ~ ., mtcars, Nepochs = 10, callbacks = keep)
  expect_length(seen, 10)
  expect_true(min(fit$history$metrics$val_ensemble) <= min(seen))
  expect_false(is.unsorted(rev(fit$history$metrics$val_ensemble)))
  last <- quick(mpg ~ ., mtcars, keep = "last")
  expect_equal(last$members[c("member", "epoch", "weight")], data.frame(member = 1:3, epoch = 4, weight = 1 / 3))
  waits <- quick(mpg ~ ., mtcars, Nepochs = 200, patience = 2)
  expect_lt(length(waits$history$metrics$loss), 200)
})

test_that("every kind of outcome goes with a pack", {
  d <- mixed()
  outcomes <- list(y ~ x + f, two ~ x + f, cbind(yes + 0, x > 0) ~ w + f, count ~ x, time ~ x, y ~ x + f, two ~ x + offset(w), y ~ x + offset(w), y ~ x + emb(id, 2), y ~ emb(id, 2):emb(f, 2))
  losses <- list(NULL, NULL, NULL, "poisson", "gamma", loss_quantile(quantiles = c(0.1, 0.9)), NULL, NULL, NULL, NULL)
  fits <- expect_all_predict(quick, d, outcomes, losses)
  for (fit in fits) expect_false(anyNA(predict(fit, d, type = "link")), info = deparse1(kms_design(fit)$formula))
  if (has_package("survival")) {
    d$s <- survival::Surv(d$time, d$yes)
    expect_false(anyNA(predict(quick(s ~ x, d, loss = "discrete_time"), d)$fit))
    expect_error(quick(s ~ x, d), "discrete_time", class = "tildenet_error_argument")
  }
})

test_that("members that share a table are chosen of one epoch", {
  fit <- quick(y ~ x + emb(id, 2), mixed(), Nepochs = 10)
  expect_identical(unique(fit$members$epoch), fit$history$kept)
})

test_that("what a pack has no place for is refused", {
  expect_snapshot(error = TRUE, {
    quick(Species ~ ., iris, activation = "relu")
    quick(mpg ~ ., mtcars, loss = function(y_true, y_pred) k_mean((y_true - y_pred)^2, axis = -1))
    quick(count ~ x, mixed(), loss = "negative_binomial")
    quick(f ~ x, mixed(), loss = "ordinal")
    quick(cbind(am, vs) ~ wt, mtcars, class_weight = "balanced")
    kms(mpg ~ ., mtcars, members = 3)
    quick(mpg ~ ., mtcars, members = 0)
  })
})

test_that("weights, folds, intervals, calibration, further epochs and files go with a pack", {
  d <- mixed()
  weighted <- expect_weights_files_folds(quick, "pack", 6)
  expect_identical(glance(weighted$fold)$net, "pack")
  expect_false(anyNA(predict(weighted$fit, d, type = "interval", level = 0.5)))
  more <- fit(quick(y ~ x + f, d, Nepochs = 6), d, epochs = 2)
  expect_gt(nrow(more$members), 0)
  expect_length(more$history$metrics$loss, 8)
  balanced <- quick(two ~ x + f, d, class_weight = "balanced", calibrate = TRUE)
  expect_identical(dim(predict(balanced, d, type = "prob")), c(90L, 2L))
})
