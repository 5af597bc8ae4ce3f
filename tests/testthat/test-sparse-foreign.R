counts <- rbind(c(aa = 2, bb = 0, cc = 1), c(0, 0, 3), c(1, 1, 0))

test_that("triplets are read, with texts in rows only", {
  expect_equal(as.matrix(own_sparse(triplets(counts))), counts)
  expect_identical(own_sparse(triplets(counts, "DocumentTermMatrix")), own_sparse(triplets(counts)))
  expect_identical(own_sparse(counts), counts)
  expect_snapshot(error = TRUE, {
    own_sparse(triplets(t(counts), "TermDocumentMatrix"), "newdata", NULL)
    kms(triplets(t(counts), "TermDocumentMatrix"), 1:3, verbose = 0)
    fit(text_vectorizer(), triplets(t(counts), "TermDocumentMatrix"))
  })
})

test_that("a dfm is read without its package", {
  x <- own_sparse(triplets(counts))
  dfm <- as_dfm(x)
  expect_identical(own_sparse(dfm), x)
  fitted <- fit(text_vectorizer(), dfm)
  expect_identical(vocabulary(fitted), c("aa", "bb", "cc"))
  expect_equal(predict(fitted, dfm), x)
  model <- kms(dfm, c("a", "b", "a"), N_layers = 1, units = 2, Nepochs = 1, pTraining = 1, seed = 1, verbose = 0)
  expect_identical(predict(model, dfm, type = "prob"), predict(model, counts, type = "prob"))
  net <- keras_model_sequential() |> layer_dense(1, input_shape = 3)
  expect_identical(predict(net, dfm, verbose = 0), predict(net, x, verbose = 0))
})

test_that("columns come by name, those that are not there are zero", {
  x <- own_sparse(triplets(counts))
  expect_identical(as.matrix(align_columns(x, c("cc", "new", "aa"))), cbind(cc = counts[, 3], new = 0, aa = counts[, 1]))
  expect_identical(dim(align_columns(x, character())), c(3L, 0L))
})

test_that("a fit of a matrix takes terms that no new text holds as zero, other columns it misses", {
  fit <- kms(triplets(counts), c(1, 5, 9), N_layers = 1, units = 2, Nepochs = 1, pTraining = 1, seed = 1, verbose = 0)
  new <- cbind(zz = 1, cc = c(0, 2))
  full <- cbind(aa = 0, bb = 0, cc = c(0, 2))
  expect_identical(predict(fit, triplets(new, "DocumentTermMatrix"), type = "response"), predict(fit, full, type = "response"))
  expect_error(predict(fit, triplets(new)), "lacks `aa`, `bb`", class = "tildenet_error_data")
  expect_error(predict(fit, triplets(new[, 1, drop = FALSE], "DocumentTermMatrix")), class = "tildenet_error_data")
  expect_length(fitted(fit, triplets(counts)), 3)
})

test_that("triplets of one cell are added up, as Matrix does", {
  twice <- triplets(counts)
  twice[c("i", "j", "v")] <- list(c(1, 1, 3), c(2, 2, 3), c(1, 2.5, 4))
  expect_identical(as.matrix(own_sparse(twice)), rbind(c(aa = 0, bb = 3.5, cc = 0), 0, c(0, 0, 4)))
  bare <- twice
  bare$dimnames <- list(NULL)
  expect_null(colnames(own_sparse(bare)))
})

test_that("columns that there is no memory for are a classed error", {
  x <- Matrix::sparseMatrix(i = 1, j = .Machine$integer.max, x = 1, dims = c(1, .Machine$integer.max), repr = "T")
  local_own("largest_vector", 2^30)
  expect_error(compressed_columns(x), "no memory for the places of 2,147,483,647 sparse columns",
               class = "tildenet_error_alloc")
  expect_error(kms(x, 1), "no memory for the places of", class = "tildenet_error_alloc")
  few <- Matrix::sparseMatrix(i = c(1, 1), j = c(3, 3), x = 1:2, dims = c(1, 3), repr = "T")
  expect_identical(compressed_columns(few)@x, 3)
})

test_that("an object whose class nobody here knows is refused by name, wherever it goes in", {
  skip_if(nzchar(system.file(package = "nosuchpackage")), "a package nosuchpackage is there")
  model <- keras_model_sequential() |> layer_dense(2, input_shape = 3)
  compile(model, "sgd", "mse")
  x <- diag(3) + 1
  y <- matrix(0, 3, 2)
  fitted <- kms(x, 1:3, N_layers = 1, units = 2, Nepochs = 1, pTraining = 1, seed = 1, verbose = 0)
  numbers <- structure(1:3, class = structure("counted", package = "nosuchpackage"))
  matrix <- own_sparse(triplets(counts))
  attr(matrix, "class") <- structure("termMatrix", package = "nosuchpackage")
  entries <- list(
    function(b) fit(model, b, y), function(b) fit(model, x, b), function(b) fit(model, x, y, sample_weight = b),
    function(b) fit(model, x, y, validation_data = list(b, b)), function(b) predict(model, b), function(b) model(b),
    function(b) evaluate(model, x, b), function(b) train_on_batch(model, b, b), function(b) predict_on_batch(model, b),
    function(b) set_weights(model, list(b, c(0, 0))), function(b) layer_dense(units = b), function(b) layer_dense(b, 2),
    function(b) kms(b, 1:3), function(b) kms(x, b), function(b) kms(x = b, y = 1:3), function(b) kms(x = x, y = b),
    function(b) kms(y ~ x, b), function(b) kms_kcv(b, 1:3), function(b) predict(fitted, b),
    function(b) importance(fitted, b), function(b) tildenet_mlp(y ~ x, b), function(b) fit(text_vectorizer(), b),
    function(b) ratings_frame(b), function(b) array_reshape(b, 3), function(b) normalize(b), function(b) to_categorical(b),
    function(b) pad_sequences(b), function(b) timeseries_generator(b, b, 2), function(b) skipgrams(b, 4),
    function(b) k_constant(b), function(b) k_sum(b), function(b) loss_mean_squared_error(b, b),
    function(b) cocluster(b), function(b) quantile_bins(b), function(b) up_sample(b, 1:3),
    function(b) classification_report(b, b), function(b) image_array_resize(b, 2, 2)
  )
  for (b in list(asS4(numbers), matrix)) {
    for (entry in entries) expect_error(entry(b), "nosuchpackage, which is not there", class = "tildenet_error")
  }
  expect_snapshot(error = TRUE, {
    predict(model, matrix)
    kms(x, asS4(numbers))
  })
})

test_that("a dfm is an outcome, a weight and a table of ratings without its package", {
  x <- own_sparse(triplets(counts))
  dfm <- as_dfm(x)
  model <- function() {
    set.seed(1)
    out <- keras_model_sequential() |> layer_dense(3, input_shape = 3)
    compile(out, "sgd", "mse")
  }
  expect_identical(train_on_batch(model(), dfm, dfm), train_on_batch(model(), x, x))
  expect_identical(evaluate(model(), counts, dfm, verbose = 0), evaluate(model(), counts, x, verbose = 0))
  expect_equal(get_weights(set_weights(model(), list(dfm, 1:3)))[[1]], unname(counts))
  expect_equal(ratings_frame(dfm)$rating, ratings_frame(x)$rating)
  expect_equal(quantile_bins(dfm, 2), quantile_bins(x, 2))
  expect_equal(array_reshape(dfm, 9), array_reshape(counts, 9))
  expect_equal(normalize(dfm), normalize(x))
  expect_equal(as.array(k_constant(dfm)), unname(counts))
})
