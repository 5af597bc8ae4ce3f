test_that("the configuration names engine and threads", {
  config <- tildenet_config()
  expect_s3_class(config, "tildenet_config")
  expect_named(config, c("version", "blas", "openmp", "simd", "threads", "processors"))
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
