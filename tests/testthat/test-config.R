test_that("the configuration names engine and threads", {
  config <- tildenet_config()
  expect_s3_class(config, "tildenet_config")
  expect_named(config, c("version", "blas", "gradients", "openblas", "simd", "pool", "threads",
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
  local_processors(8)
  expect_equal(tildenet_config()$threads, 1)
  withr::local_envvar(OMP_THREAD_LIMIT = NA)
  withr::local_options(tildenet.threads = 5)
  expect_equal(tildenet_config()$threads, if (is.na(tildenet_config()$pool)) 1 else 5)
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
    engine_set_threads(1)
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

shared_products <- function() {
  model <- keras_model_sequential() |> layer_dense(600, input_shape = 600)
  x <- matrix(sin(seq_len(6e4)), 100)
  set.seed(2)
  set_weights(model, list(matrix(sin(seq_len(36e4)), 600), rep(0, 600)))
  function() stats::predict(model, x)
}

test_that("a process that was forked in the middle of a session works alone, to the same bits", {
  skip_on_os("windows")
  local_processors(4)
  withr::local_options(tildenet.threads = 4)
  work <- shared_products()
  want <- work()
  found <- parallel::mclapply(1:3, function(i) list(work(), tildenet_config()$threads), mc.cores = 2)
  expect_identical(found, rep(list(list(want, 1L)), 3))
  expect_identical(work(), want)
})

test_that("threads end with the package, and come back with it", {
  run_fresh(quote({
    options(tildenet.threads = 2)
    for (turn in 1:3) {
      model <- tildenet::layer_dense(tildenet::keras_model_sequential(), 1000, input_shape = 1000)
      predict(model, matrix(1, 300, 1000))
      rm(model)
      tildenet::k_clear_session()
      gc()
      unloadNamespace("tildenet")
      Sys.sleep(0.05) # a thread that were left would now miss its code
    }
  }))
  succeed()
})
