test_that("what is too large for memory is an error that says what was asked for", {
  expect_snapshot(error = TRUE, {
    layer_embedding(keras_model_sequential(), 1e9, 1e6, input_length = 1)
    layer_dense(keras_model_sequential(input_shape = 1e9), 1e9)
    to_categorical(1e10)
    with_room(stop("cannot allocate"), "weights of shape (10, 2)", 20, bytes = 4, call = NULL)
  })
  expect_error(to_categorical(rep(0:1, 1e6), 2147483647), class = "tildenet_error_alloc")
  expect_error(with_room(abort_tn("other", "data"), "a", 1), class = "tildenet_error_data")
  expect_identical(with_room(1 + 1, "a", 1), 2)
})
