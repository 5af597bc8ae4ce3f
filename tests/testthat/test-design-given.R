x <- function() as.matrix(iris[1:4])

test_that("22.1: matrix, sparse matrix and data frame fit as the formula does", {
  formula <- small_kms(Species ~ ., iris)
  given <- list(small_kms(x(), iris$Species), kms(x = x(), y = iris$Species, N_layers = 2, units = 8,
                                                  Nepochs = 3, seed = 1, verbose = 0),
                small_kms(iris[1:4], iris$Species))
  for (fit in given) {
    expect_identical(fit$predictions, formula$predictions)
    expect_identical(fit$colnames_x, names(iris)[1:4])
  }
  sparse <- small_kms(Matrix::Matrix(x(), sparse = TRUE), iris$Species)
  expect_true(sparse$sparse_data)
  expect_equal(predict(sparse, Matrix::Matrix(x(), sparse = TRUE), type = "prob"),
               predict(formula, iris, type = "prob"), tolerance = 1e-4)
})

test_that("22.1: new columns are found by name, else by position", {
  fit <- small_kms(x(), iris$Species)
  prob <- predict(fit, x(), type = "prob")
  expect_identical(predict(fit, x()[, 4:1], type = "prob"), prob)
  expect_identical(predict(fit, iris, type = "prob"), prob)
  expect_equal(predict(fit, Matrix::Matrix(x(), sparse = TRUE), type = "prob"), prob)
  bare <- small_kms(unname(x()), iris$Species)
  expect_identical(bare$colnames_x, paste0("x", 1:4))
  expect_identical(predict(bare, x(), type = "prob"), predict(bare, unname(x()), type = "prob"))
  expect_identical(predict(fit, x(), y_test = iris$Species)$accuracy, predict(fit, iris, y_test = iris$Species)$accuracy)
  expect_snapshot(error = TRUE, {
    predict(fit, x()[, 1:3])
    predict(bare, unname(x()[, 1:3]))
    predict(fit, x()[1, ])
  })
})

test_that("all sparse classes are read, with names and without", {
  on <- methods::as(methods::as(x() > 2, "nMatrix"), "CsparseMatrix")
  for (class in c("CsparseMatrix", "RsparseMatrix", "TsparseMatrix")) {
    made <- design_given(methods::as(on, class), iris$Species, NULL, TRUE, NULL, NULL, "na.omit", NULL, NULL)
    expect_s4_class(made$x, "dgCMatrix")
    expect_identical(as.matrix(made$x), (x() > 2) + 0)
  }
})

test_that("simple triplets are read without their package", {
  triplets <- structure(list(i = rep(1:150, 4), j = rep(1:4, each = 150), v = as.vector(x()), nrow = 150, ncol = 4,
                             dimnames = list(NULL, colnames(x()))), class = "simple_triplet_matrix")
  fit <- small_kms(triplets, iris$Species)
  expect_true(fit$sparse_data)
  expect_identical(predict(fit, triplets, type = "prob"), predict(fit, x(), type = "prob"))
})

test_that("rows with missing values are dropped in training and NA in predictions", {
  data <- x()
  data[2, 1] <- NA
  y <- iris$Species
  y[5] <- NA
  for (form in list(data, methods::as(data, "CsparseMatrix"))) {
    expect_message(fit <- small_kms(form, y), "Dropped 2 of 150 rows with missing values \\(`x`: 1, `y`: 1\\)")
    expect_identical(fit$N, 148L)
    expect_identical(which(is.na(predict(fit, form, type = "class"))), 2L)
  }
})

test_that("other arguments go with a matrix, wrong ones are told", {
  expect_identical(small_kms(x(), x()[, 1])$y_type, "continuous")
  expect_identical(small_kms(x(), iris$Species, weights = x()[, 1])$N, 150L)
  labels <- cbind(s = iris$Species == "setosa", v = iris$Species == "virginica")
  expect_identical(small_kms(x(), labels)$y_labels, c("s", "v"))
  model <- keras_model_sequential() |> layer_dense(3, activation = "softmax", input_shape = 4)
  compile(model, "adam", "categorical_crossentropy")
  expect_identical((model |> kms(x = x(), y = iris$Species, Nepochs = 1, seed = 1, verbose = 0))$model, model)
  expect_snapshot(error = TRUE, {
    kms(x(), iris$Species[1:3])
    kms(x())
    kms(y = iris$Species)
    kms(x = 1:3, y = 1:3)
    kms(iris, Species ~ .)
    kms(Species ~ ., iris, x = x())
    kms(as.matrix(iris), iris$Species)
    kms(x()[0, ], factor(character()))
    kms(x() / 0, iris$Species)
  })
  expect_output(print(small_kms(x(), iris$Species)), "none, a matrix and an outcome")
})

test_that("an outcome that holds one column is that column, whatever holds it", {
  set.seed(1)
  x <- matrix(rnorm(120), 60)
  y <- ifelse(x[, 1] > 0, "b", "a")
  number <- x[, 1] + x[, 2]
  fitted_to <- function(y, data = x) get_weights(small_kms(data, y)$model)
  expected <- fitted_to(y)
  for (held in list(data.frame(y = y), matrix(y), array(y), I(y), factor(y), haven_labelled(y))) {
    expect_identical(fitted_to(held), expected)
    expect_identical(fitted_to(held, as.data.frame(x)), fitted_to(y, as.data.frame(x)))
  }
  for (held in list(data.frame(number), matrix(number), array(number), Matrix::Matrix(number, ncol = 1), ts(number))) {
    expect_identical(fitted_to(held), fitted_to(number))
  }
  expect_identical(fitted_to(Matrix::sparseVector(rep(2, 30), 1:30, 60)), fitted_to(rep(c(2, 0), each = 30)))
  expect_identical(fitted_to(integer64(1:60)), fitted_to(1:60))
  as_tbl <- function(x) structure(x, class = c("tbl_df", "tbl", "data.frame"))
  expect_identical(fitted_to(as_tbl(data.frame(y = y)), as_tbl(as.data.frame(x))), fitted_to(y, as.data.frame(x)))
})

test_that("several columns of 0 and 1 are several labels, as a data frame too", {
  x <- matrix(rnorm(120), 60)
  labels <- cbind(u = +(x[, 1] > 0), v = +(x[, 2] > 0))
  fit <- small_kms(x, as.data.frame(labels))
  expect_identical(fit$y_type, "multilabel")
  expect_identical(predict(fit, x, y_test = as.data.frame(labels))$label_accuracy,
                   predict(fit, x, y_test = labels)$label_accuracy)
  expect_snapshot(error = TRUE, {
    small_kms(x, data.frame(a = 1:60, b = letters[1:2]))
    small_kms(x, array(1, c(60, 2, 2)))
    small_kms(x, as.list(1:60))
    small_kms(x, beyond_doubles(60))
    small_kms(x, rep(c(1i, 2i), 30))
    small_kms(as.data.frame(x), Sys.Date() + 1:60)
  })
})

test_that("y_test and kms_kcv() take the same outcomes", {
  d <- data.frame(x = rnorm(60))
  d$y <- d$x + rnorm(60) / 10
  fit <- small_kms(d["x"], d["y"])
  expect_identical(predict(fit, d["x"], y_test = d["y"])$MSE_predictions,
                   predict(fit, d["x"], y_test = d$y)$MSE_predictions)
  expect_identical(predict(fit, d["x"], y_test = integer64(1:60))$MSE_predictions,
                   predict(fit, d["x"], y_test = array(1:60))$MSE_predictions)
  folds <- function(y) kms_kcv(d["x"], y, k_folds = 2, N_layers = 0, Nepochs = 1, seed = 1, verbose = 0)$predictions
  expect_identical(folds(d["y"]), folds(d$y))
  expect_identical(folds(integer64(1:60)), folds(1:60 + 0))
})

test_that("a matrix or data frame of 64-bit integers is read by value, in new data and folds too", {
  set.seed(2)
  x <- cbind(a = c(5:1, 1:55), b = sample(60))
  y <- x[, 1] - x[, 2]
  wide <- integer64(x)
  frame <- data.frame(a = seq_len(60), b = 0)
  frame$a <- integer64(x[, 1])
  frame$b <- integer64(x[, 2])
  fit <- small_kms(x, y)
  expect_identical(predict(small_kms(wide, y), x, type = "response"), predict(fit, x, type = "response"))
  expect_identical(predict(fit, wide, type = "response"), predict(fit, x, type = "response"))
  expect_identical(predict(fit, frame, type = "response"), predict(fit, x, type = "response"))
  folds <- function(x) kms_kcv(x, y, k_folds = 2, N_layers = 0, Nepochs = 1, seed = 1, verbose = 0)$predictions
  expect_identical(folds(wide), folds(x))
  expect_identical(folds(frame), folds(as.data.frame(x)))
})
