test_that("a layer goes into a model, behind a tensor, or nowhere yet", {
  k_clear_session()
  model <- keras_model_sequential()
  same <- model %>% layer_dense(3, input_shape = 2)
  expect_true(tildenet:::identical_object(model, same))
  expect_length(model$layers, 1)
  expect_identical(model$layers[[1]]$name, "dense_1")
  tensor <- layer_input(shape = 2) %>% layer_dense(4)
  expect_identical(k_int_shape(tensor), list(NULL, 4L))
  layer <- layer_dense(units = 4)
  expect_s3_class(layer, "tildenet_layer")
  expect_false(layer$built)
})

test_that("a layer called twice shares its weights", {
  layer <- layer_dense(units = 2, kernel_initializer = "ones")
  a <- as.array(layer(matrix(1:4, 2)))
  expect_equal(a, matrix(c(4, 6, 4, 6), 2))
  x <- layer_input(shape = 2)
  model <- keras_model(x, layer(layer(x)))
  expect_identical(count_params(model), 6)
  set_weights(layer, list(diag(2) * 2, c(0, 0)))
  expect_equal(as.array(model(matrix(1:4, 2))), matrix(1:4, 2) * 4)
})

test_that("channels in front are refused, not ignored", {
  refused <- function(code) expect_error(code, "channels_last", class = "tildenet_error_unsupported")
  refused(layer_flatten(data_format = "channels_first"))
  refused(layer_spatial_dropout_2d(rate = 0.5, data_format = "channels_first"))
})

test_that("flatten, reshape and permute run through elements row by row", {
  x <- aperm(array(0:11, c(3, 2, 2)))
  expect_equal(as.array(layer_flatten()(x))[1, ], as.vector(aperm(x[1, , ])))
  expect_equal(as.array(layer_permute(dims = c(2, 1))(x))[2, , ], t(x[2, , ]))
  y <- as.array(layer_reshape(target_shape = c(3, -1))(x))
  expect_identical(dim(y), c(2L, 3L, 2L))
  expect_equal(as.vector(aperm(y[1, , ])), as.vector(aperm(x[1, , ])))
})

test_that("dropout acts in training only and keeps the mean", {
  set.seed(1)
  x <- matrix(1, 200, 50)
  layer <- layer_dropout(rate = 0.4)
  expect_equal(as.array(layer(x)), x)
  y <- as.array(layer(x, training = TRUE))
  expect_setequal(round(unique(as.vector(y)), 5), round(c(0, 1 / 0.6), 5))
  expect_lt(abs(mean(y) - 1), 0.05)
})

test_that("an R function serves as activation, lambda layer and penalty", {
  layer <- layer_dense(units = 1, activation = function(x) k_square(x), kernel_initializer = "ones")
  expect_equal(as.array(layer(matrix(c(1, 2), 1))), matrix(9))
  lambda <- layer_lambda(f = function(x, by) x * by, arguments = list(by = 3))
  expect_equal(as.array(lambda(matrix(1:2, 1))), matrix(c(3, 6), 1))
  model <- keras_model_sequential() %>%
    layer_dense(1, input_shape = 2, kernel_initializer = "ones",
                kernel_regularizer = function(w) 0.5 * k_sum(k_abs(w)))
  compile(model, "sgd", "mse")
  loss <- test_on_batch(model, matrix(0, 1, 2), matrix(0, 1, 1))
  expect_equal(as.numeric(unlist(loss))[1], 1)
})

test_that("`use_bias` given a regularizer warns and means TRUE", {
  expect_warning(layer <- layer_dense(units = 1, use_bias = regularizer_l1(0.1)),
                 class = "tildenet_warning_use_bias")
  expect_true(layer$config$use_bias)
})

test_that("typical mistakes with layers are named", {
  k_clear_session()
  model <- keras_model_sequential() %>% layer_dense(4, input_shape = 3)
  expect_snapshot(error = TRUE, {
    layer_dense(units = -1)
    layer_dense(units = 2, activation = "rel")
    layer_dense(units = 2, kernel_initializer = "gloro")
    layer_dense(units = 2, kernel_regularizer = "l3")
    layer_dense(units = 2, kernel_constraint = 4)
    layer_dropout(rate = 1)
    model %>% layer_reshape(c(3, 2))
    layer_input(shape = 0)
    layer_lambda(f = 1)
    layer_permute(dims = c(1, 1))(layer_input(shape = c(2, 3)))
    layer_embedding(input_dim = 3, output_dim = 2)(matrix(5))
  })
  expect_length(model$layers, 1)
})

test_that("what a layer needs must be given, in the right type", {
  model <- keras_model_sequential(input_shape = 4)
  expect_snapshot(error = TRUE, {
    layer_dense(model)
    layer_activation(model)
    layer_dropout(model)
    layer_reshape(model)
    layer_reshape(model, "2")
    layer_permute(model, list("a", 2))
    layer_repeat_vector(model)
    layer_lambda(model)
    layer_embedding(model, 4)
    layer_dropout(model, 0.5, noise_shape = "row")
  })
  expect_length(model$layers, 0)
})

test_that("unknown sizes are shown as None, known ones as they are", {
  x <- layer_input(shape = 499)
  expect_error(layer_reshape(x, 3), "shape (None, 499)", fixed = TRUE, class = "tildenet_error_shape")
  y <- layer_input(shape = list(NULL, 2))
  expect_error(layer_dot(list(y, x), axes = 1), "(None, None, 2)", fixed = TRUE, class = "tildenet_error_shape")
})

test_that("initial weights become those of the layer and are kept once", {
  table <- matrix(seq_len(3e4) / 3e4, 1000)
  model <- keras_model_sequential() %>%
    layer_embedding(1000, 30, weights = list(table), trainable = FALSE, input_length = 2) %>% layer_flatten()
  expect_equal(predict(model, cbind(c(0, 999), 3)), cbind(table[c(1, 1000), ], table[c(4, 4), ]), tolerance = 1e-7)
  expect_length(model$trainable_weights, 0)
  expect_lt(length(serialize(model, NULL)), 1.3 * 4 * length(table))
  both <- bidirectional(layer = layer_gru(units = 1, weights = list(matrix(1, 2, 3), matrix(2, 1, 3), matrix(3, 2, 3))))
  both(array(0, c(1, 2, 2)))
  expect_equal(get_weights(both)[[2]], matrix(2, 1, 3))
  expect_equal(dim(get_weights(clone_model(model))[[1]]), c(1000, 30))
})
