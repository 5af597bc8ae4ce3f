test_that("optimizers are references with settings", {
  optimizer <- optimizer_adam(0.01, clipnorm = 1)
  expect_s3_class(optimizer, "tildenet_optimizer")
  expect_equal(as.numeric(optimizer$lr), 0.01)
  other <- optimizer
  other$lr <- 0.5
  expect_equal(as.numeric(optimizer$learning_rate), 0.5)
  expect_equal(optimizer$get_config()$clipnorm, 1)
  expect_snapshot(optimizer)
})

test_that("old argument names work", {
  optimizer <- optimizer_sgd(lr = 0.1, decay = 1e-3)
  expect_equal(as.numeric(optimizer$lr), 0.1)
  expect_equal(optimizer$decay, 1e-3)
  expect_equal(optimizer_rmsprop(epsilon = NULL)$epsilon, 1e-7)
  expect_no_error(optimizer_nadam(schedule_decay = 0.004, jit_compile = TRUE, name = "N"))
})

test_that("names and functions stand for optimizers", {
  expect_s3_class(resolve_optimizer("RMSprop"), "keras.optimizers.RMSprop")
  expect_s3_class(resolve_optimizer(NULL), "keras.optimizers.RMSprop")
  expect_s3_class(resolve_optimizer(optimizer_adam), "keras.optimizers.Adam")
  expect_s3_class(resolve_optimizer("optimizer_adagrad"), "keras.optimizers.Adagrad")
})

test_that("every optimizer has its defaults", {
  for (kind in names(optimizer_kinds)) {
    optimizer <- resolve_optimizer(kind)
    config <- optimizer_engine_config(self_of(optimizer))
    expect_equal(config$optimizer, kind)
    expect_equal(config$learning_rate, if (kind == "sgd") 0.01 else 0.001)
  }
})

test_that("bad settings are refused in R's terms", {
  expect_snapshot(error = TRUE, {
    optimizer_adam(learning_rate = -1)
    optimizer_adam(beta_1 = 2)
    optimizer_sgd(momentun = 0.9)
    optimizer_sgd(use_ema = TRUE)
    resolve_optimizer("adamm")
    optimizer <- optimizer_sgd()
    optimizer$lr <- "fast"
    optimizer$momentum <- 1
  })
})

test_that("no argument of an optimizer is infinite, shares of the past are below 1", {
  kinds <- list(optimizer_sgd, optimizer_rmsprop, optimizer_adam, optimizer_adamax, optimizer_nadam, optimizer_adagrad, optimizer_adadelta)
  for (kind in kinds) {
    arguments <- setdiff(names(formals(kind)), c("...", "nesterov", "amsgrad", "centered"))
    for (arg in c(arguments, "clipnorm", "clipvalue", "global_clipnorm", "weight_decay", "decay")) {
      for (bad in list(Inf, 1e300, NaN, NA, -1, "a", c(0.1, 0.2), as.difftime(1, units = "secs"))) {
        expect_error(do.call(kind, stats::setNames(list(bad), arg)), paste0("`", arg, "` must"), class = "tildenet_error_argument")
      }
    }
    for (arg in intersect(arguments, c("beta_1", "beta_2", "rho"))) for (one in c(1, 1 - 1e-9)) {
      expect_error(do.call(kind, stats::setNames(list(one), arg)), paste0("`", arg, "` must be below 1"), class = "tildenet_error_argument")
    }
  }
  model <- keras_model_sequential() %>% layer_dense(1, input_shape = 1)
  compile(model, "sgd", "mse")
  for (bad in list(Inf, 1e300, NA)) expect_error(model$optimizer$lr <- bad, class = "tildenet_error_argument")
})
