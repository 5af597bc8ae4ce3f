committee <- function(formula, data, ...) kms(formula, data, net = "committee", seed = 1, verbose = 0, ...)

test_that("each row is held out by some members, and each member is fitted to most rows", {
  held <- held_by_members(103, list(members = 12, held = 0.2))
  expect_equal(dim(held), c(103L, 12L))
  expect_true(all(rowSums(held) %in% 2:3))
  expect_true(all(abs(colMeans(held) - 0.2) < 0.01))
  expect_equal(ncol(unique(t(held))), 103)
  expect_equal(nrow(unique(t(held))), 5)
  expect_true(all(rowSums(held_by_members(5, list(members = 3, held = 0.01))) == 1))
  expect_true(all(colMeans(held_by_members(10, list(members = 4, held = 0.9))) == 0.5))
})

test_that("weights of rows and members have mean 1 and leave out what is held out", {
  held <- held_by_members(50, list(members = 6, held = 0.25))
  expect_equal(mean(held_weights(NULL, held)), 1)
  expect_true(all((held_weights(NULL, held) == 0) == held))
  w <- runif(50)
  expect_equal(held_weights(w, held), w * held_weights(NULL, held))
})

test_that("a member does not depend on the rows it holds out", {
  set.seed(2)
  d <- data.frame(x = rnorm(60), z = rnorm(60))
  d$y <- d$x + rnorm(60)
  settings <- list(members = 3, Nepochs = 4, pTraining = 1, scale_continuous = NULL, keep = "last", validation_split = 1 / 3)
  fit_to <- function(data) do.call(committee, c(list(y ~ ., data), settings))
  first <- fit_to(d)
  # In which order rows are is drawn from the seed; a row's part is its place in it.
  set.seed(1)
  order <- kms_training_order(kms_split(60, list(seed = 1, pTraining = 1, keras_model_seq = NULL, verbose = 0)), d$y,
                              list(type = "continuous"))
  held <- held_by_members(60, list(members = 3, held = 1 / 3))
  changed <- d
  changed$y[order[held[, 2]]] <- 50
  second <- fit_to(changed)
  of_member <- function(fit, m) predict(fit, d, type = "members")[, paste0("member", fit$members$member) == paste0("member", m)]
  expect_identical(of_member(first, 2), of_member(second, 2))
  expect_false(identical(of_member(first, 1), of_member(second, 1)))
})

test_that("the history has what rows not seen say, of 32 epochs at most", {
  fit <- committee(Species ~ ., iris)
  series <- fit$history$metrics
  expect_equal(names(series), c("loss", "accuracy", "val_loss", "val_accuracy"))
  expect_length(series$val_loss, 64)
  expect_equal(which(!is.na(series$val_loss)), seq(2, 64, 2))
  best <- max(series$val_accuracy, na.rm = TRUE)
  expect_equal(fit$history$kept, max(which(series$val_accuracy == best)))
  expect_equal(fit$history$params$validation_samples, sum(fit$split == "train"))
  expect_gt(fit$evaluations$accuracy, 0.9)
  expect_equal(nrow(fit$members), 12)
  expect_true(all(fit$members$weight == 1 / 12))
})

test_that("what stands in the history is the mean of the members that have not seen a row", {
  d <- mtcars
  fit <- committee(mpg ~ ., d, pTraining = 1, Nepochs = 3, members = 2, validation_split = 0.5, keep = "last")
  train <- fit$split == "train"
  set.seed(1)
  order <- kms_training_order(kms_split(32, list(seed = 1, pTraining = 1, keras_model_seq = NULL, verbose = 0)), d$mpg,
                              list(type = "continuous"))
  by_member <- predict(fit, d, type = "members")[, order(fit$members$member)]
  unseen <- by_member[cbind(order, ifelse(seq_len(32) %% 2 == 1, 1, 2))]
  held <- held_by_members(32, list(members = 2, held = 0.5))
  expect_true(all(held[seq(1, 32, 2), 1]))
  expect_equal(tail(fit$history$metrics$val_mean_absolute_error, 1), mean(abs(unseen - d$mpg[order])) / sd(d$mpg), tolerance = 1e-5)
})

test_that("without rows to hold out all members are fitted to all of them", {
  fit <- committee(Species ~ ., iris, validation_split = 0, Nepochs = 4)
  expect_equal(names(fit$history$metrics), c("loss", "accuracy"))
  expect_equal(fit$history$kept, 4)
  expect_error(predict(fit, iris, type = "set"), class = "tildenet_error_argument")
})

test_that("intervals and calibrated probabilities come from rows not seen", {
  set.seed(3)
  d <- data.frame(x = runif(500))
  d$y <- sin(6 * d$x) + rnorm(500, sd = 0.3)
  fit <- committee(y ~ x, d[1:200, ], pTraining = 1)
  expect_length(attr(fit, "calibration")$off, 200)
  bounds <- predict(fit, d[201:500, ], type = "interval", level = 0.9)
  inside <- mean(d$y[201:500] >= bounds[, "lwr"] & d$y[201:500] <= bounds[, "upr"])
  expect_true(inside > 0.85 && inside < 0.96)
  flowers <- committee(Species ~ ., iris, calibrate = TRUE)
  expect_true(flowers$temperature > 0)
})

test_that("weights, patience and any number of rows are in order", {
  w <- rep(1:2, 75)
  weighted <- committee(Species ~ ., iris, weights = w, Nepochs = 4)
  expect_false(identical(predict(weighted, iris, "prob"), predict(committee(Species ~ ., iris, Nepochs = 4), iris, "prob")))
  stopped <- committee(mpg ~ ., mtcars, patience = 1, min_delta = 10)
  expect_lt(glance(stopped)$epochs, 64)
  for (n in 2:5) {
    fit <- suppressWarnings(committee(mpg ~ wt, mtcars[1 + seq_len(n), ], pTraining = 1, Nepochs = 2))
    expect_true(all(is.finite(predict(fit, mtcars)$fit)))
  }
})

test_that("the bits are the same with one thread and two", {
  fit <- function(threads) {
    withr::local_options(tildenet.threads = threads)
    predict(committee(Species ~ ., iris, Nepochs = 5), iris, "prob")
  }
  expect_identical(fit(1), fit(2))
})
