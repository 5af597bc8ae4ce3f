# A table with columns of all kinds, 120 rows.
mixed_table <- function() {
  withr::with_seed(4, {
    d <- data.frame(x = stats::rnorm(120), w = stats::runif(120), f = factor(sample(letters[1:4], 120, TRUE)),
                    two = sample(c("u", "v"), 120, TRUE), yes = stats::runif(120) > 0.5)
    d$y <- sin(2 * d$x) + (d$f == "b") + d$yes
    d$two[d$y > 1] <- "u"
    d
  })
}

quick <- function(formula, data, net = "realmlp", ..., units = 8, Nepochs = 3, seed = 1) {
  kms(formula, data, net = net, units = units, Nepochs = Nepochs, seed = seed, verbose = 0, ...)
}

test_that("the small form is a scale and neural-tangent layers whose output starts at 0", {
  spec <- kms_spec_of(net = "realmlp_tds")
  expect_identical(layer_words(spec), c("scale", paste("dense_ntk", c(256, 256, 256, 3))))
  expect_identical(spec$overview$activation, c("selu", "selu", "selu", "softmax"))
  expect_identical(spec$layers[[5]]$args$kernel_initializer, "zeros")
  expect_identical(kms_spec_of(continuous, net = "realmlp_tds")$overview$activation, c("mish", "mish", "mish", "linear"))
  expect_identical(kms_spec_of(net = "realmlp_tds", units = c(30, 20))$overview$units, c(30, 20, 3))
  expect_identical(kms_spec_of(binary, net = "realmlp_tds", units = 5)$overview$units, c(5, 5, 5, 2))
  expect_identical(spec$loss$attrs$label_smoothing, 0.1)
})

test_that("rates are 6 for scales and a tenth for biases, and follow a schedule of all updates", {
  spec <- kms_spec_of(net = "realmlp_tds")
  control <- net_training(kms_sizes(kms_control_of(net = "realmlp_tds"), list(outcome = three), 1000), spec, three, 1000)
  expect_identical(control$batch_size, 267)
  expect_equal(control$optimizer_args, list(learning_rate = learning_rate_schedule_coslog(0.04, 256 * 3), beta_2 = 0.95,
                                            epsilon = 1e-8, rate_factors = c("/scale:0$" = 6, "/bias:0$" = 0.1)))
  own <- kms_control_of(net = "realmlp_tds", optimizer_args = list(beta_2 = 0.9))
  expect_identical(net_training(own, spec, three, 1000)$optimizer_args$beta_2, 0.9)
  rate_of <- function(rate) net_training(kms_control_of(net = "realmlp_tds", optimizer_args = list(learning_rate = rate)), spec, three, 1000)
  expect_identical(rate_of(0.3)$optimizer_args$learning_rate, learning_rate_schedule_coslog(0.3, 256 * 25))
  other <- learning_rate_schedule_cosine_decay(0.3, 10)
  expect_identical(rate_of(other)$optimizer_args$learning_rate, other)
  expect_error(rate_of(-1), "learning_rate", class = "tildenet_error_argument")
  own <- kms_control_of(net = "realmlp_tds", optimizer = "sgd", batch_size = 7)
  expect_identical(net_training(kms_sizes(own, list(outcome = three), 1000), spec, three, 1000)[c("batch_size", "optimizer_args")],
                   list(batch_size = 7, optimizer_args = list()))
  expect_identical(even_batches(c(3, 255, 511, 512, 700)), c(3, 255, 511, 256, 350))
})

test_that("weight decay and dropout of the whole form fade in the second half, with its own optimizer", {
  faded <- function(...) {
    control <- kms_control_of(...)
    spec <- kms_spec_of(...)
    vapply(net_training(kms_sizes(control, list(outcome = three), 1000), spec, three, 1000)$net_callbacks, function(cb) {
      expect_identical(self_of(cb)$schedule, schedule_flat_cos)
      self_of(cb)$what
    }, "")
  }
  expect_identical(faded(net = "realmlp"), c("weight_decay", "dropout"))
  expect_identical(faded(net = "realmlp", dropout = 0), "weight_decay")
  expect_length(faded(net = "realmlp_tds"), 0)
  expect_length(faded(net = "realmlp", optimizer = "adam"), 0)
  d <- mixed_table()
  fading <- get_weights(quick(y ~ x + f, d, Nepochs = 4, keep = "last")$model)
  expect_false(identical(get_weights(quick(y ~ x + f, d, Nepochs = 4, keep = "last", dropout = 0)$model), fading))
  constant <- list(callback_schedule("dropout", function(p) 1), callback_schedule("weight_decay", function(p) 1))
  expect_false(identical(get_weights(quick(y ~ x + f, d, Nepochs = 4, keep = "last", callbacks = constant)$model), fading))
})

test_that("labels have a column a level, two levels one with 1 and -1, but for contrasts of the user's", {
  d <- mixed_table()
  fit <- quick(y ~ ., d, "realmlp_tds")
  expect_identical(fit$colnames_x, c("x", "w", "fa", "fb", "fc", "fd", "twou", "yesFALSE"))
  x <- design_apply(kms_design(fit), d)$x
  expect_equal(unname(x[, "fc"]), as.numeric(d$f == "c"))
  expect_equal(unname(x[, "twou"]), ifelse(d$two == "u", 1, -1))
  expect_equal(unname(x[, "yesFALSE"]), ifelse(d$yes, -1, 1))
  expect_length(quick(y ~ f, d, "realmlp_tds", contrasts.arg = list(f = "contr.sum"))$colnames_x, 3)
  new <- transform(d[1:4, ], f = "zz", two = NA)
  expect_warning(p <- predict(fit, transform(d[1:4, ], f = "zz"), type = "response"), "has not seen")
  expect_false(anyNA(p))
})

test_that("the epoch with the most right labels is kept, the last of equal ones", {
  fit <- quick(Species ~ ., iris, "realmlp_tds", Nepochs = 12)
  right <- fit$history$metrics$val_accuracy
  expect_equal(fit$history$kept, max(which(right == max(right))))
  expect_match(capture.output(fit), "kept (best validation accuracy)", fixed = TRUE, all = FALSE)
  expect_match(capture.output(fit), "^Net: +realmlp_tds$", all = FALSE)
  number <- quick(y ~ ., mixed_table(), "realmlp_tds", Nepochs = 12)
  expect_equal(number$history$kept, which.min(number$history$metrics$val_loss))
  expect_equal(quick(Species ~ ., iris, "realmlp_tds", keep = "last")$history$kept, 3)
})

test_that("arguments and terms that RealMLP has no place for are refused", {
  expect_snapshot(error = TRUE, {
    kms(Species ~ ., iris, net = "realmlp", activation = "relu")
    kms(Species ~ ., iris, net = "realmlp_tds", N_layers = 2)
    kms(Species ~ ., iris, net = "realmlp", bias_constraint = constraint_nonneg())
    kms(y ~ text(s, 5), data.frame(s = c("a b", "b c"), y = 1:10), net = "realmlp", verbose = 0)
  })
})

test_that("every kind of outcome goes with RealMLP, also from a file", {
  d <- mixed_table()
  d$count <- as.numeric(d$f) - 1
  d$time <- exp(d$y)
  outcomes <- list(y ~ x + f, two ~ x + f, f ~ x + two, cbind(yes + 0, x > 0) ~ w + f, count ~ x, time ~ x, y ~ x + f,
                   f ~ x, two ~ x + offset(w), y ~ x + offset(w))
  losses <- list(NULL, NULL, NULL, NULL, "poisson", "gamma", loss_quantile(quantiles = c(0.1, 0.9)), "ordinal", NULL, NULL)
  if (has_package("survival")) {
    d$s <- survival::Surv(d$time, d$yes)
    outcomes <- c(outcomes, s ~ x, s ~ x)
    losses <- c(losses, "cox", "discrete_time")
  }
  for (i in seq_along(outcomes)) {
    fit <- quick(outcomes[[i]], d, loss = losses[[i]])
    expect_s3_class(fit, "kms_fit")
    p <- predict(fit, d)$fit
    expect_identical(NROW(p), 120L)
    expect_false(anyNA(p), info = deparse1(outcomes[[i]]))
  }
  again <- unserialize(serialize(fit, NULL))
  expect_identical(predict(again, d)$fit, p)
})

test_that("weights, folds, importance, dependence, intervals and calibrated sets go with RealMLP", {
  d <- mixed_table()
  fit <- quick(y ~ x + f, d, weights = w, patience = 2, Nepochs = 6)
  expect_identical(get_weights(quick(y ~ x + f, d, weights = w, patience = 2, Nepochs = 6)$model), get_weights(fit$model))
  expect_identical(nrow(importance(fit, d, n_repeats = 1)), 2L)
  expect_false(anyNA(partial_dependence(fit, d, "x")$prediction))
  expect_false(anyNA(predict(fit, d, type = "interval", level = 0.5)))
  balanced <- quick(two ~ x + f, d, class_weight = "balanced")
  expect_identical(dim(predict(balanced, d, type = "prob")), c(120L, 2L))
  cv <- kms_kcv(two ~ x + f, d, k_folds = 2, net = "realmlp_tds", units = 4, Nepochs = 2, seed = 1, verbose = 0)
  expect_identical(glance(cv$train_f1)$net, "realmlp_tds")
  expect_equal(cv$train_f1$history$kept, 2)
})

test_that("the whole form has periodic features of numbers alone, and activations of its own", {
  d <- mixed_table()
  fit <- quick(y ~ f + x + two + w, d)
  expect_identical(vapply(fit$model$layers, function(l) class(l)[1], ""),
                   c("PBLD", "Scale", rep(c("DenseNTK", "ParametricActivation", "Dropout"), 3), "DenseNTK"))
  pbld <- self_of(fit$model$layers[[1]])
  expect_identical(unlist(pbld$config$columns), c(5, 7))
  expect_identical(dim(get_weights(fit$model$layers[[1]])[[1]]), c(2L, 16L))
  labels <- quick(y ~ f + two, d)
  expect_identical(class(labels$model$layers[[1]])[1], "Scale")
})

test_that("a network of either form comes back from a file", {
  d <- mixed_table()
  for (net in c("realmlp_tds", "realmlp")) {
    model <- quick(y ~ f + x + two + w, d, net)$model
    path <- withr::local_tempfile(fileext = ".h5")
    save_model_hdf5(model, path)
    x <- matrix(stats::runif(3 * model$input_shape[[2]]), 3)
    expect_identical(predict(load_model_hdf5(path), x), predict(model, x))
  }
})

test_that("the whole form starts where the rows are", {
  set.seed(5)
  x <- matrix(stats::rnorm(400, 3), 100)
  model <- keras_model_sequential() %>% layer_scale(input_shape = 4) %>% layer_dense_ntk(50, "selu") %>%
    layer_dense_ntk(20, bias_initializer = "ones")
  calls <- list(list(layer = "layer_scale"), list(layer = "layer_dense_ntk"),
                list(layer = "layer_dense_ntk", args = list(bias_initializer = "ones")))
  ntk_start(model, calls, x)
  w <- get_weights(model)
  sums <- x %*% w[[2]] / 2
  expect_equal(apply(sums, 2, stats::sd), rep(sqrt(100 / 99), 50), tolerance = 1e-5)
  expect_true(all(-w[[3]] > apply(sums, 2, min) & -w[[3]] < apply(sums, 2, max)))
  expect_equal(w[[5]], array(1, 20))
  hidden <- predict(keras_model(model$inputs, model$layers[[2]]$output), x)
  expect_equal(apply(hidden %*% w[[4]] / sqrt(50), 2, stats::sd), rep(sqrt(100 / 99), 20), tolerance = 1e-4)
})

test_that("the whole form predicts numbers in the range of the training rows", {
  d <- mixed_table()
  fit <- quick(y ~ x, d, pTraining = 1, Nepochs = 20)
  far <- data.frame(x = c(-1e3, 1e3))
  expect_true(all(predict(fit, far)$fit >= min(d$y) & predict(fit, far)$fit <= max(d$y)))
  scale <- list(y = matrix(c(0, 1)), scale = "z", limits = c(-1, 2))
  expect_identical(scale_outcome_undo(c(-3, 0.5, 7), scale), c(-1, 0.5, 2))
  expect_identical(scale_outcome_undo(matrix(c(-3, 7), 1), scale), matrix(c(-1, 2), 1))
})

test_that("columns of many levels are tables where they stand alone, and the formula says so", {
  d <- withr::with_seed(6, cbind(mixed_table(), city = sample(paste0("c", 1:12), 120, TRUE)))
  fit <- quick(y ~ . - w + offset(w), d)
  expect_equal(formula(fit), y ~ x + f + two + yes + emb(city, 8) + offset(w), ignore_attr = TRUE)
  expect_identical(dim(embedding(fit, "city")), c(13L, 8L))
  expect_equal(formula_with_tables(y ~ x * city, d), y ~ x * city)
  expect_equal(formula_with_tables(y ~ f, d), y ~ f)
  expect_equal(formula_with_tables(y ~ 0 + city, d), y ~ emb(city, 8) + 0)
  expect_true("cityc1" %in% quick(y ~ city, d, "realmlp_tds")$colnames_x)
})
