quick <- members_of("tabm", epochs = 3)

class_words <- function(model) vapply(model$layers, function(layer) class(layer)[1], "")

test_that("numbers have piecewise-linear features, members share kernels and have outputs of their own", {
  fit <- quick(y ~ f + x + two + w, mixed())
  expect_identical(class_words(fit$model), c("PiecewiseLinear", rep(c("DenseEnsemble", "Dropout"), 2), "DensePacked",
                                             "GlobalAveragePooling1D"))
  features <- self_of(fit$model$layers[[1]])$config
  expect_identical(fit$colnames_x[unlist(features$columns)], c("x", "w"))
  expect_length(features$bins, 2)
  expect_identical(fit$members, data.frame(member = c(1, 2, 3), epoch = fit$history$kept, weight = 1 / 3))
  expect_equal(fit$history$kept, which.min(fit$history$metrics$val_ensemble))
  weights <- get_weights(fit$model)
  expect_identical(dim(weights[[3]]), c(3L, 2L * 8L + 5L))
  labels <- quick(y ~ f + two, mixed())
  expect_identical(class_words(labels$model)[1], "DenseEnsemble")
  expect_gt(mean(abs(get_weights(labels$model)[[1]])), 0.9) # random signs
})

test_that("settings are those of the paper, but for sizes, which follow the table", {
  control <- kms_sizes(kms_control_of(net = "tabm"), list(outcome = three, colnames_x = letters), 1000)
  expect_identical(control[c("members", "units", "batch_size")], tabm_sizes(800, 26)[c("members", "units", "batch_size")])
  expect_identical(kms_patience(control, 200), 16)
  expect_identical(kms_patience(kms_control_of(net = "tabm", Nepochs = 9), 9), Inf)
  trained <- net_training(control, kms_spec_of(net = "tabm"), three, 1000)
  expect_identical(trained$optimizer_args, list(learning_rate = 0.002, weight_decay = 3e-4))
  given <- kms_spec_of(net = "tabm", units = c(9, 8, 7), dropout = 0, members = 2)
  expect_identical(layer_words(given), c("dense_ensemble 9", "dense_ensemble 8", "dense_ensemble 7", "dense_packed 3"))
})

test_that("every kind of outcome goes with TabM", {
  d <- mixed()
  outcomes <- list(y ~ x + f, two ~ x + f, f ~ x, cbind(yes + 0, x > 0) ~ w + f, count ~ x, y ~ x + f, two ~ x + offset(w),
                   y ~ x + emb(id, 2), y ~ emb(id, 2):emb(f, 2))
  losses <- list(NULL, NULL, NULL, NULL, "poisson", loss_quantile(quantiles = c(0.1, 0.9)), NULL, NULL, NULL)
  expect_all_predict(quick, d, outcomes, losses)
  expect_error(quick(f ~ x, d, loss = "ordinal"), "`loss`", class = "tildenet_error_argument")
})

test_that("weights, matrices, folds, further epochs and files go with TabM", {
  d <- mixed()
  expect_weights_files_folds(quick, "tabm", 3)
  more <- fit(quick(y ~ x + f, d), d, epochs = 2)
  expect_length(more$history$metrics$loss, 5)
  by_matrix <- kms(as.matrix(d[c("x", "w")]), d$y, net = "tabm", members = 2, units = 4, Nepochs = 1, seed = 1, verbose = 0)
  expect_identical(class_words(by_matrix$model)[1], "PiecewiseLinear")
})
