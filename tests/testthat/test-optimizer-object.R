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

test_that("adamw takes the decay off the weight, not off the gradient", {
  gradients <- c(1, -0.5, 0.01, 2)
  last <- function(optimizer) {
    model <- scale_model(optimizer, loss = function(y_true, y_pred) y_true * y_pred, weight = 0.5)
    for (g in gradients) train_on_batch(model, matrix(1), matrix(g))
    scale_weight(model)
  }
  w <- 0.5
  m <- v <- 0
  for (t in 1:4) {
    w <- w - 0.1 * 0.5 * w
    m <- 0.9 * m + 0.1 * gradients[t]
    v <- 0.999 * v + 0.001 * gradients[t]^2
    w <- w - 0.1 * sqrt(1 - 0.999^t) / (1 - 0.9^t) * m / (sqrt(v) + 1e-7)
  }
  expect_equal(last(optimizer_adamw(0.1, 0.5)), w, tolerance = 1e-6)
  expect_equal(last(optimizer_adamw(0.1, 0.5, epsilon = 1e-12)), 0.218187779, tolerance = 1e-6) # torch.optim.AdamW
  expect_equal(last(optimizer_adamw(0.1, 0.5, epsilon = 1e-12, amsgrad = TRUE)), 0.218197018, tolerance = 1e-6)
  expect_identical(last(optimizer_adamw(0.1, 0)), last(optimizer_adam(0.1)))
  expect_identical(last(optimizer_adamw(0.1, 0.5)), last(optimizer_adam(0.1, weight_decay = 0.5)))
  expect_equal(optimizer_adamw()$weight_decay, 0.004)
  expect_error(optimizer_adamw(weight_decay = NULL), "`weight_decay` must", class = "tildenet_error_argument")
  expect_snapshot(resolve_optimizer("AdamW"))
})

test_that("an embedding stands still at a learning rate of 0", {
  for (kind in names(optimizer_kinds)) {
    model <- keras_model_sequential() %>% layer_embedding(5, 2, input_length = 1) %>% layer_flatten() %>% layer_dense(1)
    optimizer <- resolve_optimizer(kind)
    optimizer$lr <- 0
    compile(model, optimizer, "mse")
    before <- get_weights(model)
    quiet_fit(model, matrix(c(0, 1, 2, 0, 1, 3)), 1:6, batch_size = 1, epochs = 3)
    expect_identical(get_weights(model), before, info = kind)
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
  kinds <- list(optimizer_sgd, optimizer_rmsprop, optimizer_adam, optimizer_adamw, optimizer_adamax, optimizer_nadam, optimizer_adagrad, optimizer_adadelta)
  for (kind in kinds) {
    arguments <- setdiff(names(formals(kind)), c("...", "nesterov", "amsgrad", "centered"))
    for (arg in union(arguments, c("clipnorm", "clipvalue", "global_clipnorm", "weight_decay", "decay"))) {
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
