# score: one unit, class: three, from two inputs of 1 and 2 columns.
two_by_two <- function() {
  k_clear_session()
  user <- layer_input(shape = 1, name = "user")
  movie <- layer_input(shape = 2, name = "movie")
  hidden <- layer_concatenate(list(user, movie)) %>% layer_dense(4, activation = "relu")
  score <- hidden %>% layer_dense(1, name = "score")
  class <- hidden %>% layer_dense(3, activation = "softmax", name = "class")
  model <- keras_model(c(user, movie), list(score, class))
  compile(model, optimizer_sgd(0.1), loss = list(class = "sparse_categorical_crossentropy", score = "mse"),
          loss_weights = list(score = 0.5), metrics = list(class = "accuracy"))
}

two_by_two_data <- function(n = 20) {
  set.seed(1)
  list(user = matrix(runif(n)), movie = matrix(runif(2 * n), n), score = runif(n),
       class = sample(0:2, n, TRUE))
}

test_that("several inputs and outputs go by order or by name", {
  d <- two_by_two_data()
  set.seed(2)
  ordered <- two_by_two()
  one <- fit(ordered, list(d$user, d$movie), list(d$score, d$class), epochs = 2, verbose = 0)
  set.seed(2)
  named <- two_by_two()
  two <- fit(named, list(movie = d$movie, user = d$user), list(class = d$class, score = d$score),
             epochs = 2, verbose = 0)
  expect_identical(names(one$metrics), c("loss", "score_loss", "class_loss", "class_accuracy"))
  expect_identical(one$metrics, two$metrics)
  m <- one$metrics
  expect_equal(m$loss, 0.5 * m$score_loss + m$class_loss, tolerance = 1e-6)
  expect_identical(lapply(predict(named, list(movie = d$movie, user = d$user)), dim),
                   list(c(20L, 1L), c(20L, 3L)))
  result <- evaluate(named, list(d$user, d$movie), list(score = d$score, class = d$class), verbose = 0)
  expect_identical(names(result), names(m))
})

test_that("weights per output act on that output alone", {
  d <- two_by_two_data()
  model <- two_by_two()
  x <- list(d$user, d$movie)
  y <- list(d$score, d$class)
  plain <- evaluate(model, x, y, verbose = 0)
  none <- evaluate(model, x, y, sample_weight = list(score = rep(0, 20)), verbose = 0)
  expect_equal(none$score_loss, 0)
  expect_equal(none$class_loss, plain$class_loss)
  double <- evaluate(model, x, y, sample_weight = list(rep(2, 20), rep(1, 20)), verbose = 0)
  expect_equal(double$score_loss, 2 * plain$score_loss, tolerance = 1e-6)
})

test_that("data in the wrong order, number or name are refused", {
  d <- two_by_two_data()
  model <- two_by_two()
  y <- list(d$score, d$class)
  expect_snapshot(error = TRUE, {
    fit(model, list(d$movie, d$user), y)
    fit(model, list(d$user), y)
    fit(model, d$user, y)
    fit(model, list(user = d$user, film = d$movie), y)
    fit(model, list(user = d$user, d$movie), y)
    fit(model, list(d$user, d$movie[1:3, ]), y)
    fit(model, list(d$user, d$movie), d$score)
    fit(model, list(d$user, d$movie), list(score = d$score, kind = d$class))
    model(d$user)
    model(d$movie, d$user)
    compile(model, "adam", loss = list("mse"))
    compile(model, "adam", loss = list(score = "mse", kind = "mse"))
  })
})

test_that("graphs that cannot be are refused", {
  k_clear_session()
  a <- layer_input(shape = 3, name = "a")
  b <- layer_input(shape = 3, name = "b")
  twice <- function() layer_dense(units = 2, name = "same")
  chain <- keras_model_sequential(name = "chain") %>% layer_dense(3, input_shape = 3)
  expect_snapshot(error = TRUE, {
    keras_model(a, layer_add(a, b))
    keras_model(list(a, a), layer_dense(a, 1))
    keras_model(c(a, b), layer_add(twice()(a), twice()(b)))
    keras_model(a)
    keras_model(a, chain)
    keras_model(3, a)
    keras_model(a, list())
    chain %>% chain()
    chain(list(a, b))
    layer_input()
    layer_input("x")
    layer_input(3, dtype = "number")
  })
})

test_that("a layer with weights for one input refuses another", {
  layer <- layer_dense(units = 2, name = "shared")
  layer(layer_input(shape = 3))
  expect_snapshot(error = TRUE, layer(layer_input(shape = 7)))
})

test_that("an index outside a table names layer, limit and index", {
  model <- keras_model_sequential() %>%
    layer_embedding(5, 2, input_length = 2, name = "levels") %>% layer_flatten() %>% layer_dense(1)
  compile(model, "sgd", "mse")
  before <- get_weights(model)
  expect_snapshot(error = TRUE, {
    fit(model, matrix(c(0, 1, 2, 7), 2), c(1, 2), verbose = 0)
    predict(model, matrix(c(0, 1, 2, -1), 2))
    predict(model, matrix(c(0, 1, 2, 1.5), 2))
    model(matrix(1e30, 1, 2))
  })
  expect_identical(get_weights(model), before)
})

test_that("inputs of unknown length take what comes", {
  input <- layer_input(shape = list(NULL))
  mean <- input %>% layer_embedding(10, 2) %>% layer_lambda(function(t) k_mean(t, axis = 2))
  model <- keras_model(input, mean)
  table <- get_weights(model)[[1]]
  by_hand <- function(ids) t(apply(ids, 1, function(i) colMeans(table[i + 1, ])))
  for (length in c(4, 2, 5)) {
    ids <- matrix(sample(0:9, 3 * length, TRUE), 3)
    expect_equal(predict(model, ids), by_hand(ids), tolerance = 1e-6)
    expect_equal(as.array(model(ids)), by_hand(ids), tolerance = 1e-6)
  }
  compile(model, "sgd", "mse")
  y <- matrix(0, 40, 2)
  for (length in c(3, 6)) {
    ids <- matrix(sample(0:9, 40 * length, TRUE), 40)
    expected <- mean((predict(model, ids) - y)^2)
    expect_equal(as.numeric(evaluate(model, ids, y, verbose = 0)[[1]]), expected, tolerance = 1e-6)
    fit(model, ids, y, epochs = 1, verbose = 0)
  }
})

test_that("models are layers: nested, shared, cut anywhere, cloned, saved", {
  set.seed(4)
  encoder <- keras_model_sequential(name = "encoder") %>%
    layer_dense(4, activation = "tanh", input_shape = 3, kernel_regularizer = regularizer_l2(0.1)) %>%
    layer_dense(2)
  a <- layer_input(shape = 3, name = "a")
  b <- layer_input(shape = 3, name = "b")
  distance <- layer_lambda(list(encoder(a), encoder(b)), function(z) {
    k_sqrt(k_sum(k_square(z[[1]] - z[[2]]), axis = 2, keepdims = TRUE))
  })
  twins <- keras_model(list(a, b), distance)
  expect_identical(count_params(twins), count_params(encoder))
  x <- list(matrix(rnorm(30), 10), matrix(rnorm(30), 10))
  codes <- lapply(x, function(part) predict(encoder, part))
  expect_equal(predict(twins, x), matrix(sqrt(rowSums((codes[[1]] - codes[[2]])^2))), tolerance = 1e-5)
  compile(twins, "adam", "mse")
  loss <- as.numeric(evaluate(twins, x, rep(0, 10), verbose = 0)[[1]])
  penalty <- 0.1 * sum(get_weights(encoder)[[1]]^2) # once, however often it is called
  expect_equal(loss, mean(predict(twins, x)^2) + penalty, tolerance = 1e-5)
  half <- keras_model(get_layer(encoder, index = 1)$output, encoder$output)
  hidden <- predict(keras_model(encoder$input, get_layer(encoder, index = 1)$output), x[[1]])
  expect_equal(predict(half, hidden), codes[[1]], tolerance = 1e-6)
  copy <- clone_model(twins)
  set_weights(copy, get_weights(twins))
  expect_equal(predict(copy, x), predict(twins, x))
  freeze_weights(encoder)
  compile(twins, "sgd", "mse")
  before <- get_weights(twins)
  fit(twins, x, rep(1, 10), epochs = 1, verbose = 0)
  expect_identical(get_weights(twins), before)
  expect_identical(predict(unserialize(serialize(twins, NULL)), x), predict(twins, x))
})

test_that("the pipe appends models and layers to a sequential model", {
  inner <- keras_model_sequential(name = "inner") %>% layer_dense(2, input_shape = 3)
  outer <- keras_model_sequential() %>% layer_dense(3, input_shape = 5)
  shared <- layer_dense(units = 1)
  outer %>% inner() %>% shared()
  expect_length(outer$layers, 3)
  expect_identical(dim(predict(outer, matrix(0, 4, 5))), c(4L, 1L))
})

test_that("a recommender gives back its biases and factors", {
  set.seed(5)
  n <- 60
  ids <- list(sample(0:5, n, TRUE), sample(0:9, n, TRUE))
  user <- layer_input(shape = 1, dtype = "int64", name = "user")
  movie <- layer_input(shape = 1, dtype = "int64", name = "movie")
  factors <- function(x, levels) {
    layer_embedding(x, levels, 3, input_length = 1, embeddings_regularizer = regularizer_l2(1e-4))
  }
  bias <- function(x, levels) x %>% layer_embedding(levels, 1, input_length = 1) %>% layer_flatten()
  u <- factors(user, 6)
  m <- factors(movie, 10)
  user_bias <- bias(user, 6)
  movie_bias <- bias(movie, 10)
  score <- layer_dot(list(u, m), axes = 2) %>% layer_flatten()
  score <- layer_add(list(layer_add(list(score, user_bias)), movie_bias))
  model <- keras_model(list(user, movie), score)
  compile(model, optimizer_adam(0.001), loss = "mse")
  y <- (ids[[1]] + ids[[2]]) / 5
  first <- fit(model, ids, y, epochs = 1, batch_size = 16, verbose = 0)$metrics$loss
  model$optimizer$lr <- 0.05
  last <- fit(model, ids, y, epochs = 30, batch_size = 16, verbose = 0)$metrics$loss[30]
  expect_lt(last, first / 10)
  bias_model <- keras_model(movie, movie_bias)
  factor_model <- keras_model(movie, m)
  expect_identical(dim(predict(bias_model, 0:9)), c(10L, 1L))
  expect_identical(dim(predict(factor_model, 0:9)), c(10L, 1L, 3L))
  expect_equal(predict(model, list(2, 7)), predict(model, list(matrix(2), matrix(7))))
  by_hand <- sum(predict(keras_model(user, u), 2) * predict(factor_model, 7)) +
    predict(bias_model, 7) + predict(keras_model(user, user_bias), 2)
  expect_equal(predict(model, list(2, 7)), by_hand, tolerance = 1e-5)
})

named_model <- function(optimizer = "sgd") {
  k_clear_session()
  first <- layer_input(shape = 2, name = "layer_of_a")
  second <- layer_input(shape = 3)
  total <- layer_concatenate(list(first, second)) %>% layer_dense(2, name = "hidden")
  model <- keras_model(list(a = first, b = second), list(out = total %>% layer_dense(1), twice = total * 2))
  compile(model, optimizer, list(twice = "mae", out = "mse"), metrics = list(out = "mae"),
          loss_weights = list(twice = 0.5, out = 1))
  model
}

test_that("inputs and outputs of named lists go by these names", {
  set.seed(5)
  model <- named_model()
  x <- list(b = matrix(rnorm(18), 6), a = matrix(rnorm(12), 6))
  y <- list(twice = matrix(rnorm(12), 6), out = rnorm(6))
  out <- predict(model, x, verbose = 0)
  expect_named(out, c("out", "twice"))
  expect_identical(predict(model, unname(x[2:1]), verbose = 0), out)
  expect_identical(dim(out$twice), c(6L, 2L))
  h <- fit(model, x, y, epochs = 2, verbose = 0, validation_data = list(x, y),
           sample_weight = list(twice = rep(1, 6), out = rep(1, 6)))
  expect_true(all(c("loss", "out_loss", "twice_loss", "out_mae", "val_out_loss") %in% names(h$metrics)))
  r <- evaluate(model, x, y, verbose = 0)
  expect_named(r, c("loss", "out_loss", "twice_loss", "out_mae"))
  expect_equal(r$loss, r$out_loss + 0.5 * r$twice_loss, tolerance = 1e-6)
  p <- predict(model, x, verbose = 0)
  expect_equal(r$out_loss, mean((p$out - y$out)^2), tolerance = 1e-5)
  expect_equal(r$twice_loss, mean(abs(p$twice - y$twice)), tolerance = 1e-5)
  batches <- function() list(x, y)
  expect_named(predict(model, batches, steps = 2, verbose = 0), c("out", "twice"))
  expect_equal(unclass(evaluate(model, batches, steps = 1, verbose = 0)), unclass(r), tolerance = 1e-5)
  expect_named(predict_on_batch(model, x), c("out", "twice"))
  expect_equal(train_on_batch(model, x, y)[["loss"]], r$loss, tolerance = 1e-5)
})

test_that("named models are called, copied and cut by name", {
  model <- named_model()
  x <- list(b = matrix(1:6 / 6, 2), a = matrix(1:4, 2))
  expected <- predict(model, x, verbose = 0)
  called <- model(x)
  expect_named(called, c("out", "twice"))
  expect_equal(as.array(called$out), expected$out, tolerance = 1e-6)
  expect_named(model$input, c("a", "b"))
  expect_named(model$output, c("out", "twice"))
  one <- layer_input(shape = 3)
  two <- layer_input(shape = 2)
  outer <- keras_model(list(one, two), model(list(b = one, a = two))$out)
  expect_equal(predict(outer, unname(x), verbose = 0), expected$out, tolerance = 1e-6)
  copy <- clone_model(model)
  set_weights(copy, get_weights(model))
  expect_equal(predict(copy, x, verbose = 0), expected)
  file <- withr::local_tempfile(fileext = ".rds")
  saveRDS(model, file)
  expect_equal(predict(readRDS(file), x, verbose = 0), expected)
})

test_that("one named output is a list of one, one named input may be given alone", {
  input <- layer_input(shape = 2)
  model <- keras_model(c(data = input), list(p = input %>% layer_dense(3, activation = "softmax")))
  compile(model, "adam", list(p = "sparse_categorical_crossentropy"), metrics = "accuracy")
  x <- matrix(rnorm(8), 4)
  expect_named(fit(model, list(data = x), list(p = c(0, 1, 2, 0)), epochs = 1, verbose = 0)$metrics,
               c("loss", "accuracy"))
  fit(model, x, c(0, 1, 2, 0), epochs = 1, verbose = 0)
  expect_named(predict(model, x, verbose = 0), "p")
  expect_identical(predict(model, list(other = 1, data = x), verbose = 0), predict(model, x, verbose = 0))
  expect_length(predict_classes(model, x), 4)
})

test_that("names that are not there, double or half given are refused", {
  model <- named_model()
  x <- list(a = matrix(0, 1, 2), c = matrix(0, 1, 3))
  expect_error(predict(model, x, verbose = 0), "\"b\"", class = "tildenet_error_argument")
  a <- layer_input(shape = 2)
  b <- layer_input(shape = 2)
  expect_error(keras_model(list(a = a, b), a + b), "inputs", class = "tildenet_error_argument")
  expect_error(keras_model(list(a = a, a = b), a + b), "inputs", class = "tildenet_error_argument")
  expect_error(keras_model(list(a, b), list(o = a + b, a - b)), "outputs", class = "tildenet_error_argument")
  expect_error(compile(model, "sgd", list(out = "mse", hidden = "mse")), "hidden", class = "tildenet_error_argument")
})

test_that("a model tells the shapes of all its inputs and outputs", {
  model <- named_model()
  expect_identical(model$input_shape, list(list(NULL, 2L), list(NULL, 3L)))
  expect_identical(model$output_shape, list(list(NULL, 1L), list(NULL, 2L)))
})
