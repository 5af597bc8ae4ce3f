small_net <- function() {
  k_clear_session()
  set.seed(5)
  input <- layer_input(shape = 3)
  model <- keras_model(input, input %>% layer_embedding(20, 9) %>% layer_lstm(3) %>% layer_dropout(0.1) %>%
                         layer_batch_normalization() %>%
                         layer_dense(2, activation = "softmax", kernel_regularizer = regularizer_l2(0.01),
                                     kernel_constraint = constraint_maxnorm(2)))
  compile(model, optimizer_nadam(0.01), "categorical_crossentropy", metrics = "acc")
  quiet_fit(model, net_x, net_y, epochs = 1)
  model
}
net_x <- matrix(0:14, 5)
net_y <- to_categorical(c(0, 1, 0, 1, 1))

use_net <- function(model) {
  predict(model, net_x, verbose = 0)
  quiet_fit(model, net_x, net_y, epochs = 1)
  evaluate(model, net_x, net_y, verbose = 0)
  get_weights(model)
  utils::capture.output(summary(model))
}

# How many of these were refused; none may crash, and none may stop with words of base R.
expect_mutants_refused <- function(object, use, n, least) {
  said <- use_mutated(object, use, n)
  testthat::expect_identical(said[!said %in% c("ok", "refused")], character())
  testthat::expect_gt(sum(said == "refused"), least)
}

test_that("a model that was changed in its file works or is refused", {
  expect_mutants_refused(small_net(), use_net, 60, 15)
})

test_that("a tokenizer that was changed in its file works or is refused", {
  tokenizer <- fit_text_tokenizer(text_tokenizer(num_words = 10, oov_token = "x"), c("a b c a", "b d"))
  fit_text_tokenizer(tokenizer, list(c(1, 5), 2))
  expect_mutants_refused(tokenizer, function(t) {
    texts_to_sequences(t, c("a b", "z"))
    fit_text_tokenizer(t, "q a")
  }, 100, 30)
})

test_that("a fit whose recipe was changed in its file works or is refused, and never crashes", {
  d <- data.frame(y = rep(c("a", "b", "c"), 8), x = 1:24 / 24, f = rep(letters[1:4], 6), s = rep(c("good film", "bad film"), 12))
  fit <- suppressMessages(kms(y ~ x + emb(f, 2) + text(s, 10) + tokens(s, 20, 4), d, Nepochs = 1, verbose = 0, seed = 1,
                              units = 4, N_layers = 2))
  use <- function(fit) {
    predict(fit, d)
    utils::capture.output(print(fit))
  }
  said <- use_mutated(fit, use, 40)
  expect_gt(sum(said == "refused"), 5)
  for (name in c("outcome", "specials", "sparse", "xlevels")) {
    changed <- fit
    attr(changed, "design")[[name]] <- TRUE
    if (name == "sparse") attr(changed, "design")[[name]] <- NA
    expect_error(use(changed), paste0("design\\$", name), class = "tildenet_error_state")
  }
  changed <- fit
  attr(changed, "design")$specials[[1]]$input <- NULL
  expect_error(use(changed), "design\\$specials", class = "tildenet_error_state")
})

test_that("what would lead the engine astray is refused by name", {
  broken <- function(change) {
    model <- small_net()
    change(self_of(model))
    unserialize(serialize(model, NULL))
  }
  refused <- function(change, place) {
    before <- testthat::expect_error(use_net(broken(change)), place, class = "tildenet_error_state")
  }
  for (step in list(-2^31, -1, NA_real_, 1e300, 0.5, NULL, "1")) refused(function(self) self$training$step <- step, "step")
  for (state in list(raw(3), 1:4, "x")) {
    expect_error(use_net(broken(function(self) self$training$state <- state)), class = "tildenet_error_state")
  }
  first <- function(self) layer_parameters(self)[[1]]
  for (shape in list(NA_real_, c(1e9, 1e9, 1e9), -1, c(20, 2^40), numeric(), "x", 1:12)) {
    expect_error(use_net(broken(function(self) {
      p <- first(self)
      p$shape <- shape
    })), class = "tildenet_error_state")
  }
  for (data in list(raw(), raw(5), 1:3, NULL)) {
    expect_error(use_net(broken(function(self) {
      p <- first(self)
      p$data <- data
    })), class = "tildenet_error_state")
  }
})

test_that("the glue looks again at what would be written to", {
  expect_error(engine_raw_read(raw(8), c(NA, 2)), class = "tildenet_error_shape")
  expect_error(engine_raw_read(raw(8), c(2^40, 2^40)), class = "tildenet_error_shape")
  expect_error(engine_raw_read(raw(8), c(-1L, -2L)), class = "tildenet_error_shape")
  floats <- engine_raw_floats(1:4)
  expect_identical(as.vector(engine_raw_read(floats, 2, 1)), c(2, 3))
  for (wrong in list(list(3), list(5), list(2, 3), list(1, 5), list(1, -1))) {
    expect_error(do.call(engine_raw_read, c(list(floats), wrong)), class = "tildenet_error_state")
  }
  expect_error(engine_raw_read(c(floats, raw(1)), 4), class = "tildenet_error_state")
  expect_error(engine_init("zeros", list(), c(2^31, 2^31), 0), class = "tildenet_error_shape")
  model <- small_net()
  data <- list(x = net_x)
  session <- train_session(self_of(model), input_entries(self_of(model), net_x),
                           target_entries(self_of(model), net_y, 5), list(NULL))
  config <- optimizer_engine_config(self_of(model$optimizer))
  for (step in list(-2^31, NA_real_, 1e300)) {
    expect_error(engine_optimizer(session$graph, config, self_of(model)$training$state, step, FALSE),
                 class = "tildenet_error_state")
  }
  expect_error(engine_optimizer(session$graph, config, 1:3, 0, FALSE), class = "tildenet_error_state")
})

test_that("no op of a changed model gets fewer inputs than it reads", {
  k_clear_session()
  a <- layer_input(2)
  b <- layer_input(2)
  changed <- list(
    list(output = layer_maximum(list(a, b)), keep = 0), list(output = layer_add(list(a, b)), keep = 1),
    list(output = layer_dense(layer_concatenate(list(a, b)), 2), keep = 0),
    list(output = layer_dot(list(a, b), axes = 1), keep = 1))
  for (case in changed) {
    model <- keras_model(list(a, b), case$output)
    node <- self_of(model)$outputs[[1]]$node
    node$inputs <- node$inputs[seq_len(case$keep)]
    expect_error(predict(model, list(matrix(1, 2, 2), matrix(2, 2, 2)), verbose = 0), "inputs", class = "tildenet_error")
  }
  expect_error(engine_infer("maximum", list(), list()), "needs 2 inputs, not 0", class = "tildenet_error_shape")
  expect_error(engine_infer("lstm", list(units = 1), list()), "needs 1 inputs, not 0", class = "tildenet_error_shape")
  expect_error(engine_infer("loss_hinge", list(), list(c(2, 3))), "needs 2 inputs, not 1", class = "tildenet_error_shape")
})
