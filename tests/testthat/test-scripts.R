# Scripts as users of keras in R write them: what they name, pipe and capture.

# ---- a variational autoencoder ---------------------------------------------------------------------

vae_data <- function(n = 100, p = 6) {
  set.seed(4)
  stats::plogis(matrix(stats::rnorm(n * 2), n) %*% matrix(stats::rnorm(2 * p), 2))
}

# Layers and tensors of the model in one environment, as at the top of a script.
vae_script <- function(sampling, joined) {
  k_clear_session()
  set.seed(1)
  e <- new.env()
  e$x <- layer_input(shape = c(6L))
  h <- layer_dense(e$x, 8L, activation = "relu")
  e$z_mean <- layer_dense(h, 2L)
  e$z_log_var <- layer_dense(h, 2L)
  parts <- list(e$z_mean, e$z_log_var)
  z <- if (joined) layer_concatenate(parts) %>% layer_lambda(sampling) else parts %>% layer_lambda(sampling)
  decoder_h <- layer_dense(units = 8L, activation = "relu")
  decoder_mean <- layer_dense(units = 6L, activation = "sigmoid")
  e$vae <- keras_model(e$x, decoder_mean(decoder_h(z)))
  e$encoder <- keras_model(e$x, e$z_mean)
  decoder_input <- layer_input(shape = 2L)
  e$generator <- keras_model(decoder_input, decoder_mean(decoder_h(decoder_input)))
  e
}

vae_samplings <- list(
  joined = function(arg) {
    z_mean <- arg[, 1:2]
    z_log_var <- arg[, (2 + 1):(2 * 2)]
    epsilon <- k_random_normal(shape = c(k_shape(z_mean)[[1]]), mean = 0., stddev = 1)
    z_mean + k_exp(z_log_var / 2) * epsilon
  },
  listed = function(args) {
    c(z_mean, z_log_var) %<-% args
    epsilon <- k_random_normal(shape = list(k_shape(z_mean)[1], 2L), mean = 0, stddev = 1)
    z_mean + k_exp(z_log_var) * epsilon
  },
  sized = function(args) {
    epsilon <- k_random_normal(shape = c(k_shape(args[[1]])[1], k_int_shape(args[[1]])[[2]]))
    args[[1]] + k_exp(0.5 * args[[2]]) * epsilon
  },
  fixed = function(args) args[[1]] + k_exp(0.5 * args[[2]]) * k_random_normal(shape = c(20, 2))
)

vae_losses <- function(e) list(
  by_row = function(x, x_decoded_mean) {
    xent_loss <- (6 / 1.0) * loss_binary_crossentropy(x, x_decoded_mean)
    kl_loss <- -0.5 * k_mean(1 + e$z_log_var - k_square(e$z_mean) - k_exp(e$z_log_var), axis = -1L)
    xent_loss + kl_loss
  },
  whole = function(y_true, y_pred) {
    xent <- 6 * k_mean(k_binary_crossentropy(y_true, y_pred), axis = 2L)
    k_mean(xent - 0.5 * k_mean(1 + e$z_log_var - e$z_mean^2 - exp(e$z_log_var), axis = -1L))
  },
  flat = function(x, y) {
    xent <- metric_binary_crossentropy(k_flatten(x), k_flatten(y))
    kl <- -0.5 * k_mean(1 + e$z_log_var - k_square(e$z_mean) - k_exp(e$z_log_var), axis = -1L)
    k_mean(6 * xent + kl)
  }
)

test_that("an autoencoder samples in every form that scripts have", {
  x <- vae_data()
  for (name in names(vae_samplings)) {
    e <- vae_script(vae_samplings[[name]], joined = name == "joined")
    compile(e$vae, optimizer = optimizer_rmsprop(0.01), loss = vae_losses(e)$by_row)
    history <- fit(e$vae, x, x, epochs = 20, batch_size = 20, verbose = 0, validation_data = list(x, x))
    expect_lt(history$metrics$val_loss[20], history$metrics$val_loss[1] - 0.1, label = name)
    expect_equal(dim(predict(e$encoder, x, verbose = 0)), c(100, 2))
    expect_equal(dim(predict(e$generator, matrix(0, 3, 2), verbose = 0)), c(3, 6))
  }
})

test_that("losses that capture tensors mean the same in every form", {
  x <- vae_data()
  quiet <- function(args) args[[1]] # no chance, so that the losses can be compared
  value <- function(form) {
    e <- vae_script(quiet, joined = FALSE)
    compile(e$vae, optimizer = "sgd", loss = vae_losses(e)[[form]])
    evaluate(e$vae, x, x, batch_size = 100, verbose = 0)$loss
  }
  e <- vae_script(quiet, joined = FALSE)
  p <- predict(e$vae, x, verbose = 0)
  m <- predict(e$encoder, x, verbose = 0)
  v <- predict(keras_model(e$x, e$z_log_var), x, verbose = 0)
  expected <- mean(-6 * rowMeans(x * log(p) + (1 - x) * log(1 - p)) - 0.5 * rowMeans(1 + v - m^2 - exp(v)))
  for (form in c("by_row", "whole", "flat")) expect_equal(value(form), expected, tolerance = 1e-5)
})

test_that("k_shape(x)[[1]] alone draws for every cell", {
  draws <- layer_lambda(f = function(x) x + k_random_normal(shape = c(k_shape(x)[[1]])))
  z <- as.array(draws(matrix(0, 500, 3)))
  expect_equal(dim(z), c(500, 3))
  expect_lt(abs(stats::cor(z)[1, 2]), 0.2)
  expect_gt(length(unique(as.vector(z))), 1490)
})

# ---- a siamese network -----------------------------------------------------------------------------

siamese_script <- function() {
  k_clear_session()
  set.seed(1)
  euclidean_distance <- function(vects) {
    c(x, y) %<-% vects
    sum_square <- k_sum(k_square(x - y), axis = 2, keepdims = TRUE)
    k_sqrt(k_maximum(sum_square, k_epsilon()))
  }
  base_network <- keras_model_sequential() %>%
    layer_dense(8, activation = "relu", input_shape = 4) %>%
    layer_dropout(0.1) %>%
    layer_dense(3)
  input_a <- layer_input(shape = 4)
  input_b <- layer_input(shape = 4)
  distance <- layer_lambda(list(base_network(input_a), base_network(input_b)), euclidean_distance,
                           output_shape = function(shapes) c(shapes[[1]][1], 1))
  keras_model(list(input_a, input_b), distance)
}

contrastive_loss <- function(y_true, y_pred) {
  margin <- 1
  k_mean(y_true * k_square(y_pred) + (1 - y_true) * k_square(k_maximum(margin - y_pred, 0)))
}

siamese_data <- function() {
  set.seed(2)
  a <- matrix(stats::rnorm(160), 40)
  same <- rep(c(1, 0), 20)
  list(x = list(a, ifelse(same == 1, 1, -1) * a + 0.1), y = same)
}

test_that("a siamese network learns, and goes on after saveRDS() in a fresh process", {
  d <- siamese_data()
  model <- siamese_script()
  near <- function(y_true, y_pred) k_mean(k_equal(y_true, k_cast(y_pred < 0.5, k_dtype(y_true))))
  model %>% compile(loss = contrastive_loss, optimizer = optimizer_rmsprop(0.01), metrics = near)
  history <- model %>% fit(d$x, d$y, batch_size = 16, epochs = 30, verbose = 0)
  expect_gt(evaluate(model, d$x, d$y, verbose = 0)$near, 0.9)
  saved <- withr::local_tempfile(fileext = ".rds")
  out <- withr::local_tempfile(fileext = ".rds")
  saveRDS(model, saved)
  run_fresh(quote({
    library(tildenet)
    model <- readRDS(SAVED)
    before <- predict(model, X, verbose = 0)
    history <- fit(model, X, Y, epochs = 2, verbose = 0)
    saveRDS(list(before, history$metrics$loss, predict(model, X, verbose = 0)), OUT)
  }), SAVED = saved, OUT = out, X = d$x, Y = d$y)
  before <- predict(model, d$x, verbose = 0)
  history <- fit(model, d$x, d$y, epochs = 2, verbose = 0)
  expect_identical(readRDS(out), list(before, history$metrics$loss, predict(model, d$x, verbose = 0)))
})

test_that("weights of a shared network are saved once and come back", {
  d <- siamese_data()
  model <- fill_weights(siamese_script())
  folder <- withr::local_tempfile()
  save_model_weights_tf(model, folder)
  expect_length(Filter(length, readRDS(file.path(folder, "weights.rds"))$layers), 1)
  copy <- load_model_weights_tf(zero_weights(siamese_script()), folder)
  expect_identical(predict(copy, d$x, verbose = 0), predict(model, d$x, verbose = 0))
  skip_without_hdf5()
  path <- withr::local_tempfile(fileext = ".h5")
  save_model_weights_hdf5(model, path)
  copy <- load_model_weights_hdf5(zero_weights(siamese_script()), path)
  expect_identical(predict(copy, d$x, verbose = 0), predict(model, d$x, verbose = 0))
})

# ---- a recommender ---------------------------------------------------------------------------------

recommender_script <- function() {
  k_clear_session()
  set.seed(1)
  user <- layer_input(shape = 1, name = "user")
  item <- layer_input(shape = 1, name = "item")
  factors <- function(x, n, name) x %>% layer_embedding(n, 3, name = name) %>% layer_flatten()
  score <- layer_dot(list(factors(user, 7, "user_factors"), factors(item, 9, "item_factors")), axes = 1)
  bias <- item %>% layer_embedding(9, 1, name = "bias") %>% layer_flatten(name = "flat_bias")
  keras_model(inputs = c(user, item), outputs = layer_add(list(score, bias)))
}

test_that("parts of a recommender answer on their own", {
  model <- recommender_script()
  table <- get_weights(get_layer(model, "bias"))[[1]]
  expect_equal(dim(table), c(9, 1))
  by_item <- keras_model(get_layer(model, "item")$input, get_layer(model, "flat_bias")$output)
  expect_equal(predict(by_item, 0:8, verbose = 0), table)
  by_layer <- keras_model(model$inputs[[2]], get_layer(model, "item_factors")$output)
  expect_equal(array_reshape(predict(by_layer, 0:8, verbose = 0), c(9, 3)),
               get_weights(get_layer(model, "item_factors"))[[1]])
  by_pair <- keras_model(model$input, get_layer(model, "flat_bias")$output)
  expect_equal(predict(by_pair, list(0:8, 8:0), verbose = 0), table[9:1, , drop = FALSE])
  score <- sum(get_weights(get_layer(model, "user_factors"))[[1]][3, ] *
                 get_weights(get_layer(model, "item_factors"))[[1]][6, ]) + table[6]
  expect_equal(predict(model, list(2, 5), verbose = 0), matrix(score), tolerance = 1e-6)
  expect_equal(predict(model, list(item = 5, user = 2), verbose = 0), matrix(score), tolerance = 1e-6)
})

test_that("the learning rate changes between fits", {
  x <- list(rep(0:6, 9), rep(0:8, each = 7))
  y <- sin(x[[1]] + x[[2]])
  model <- recommender_script()
  expect_warning(model$optimizer$lr <- 0.01, "no optimizer yet", class = "tildenet_warning_state")
  expect_error(k_set_value(model$optimizer$lr, 0.01), "once it is compiled", class = "tildenet_error_argument")
  expect_error(k_get_value(model$optimizer$lr), "once it is compiled", class = "tildenet_error_argument")
  model %>% compile(loss = "mse", optimizer = optimizer_sgd(0.5))
  still <- function() {
    before <- get_weights(model)
    model %>% fit(x, y, epochs = 1, verbose = 0)
    identical(before, get_weights(model))
  }
  expect_false(still())
  k_set_value(model$optimizer$lr, 0)
  expect_equal(k_get_value(model$optimizer$lr), 0)
  expect_true(still())
  model$optimizer$lr <- 0.25
  expect_equal(k_get_value(model$optimizer$learning_rate), 0.25)
  expect_false(still())
})
