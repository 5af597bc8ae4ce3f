three_layers <- function() {
  k_clear_session()
  keras_model_sequential() %>%
    layer_dense(4, input_shape = 3, name = "a") %>%
    layer_dense(4, name = "b") %>%
    layer_dense(1, name = "c")
}

states <- function(model) vapply(model$layers, function(layer) layer$trainable, NA)

test_that("layers that are not chosen get the opposite state", {
  model <- three_layers()
  expect_states <- function(code, expected) {
    force(code)
    expect_identical(states(model), expected)
  }
  expect_states(unfreeze_weights(model, which = "b"), c(FALSE, TRUE, FALSE))
  expect_states(freeze_weights(model, which = "b"), c(TRUE, FALSE, TRUE))
  expect_states(freeze_weights(model, from = 2), c(TRUE, FALSE, FALSE))
  expect_states(unfreeze_weights(model, from = "b", to = -2), c(FALSE, TRUE, FALSE))
  expect_states(freeze_weights(model, to = get_layer(model, "a")), c(FALSE, TRUE, TRUE))
  expect_states(freeze_weights(model, which = c(TRUE, FALSE, FALSE)), c(FALSE, TRUE, TRUE))
  expect_states(unfreeze_weights(model, which = c(-1, 1)), c(TRUE, FALSE, TRUE))
  expect_states(freeze_weights(model, which = function(layer) layer$name == "c"), c(TRUE, TRUE, FALSE))
  expect_states(freeze_weights(model, which = ~ .x$name != "c"), c(FALSE, FALSE, TRUE))
  expect_states(freeze_weights(model, which = get_layer(model, "b")), c(TRUE, FALSE, TRUE))
  expect_states(freeze_weights(model, which = list(get_layer(model, "b"), "c")), c(TRUE, FALSE, FALSE))
  expect_states(unfreeze_weights(model, which = character()), c(FALSE, FALSE, FALSE))
  expect_states(unfreeze_weights(model), c(TRUE, TRUE, TRUE))
})

test_that("the weights of frozen layers stay, those of the others move", {
  model <- three_layers()
  unfreeze_weights(model, which = "b")
  compile(model, "sgd", "mse")
  before <- get_weights(model)
  fit(model, matrix(1:12 / 12, 4), 1:4, epochs = 1, verbose = 0)
  same <- mapply(identical, before, get_weights(model))
  expect_identical(same, c(TRUE, TRUE, FALSE, FALSE, TRUE, TRUE))
})

test_that("what is inside a model or wrapper follows it", {
  inner <- three_layers()
  outer <- keras_model_sequential(input_shape = 3) %>% inner() %>% layer_dense(1, name = "d")
  outer$trainable <- FALSE
  expect_identical(states(inner), c(FALSE, FALSE, FALSE))
  unfreeze_weights(outer, which = "d")
  expect_false(any(states(inner)))
  outer$trainable <- TRUE
  expect_true(all(states(inner), states(outer)))
  both <- bidirectional(layer = layer_lstm(units = 2))
  both(layer_input(shape = c(3, 2)))
  both$trainable <- FALSE
  expect_length(both$trainable_weights, 0)
  expect_false(both$forward_layer$trainable)
})

test_that("layers that are not there are refused and nothing is changed", {
  model <- three_layers()
  freeze_weights(model, which = "a")
  wrong <- list(
    quote(freeze_weights(model, which = 4)), quote(freeze_weights(model, which = "x")),
    quote(freeze_weights(model, from = 0)), quote(freeze_weights(model, to = 1.5)),
    quote(unfreeze_weights(model, from = 3, to = 1)), quote(freeze_weights(model, from = NA)),
    quote(freeze_weights(model, which = c(TRUE, FALSE))), quote(freeze_weights(model, from = 1, which = 2)),
    quote(freeze_weights(model, which = function(layer) NULL)),
    quote(freeze_weights(model, which = layer_dense(units = 1))),
    quote(freeze_weights(get_layer(model, "a"), which = 1)), quote(freeze_weights("a")))
  for (call in wrong) expect_error(eval(call), class = "tildenet_error_argument", info = deparse1(call))
  expect_identical(states(model), c(FALSE, TRUE, TRUE))
})
