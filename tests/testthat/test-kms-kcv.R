test_that("22.2: the result has the elements of kerasformula and ours behind", {
  cv <- small_kcv(Species ~ ., iris)
  expect_s3_class(cv, "kms_kcv_fit")
  expect_identical(names(cv), c("folds", "k_folds", "train_f1", "test_f1", "train_f2", "test_f2", "train_f3",
                                "test_f3", "y_test", "predictions", "input_formula", "N", "P", "K",
                                "y_type", "y_labels", "seed", "seeds"))
  expect_s3_class(cv$train_f2, "kms_fit")
  expect_null(cv$train_f2$y_test)
  expect_s3_class(cv$test_f3, "kms_prediction")
  expect_identical(cv$test_f3$y_test, iris$Species[cv$folds == 3])
  expect_identical(cv$y_test, iris$Species)
  expect_identical(cv$predictions[cv$folds == 2], cv$test_f2$fit)
  expect_equal(sum(diag(confusion(cv))), sum(cv$y_test == cv$predictions))
})

test_that("22.2: the arguments and defaults are those of kms() but for those of its split", {
  own <- formals(kms_kcv)
  expect_identical(own$k_folds, 5)
  expect_identical(own[!names(own) %in% c("k_folds", "k")],
                   formals(kms)[!names(formals(kms)) %in% c("pTraining", "validation_split")])
})

test_that("the number of folds is given as `k_folds` or as `k`, by name and not by both", {
  by_folds <- small_kcv(Species ~ ., iris, k_folds = 4, Nepochs = 1)
  quiet <- function(...) kms_kcv(..., N_layers = 2, units = 8, Nepochs = 1, seed = 1, verbose = 0)
  by_k <- quiet(Species ~ ., iris, k = 4)
  expect_identical(by_k$k_folds, by_folds$k_folds)
  expect_identical(by_k$folds, by_folds$folds)
  expect_identical(quiet(mpg ~ wt, mtcars, k = 2)$k_folds, 2L)
  expect_identical(quiet(iris[1:4], iris$Species, k = 3)$k_folds, 3L)
  expect_snapshot(error = TRUE, {
    quiet(Species ~ ., iris, k = 4, k_folds = 4)
    quiet(Species ~ ., iris, k = 1)
    quiet(mpg ~ wt, mtcars, k = 33)
    quiet(Species ~ ., iris, folds = 4)
  })
})

test_that("no test row is trained on: each fold is the fit by hand on the other rows", {
  cv <- small_kcv(mpg ~ wt + hp, mtcars, Nepochs = 5)
  expect_identical(sort(unlist(lapply(1:3, function(f) which(cv$folds == f)))), 1:32)
  for (f in 1:3) {
    rest <- mtcars[cv$folds != f, ]
    hand <- small_kms(mpg ~ wt + hp, rest, Nepochs = 5, pTraining = 1, validation_split = 0, seed = cv$seeds[f])
    fold <- cv[[paste0("train_f", f)]]
    expect_identical(get_weights(fold$model), get_weights(hand$model))
    expect_identical(fold$train_scale, hand$train_scale)
    expect_equal(unname(fold$train_scale$X["mean", ]), unname(colMeans(rest[c("wt", "hp")])))
    expect_identical(cv[[paste0("test_f", f)]]$fit, predict(hand, mtcars[cv$folds == f, ])$fit)
  }
})

test_that("defect 25: the seed fixes the folds, whose sizes differ by at most one", {
  set.seed(3)
  one <- small_kcv(Species ~ ., iris, k_folds = 7, Nepochs = 1)
  set.seed(4)
  two <- small_kcv(Species ~ ., iris, k_folds = 7, Nepochs = 1)
  expect_identical(one$folds, two$folds)
  expect_identical(one$seeds, two$seeds)
  expect_identical(fold_weights(one), fold_weights(two))
  expect_identical(sort(tabulate(one$folds)), c(21L, 21L, 21L, 21L, 22L, 22L, 22L))
  expect_false(identical(small_kcv(Species ~ ., iris, k_folds = 7, Nepochs = 1, seed = 2)$folds, one$folds))
})

test_that("defect 26: each fold trains a copy of a compiled model", {
  model <- iris_model()
  before <- get_weights(model)
  cv <- small_kcv(Species ~ ., iris, keras_model_seq = model)
  expect_identical(get_weights(model), before)
  for (f in 1:3) {
    copy <- iris_model()
    set_weights(copy, before)
    hand <- kms(Species ~ ., iris[cv$folds != f, ], copy, Nepochs = 3, pTraining = 1, validation_split = 0,
                seed = cv$seeds[f], verbose = 0)
    expect_identical(fold_weights(cv)[[f]], get_weights(hand$model))
  }
})

test_that("defect 26: a trained model keeps its optimizer and its history of updates to itself", {
  model <- iris_model()
  kms(Species ~ ., iris, model, Nepochs = 2, seed = 1, verbose = 0)
  state <- environment(unclass(model))$self$training$state
  cv <- small_kcv(Species ~ ., iris, keras_model_seq = model, Nepochs = 4,
                  callbacks = callback_reduce_lr_on_plateau(monitor = "loss", patience = 1, min_delta = 10))
  again <- small_kcv(Species ~ ., iris, keras_model_seq = model, Nepochs = 4,
                     callbacks = callback_reduce_lr_on_plateau(monitor = "loss", patience = 1, min_delta = 10))
  expect_identical(fold_weights(cv), fold_weights(again))
  expect_equal(as.numeric(model$optimizer$learning_rate), 0.01)
  expect_identical(environment(unclass(model))$self$training$state, state)
  expect_equal(cv$train_f3$history$metrics$lr[1], 0.01)
})

test_that("an optimizer object begins anew in each fold", {
  optimizer <- optimizer_adam(0.01)
  reduce <- callback_reduce_lr_on_plateau(monitor = "loss", patience = 1, min_delta = 10)
  cv <- small_kcv(Species ~ ., iris, optimizer = optimizer, callbacks = reduce, Nepochs = 4)
  for (f in 1:3) expect_equal(cv[[paste0("train_f", f)]]$history$metrics$lr[1], 0.01)
  expect_equal(as.numeric(optimizer$learning_rate), 0.01)
})

test_that("defect 27: optimizer_args and further arguments reach the folds, unknown ones are refused", {
  plain <- small_kcv(Species ~ ., iris)
  cv <- small_kcv(Species ~ ., iris, optimizer = "optimizer_sgd", optimizer_args = list(learning_rate = 0.5))
  expect_equal(as.numeric(cv$train_f1$model$optimizer$learning_rate), 0.5)
  ones <- small_kcv(Species ~ ., iris, bias_initializer = "ones")
  expect_false(identical(fold_weights(plain), fold_weights(ones)))
  expect_snapshot(error = TRUE, {
    small_kcv(Species ~ ., iris, optimiser = "sgd")
    small_kcv(Species ~ ., iris, pTraining = 0.5)
  })
})

test_that("defect 27: seeds are derived from a number, a list or R's generator, or given for each fold", {
  listed <- small_kcv(Species ~ ., iris, seed = list(seed = 1))
  number <- small_kcv(Species ~ ., iris, seed = 1)
  expect_identical(fold_weights(listed), fold_weights(number))
  expect_identical(listed$seeds, number$seeds)
  expect_identical(length(unique(number$seeds)), 3L)
  expect_identical(listed$train_f3$seed$seed, number$train_f3$seed)
  set.seed(8)
  one <- small_kcv(Species ~ ., iris, seed = NULL)
  set.seed(8)
  two <- small_kcv(Species ~ ., iris, seed = list(seed = NULL, disable_gpu = TRUE))
  expect_identical(fold_weights(one), fold_weights(two))
  expect_identical(fold_weights(small_kcv(Species ~ ., iris, seed = one$seed)), fold_weights(one))
  given <- small_kcv(Species ~ ., iris, seed = c(5, 6, 7))
  expect_identical(given$seeds, c(5, 6, 7))
  expect_identical(given$train_f2$seed, 6)
})

test_that("R's generator is left in a state the seed decides", {
  small_kcv(Species ~ ., iris)
  one <- stats::runif(1)
  small_kcv(Species ~ ., iris, Nepochs = 1, units = 2)
  expect_identical(stats::runif(1), one)
})

test_that("verbose = 0 is silent, verbose > 0 announces the folds", {
  expect_silent(small_kcv(Species ~ ., iris))
  shown <- capture.output(suppressMessages(small_kcv(Species ~ ., iris, verbose = 1)))
  expect_match(shown, "Fold 3 of 3: 100 training, 50 test rows", all = FALSE)
})

test_that("formulas as strings, pipes and embeddings work", {
  text <- small_kcv("Species ~ Petal.Length", iris)
  expect_identical(text$P, 1L)
  piped <- iris |> small_kcv(input_formula = Species ~ Petal.Length)
  expect_identical(fold_weights(piped), fold_weights(text))
  set.seed(4)
  d <- data.frame(a = sample(0:9, 60, TRUE), b = sample(0:4, 60, TRUE), y = rep(c("u", "v"), 30))
  d$a[1:6] <- 0:5
  expect_message(cv <- small_kcv(y ~ a + b, d, embedding = TRUE, Nepochs = 1), "not scaled")
  expect_identical(cv$y_type, "binary")
})

test_that("a cross-validated fit survives saveRDS()", {
  cv <- small_kcv(Species ~ ., iris)
  path <- withr::local_tempfile(fileext = ".rds")
  saveRDS(cv, path)
  read <- readRDS(path)
  expect_identical(predict(read$train_f1, iris, type = "prob"), predict(cv$train_f1, iris, type = "prob"))
})

test_that("plot_confusion() takes cross-validated fits", {
  cv <- small_kcv(Species ~ ., iris)
  plot <- plot_confusion(cv, display = FALSE)
  expect_identical(levels(plot$data$Fold), c("1", "2", "3"))
  expect_equal(sum(plot$data$N), 150)
  numbers <- small_kcv(mpg ~ wt, mtcars)
  expect_error(plot_confusion(numbers, display = FALSE), "continuous", class = "tildenet_error_argument")
})

test_that("case weights are split with the rows", {
  d <- transform(mtcars, w = rep(c(1, 3), 16))
  d$w[2] <- NA
  suppressMessages(cv <- small_kcv(mpg ~ wt + hp, d, weights = w))
  expect_identical(which(is.na(cv$folds)), 2L)
  for (f in 1:3) {
    hand <- small_kms(mpg ~ wt + hp, d[which(cv$folds != f), ], weights = w, pTraining = 1, validation_split = 0,
                      seed = cv$seeds[f])
    expect_identical(fold_weights(cv)[[f]], get_weights(hand$model))
  }
  expect_false(identical(fold_weights(small_kcv(mpg ~ wt + hp, d[-2, ])), fold_weights(cv)))
  expect_identical(getCall(cv$train_f1)$weights, quote(weights))
})

test_that("predictors and outcome may be given without a formula", {
  x <- as.matrix(iris[1:4])
  cv <- small_kcv(x, iris$Species)
  hand <- small_kms(x[cv$folds != 1, ], iris$Species[cv$folds != 1], pTraining = 1, validation_split = 0,
                    seed = cv$seeds[1])
  expect_identical(fold_weights(cv)[[1]], get_weights(hand$model))
  expect_identical(cv$test_f1$y_test, iris$Species[cv$folds == 1])
  sparse <- kms_kcv(x = Matrix::Matrix(x, sparse = TRUE), y = iris$Species, k_folds = 3, N_layers = 2, units = 8,
                    Nepochs = 3, seed = 1, verbose = 0)
  expect_equal(fold_weights(sparse), fold_weights(cv), tolerance = 1e-4)
  expect_output(print(cv), "none, a matrix and an outcome")
  frame <- small_kcv(iris[1:4], iris$Species)
  expect_identical(fold_weights(frame), fold_weights(cv))
  expect_identical(frame$predictions, cv$predictions)
})

test_that("several labels, counts and embeddings are cross-validated", {
  d <- data.frame(x = rep(1:4, 15), f = factor(rep(letters[1:5], 12)))
  d$a <- as.integer(d$x > 2)
  d$b <- as.integer(d$f %in% c("a", "b"))
  several <- small_kcv(cbind(a, b) ~ x + emb(f, 2), d, Nepochs = 20)
  expect_identical(dim(several$predictions), c(60L, 2L))
  expect_identical(several$predictions[several$folds == 3, ], several$test_f3$fit)
  expect_identical(names(summary(several))[4:5], c("label_accuracy", "exact_match"))
  expect_equal(summary(several)$exact_match[1], several$test_f1$exact_match)
  expect_identical(dim(augment(several, d)), c(60L, 9L))
  counts <- small_kcv(x ~ f + offset(log(a + 1)), d, loss = "poisson")
  expect_true(all(counts$predictions > 0))
})
