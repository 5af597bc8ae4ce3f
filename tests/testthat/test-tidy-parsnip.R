test_that("the engine is there once parsnip is loaded, with what it can do", {
  local_tidymodels()
  of_engine <- function(table) table[table$engine == "tildenet", ]
  encoding <- of_engine(get_encoding("mlp"))
  expect_setequal(encoding$mode, c("classification", "regression", "quantile regression"))
  expect_true(all(encoding$allow_sparse_x))
  expect_true(all(encoding$predictor_indicators == "none"))
  expect_setequal(of_engine(get_from_env("mlp_args"))$parsnip,
                  c("hidden_units", "penalty", "dropout", "epochs", "activation", "learn_rate", "batch_size", "patience",
                    "validation_split"))
  expect_identical(sort(required_pkgs(small_mlp())), c("parsnip", "tildenet"))
  n <- nrow(show_engines("mlp"))
  register_mlp(asNamespace("parsnip"))
  expect_identical(nrow(show_engines("mlp")), n)
})

test_that("it is registered in whatever order the packages are loaded", {
  skip_if_not_installed("parsnip", "1.3.0")
  engine_of <- function(first, second) {
    unlist(called_fresh(c(first, second), function(packages) {
      loadNamespace(packages[1])
      at_once <- isNamespaceLoaded(packages[2])
      loadNamespace(packages[2])
      list(loaded_too = at_once, engine = "tildenet" %in% asNamespace("parsnip")$show_engines("mlp")$engine)
    }))
  }
  expect_identical(engine_of("tildenet", "parsnip"), c(loaded_too = FALSE, engine = TRUE))
  expect_identical(engine_of("parsnip", "tildenet"), c(loaded_too = FALSE, engine = TRUE))
})

test_that("translate() and update() show and change every main argument", {
  local_tidymodels()
  spec <- set_mode(set_engine(mlp(hidden_units = c(8, 4), penalty = 0.01, dropout = 0.1, epochs = 9, activation = "tanh",
                                  learn_rate = 0.02), "tildenet", batch_size = 16), "classification")
  shown <- function(spec) {
    args <- translate(spec)$method$fit$args
    lapply(args[setdiff(names(args), c("formula", "data", "weights"))], function(arg) eval(getExportedValue("rlang", "get_expr")(arg)))
  }
  expect_identical(shown(spec), list(hidden_units = c(8, 4), penalty = 0.01, dropout = 0.1, epochs = 9, activation = "tanh",
                                     learn_rate = 0.02, batch_size = 16))
  expect_identical(shown(small_mlp("regression")), list(hidden_units = 6, epochs = 15, y_type = "continuous"))
  spec <- update(spec, hidden_units = 5, epochs = 2, batch_size = 8)
  fit <- extract_fit_engine(fit(spec, Species ~ ., iris))
  expect_identical(fit$layers_overview$units, c(5, 3))
  expect_identical(fit$layers_overview$activation[1], "tanh")
  expect_identical(fit$layers_overview$kernel_regularizer[1], "l2(0.01)")
  expect_identical(fit$layers_overview$dropout[1], 0.1)
  expect_equal(fit$history$params$epochs, 2)
  expect_equal(fit$history$params$batch_size, 8)
  expect_equal(as.numeric(fit$model$optimizer$learning_rate), 0.02)
  expect_error(fit(small_mlp(mtry = 3), Species ~ ., iris), "mtry", class = "tildenet_error_argument")
})

test_that("formula and xy fits of labels are the same, in the levels of the outcome", {
  local_tidymodels()
  d <- transform(iris, Species = factor(Species, c("virginica", "absent", "setosa", "versicolor")))
  set.seed(1)
  by_formula <- fit(small_mlp(na.action = stats::na.omit), Species ~ ., d)
  set.seed(1)
  by_xy <- fit_xy(small_mlp(na.action = stats::na.omit), d[1:4], d$Species)
  new <- d[c(1, 51, 101), ]
  new[2, 1] <- NA
  class <- predict(by_formula, new)
  expect_identical(levels(class$.pred_class), levels(d$Species))
  expect_identical(is.na(class$.pred_class), c(FALSE, TRUE, FALSE))
  prob <- predict(by_formula, new, type = "prob")
  expect_named(prob, paste0(".pred_", levels(d$Species)))
  expect_identical(prob$.pred_absent, c(0, NA, 0))
  expect_equal(rowSums(prob), c(1, NA, 1), tolerance = 1e-6)
  expect_identical(predict(by_xy, new[1:4], type = "prob"), prob)
  expect_identical(predict(by_formula, new, type = "raw", opts = list(type = "top", k = 1))[1], as.character(class$.pred_class[1]))
  expect_s3_class(augment(by_formula, new), "tbl_df")
  expect_false(anyNA(predict(fit(small_mlp(), Species ~ ., d), new)))
  ordered <- fit(small_mlp(), Species ~ ., transform(iris, Species = as.ordered(Species)))
  expect_s3_class(predict(ordered, new)$.pred_class, "ordered")
  two <- fit(small_mlp(), am ~ wt + hp, transform(mtcars, am = factor(am)))
  expect_named(predict(two, mtcars, type = "prob"), c(".pred_0", ".pred_1"))
})

test_that("regression predicts numbers, intervals and quantiles", {
  local_tidymodels()
  fit <- fit(small_mlp("regression"), mpg ~ ., mtcars)
  numbers <- predict(fit, mtcars)
  expect_equal(numbers$.pred, predict(extract_fit_engine(fit), mtcars, "response"))
  bounds <- predict(fit, mtcars, type = "pred_int", level = 0.5)
  expect_named(bounds, c(".pred_lower", ".pred_upper"))
  expect_true(all(bounds$.pred_lower < numbers$.pred & numbers$.pred < bounds$.pred_upper))
  expect_snapshot(predict(fit, mtcars, type = "pred_int", level = 0.5, std_error = TRUE), error = TRUE)
  expect_error(predict(fit, mtcars, type = "conf_int"), "conf_int")
  expect_named(augment(fit, mtcars)[1:2], c(".pred", ".resid"))
  zero_one <- fit(small_mlp("regression"), am ~ wt, mtcars)
  expect_type(predict(zero_one, mtcars)$.pred, "double")
  counts <- fit(small_mlp("regression", loss = "poisson"), carb ~ wt, mtcars)
  expect_true(all(predict(counts, mtcars)$.pred > 0))
  quantiles <- fit(set_mode(small_mlp(), "quantile regression", quantile_levels = c(0.1, 0.5, 0.9)), mpg ~ wt, mtcars)
  predicted <- predict(quantiles, mtcars[1:4, ])$.pred_quantile
  expect_equal(as.matrix(predicted), predict(extract_fit_engine(quantiles), mtcars[1:4, ], "quantile"), ignore_attr = TRUE)
  own <- fit(small_mlp("regression", loss = loss_quantile(quantiles = c(0.2, 0.8))), mpg ~ wt, mtcars)
  expect_s3_class(predict(own, mtcars, type = "quantile", quantile_levels = 0.8)$.pred_quantile, "quantile_pred")
  expect_snapshot(predict(own, mtcars, type = "quantile", quantile_levels = c(0.2, 0.5)), error = TRUE)
})

test_that("specials of the formula work, and case weights count", {
  local_tidymodels("hardhat")
  d <- ratings(80)
  tables <- fit(small_mlp("regression", epochs = 2), stars ~ x + emb(user, 3), d)
  expect_identical(names(extract_fit_engine(tables)$model$inputs) %||% length(extract_fit_engine(tables)$model$inputs), 2L)
  expect_false(anyNA(predict(tables, d[c("x", "user")])$.pred))
  w <- importance_weights(rep(c(0, 1), 16))
  set.seed(1)
  weighted <- fit(small_mlp("regression"), mpg ~ wt, mtcars, case_weights = w)
  set.seed(1)
  expect_false(identical(predict(fit(small_mlp("regression"), mpg ~ wt, mtcars), mtcars), predict(weighted, mtcars)))
  set.seed(1)
  by_xy <- fit_xy(small_mlp("regression"), mtcars["wt"], mtcars$mpg, case_weights = w)
  expect_identical(predict(by_xy, mtcars), predict(weighted, mtcars))
})

test_that("sparse columns are trained on and predicted from without being made dense", {
  local_tidymodels("sparsevctrs")
  withr::local_options(sparsevctrs.verbose_materialize = 3)
  d <- sparse_rows()
  expect_error(d$x$x1 + 1)
  set.seed(1)
  fit <- fit_xy(small_mlp(), d$x, d$label)
  own <- extract_fit_engine(fit)
  expect_true(own$sparse_data)
  expect_identical(own$colnames_x, colnames(d$matrix))
  prob <- predict(fit, d$x, type = "prob")
  expect_equal(prob$.pred_up, predict(own, d$matrix, "prob")[, "up"])
  set.seed(1)
  expect_identical(predict(fit_xy(small_mlp(), d$matrix, d$label), d$matrix, type = "prob"), prob)
  set.seed(1)
  number <- fit(small_mlp("regression"), y ~ ., with_columns(d$x, y = d$number))
  expect_true(extract_fit_engine(number)$sparse_data)
  some <- fit(small_mlp("regression"), y ~ x1 + x3, with_columns(d$x, y = d$number))
  expect_identical(extract_fit_engine(some)$colnames_x, c("x1", "x3"))
  dense <- as.data.frame(as.matrix(d$matrix))
  expect_equal(predict(fit, dense, type = "prob"), prob)
  from_dense <- fit_xy(small_mlp("regression"), dense, d$number)
  expect_equal(predict(from_dense, d$x), predict(from_dense, dense))
  expect_snapshot(fit(small_mlp("regression"), y ~ log(x1^2 + 1), with_columns(d$x, y = d$number)), error = TRUE)
  expect_snapshot(fit(small_mlp("regression"), y ~ ., with_columns(d$x, y = d$number, u = d$label)), error = TRUE)
})

test_that("the methods of a fit are reached through parsnip", {
  local_tidymodels()
  fit <- fit(small_mlp(), Species ~ ., iris)
  own <- extract_fit_engine(fit)
  expect_identical(tidy(fit), tidy(own))
  expect_identical(glance(fit), glance(own))
  skip_if_not_installed("ggplot2")
  expect_s3_class(autoplot(fit), "ggplot")
  expect_error(multi_predict(fit, new_data = iris, epochs = 1), "multi_predict")
})

test_that("a stored fit predicts the same elsewhere, bundled and butchered, and says what it lacks", {
  local_tidymodels("workflows", "bundle", "butcher")
  flow <- fit(workflow(Species ~ ., small_mlp()), iris)
  here <- predict(flow, iris, type = "prob")
  expect_identical(asNamespace("bundle")$bundle(extract_fit_engine(flow)), extract_fit_engine(flow))
  there <- called_fresh(asNamespace("bundle")$bundle(asNamespace("butcher")$butcher(flow)), function(x) {
    asNamespace("workflows")
    stats::predict(asNamespace("bundle")$unbundle(x), datasets::iris, type = "prob")
  })
  expect_identical(there, here)
  expect_match(called_fresh(flow, function(flow) {
    asNamespace("workflows")
    .libPaths(setdiff(.libPaths(), dirname(find.package("tildenet"))), include.site = FALSE)
    tryCatch(stats::predict(flow, datasets::iris), error = conditionMessage)
  }), "install the tildenet package")
})

test_that("every argument has a range that dials can draw from and the net can be fitted with", {
  local_tidymodels("dials", "tune")
  spec <- set_mode(set_engine(mlp(hidden_units = tune(), penalty = tune(), dropout = tune(), epochs = tune(), activation = tune(),
                                  learn_rate = tune()),
                              "tildenet", batch_size = tune(), patience = tune(), validation_split = tune()), "classification")
  set <- extract_parameter_set_dials(spec)
  expect_identical(nrow(set), 9L)
  expect_false(any(vapply(set$object, function(object) identical(object, NA), NA)))
  set.seed(3)
  grid <- grid_space_filling(set, size = 3)
  for (i in 1:3) {
    fit <- fit(finalize_model(spec, transform(grid[i, ], epochs = 2L)), Species ~ ., iris)
    expect_identical(extract_fit_engine(fit)$layers_overview$units[1], as.numeric(grid$hidden_units[i]))
  }
})

test_that("tuning in two processes gives the numbers of one", {
  local_tidymodels("tune", "workflows", "rsample", "recipes", "yardstick", "modeldata", "mirai", "dials")
  cells <- getExportedValue("modeldata", "cells")[1:150, c(2, 4:12)]
  flow <- workflow(step_normalize(recipe(class ~ ., cells), all_numeric_predictors()),
                   set_engine(set_mode(mlp(hidden_units = tune(), penalty = tune(), epochs = 4), "classification"), "tildenet"))
  set.seed(1)
  folds <- vfold_cv(cells, 2)
  tuned <- function() {
    set.seed(2)
    suppressMessages(tune_grid(flow, folds, grid = 3, metrics = metric_set(roc_auc, mn_log_loss), control = control_grid(allow_par = TRUE)))
  }
  alone <- collect_metrics(tuned())
  asNamespace("mirai")$daemons(2)
  withr::defer(asNamespace("mirai")$daemons(0))
  expect_equal(collect_metrics(tuned()), alone)
  expect_identical(nrow(alone), 6L)
})
