test_that("net = \"dense\" is kms() without net, to the bit", {
  plain <- small_kms(Species ~ ., iris, verbose = 0)
  named <- small_kms(Species ~ ., iris, verbose = 0, net = "dense")
  expect_identical(get_weights(named$model), get_weights(plain$model))
  expect_identical(glance(named)$net, "dense")
  expect_identical(glance(plain), glance(named))
  model <- compile(layer_dense(keras_model_sequential(), 3, input_shape = 4, activation = "softmax"), "adam",
                   "categorical_crossentropy")
  expect_identical(glance(kms(Species ~ ., iris, model, Nepochs = 1, seed = 1, verbose = 0))$net, NA_character_)
})

test_that("a net that there is not and one beside a model are refused", {
  expect_snapshot(kms(Species ~ ., iris, net = "forest"), error = TRUE)
  expect_snapshot(kms(Species ~ ., iris, net = 3), error = TRUE)
  model <- compile(layer_dense(keras_model_sequential(), 3, input_shape = 4), "adam", "mse")
  expect_snapshot(kms(Species ~ ., iris, model, net = "dense"), error = TRUE)
  expect_error(kms_kcv(Species ~ ., iris, net = "forest"), "`net`", class = "tildenet_error_argument")
})
