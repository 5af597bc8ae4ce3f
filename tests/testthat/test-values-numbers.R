test_that("numbers of any class are plain, with their dimensions", {
  series <- ts(matrix(1:4, 2, dimnames = list(NULL, c("a", "b"))), frequency = 12)
  expect_identical(plain_numbers(series), matrix(c(1, 2, 3, 4), 2, dimnames = list(NULL, c("a", "b"))))
  expect_identical(plain_numbers(structure(c(1.5, 2), class = "money")), c(1.5, 2))
  expect_identical(plain_numbers(structure(c(x = 1), units = "m", class = "units")), c(x = 1))
  expect_identical(plain_numbers(as.hexmode(10:11)), c(10, 11))
  expect_identical(plain_numbers(1:3), 1:3)
  expect_identical(plain_numbers(c(TRUE, NA)), c(TRUE, NA))
})

test_that("what is no number is refused with a way out", {
  period <- asS4(structure(c(1, 2), class = "Period"))
  none <- list("a", factor("a"), Sys.Date(), Sys.time(), as.difftime(1, units = "hours"), 1i, as.raw(1), list(1),
               numeric_version("1.2"), period, beyond_doubles(1), NULL, sum)
  for (x in none) expect_null(plain_numbers(x))
  expect_snapshot(error = TRUE, {
    check_numbers(factor(c("a", "b")), "y", NULL)
    check_numbers(as.Date("2020-01-01") + 0:1, "y", NULL)
    check_numbers(as.difftime(1:2, units = "hours"), "y", NULL)
    check_numbers(beyond_doubles(2), "y", NULL)
    check_numbers(beyond_doubles(1), "y", NULL)
    check_numbers(1:2 + 1i, "y", NULL, "hold one number a row", "data")
    check_numbers(as.raw(1:2), "y", NULL)
  })
})

test_that("every entry of a model reads 64-bit integers by value", {
  x <- matrix(c(1, 2, 3, 4, 5, 6), 3)
  y <- c(1, 0, 1)
  w <- c(1, 2, 3)
  trained <- function(x, y, w, class_weight) {
    set.seed(1)
    model <- keras_model_sequential() %>% layer_dense(1, input_shape = 2)
    model %>% compile("sgd", "mse")
    fit(model, x, y, sample_weight = w, class_weight = class_weight, epochs = 2, verbose = 0,
        validation_data = list(x, y, w))
    list(predict(model, x), evaluate(model, x, y, sample_weight = w, verbose = 0),
         train_on_batch(model, x, y), get_weights(model))
  }
  expect_identical(trained(integer64(x), integer64(y), integer64(w), list("0" = integer64(2), "1" = 1)),
                   trained(x, y, w, c("0" = 2, "1" = 1)))
  frame <- data.frame(a = 1:3)
  frame$b <- integer64(4:6)
  expect_identical(trained(frame, integer64(matrix(y)), integer64(w), NULL), trained(x, y, w, NULL))
})

test_that("embedding ids, sequences, classes and arrays are read by value", {
  ids <- matrix(c(0, 3, 1, 2), 2)
  table <- keras_model_sequential() %>% layer_embedding(integer64(4), 2, input_length = integer64(2))
  expect_identical(predict(table, integer64(ids)), predict(table, ids))
  expect_identical(to_categorical(integer64(c(0, 2, 1)), integer64(4)), to_categorical(c(0, 2, 1), 4))
  expect_identical(pad_sequences(list(integer64(1:3), 4, list(5, integer64(6))), integer64(2)),
                   pad_sequences(list(1:3, 4, 5:6), 2))
  expect_identical(array_reshape(integer64(1:6), c(2, 3)), array_reshape(1:6 + 0, c(2, 3)))
  expect_identical(normalize(integer64(diag(2) * 3)), diag(2))
  expect_identical(k_eval(k_constant(integer64(1:3))), k_eval(k_constant(1:3)))
  expect_identical(as.array(layer_add(list(integer64(diag(2)), diag(2)))), 2 * diag(2))
  expect_identical(sequences_to_matrix(text_tokenizer(5), list(integer64(c(1, 3)))),
                   sequences_to_matrix(text_tokenizer(5), list(c(1, 3))))
  steps <- function(x) generator_next(timeseries_generator(x, x, 2, batch_size = 2))
  expect_identical(steps(integer64(1:6)), steps(1:6))
  layer <- keras_model_sequential() %>% layer_dense(1, input_shape = integer64(2))
  set_weights(layer, list(integer64(matrix(3:4)), integer64(5)))
  expect_identical(get_weights(layer), list(matrix(c(3, 4)), array(5)))
})

test_that("entries refuse by name what they cannot read", {
  model <- keras_model_sequential() %>% layer_dense(1, input_shape = 1)
  model %>% compile("sgd", "mse")
  expect_snapshot(error = TRUE, {
    predict(model, beyond_doubles(2))
    predict(model, data.frame(a = 1:2, b = I(letters[1:2])))
    fit(model, 1:2, as.difftime(1:2, units = "hours"))
    fit(model, 1:2, 1:2, sample_weight = as.Date("2020-01-01") + 0:1)
    to_categorical(beyond_doubles(2))
    to_categorical(as.Date("2020-01-01"))
    pad_sequences(list(1:2, as.Date("2020-01-01") + 0:1))
    pad_sequences(list(1:2, beyond_doubles(2)))
    sequences_to_matrix(text_tokenizer(5), list(1, c("a", "b")))
    k_constant(factor("a"))
  })
})

test_that("recommendations, samples, reports and initializers read values of any class", {
  d <- ratings()
  d$user <- as.integer(d$user)
  fit <- suppressMessages(small_kms(stars ~ emb(user, 2):emb(film, 2), d))
  best <- recommend(fit, c(2, 5))
  expect_identical(recommend(fit, integer64(c(2, 5))), best)
  users <- data.frame(user = 1:2)
  users$user <- integer64(c(2, 5))
  expect_identical(recommend(fit, users), best)
  seen <- data.frame(user = 1:2, film = c("m1", "m2"))
  left <- recommend(fit, 1:2, exclude_seen = seen)
  seen$user <- integer64(1:2)
  expect_identical(recommend(fit, 1:2, exclude_seen = seen), left)

  cases <- data.frame(id = 1:6)
  cases$id <- integer64(1:6)
  set.seed(1)
  expect_true(all(down_sample(cases, rep(c("a", "b"), 3))$id %in% 1:6))
  cases$id <- beyond_doubles(6)
  expect_error(down_sample(cases, rep(c("a", "b"), 3)), "`id`", class = "tildenet_error_argument")

  truth <- c(1, 2, 2, NA)
  estimate <- c(1, 1, 2, 2)
  expect_identical(confusion(y_test = integer64(truth), predictions = integer64(estimate)),
                   confusion(y_test = truth, predictions = estimate))
  expect_identical(classification_report(integer64(truth), estimate), classification_report(truth, estimate))
  expect_error(confusion(y_test = beyond_doubles(2), predictions = 1:2), "2^53", fixed = TRUE,
               class = "tildenet_error_argument")
  ones <- keras_model_sequential() %>% layer_dense(2, input_shape = 1, kernel_initializer = function(shape) integer64(1:2))
  expect_identical(get_weights(ones)[[1]], matrix(c(1, 2), 1))
})

test_that("augment() gives the data as they are", {
  d <- data.frame(x = rnorm(30), y = rnorm(30))
  d$id <- integer64(1:30)
  d$code <- haven_labelled(rep(1:3 + 0, 10), labels = c(low = 1))
  fit <- small_kms(y ~ x + code, d)
  expect_identical(as.data.frame(augment(fit, d)[names(d)]), d)
  cv <- kms_kcv(y ~ x + code, d, k_folds = 2, N_layers = 1, Nepochs = 1, seed = 1, verbose = 0)
  expect_identical(as.data.frame(augment(cv, d)[names(d)]), d)
})

test_that("a sparse matrix too large to be made dense is refused by its size", {
  wide <- methods::as(Matrix::sparseMatrix(1:2, 1:2, x = 1), "TsparseMatrix")
  for (size in list(rep(.Machine$integer.max, 2), c(2^30, 2^31 - 1), c(2^31 - 1, 2^29))) {
    wide@Dim <- as.integer(size)
    expect_error(dense_values(wide, "x", NULL), "no memory for a dense copy of `x`", class = "tildenet_error_alloc")
  }
  expect_error(layer_dense(units = 2)(wide), class = "tildenet_error_alloc")
  expect_error(normalize(wide), class = "tildenet_error_alloc")
  expect_error(array_reshape(wide, c(2, 2)), class = "tildenet_error_alloc")
})
