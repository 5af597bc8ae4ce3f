# Schedules against Keras' formulas, written out here step by step.

schedules <- list(
  learning_rate_schedule_exponential_decay(0.5, 4, 0.3), learning_rate_schedule_exponential_decay(0.5, 4, 0.3, staircase = TRUE),
  learning_rate_schedule_inverse_time_decay(0.5, 4, 0.3), learning_rate_schedule_inverse_time_decay(0.5, 4, 0.3, staircase = TRUE),
  learning_rate_schedule_cosine_decay(0.5, 10), learning_rate_schedule_cosine_decay(0.5, 10, alpha = 0.2),
  learning_rate_schedule_cosine_decay(0.1, 10, alpha = 0.2, warmup_target = 0.5, warmup_steps = 4),
  learning_rate_schedule_polynomial_decay(0.5, 10), learning_rate_schedule_polynomial_decay(0.5, 10, 0.1, power = 2),
  learning_rate_schedule_polynomial_decay(0.5, 10, 0.1, power = 0.5, cycle = TRUE),
  learning_rate_schedule_piecewise_constant_decay(c(3, 8), c(0.5, 0.25, 0.1)),
  learning_rate_schedule_piecewise_constant_decay(list(3, 8), list(0.5, 0.25, 0.1)),
  learning_rate_schedule_coslog(0.5, 15))

test_that("rates are those of Keras' formulas", {
  n <- c(0, 1, 3, 4, 5, 8, 9, 10, 11, 20, 21, 37)
  half <- function(p) (1 + cos(pi * p)) / 2
  warmed <- ifelse(n < 4, 0.1 + n / 4 * 0.4, 0.5 * (0.8 * half(pmin(n - 4, 10) / 10) + 0.2))
  length_now <- 10 * pmax(1, ceiling(n / 10))
  pieces <- ifelse(n <= 3, 0.5, ifelse(n <= 8, 0.25, 0.1))
  expected <- list(
    0.5 * 0.3^(n / 4), 0.5 * 0.3^floor(n / 4), 0.5 / (1 + 0.3 * n / 4), 0.5 / (1 + 0.3 * floor(n / 4)),
    0.5 * half(pmin(n, 10) / 10), 0.5 * (0.8 * half(pmin(n, 10) / 10) + 0.2), warmed,
    (0.5 - 1e-4) * (1 - pmin(n, 10) / 10) + 1e-4, 0.4 * (1 - pmin(n, 10) / 10)^2 + 0.1,
    0.4 * sqrt(1 - n / length_now) + 0.1, pieces, pieces,
    0.25 * (1 - cos(2 * pi * log2(1 + pmin(n, 15)))))
  for (i in seq_along(schedules)) expect_equal(schedule_rate(schedules[[i]], n), expected[[i]], tolerance = 1e-12, info = i)
})

test_that("updates use the rate of the schedule, and the optimizer reads the last one", {
  for (schedule in schedules) {
    model <- scale_model(optimizer_sgd(schedule))
    quiet_fit(model, rep(1, 6), rep(0, 6), batch_size = 1, epochs = 2)
    rates <- schedule_rate(schedule, 0:11)
    expect_equal(scale_weight(model), prod(1 - 2 * rates), tolerance = 1e-5)
    expect_equal(as.numeric(model$optimizer$lr), rates[12])
  }
})

test_that("training goes on at the rate where it stopped, from a file too", {
  skip_if_not_installed("hdf5r")
  path <- withr::local_tempfile(fileext = ".h5")
  schedule <- schedules[[11]]
  go_on <- function(model, from, to) {
    quiet_fit(model, rep(1, 3), rep(0, 3), batch_size = 1, initial_epoch = from, epochs = to, shuffle = FALSE)
    scale_weight(model)
  }
  model <- scale_model(optimizer_adam(schedule))
  expected <- go_on(scale_model(optimizer_adam(schedule)), 0, 4)
  go_on(model, 0, 2)
  save_model_hdf5(model, path)
  for (copy in list(model, unserialize(serialize(model, NULL)), load_model_hdf5(path))) {
    expect_equal(as.numeric(copy$optimizer$lr), schedule_rate(schedule, 5))
    expect_identical(go_on(copy, 2, 4), expected)
    expect_equal(as.numeric(copy$optimizer$lr), schedule_rate(schedule, 11))
  }
})

test_that("a schedule that comes from a changed file is looked at", {
  model <- scale_model(optimizer_sgd(schedules[[11]]))
  for (change in list(list("schedule", "cosine"), list("values", 1), list("boundaries", c(8, 3)), list("values", c(1, NA, 1)))) {
    odd <- unserialize(serialize(model, NULL))
    rate <- unclass(self_of(self_of(odd)$compiled$optimizer)$learning_rate)
    rate[[change[[1]]]] <- change[[2]]
    self <- self_of(self_of(odd)$compiled$optimizer)
    self$learning_rate <- structure(rate, class = "tildenet_schedule")
    expect_error(quiet_fit(unserialize(serialize(odd, NULL)), 1, 0), class = "tildenet_error")
  }
})

test_that("schedules are printed with their arguments", {
  expect_snapshot(for (schedule in schedules[c(2, 5, 7, 10, 12, 13)]) print(schedule))
  expect_snapshot(optimizer_adam(schedules[[5]]))
})

test_that("what is no schedule is refused by its argument", {
  expect_snapshot(error = TRUE, {
    learning_rate_schedule_cosine_decay(-1, 10)
    learning_rate_schedule_cosine_decay(1, 10, alpha = 2)
    learning_rate_schedule_polynomial_decay(1, 0)
    learning_rate_schedule_polynomial_decay(1, 10, power = 0)
    learning_rate_schedule_piecewise_constant_decay(c(8, 3), c(1, 0.5, 0.1))
    learning_rate_schedule_piecewise_constant_decay(c(3, 8), c(1, 0.5))
    learning_rate_schedule_piecewise_constant_decay(3, c(1, -1))
    learning_rate_schedule_inverse_time_decay(1, 10, Inf)
    learning_rate_schedule_coslog(1, 10, cycles = 0)
    learning_rate_schedule_exponential_decay(1, 10, 0.5, stairs = TRUE)
  })
  expect_s3_class(learning_rate_schedule_coslog(1, 10, name = "waves"), "tildenet_schedule")
})
