test_that("layer_ordinal() gives the probabilities of a cumulative logit", {
  cut <- c(-1, 0.5, 2)
  layer <- layer_ordinal(units = 4, cutpoints = cut)
  eta <- matrix(c(-30, -1, 0, 3, 30))
  below <- cbind(0, stats::plogis(outer(-eta[, 1], cut, "+")), 1)
  expect_equal(as.array(layer(eta)), below[, -1] - below[, -5], tolerance = 1e-5, ignore_attr = TRUE)
  expect_equal(rowSums(as.array(layer(eta))), rep(1, 5), tolerance = 1e-6)
  far <- as.array(layer(matrix(c(-40, 40))))
  expect_equal(far[1, 4] / stats::plogis(-42), 1, tolerance = 1e-4)
  expect_equal(as.array(layer_ordinal(units = 2)(matrix(0))), matrix(0.5, 1, 2))
})

test_that("layer_dispersion() puts a number above 0 behind its input", {
  layer <- layer_dispersion(start = 3)
  expect_equal(as.array(layer(matrix(1:2))), cbind(1:2, c(3, 3)), tolerance = 1e-6, ignore_attr = TRUE)
  model <- keras_model_sequential() %>% layer_dense(1, "exponential", input_shape = 2) %>% layer_dispersion()
  expect_identical(count_params(model), 4)
  expect_identical(dim(predict(model, matrix(0, 5, 2))), c(5L, 2L))
})

test_that("models with these layers and losses come back from files", {
  skip_if_not_installed("hdf5r")
  heads <- list(layer_ordinal(units = 3, cutpoints = c(-1, 2)), layer_dispersion(start = 2))
  losses <- list("ordinal", loss_negative_binomial())
  for (k in 1:2) {
    model <- keras_model_sequential() %>% layer_dense(1, "softplus", input_shape = 2)
    model$add(heads[[k]])
    compile(model, "sgd", losses[[k]])
    file <- withr::local_tempfile(fileext = ".hdf5")
    save_model_hdf5(model, file)
    expect_equal(predict(load_model_hdf5(file), diag(2)), predict(model, diag(2)))
  }
})

test_that("shapes and settings of the heads are checked", {
  expect_snapshot(error = TRUE, {
    layer_ordinal(units = 1)
    layer_ordinal(units = 3, cutpoints = c(1, 1))
    layer_ordinal(units = 2, cutpoints = NA)
    layer_ordinal(units = 3, cutpoints = "a")
    layer_ordinal(units = 3, name = "levels")(matrix(0, 2, 2))
    layer_dispersion(start = 0)
  })
})
