layer_names <- function(model) vapply(model$layers, function(layer) layer$name, "")

test_that("layers stand in Keras' order: by distance from the outputs", {
  user <- layer_input(1, name = "user")
  item <- layer_input(1, name = "item")
  users <- user %>% layer_embedding(6, 3, name = "users") %>% layer_flatten(name = "u")
  items <- item %>% layer_embedding(10, 3, name = "items") %>% layer_flatten(name = "i")
  bias <- item %>% layer_embedding(10, 1, name = "bias") %>% layer_flatten(name = "b")
  dot <- layer_dot(list(users, items), axes = 1, name = "dot")
  model <- keras_model(list(user, item), layer_add(list(dot, bias), name = "add"))
  # the order that Keras wrote into the golden file dot_rmsprop.h5
  expect_equal(layer_names(model), c("user", "item", "users", "items", "u", "i", "bias", "dot", "b", "add"))
})

test_that("a shared layer stands where its farthest call does", {
  x <- layer_input(2, name = "x")
  shared <- layer_dense(units = 2, name = "shared")
  once <- shared(x)
  twice <- shared(layer_dense(once, 2, name = "between"))
  model <- keras_model(x, layer_add(list(once, twice), name = "sum"))
  expect_equal(layer_names(model), c("x", "shared", "between", "sum"))
})

test_that("a model that begins inside a graph has only what follows", {
  x <- layer_input(3)
  hidden <- layer_dense(x, 4, name = "before", activity_regularizer = regularizer_l2(1))
  out <- layer_dense(k_abs(hidden), 2, name = "after")
  model <- keras_model(hidden, out)
  expect_equal(layer_names(model), "after")
  expect_length(get_weights(model), 2)
  expect_length(model$losses, 0)
})
