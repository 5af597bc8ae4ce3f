broken <- function(matrix, ...) {
  parts <- list(...)
  for (name in names(parts)) attr(matrix, name) <- parts[[name]]
  matrix
}
columns <- Matrix::sparseMatrix(c(1, 3, 2, 4, 1), c(1, 1, 2, 3, 4), x = 1:5 + 0, dims = c(4, 4))
as_kind <- function(...) Reduce(methods::as, c(...), columns)

test_that("every kind of matrix is taken whole", {
  for (x in matrix_kinds()) expect_null(parts_fault(x))
  others <- list(1, "a", NULL, iris, list(p = 1), methods::getClass("numeric"), quote(x), mean)
  for (x in others) expect_null(parts_fault(x))
})

test_that("what is wrong is told by the name of the part", {
  rows <- as_kind("RsparseMatrix")
  cells <- as_kind("TsparseMatrix")
  upper <- Matrix::triu(columns)
  vector <- methods::as(c(0, 2, 0, 1), "sparseVector")
  slam <- triplets(as.matrix(columns))
  expect_snapshot({
    parts_fault(broken(columns, p = replace(columns@p, 3, 1000000L)))
    parts_fault(broken(columns, p = replace(columns@p, 1, 3L)))
    parts_fault(broken(columns, p = replace(columns@p, 5, 1000000L)))
    parts_fault(broken(columns, p = columns@p[1:3]))
    parts_fault(broken(columns, p = as.numeric(columns@p)))
    parts_fault(broken(columns, x = columns@x[1:3]))
    parts_fault(broken(columns, x = letters[1:5]))
    parts_fault(broken(columns, i = replace(columns@i, 2, 4L)))
    parts_fault(broken(columns, i = replace(columns@i, 2, NA)))
    parts_fault(broken(columns, i = replace(columns@i, 1:2, c(2L, 0L))))
    parts_fault(broken(columns, Dim = c(-1L, 4L)))
    parts_fault(broken(columns, Dim = 4L))
    parts_fault(broken(columns, Dimnames = list(NULL, "a")))
    parts_fault(broken(columns, Dimnames = "a"))
    parts_fault(broken(rows, j = replace(rows@j, 1, -1L)))
    parts_fault(broken(rows, p = NULL))
    parts_fault(broken(cells, j = cells@j[-1]))
    parts_fault(broken(cells, i = replace(cells@i, 1, 9L)))
    parts_fault(broken(upper, uplo = "L"))
    parts_fault(broken(upper, uplo = "X"))
    parts_fault(broken(upper, Dim = c(4L, 3L)))
    parts_fault(broken(Matrix::Diagonal(3), x = 1))
    parts_fault(broken(methods::as(c(2L, 1L), "pMatrix"), perm = c(3L, 1L)))
    parts_fault(broken(Matrix::pack(methods::as(upper, "denseMatrix")), x = 1:4 + 0))
    parts_fault(broken(vector, i = c(4, 2)))
    parts_fault(broken(vector, length = NA_integer_))
    parts_fault(broken(as_dfm(columns), x = 1))
    parts_fault(replace(slam, "i", list(c(0, 3, 2, 4, 1))))
    parts_fault(replace(slam, "i", list(c(1, 3, 2, 5, 1))))
    parts_fault(replace(slam, "j", list(c(1, 1, 2, NA, 4))))
    parts_fault(replace(slam, "j", list(c(1, 1, 2, 1e10, 4))))
    parts_fault(replace(slam, "v", list(1:3)))
    parts_fault(replace(slam, "nrow", list(NULL)))
    parts_fault(replace(slam, "dimnames", list(list(NULL, "a"))))
  })
})

test_that("a broken matrix is refused wherever one goes in, and nothing is changed", {
  model <- keras_model_sequential() %>% layer_dense(4, input_shape = 4)
  compile(model, "sgd", "mse")
  weights <- get_weights(model)
  y <- matrix(0, 4, 4)
  x <- as.matrix(columns)
  fitted <- kms(x, 1:4, N_layers = 1, units = 2, Nepochs = 1, pTraining = 1, seed = 1, verbose = 0)
  terms <- columns
  colnames(terms) <- letters[1:4]
  words <- fit(text_vectorizer(), terms)
  bad <- list(broken(terms, p = replace(columns@p, 3, 1000000L)), broken(terms, x = columns@x[1:3]),
              broken(methods::as(terms, "TsparseMatrix"), i = rep(7L, 5)), replace(triplets(as.matrix(terms)), "i", list(-1)))
  entries <- list(
    function(b) fit(model, b, y, verbose = 0), function(b) fit(model, x, b, verbose = 0),
    function(b) fit(model, x, y, sample_weight = b, verbose = 0),
    function(b) fit(model, x, y, validation_data = list(b, y), verbose = 0),
    function(b) fit(model, function() list(b, y), steps_per_epoch = 1, epochs = 1, verbose = 0),
    function(b) evaluate(model, b, y, verbose = 0), function(b) predict(model, b, verbose = 0),
    function(b) train_on_batch(model, b, y), function(b) predict_on_batch(model, b), function(b) model(b),
    function(b) set_weights(model, list(b, 1:4)), function(b) kms(b, 1:4, verbose = 0),
    function(b) kms_kcv(b, 1:4, verbose = 0), function(b) predict(fitted, b), function(b) kms(x, b, verbose = 0),
    function(b) fit(text_vectorizer(), b), function(b) predict(words, b), function(b) ratings_frame(b),
    function(b) array_reshape(b, c(2, 8)), function(b) normalize(b), function(b) timeseries_generator(b, b, 2)
  )
  for (k in seq_along(entries)) {
    expect_error(entries[[k]](bad[[k %% 4 + 1]]), "broken", class = "tildenet_error_data")
  }
  for (b in bad[1:3]) {
    expect_error(k_sum(b), class = "tildenet_error_data")
    expect_error(loss_mean_squared_error(b, x), class = "tildenet_error_data")
  }
  expect_identical(get_weights(model), weights)
  expect_snapshot(error = TRUE, {
    fit(model, bad[[1]], y, verbose = 0)
    predict(fitted, bad[[4]])
  })
})

test_that("whatever happens to the parts, a matrix is read or refused", {
  model <- keras_model_sequential() %>% layer_dense(2, input_shape = 6)
  fitted <- kms(diag(6) + 1, 1:6, N_layers = 1, units = 2, Nepochs = 1, pTraining = 1, seed = 1, verbose = 0)
  set.seed(4)
  outcomes <- character()
  for (x in matrix_kinds()) for (k in 1:2) {
    b <- broken_matrix(x)
    outcomes <- c(outcomes, tryCatch({
      if (k %% 2 == 0) predict(model, b, verbose = 0) else suppressMessages(predict(fitted, b))
      "read"
    }, tildenet_error = function(e) "refused"))
  }
  expect_gt(sum(outcomes == "read"), 2)
  expect_gt(sum(outcomes == "refused"), 50)
})

test_that("a sparse vector of a size that is none is refused before anything of that size is made", {
  model <- keras_model_sequential() %>% layer_dense(2, input_shape = 1)
  compile(model, "sgd", "mse")
  vector <- methods::as(c(0, 2, 0, 1), "sparseVector")
  entries <- list(
    function(b) array_reshape(b, c(2, 2)), function(b) normalize(b), function(b) predict(model, b), function(b) fit(model, b, 1:4),
    function(b) fit(model, 1:4, b), function(b) fit(model, 1:4, 1:4, sample_weight = b), function(b) kms(diag(4), b),
    function(b) k_constant(b), function(b) to_categorical(b), function(b) set_weights(model, list(b, c(0, 0)))
  )
  local_own("largest_vector", 2^30)
  for (length in list(-1L, NA_integer_, "a", 2^60, 2^33, 2^45)) {
    for (entry in entries) expect_error(entry(broken(vector, length = length)), class = "tildenet_error")
  }
})
