test_that("what is needed is visited first, in the order of the needs, and once", {
  needs <- list(a = c("b", "c"), b = "d", c = c("d", "e"), d = character(), e = character())
  done <- met <- character()
  depth_first(list("a", "e"), function(x) as.list(needs[[x]]), function(x) x %in% done,
              done = function(x) done <<- c(done, x), met = function(x) met <<- c(met, x))
  expect_identical(done, c("d", "b", "e", "c", "a"))
  expect_identical(met, c("a", "b", "d", "c", "e"))
  depth_first(list(), function(x) list(), function(x) FALSE, stop)
})

# A functional model of many dense layers, one behind the other.
deep_model <- function(n) {
  input <- layer_input(2)
  t <- input
  for (k in seq_len(n)) t <- layer_dense(t, 2, activation = "tanh")
  keras_model(input, t)
}

test_that("networks are deeper than R's stack of calls", {
  model <- deep_model(120)
  x <- matrix(c(0.1, -0.2, 0.3, 0.4), 2)
  out <- predict(model, x)
  copy <- clone_model(model)
  set_weights(copy, get_weights(model))
  expect_identical(predict(copy, x), out)
  nested <- keras_model_sequential() %>% model %>% layer_flatten()
  expect_identical(predict(nested, x), out)
  expect_identical(predict(unserialize(serialize(model, NULL)), x), out)
  skip_if_not_installed("jsonlite")
  again <- model_from_json(model_to_json(nested))
  set_weights(again, get_weights(nested))
  expect_identical(predict(again, x), out)
})

test_that("so are chains of operations on tensors", {
  input <- layer_input(2)
  t <- input
  for (k in seq_len(150)) t <- t + 1
  model <- keras_model(input, t)
  x <- matrix(c(0.5, -2), 1)
  expect_equal(predict(model, x), x + 150)
  expect_equal(predict(clone_model(model), x), x + 150)
  expect_identical(connected_names(t), input$name)
  skip_if_not_installed("jsonlite")
  expect_equal(predict(model_from_json(model_to_json(model)), x), x + 150)
})
