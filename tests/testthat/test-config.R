test_that("the configuration names engine and threads", {
  config <- tildenet_config()
  expect_s3_class(config, "tildenet_config")
  expect_named(config, c("version", "blas", "gradients", "openblas", "openmp", "simd", "threads",
                         "processors", "bits"))
  expect_named(config$bits, c("rows", "processors"))
  expect_output(print(config), "threads")
})

test_that("option, variable and limit set the threads", {
  withr::local_envvar(TILDENET_NUM_THREADS = "1", OMP_THREAD_LIMIT = NA, OMP_NUM_THREADS = NA)
  expect_equal(tildenet_config()$threads, 1)
  withr::local_options(tildenet.threads = 2)
  expect_equal(tildenet_config()$threads, min(2, tildenet_config()$processors))
  withr::local_envvar(OMP_THREAD_LIMIT = "1")
  expect_equal(tildenet_config()$threads, 1)
  withr::local_options(tildenet.threads = "many")
  expect_snapshot(error = TRUE, tildenet_config())
})

test_that("options hold for weights and images, too", {
  x <- array(0, c(2, 4, 4, 1))
  shared <- list(
    function() initial_data(NULL, 3), function() image_apply_transform(array(0, c(4, 4, 1)), theta = 1),
    function() image_array_resize(x, 2, 2),
    function() generator_next(flow_images_from_data(x)))
  for (run in shared) {
    engine_set_threads(1, NULL)
    withr::with_options(list(tildenet.threads = 2), run())
    expect_equal(engine_config()$threads, min(2, engine_config()$processors))
    withr::with_options(list(tildenet.threads = 1), run())
    expect_equal(engine_config()$threads, 1)
    expect_error(withr::with_options(list(tildenet.threads = "many"), run()), "tildenet.threads")
  }
})

test_that("the product of gradients is chosen by an option, that of outputs is always our own", {
  withr::local_options(tildenet.blas = NULL)
  config <- tildenet_config()
  expect_match(config$blas, "own kernel")
  expect_equal(config$gradients, config$blas)
  expect_match(config$bits[["processors"]], "^trainings and outputs")
  withr::local_options(tildenet.blas = "openblas")
  if (is.na(config$openblas)) {
    expect_error(tildenet_config(), "must be \"own\" in this build", class = "tildenet_error_argument")
  } else {
    chosen <- tildenet_config()
    expect_equal(chosen$blas, config$blas)
    expect_equal(chosen$gradients, config$openblas)
    expect_match(chosen$bits[["processors"]], "^outputs have")
  }
})

test_that("another product is refused, before anything is trained", {
  model <- keras_model_sequential() |> layer_dense(1, input_shape = 2) |> compile("sgd", "mse")
  before <- get_weights(model)
  withr::local_options(tildenet.blas = "mkl")
  expect_snapshot(error = TRUE, tildenet_config())
  withr::local_options(tildenet.blas = 1)
  expect_error(fit(model, matrix(1, 2, 2), c(1, 2), verbose = 0), class = "tildenet_error_argument")
  expect_identical(get_weights(model), before)
})

test_that("vector instructions can be limited", {
  local_simd()
  best <- engine_limit_simd(2)
  apply_simd("base")
  expect_equal(tildenet_config()$simd, "baseline")
  apply_simd("nothing of ours")
  expect_equal(tildenet_config()$simd, "baseline")
  apply_simd("AVX2")
  expect_equal(tildenet_config()$simd, if (best > 0) "AVX2" else "baseline")
})
