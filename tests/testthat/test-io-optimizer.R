# Optimizers as Keras files describe them.

config_of <- function(...) optimizer_config(self_of(list(...)[[1]]))

test_that("settings come back from what is written of them, for every kind", {
  made <- list(optimizer_sgd(0.1, momentum = 0.9, nesterov = TRUE), optimizer_rmsprop(0.02, centered = TRUE, momentum = 0.5),
               optimizer_adam(clipnorm = 2, amsgrad = TRUE), optimizer_adamax(clipvalue = 0.5, weight_decay = 0.01),
               optimizer_nadam(global_clipnorm = 3), optimizer_adagrad(initial_accumulator_value = 0.2),
               optimizer_adadelta(rho = 0.9), optimizer_adam(learning_rate_schedule_exponential_decay(0.1, 10, 0.5, TRUE)),
               optimizer_adamw(weight_decay = 0.1, amsgrad = TRUE), optimizer_sgd(learning_rate_schedule_coslog(0.1, 10)),
               optimizer_adamw(learning_rate_schedule_cosine_decay(0, 10, warmup_target = 1, warmup_steps = 5)),
               optimizer_sgd(learning_rate_schedule_piecewise_constant_decay(5, c(1, 0.5))))
  for (optimizer in made) {
    back <- optimizer_of_config(json_config(config_json(config_of(optimizer))))
    expect_equal(optimizer_engine_config(self_of(back)), optimizer_engine_config(self_of(optimizer)))
    expect_equal(back$name, optimizer$name)
  }
})

test_that("the generation is that of the file, also when it is written again", {
  old <- function(class, ...) list(class_name = class, config = list(name = class, learning_rate = 0.01, ...))
  engine <- function(x, version = "2.10.0") optimizer_engine_config(self_of(optimizer_of_config(x, version)))
  expect_true(engine(old("RMSprop", rho = 0.9))$epsilon_outside)
  expect_true(engine(old("Adagrad"))$epsilon_outside)
  expect_equal(engine(old("Nadam", decay = 0.002))$schedule_decay, 0.002)
  expect_equal(engine(old("Nadam"))$decay, NULL)
  expect_equal(engine(old("SGD", decay = 0.1))$decay, 0.1)
  expect_null(engine(old("Custom>RMSprop"))$epsilon_outside)
  expect_null(engine(old("RMSprop"), "3.1.0")$epsilon_outside)
  expect_true(engine(old("RMSprop", is_legacy_optimizer = TRUE), "2.15.0")$epsilon_outside)
  expect_equal(config_of(optimizer_of_config(old("RMSprop"), "2.4.0"))$class_name, "RMSprop")
  expect_equal(config_of(optimizer_rmsprop())$class_name, "Custom>RMSprop")
})

test_that("an optimizer whose rate decays is written as one of the time when there was that, with its own formula", {
  config <- config_of(optimizer_rmsprop(decay = 0.1))
  expect_equal(config$class_name, "RMSprop")
  expect_equal(config$config$decay, 0.1)
  expect_null(optimizer_engine_config(self_of(optimizer_of_config(config)))$epsilon_outside)
  expect_equal(config_of(optimizer_nadam(decay = 0.1))$class_name, "Custom>Nadam")
  expect_equal(optimizer_engine_config(self_of(optimizer_of_config(config_of(optimizer_nadam(decay = 0.1)))))$decay, 0.1)
})

test_that("schedules have Keras' names and keys, lists where Keras has them", {
  written <- function(schedule) config_json(rate_config(schedule))
  expect_equal(written(learning_rate_schedule_cosine_decay(0.5, 10)), paste0(
    '{"module": "keras.optimizers.schedules", "class_name": "CosineDecay", "config": {"initial_learning_rate": 0.5, ',
    '"decay_steps": 10.0, "alpha": 0.0, "name": null}, "registered_name": null}'))
  expect_match(written(learning_rate_schedule_piecewise_constant_decay(5, c(1, 0.5))), fixed = TRUE,
               '"PiecewiseConstantDecay", "config": {"boundaries": [5.0], "values": [1.0, 0.5], "name": null}')
  read <- function(class, ...) rate_of_config(list(module = "keras.optimizers.schedules", class_name = class, config = list(...)))
  expect_equal(read("PolynomialDecay", initial_learning_rate = 1, decay_steps = 10L, end_learning_rate = 0.1, power = 2,
                    cycle = TRUE, name = NULL), learning_rate_schedule_polynomial_decay(1, 10, 0.1, 2, TRUE))
  expect_equal(read("InverseTimeDecay", initial_learning_rate = 1, decay_steps = 10L, decay_rate = 0.5, staircase = FALSE,
                    name = NULL), learning_rate_schedule_inverse_time_decay(1, 10, 0.5))
  expect_equal(read("CosineDecay", initial_learning_rate = 1, decay_steps = 10L, alpha = 0, name = "CosineDecay",
                    warmup_target = NULL, warmup_steps = 0L), learning_rate_schedule_cosine_decay(1, 10))
})

test_that("names of Keras up to 2.2 and AdamW are known", {
  adam <- optimizer_of_config(list(class_name = "Adam", config = list(lr = 0.5, beta_1 = 0.8, decay = 0)), "2.2.4")
  expect_equal(as.numeric(adam$lr), 0.5)
  expect_equal(adam$beta_1, 0.8)
  adamw <- optimizer_of_config(list(class_name = "Custom>AdamW", config = list(learning_rate = 1, weight_decay = 0.01)))
  expect_equal(adamw$weight_decay, 0.01)
  expect_equal(config_of(adamw)$class_name, "Custom>AdamW")
})

test_that("what there is not here is refused by name", {
  refused <- function(x, words) expect_error(optimizer_of_config(x), words, class = "tildenet_error_unsupported")
  refused(list(class_name = "Ftrl", config = list(learning_rate = 0.1)), "Ftrl")
  refused(list(class_name = "Custom>Adam", config = list(use_ema = TRUE)), "use_ema")
  refused(list(class_name = "Adam", config = list(gradient_accumulation_steps = 4)), "several batches")
  refused(list(class_name = "Adam", config = list(learning_rate = list(class_name = "CosineDecayRestarts"))), "CosineDecayRestarts")
  refused(list(class_name = "Addons>AdamW", config = list(learning_rate = 0.1, weight_decay = 0.1)), "Addons")
  refused(list(class_name = 3, config = list()), "not described")
  refused(list(class_name = "Adam", config = 4), "not described")
  expect_error(optimizer_of_config(list(class_name = "Adam", config = list(learning_rate = "fast"))), class = "tildenet_error")
  expect_error(optimizer_of_config(list(class_name = "Adam", config = list(beta_1 = 3))), class = "tildenet_error")
})

# One weight without bias: the loss is w itself, its gradient 1.
steps_of <- function(optimizer, n = 3) {
  model <- keras_model_sequential() %>% layer_dense(1, use_bias = FALSE, input_shape = 1, kernel_initializer = "zeros")
  compile(model, optimizer, function(y_true, y_pred) y_pred)
  vapply(seq_len(n), function(i) {
    train_on_batch(model, matrix(1), matrix(0))
    get_weights(model)[[1]][1]
  }, 0)
}

test_that("old formulas have epsilon outside of the root, and Nadam's momentum its old course", {
  old <- function(class, ...) optimizer_of_config(list(class_name = class, config = list(learning_rate = 0.5, ...)), "2.9.0")
  n <- 1:3
  expect_equal(steps_of(old("Adagrad", initial_accumulator_value = 0, epsilon = 0.5)),
               -cumsum(0.5 / (sqrt(n) + 0.5)), tolerance = 1e-6)
  rms <- 1 - 0.9^n
  expect_equal(steps_of(old("RMSprop", rho = 0.9, epsilon = 0.5)), -cumsum(0.5 / (sqrt(rms) + 0.5)), tolerance = 1e-6)
  centered <- rms - rms^2
  expect_equal(steps_of(old("RMSprop", rho = 0.9, epsilon = 0.5, centered = TRUE)),
               -cumsum(0.5 / (sqrt(centered) + 0.5)), tolerance = 1e-6)
  momenta <- Reduce(function(m, d) 0.5 * m + d, 0.5 / sqrt(rms + 0.5), accumulate = TRUE)
  expect_equal(steps_of(old("RMSprop", rho = 0.9, epsilon = 0.5, momentum = 0.5)), -cumsum(momenta), tolerance = 1e-6)
  u <- function(t) 0.9 * (1 - 0.5 * 0.96^(0.004 * t))
  product <- cumprod(u(n))
  step <- u(n + 1) * (1 - 0.9^n) / (1 - product * u(n + 1)) + (1 - u(n)) / (1 - product)
  expect_equal(steps_of(old("Nadam", decay = 0.004)), -cumsum(0.5 * step / (1 + 1e-7)), tolerance = 1e-6)
})
