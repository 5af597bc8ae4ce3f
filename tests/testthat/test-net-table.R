test_that("net = \"dense\" is kms() without net, to the bit", {
  plain <- small_kms(Species ~ ., iris, verbose = 0)
  named <- small_kms(Species ~ ., iris, verbose = 0, net = "dense")
  expect_identical(get_weights(named$model), get_weights(plain$model))
  expect_identical(glance(named)$net, "dense")
  expect_identical(glance(plain), glance(named))
  model <- compile(layer_dense(keras_model_sequential(), 3, input_shape = 4, activation = "softmax"), "adam",
                   "categorical_crossentropy")
  expect_identical(glance(kms(Species ~ ., iris, model, Nepochs = 1, seed = 1, verbose = 0))$net, NA_character_)
})

test_that("a net that there is not and one beside a model are refused", {
  expect_snapshot(kms(Species ~ ., iris, net = "forest"), error = TRUE)
  expect_snapshot(kms(Species ~ ., iris, net = 3), error = TRUE)
  model <- compile(layer_dense(keras_model_sequential(), 3, input_shape = 4), "adam", "mse")
  expect_snapshot(kms(Species ~ ., iris, model, net = "dense"), error = TRUE)
  expect_error(kms_kcv(Species ~ ., iris, net = "forest"), "`net`", class = "tildenet_error_argument")
})

# Numbers and labels with missing values, and an outcome without.
gappy <- function() {
  withr::with_seed(3, {
    d <- data.frame(x = stats::rnorm(60), z = stats::rnorm(60), f = factor(sample(c("a", "b", "c"), 60, TRUE)))
    d$y <- d$x + (d$f == "b")
    d$x[c(2, 5)] <- d$f[c(5, 9)] <- NA
    d
  })
}

missing_fit_of <- function(formula, data, net, ..., verbose = "auto") {
  kms(formula, data, net = net, units = 4, Nepochs = 2, seed = 1, ..., verbose = verbose)
}

test_that("all nets but \"dense\" use rows with missing predictors, and say so once", {
  d <- gappy()
  for (net in setdiff(names(nets), "dense")) {
    said <- testthat::capture_messages(fit <- missing_fit_of(y ~ ., d, net))
    expect_length(grep("3 have missing predictors and are used", said), 1)
    expect_identical(fit$N, 60L, info = net)
    expect_true(all(c("fNA", "is.na(x)") %in% fit$colnames_x), info = net)
    p <- predict(fit, d, type = "response")
    expect_false(anyNA(p), info = net)
    expect_identical(predict(unserialize(serialize(fit, NULL)), d, type = "response"), p)
    asked <- expect_silent(missing_fit_of(formula(fit), d, net, na.action = na.pass))
    expect_identical(get_weights(asked$model), get_weights(fit$model), info = net)
    expect_message(fewer <- missing_fit_of(y ~ ., d, net, na.action = na.omit), "Dropped 3 of 60 rows")
    expect_identical(fewer$N, 57L)
    expect_true(anyNA(predict(fewer, d, type = "response")))
  }
  expect_message(plain <- missing_fit_of(y ~ ., d, "dense"), "Dropped 3 of 60 rows")
  expect_identical(plain$N, 57L)
  expect_silent(missing_fit_of(y ~ z, d, "realmlp_tds"))
  expect_silent(missing_fit_of(y ~ ., d, "realmlp_tds", verbose = 0))
})

test_that("rows with missing predictors: new rows, empty columns, matrices, folds and further epochs of a net", {
  d <- gappy()
  whole <- missing_fit_of(y ~ x + z + f, stats::na.omit(d), "realmlp", pTraining = 1)
  expect_false(anyNA(suppressWarnings(predict(whole, d, type = "response"))))
  d$empty <- NA_real_
  expect_error(missing_fit_of(y ~ x + empty, d, "realmlp", verbose = 0), "`empty` must have a value in the training rows",
               class = "tildenet_error_data")
  suppressMessages(expect_message(missing_fit_of(y ~ ., d, "realmlp", auto = TRUE), "Left out of `.`: `empty` (all missing)",
                                  fixed = TRUE))
  x <- as.matrix(d[c("x", "z")])
  expect_message(fit <- kms(x, d$y, net = "realmlp_tds", units = 4, Nepochs = 1, seed = 1), "2 have missing predictors")
  expect_false(anyNA(predict(fit, x, type = "response")))
  said <- testthat::capture_messages(
    cv <- kms_kcv(y ~ x + f, d, k = 2, net = "realmlp_tds", units = 4, Nepochs = 1, seed = 1))
  expect_length(said, 1)
  expect_false(anyNA(cv$folds))
  expect_false(anyNA(cv$predictions))
})

test_that("columns that say where numbers are missing have no periodic features", {
  fit <- missing_fit_of(y ~ z + f + x, gappy(), "realmlp", verbose = 0)
  expect_identical(fit$colnames_x[columns_of_numbers(kms_design(fit))], c("z", "x"))
  x <- as.matrix(gappy()[c("x", "z")])
  fit <- kms(x, gappy()$y, net = "realmlp", units = 4, Nepochs = 1, seed = 1, verbose = 0)
  expect_identical(fit$colnames_x[columns_of_numbers(kms_design(fit))], c("x", "z"))
})

test_that("net = \"mlp\" has a hidden layer for each number of units, and the output the outcome wants", {
  expect_identical(layer_words(kms_spec_of(three, net = "mlp")), c("dense 64", "dense 3"))
  spec <- kms_spec_of(three, net = "mlp", units = c(9, 5), dropout = c(0.2, 0.1), activation = c("tanh", "elu"))
  expect_identical(layer_words(spec), c("dense 9", "dropout 0.2", "dense 5", "dropout 0.1", "dense 3"))
  expect_identical(spec$overview$activation, c("tanh", "elu", "softmax"))
  expect_identical(spec$layers[[1]]$args$input_shape, 8L)
  expect_no_warning(expect_no_message(spec <- kms_spec_of(binary, net = "mlp", activation = "tanh", units = 4, dropout = 0.3)))
  expect_identical(spec$overview$activation, c("tanh", "sigmoid"))
  expect_identical(layer_words(spec), c("dense 4", "dropout 0.3", "dense 1"))
  spec <- kms_spec_of(continuous, net = "mlp", units = c(4, 3, 2, 5), activation = activation_tanh)
  expect_identical(spec$overview$activation, c(rep("tanh", 4), "linear"))
  expect_identical(spec$overview$kernel_regularizer, rep("none", 5))
  expect_identical(kms_spec_of(three, net = "mlp", kernel_regularizer = "regularizer_l2")$overview$kernel_regularizer, rep("l2(0.01)", 2))
  expect_snapshot(kms(Species ~ ., iris, net = "mlp", N_layers = 2), error = TRUE)
  expect_snapshot(kms(Species ~ ., iris, net = "mlp", units = 3:5, activation = c("relu", "tanh")), error = TRUE)
  expect_error(kms(Species ~ ., iris, net = "mlp", embedding = TRUE), "`embedding`", class = "tildenet_error_argument")
})

test_that("net = \"mlp\" goes with tables, texts, offsets and sparse columns", {
  d <- ratings(60)
  fit <- kms(stars ~ x + emb(user, 3):emb(film, 3) + emb(user, 3) + offset(x), d, net = "mlp", units = c(5, 3), dropout = 0.1,
             Nepochs = 2, seed = 1, verbose = 0)
  expect_false(anyNA(predict(fit, d)))
  expect_identical(glance(fit)$net, "mlp")
  again <- fit(fit, d, epochs = 1)
  expect_identical(again$layers_overview, fit$layers_overview)
  sparse <- kms(x = Matrix::rsparsematrix(40, 12, 0.2), y = rep(c("a", "b"), 20), net = "mlp", units = 3, Nepochs = 2, seed = 1, verbose = 0)
  expect_true(sparse$sparse_data)
})
