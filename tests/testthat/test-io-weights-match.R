test_that("weights that do not fit are named with both shapes, and nothing changes", {
  withr::local_dir(withr::local_tempdir())
  save_model_weights_tf(filed_model(), "w")
  refused <- function(model, ...) {
    expect_refused_load(model, "w", "tildenet_error_shape", load = load_model_weights_tf, ...)
  }
  expect_match(conditionMessage(refused(filed_model(5))), "\"hidden/kernel\" of layer \"hidden\" has shape \\(3, 5\\)")
  k_clear_session()
  expect_snapshot(error = TRUE, {
    load_model_weights_tf(filed_model(5, c("a", "b")), "w")
    load_model_weights_tf(filed_model(use_bias = FALSE), "w")
    load_model_weights_tf(keras_model_sequential() %>% layer_dense(4, input_shape = 3), "w")
    load_model_weights_tf(filed_model(5), "w", by_name = TRUE)
  })
})

test_that("names do not matter by position and decide by name", {
  path <- withr::local_tempfile()
  saved <- filed_model()
  save_model_weights_tf(saved, path)
  other <- zero_weights(filed_model(names = c("out", "hidden2")))
  load_model_weights_tf(other, path)
  expect_identical(get_weights(other), get_weights(saved))
  turned <- keras_model_sequential() %>%
    layer_dense(4, input_shape = 4, name = "first") %>% layer_dense(2, name = "out")
  first <- get_weights(turned)[1:2]
  load_model_weights_tf(turned, path, by_name = TRUE)
  expect_identical(get_weights(turned), c(first, get_weights(saved)[3:4]))
  expect_warning(load_model_weights_tf(filed_model(names = c("a", "b")), path, by_name = TRUE), NA)
  stranger <- keras_model_sequential() %>% layer_dense(4, input_shape = 3, name = "x")
  before <- get_weights(stranger)
  expect_warning(load_model_weights_tf(stranger, path, by_name = TRUE), "No layer of the model",
                 class = "tildenet_warning_weights")
  expect_identical(get_weights(stranger), before)
})

test_that("layers that do not fit can be left out, weights reshaped row by row", {
  path <- withr::local_tempfile()
  saved <- filed_model()
  save_model_weights_tf(saved, path)
  wide <- zero_weights(filed_model(5))
  expect_snapshot(load_model_weights_tf(wide, path, by_name = TRUE, skip_mismatch = TRUE))
  expect_identical(get_weights(wide)[[4]], get_weights(saved)[[4]] * 0)
  tall <- keras_model_sequential() %>% layer_dense(2, input_shape = 6, use_bias = FALSE)
  flat <- keras_model_sequential() %>% layer_dense(3, input_shape = 4, use_bias = FALSE)
  set_weights(flat, list(matrix(1:12, 4)))
  save_model_weights_tf(flat, path)
  expect_refused_load(tall, path, "tildenet_error_shape", load = load_model_weights_tf)
  load_model_weights_tf(tall, path, reshape = TRUE)
  expect_equal(get_weights(tall)[[1]], array_reshape(matrix(1:12, 4), c(6, 2)))
})

test_that("a nested model with a frozen layer keeps its weights apart", {
  path <- withr::local_tempfile()
  nested <- function() {
    inner <- keras_model_sequential(name = "inner") %>%
      layer_dense(3, input_shape = 3, name = "a") %>% layer_dense(3, name = "b")
    fill_weights(keras_model_sequential() %>% inner %>% layer_dense(1, name = "top"))
  }
  saved <- nested()
  freeze_weights(get_layer(get_layer(saved, "inner"), "a"))
  expect_equal(vapply(file_layers(self_of(saved))[[1]]$parameters, function(p) p$name, ""),
               c("b/kernel", "b/bias", "a/kernel", "a/bias"))
  save_model_weights_tf(saved, path)
  open <- zero_weights(nested())
  load_model_weights_tf(open, path)
  expect_identical(get_weights(open), get_weights(saved))
})
