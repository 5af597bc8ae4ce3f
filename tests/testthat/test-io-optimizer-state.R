# What optimizers have learned, in the orders of Keras files.

kinds_of_state <- list(
  sgd = function() optimizer_sgd(0.1), momentum = function() optimizer_sgd(0.1, momentum = 0.9),
  rmsprop = function() optimizer_rmsprop(0.01), rmsprop_all = function() optimizer_rmsprop(0.01, momentum = 0.5, centered = TRUE),
  adam = function() optimizer_adam(0.01), amsgrad = function() optimizer_adam(0.01, amsgrad = TRUE),
  adamw = function() optimizer_adamw(0.01), adamax = function() optimizer_adamax(0.01), nadam = function() optimizer_nadam(0.01),
  adagrad = function() optimizer_adagrad(0.1), adadelta = function() optimizer_adadelta(1),
  decaying = function() optimizer_adam(0.01, decay = 0.1))

state_x <- matrix(sin(1:12), 4)
state_y <- matrix(cos(1:8), 4)

trained_for_state <- function(optimizer, steps = 3) {
  k_clear_session()
  model <- filed_model()
  compile(model, optimizer, "mse")
  for (i in seq_len(steps)) train_on_batch(model, state_x, state_y)
  model
}

as_entries <- function(state) {
  entry <- function(a) list(name = paste0(a$name, ":0"), shape = a$shape, read = a$read)
  c(list(list(name = "iteration:0", shape = numeric(), read = function() state$step)), lapply(state$arrays, entry))
}

test_that("the state of every kind comes back bit by bit from the arrays of a file", {
  for (kind in names(kinds_of_state)) {
    model <- trained_for_state(kinds_of_state[[kind]]())
    self <- self_of(model)
    back <- state_of_entries(self, as_entries(optimizer_state(self)))
    expect_identical(back$state, self$training$state, info = kind)
    expect_identical(back$layout, self$training$layout, info = kind)
    expect_equal(back$step, 3, info = kind)
  }
})

test_that("arrays stand in Keras' order", {
  names_of <- function(kind) {
    vapply(optimizer_state(self_of(trained_for_state(kinds_of_state[[kind]]())))$arrays, function(a) a$name, "")
  }
  weights <- c("hidden/kernel", "hidden/bias", "out/kernel", "out/bias")
  expect_equal(names_of("adam"), paste0("Adam/", c("m", "v"), "/", rep(weights, each = 2)))
  expect_equal(names_of("adamw"), sub("Adam", "AdamW", names_of("adam")))
  expect_equal(names_of("amsgrad"), c(names_of("adam"), paste0("Adam/vhat/", weights)))
  expect_equal(names_of("rmsprop_all"), paste0("RMSprop/", rep(c("velocity", "momentum", "average_gradient"), each = 4), "/", weights))
  expect_equal(names_of("sgd"), paste0("SGD/m/", weights))
  expect_equal(names_of("decaying"), paste0("Adam/", weights, "/", rep(c("m", "v"), each = 4)))
})

test_that("arrays are told apart by Keras 3's names in any order, without counter and with numbers in between", {
  model <- trained_for_state(optimizer_rmsprop(0.01, momentum = 0.5, centered = TRUE))
  self <- self_of(model)
  state <- optimizer_state(self)
  endings <- c("velocity", "momentum", "average_gradient")
  arrays <- Map(function(a, ending) c(list(name = paste0("model_weight_", ending)), a[c("shape", "read")]),
                state$arrays, rep(endings, each = 4))
  state$arrays <- arrays[as.vector(t(matrix(1:12, 4)))]
  entries <- as_entries(state)
  entries <- lapply(entries, function(e) { e$name <- sub(":0", "", e$name); e })
  rate <- list(name = "learning_rate", shape = numeric(), read = function() 0.01)
  back <- state_of_entries(self, c(entries[1], list(rate), entries[-1]))
  expect_identical(back$state, self$training$state)
  expect_equal(state_of_entries(self, entries[-1])$step, 0)
})

test_that("a state that does not fit is told, not taken", {
  self <- self_of(trained_for_state(optimizer_adam(0.01)))
  entries <- as_entries(optimizer_state(self))
  expect_match(state_of_entries(self, entries[-2]), "must have 8 arrays, the file has 7")
  entries[[2]]$shape <- c(4, 3)
  expect_match(state_of_entries(self, entries), "not the shapes")
  entries <- as_entries(optimizer_state(self))
  entries[[1]]$read <- function() -4
  expect_match(state_of_entries(self, entries), "no whole number")
})

test_that("frozen weights have no state, shared and embedded ones have", {
  k_clear_session()
  shared <- layer_dense(units = 3, name = "shared")
  a <- layer_input(2, name = "a")
  ids <- layer_input(2, name = "ids")
  words <- ids %>% layer_embedding(50, 2, name = "words") %>% layer_flatten()
  output <- layer_concatenate(list(shared(a), shared(layer_dense(a, 2, name = "fixed")), words)) %>% layer_dense(1, name = "out")
  model <- keras_model(list(a, ids), output)
  freeze_weights(model, which = "fixed")
  compile(model, optimizer_adam(0.01), "mse")
  x <- list(state_x[, 1:2], matrix(c(1, 7, 1, 49, 0, 3, 7, 7), 4))
  for (i in 1:3) train_on_batch(model, x, state_y[, 1])
  state <- optimizer_state(self_of(model))
  names <- vapply(state$arrays, function(a) a$name, "")
  expect_false(any(grepl("fixed", names)))
  expect_setequal(sub("Adam/[mv]/", "", names), c("shared/kernel", "shared/bias", "words/embeddings", "out/kernel", "out/bias"))
  back <- state_of_entries(self_of(model), as_entries(state))
  expect_identical(back$state, self_of(model)$training$state)
})
