small_model <- function() {
  model <- keras_model_sequential() %>% layer_dense(2, input_shape = 3)
  compile(model, optimizer_sgd(0.1), "mse")
  model
}

test_that("what a model cannot compute with is refused wherever it comes in, and nothing is changed", {
  model <- small_model()
  x <- matrix(1, 6, 3)
  y <- matrix(0, 6, 2)
  weights <- get_weights(model)
  sparse <- function(v) Matrix::sparseMatrix(1:3, 1:3, x = c(1, v, 1), dims = c(6, 3))
  for (bad in c(Inf, -Inf, 1e300, -3.5e38)) {
    worse <- replace(x, 8, bad)
    expect_error(fit(model, worse, y, verbose = 0), "at \\[2, 2\\]", class = "tildenet_error_data")
    expect_error(fit(model, sparse(bad), y, verbose = 0), class = "tildenet_error_data")
    expect_error(fit(model, x, replace(y, 3, bad), verbose = 0), class = "tildenet_error_data")
    expect_error(fit(model, x, y, sample_weight = c(1, abs(bad), 1, 1, 1, 1), verbose = 0), class = "tildenet_error_data")
    expect_error(fit(model, x, y, validation_data = list(worse, y), verbose = 0), class = "tildenet_error_data")
    expect_error(fit(model, function() list(worse, y), steps_per_epoch = 1, epochs = 1, verbose = 0), class = "tildenet_error_data")
    expect_error(evaluate(model, worse, y, verbose = 0), class = "tildenet_error_data")
    expect_error(predict(model, worse, verbose = 0), class = "tildenet_error_data")
    expect_error(train_on_batch(model, worse, y), class = "tildenet_error_data")
    expect_error(model(worse), class = "tildenet_error_data")
    expect_error(fit(model, x, y, class_weight = list("0" = abs(bad), "1" = 1), verbose = 0), "`class_weight` must",
                 class = "tildenet_error_argument")
  }
  expect_identical(get_weights(model), weights)
  expect_length(predict(model, replace(x, 8, 3e38), verbose = 0), 12)
  worse <- replace(x, c(7, 8), -Inf)
  expect_snapshot(error = TRUE, {
    predict(model, worse, verbose = 0)
    predict(model, `colnames<-`(worse, c("a", "b", "c")), verbose = 0)
    predict(model, replace(x, 1, 1e300), verbose = 0)
    fit(model, x, replace(1:6, 4, Inf), verbose = 0)
    fit(model, x, y, class_weight = list("0" = 1, "1" = 1e300), verbose = 0)
    fit(model, replace(x, 2, NaN), y, verbose = 0)
  })
})

test_that("one number at any place of a long vector is found", {
  x <- numeric(5000)
  for (at in c(1, 1023, 1024, 1025, 4999, 5000)) for (bad in c(NA, NaN, Inf, -1e39)) {
    expect_false(engine_all_held(replace(x, at, bad)))
  }
  expect_true(engine_all_held(x))
  expect_true(engine_all_held(c(largest_float, -largest_float)))
  expect_true(engine_all_held(numeric()))
  expect_false(engine_all_held(c(1L, NA)))
  expect_true(engine_all_held(c(TRUE, FALSE)))
  expect_false(engine_all_held(c(TRUE, NA)))
})

test_that("classes of a sparse crossentropy are whole", {
  model <- keras_model_sequential() %>% layer_dense(3, activation = "softmax", input_shape = 1)
  compile(model, "sgd", "sparse_categorical_crossentropy")
  for (bad in c(1.5, 0.001, 1.999)) {
    expect_error(fit(model, 1:4, c(0, 1, 2, bad), verbose = 0), paste("It holds", bad), class = "tildenet_error_argument")
  }
  expect_error(evaluate(model, 1:4, c(0.5, 1.5, 2, 0), verbose = 0), "0.5 and 1 more", class = "tildenet_error_argument")
  expect_length(fit(model, 1:4, c(0, 1, 2, 0), epochs = 1, verbose = 0)$metrics$loss, 1)
})

test_that("infinite predictors stop a kms() fit and cost their rows in new data", {
  d <- data.frame(a = c(1, 4, 2, 8, 5, 7, 3, 6), b = 8:1 + 0, f = rep(c("u", "v"), 4), y = 1:8 + 0)
  fit_of <- function(formula, data = d, ...) {
    kms(formula, data, N_layers = 1, units = 2, Nepochs = 1, pTraining = 1, seed = 1, verbose = 0, ...)
  }
  with_value <- function(column, value, at = 3) {
    d[[column]][at] <- value
    d
  }
  for (bad in c(Inf, -Inf, 1e300)) {
    expect_error(fit_of(y ~ a + b, with_value("b", bad)), "`b` must", class = "tildenet_error_data")
    expect_error(fit_of(y ~ a + offset(b), with_value("b", bad)), "offset", class = "tildenet_error_data")
    expect_error(fit_of(y ~ a, with_value("y", bad)), "finite", class = "tildenet_error_outcome")
    expect_error(fit_of(y ~ a, weights = with_value("b", abs(bad))$b), "`weights`", class = "tildenet_error_data")
  }
  by_formula <- fit_of(y ~ a + log(b) + f)
  by_matrix <- kms(as.matrix(d[1:2]), d$y, N_layers = 1, units = 2, Nepochs = 1, pTraining = 1, seed = 1, verbose = 0)
  by_sparse <- kms(methods::as(as.matrix(d[1:2]), "CsparseMatrix"), d$y, N_layers = 1, units = 2, Nepochs = 1,
                   pTraining = 1, seed = 1, verbose = 0)
  new <- with_value("a", c(Inf, 1e300), 2:3)
  new$b[5] <- 0 # the log is infinite
  expect_warning(p <- predict(by_formula, new, type = "response"), class = "tildenet_warning_infinite")
  expect_identical(which(is.na(p)), c(2L, 3L, 5L))
  expect_identical(p[-c(2, 3, 5)], predict(by_formula, d, type = "response")[-c(2, 3, 5)])
  expect_warning(p <- predict(by_matrix, as.matrix(new[1:2]), type = "response"), class = "tildenet_warning_infinite")
  expect_identical(which(is.na(p)), 2:3)
  sparse <- methods::as(as.matrix(new[1:2]), "CsparseMatrix")
  expect_warning(p <- predict(by_sparse, sparse, type = "response"), class = "tildenet_warning_infinite")
  expect_identical(which(is.na(p)), 2:3)
  expect_snapshot(invisible(predict(by_formula, new, type = "response")))
})

test_that("broken factors and bytes are refused by name", {
  d <- data.frame(a = c(1, 4, 2, 8, 5, 7, 3, 6), f = factor(rep(c("u", "v"), 4)), r = as.raw(1:8))
  broken <- function(codes, levels = c("u", "v")) structure(codes, levels = levels, class = "factor")
  fit_of <- function(formula, data) {
    kms(formula, data, N_layers = 1, units = 2, Nepochs = 1, pTraining = 1, seed = 1, verbose = 0)
  }
  for (codes in list(c(1:7, 1L), c(0L, rep(1:2, 3), 1L), c(-5L, rep(1:2, 3), 1L))) {
    bad <- d
    bad$f <- broken(codes)
    expect_error(fit_of(a ~ f, bad), "`f` must be a factor", class = "tildenet_error_data")
    expect_error(fit_of(f ~ a, bad), "`f` must be a factor", class = "tildenet_error_data")
    expect_error(predict(fit_of(a ~ f, d), bad), "`f` must be a factor", class = "tildenet_error_data")
    expect_error(kms(as.matrix(d$a), bad$f, verbose = 0), class = "tildenet_error_data")
    expect_error(to_categorical(bad$f), class = "tildenet_error_data")
  }
  expect_null(check_factor(factor(c("a", NA)), "f"))
  expect_null(check_factor(addNA(factor(c("a", NA))), "f"))
  expect_error(fit_of(a ~ r, d), "`r` must hold numbers", class = "tildenet_error_data")
  expect_error(fit_of(r ~ a, d), "`r`", class = "tildenet_error_outcome")
  expect_error(kms(as.matrix(d$a), d$r, verbose = 0), "`y`", class = "tildenet_error_data")
})
