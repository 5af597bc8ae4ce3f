test_that("there is no Python, and scripts go on", {
  expect_true(is_keras_available())
  expect_true(is_keras_available("2.0"))
  for (stub in list(install_keras, use_python, use_condaenv, use_virtualenv, use_backend,
                    use_implementation)) {
    expect_null(suppressMessages(stub("anything")))
  }
})
