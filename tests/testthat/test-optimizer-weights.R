# Factors of the learning rate and of the weight decay by weights.

weights_model <- function(optimizer) {
  k_clear_session()
  set.seed(2)
  model <- keras_model_sequential() %>%
    layer_dense(3, input_shape = 2, name = "hidden", bias_initializer = "ones") %>%
    layer_dense(1, name = "out", bias_initializer = "ones")
  compile(model, optimizer, "mse")
  model
}

weights_x <- matrix(sin(1:20), 10)
weights_y <- cos(1:10)

trained_weights <- function(model, epochs = 3) {
  quiet_fit(model, weights_x, weights_y, batch_size = 5, epochs = epochs, shuffle = FALSE)
  stats::setNames(get_weights(model), c("hidden/kernel", "hidden/bias", "out/kernel", "out/bias"))
}

changes <- function(optimizer, epochs = 3) {
  model <- weights_model(optimizer)
  before <- get_weights(model)
  Map(`-`, trained_weights(model, epochs), before)
}

test_that("factors multiply the first step, whatever the optimizer", {
  for (kind in names(optimizer_kinds)) {
    step <- function(...) {
      optimizer <- get(paste0("optimizer_", kind))(0.01, ...)
      model <- weights_model(optimizer)
      before <- get_weights(model)
      train_on_batch(model, weights_x, weights_y)
      Map(`-`, get_weights(model), before)
    }
    plain <- step()
    own <- step(rate_factors = list(bias = 0.5, "^out/bias:0$" = 2, "hidden/kernel" = c(0, 3)))
    expect_equal(own[[1]], plain[[1]] * c(0, 3), tolerance = 1e-3, info = kind)
    expect_equal(own[[2]], plain[[2]] * 0.5, tolerance = 1e-3, info = kind)
    expect_equal(own[[3]], plain[[3]], info = kind)
    expect_equal(own[[4]], plain[[4]] * 2, tolerance = 1e-3, info = kind)
  }
})

test_that("the decay of a weight has the factor of its rate and its own", {
  # A gradient of zero leaves the decay alone: w (1 - 0.1 * 0.5 * factors) in each of two steps.
  decayed <- function(...) {
    model <- weights_model(optimizer_sgd(0.1, weight_decay = 0.5, ...))
    compile(model, model$optimizer, function(y_true, y_pred) k_sum(y_pred * 0))
    before <- get_weights(model)
    for (i in 1:2) train_on_batch(model, weights_x, weights_y)
    Map(`/`, get_weights(model), before)
  }
  even <- function(parts, factors) for (i in 1:4) {
    expect_equal(as.vector(parts[[i]]), rep_len((1 - 0.05 * factors[[i]])^2, length(parts[[i]])), tolerance = 1e-5)
  }
  even(decayed(), list(1, 1, 1, 1))
  even(decayed(exclude_from_weight_decay = "bias"), list(1, 0, 1, 0))
  even(decayed(exclude_from_weight_decay = c("^hidden", "out/bias")), list(0, 0, 1, 0))
  even(decayed(weight_decay_factors = list("kernel" = 2, "hidden/kernel" = c(0.5, 4))), list(c(0.5, 4), 1, 2, 1))
  even(decayed(weight_decay_factors = c(kernel = 2), rate_factors = list("^hidden" = 0.5, "out/kernel" = c(0, 1, 3))),
       list(1, 0.5, c(0, 2, 6), 1))
  even(decayed(weight_decay_factors = c(bias = 2), exclude_from_weight_decay = "out"), list(1, 2, 0, 0))
})

test_that("a factor of 0 freezes, factors of 1 change nothing", {
  frozen <- changes(optimizer_adamw(0.1, rate_factors = c("." = 0, "out" = 1)))
  expect_true(all(frozen[[1]] == 0) && all(frozen[[2]] == 0) && all(frozen[[3]] != 0))
  expect_identical(changes(optimizer_adam(0.1, rate_factors = c("." = 1))), changes(optimizer_adam(0.1)))
  half <- changes(optimizer_adam(0.1, rate_factors = c("." = 0.5)))
  expect_equal(half, changes(optimizer_adam(0.05)), tolerance = 1e-5)
})

test_that("rows of an embedding have rates of their own, also those that a batch does not read", {
  train <- function(input, optimizer) {
    k_clear_session()
    set.seed(4)
    model <- keras_model_sequential()
    if (input == "ids") model %>% layer_embedding(6, 9, input_length = 1, name = "table") %>% layer_flatten()
    else model %>% layer_dense(9, use_bias = FALSE, input_shape = 6, name = "table")
    model %>% layer_dense(1, name = "out")
    compile(model, optimizer, "mse")
    set_weights(model, list(matrix(cos(1:54), 6), matrix(sin(1:9)), array(0)))
    ids <- c(0, 1, 2, 1, 0, 3, 4, 0, 1, 1, 0, 5)
    x <- if (input == "ids") matrix(ids) else to_categorical(ids, 6)
    quiet_fit(model, x, sin(1:12), batch_size = 2, epochs = 5, shuffle = FALSE)
    get_weights(model)[[1]]
  }
  rows <- list(table = c(0, 0.5, 1, 2, 0, 1))
  for (kind in list(optimizer_adam, optimizer_nadam, optimizer_rmsprop, optimizer_sgd)) {
    ids <- train("ids", kind(0.01, rate_factors = rows))
    expect_equal(ids, train("dense", kind(0.01, rate_factors = rows)), tolerance = 1e-4)
    expect_equal(ids[c(1, 5), ], matrix(cos(1:54), 6)[c(1, 5), ], tolerance = 1e-6)
  }
  some <- list(table = c(1, 0, 0, 2, 1, 0))
  decaying <- function() optimizer_adamw(0.01, 0.5, weight_decay_factors = some)
  expect_equal(train("ids", decaying()), train("dense", decaying()), tolerance = 1e-5)
  waiting <- function() optimizer_adamw(0.01, 0.5, exclude_from_weight_decay = "table")
  expect_equal(train("ids", waiting()), train("dense", waiting()), tolerance = 1e-4)
})

test_that("factors are kept in files, and training goes on with them at any number of threads", {
  skip_if_not_installed("hdf5r")
  path <- withr::local_tempfile(fileext = ".h5")
  optimizer <- function() {
    optimizer_adamw(0.05, 0.1, rate_factors = list(kernel = 0.5, "hidden/kernel" = c(0.25, 1)),
                    weight_decay_factors = c(out = 3), exclude_from_weight_decay = c("bias", "nothing|out/bias"))
  }
  expected <- trained_weights(weights_model(optimizer()), 6)
  model <- weights_model(optimizer())
  trained_weights(model)
  save_model_hdf5(model, path)
  for (copy in list(load_model_hdf5(path), unserialize(serialize(model, NULL)))) {
    expect_equal(copy$optimizer$get_config(), optimizer()$get_config())
    expect_identical(trained_weights(copy), expected)
  }
  withr::local_options(tildenet.threads = 1)
  expect_identical(trained_weights(weights_model(optimizer()), 6), expected)
})

test_that("factors are printed, many as their number", {
  expect_snapshot({
    optimizer_adamw(rate_factors = c(bias = 0.1, "^out/" = 0), exclude_from_weight_decay = "bias")
    optimizer_sgd(rate_factors = list(kernel = c(1, 0.5), pack = 1:64))
  })
})

test_that("factors that fit no weight, or not its first axis, are refused when training begins", {
  fits <- function(...) trained_weights(weights_model(optimizer_adam(weight_decay = 0.1, ...)))
  expect_snapshot(error = TRUE, {
    fits(rate_factors = c(bias = 0.1, gamma = 0.5))
    fits(exclude_from_weight_decay = "^bias")
    fits(weight_decay_factors = list(kernel = 1:3))
    optimizer_adam(rate_factors = 0.1)
    optimizer_adam(rate_factors = c(bias = -1))
    optimizer_adam(rate_factors = list(bias = "slow"))
    optimizer_adam(rate_factors = c("(bias" = 1))
    optimizer_adam(weight_decay = 0.1, exclude_from_weight_decay = TRUE)
    optimizer_adam(exclude_from_weight_decay = "bias")
    optimizer_adam(weight_decay_factors = c(bias = 0))
  })
  model <- weights_model(optimizer_adam(rate_factors = c(gamma = 1)))
  before <- list(get_weights(model), self_of(model)$training$seed)
  expect_error(trained_weights(model), class = "tildenet_error_argument")
  expect_identical(list(get_weights(model), self_of(model)$training$seed), before)
})
