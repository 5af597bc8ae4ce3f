# Tests of "The epoch kept is the epoch shown".

# Noise that a net learns by heart, so that the lowest validation loss comes early.
noise <- function() withr::with_seed(3, data.frame(x = stats::rnorm(60), y = stats::rnorm(60)))

noise_fit <- function(...) {
  kms(y ~ x, noise(), N_layers = 2, units = 24, dropout = 0, pTraining = 1, kernel_regularizer = NULL,
      bias_regularizer = NULL, activity_regularizer = NULL, scale_continuous = NULL,
      optimizer_args = list(learning_rate = 0.02), seed = 1, ...)
}

# The loss of the weights of a fit on its validation rows.
validation_loss <- function(fit) {
  d <- noise()
  set.seed(fit$seed)
  order <- kms_training_order(sample(c("train", "test"), 60, TRUE, c(1, 0)), d$y, continuous)
  rows <- d[order[49:60], ]
  evaluate(fit$model, as.matrix(rows["x"]), rows$y, verbose = 0)$loss
}

test_that("the epoch kept is the epoch shown: the best when epochs run out, training stops early or is interrupted", {
  interrupted <- function() {
    stop_at <- callback_lambda(on_epoch_begin = function(epoch, logs) if (epoch == 12) rlang::interrupt())
    suppressMessages(noise_fit(Nepochs = 30, callbacks = stop_at))
  }
  fits <- list(out = noise_fit(Nepochs = 25), patient = noise_fit(Nepochs = 60, patience = 4), automatic = noise_fit(),
               interrupted = interrupted())
  expect_true(fits$interrupted$history$interrupted)
  expect_length(fits$interrupted$history$metrics$loss, 12)
  for (fit in fits) {
    losses <- fit$history$metrics$val_loss
    best <- which.min(losses)
    expect_lt(best, length(losses))
    expect_equal(validation_loss(fit), min(losses), tolerance = 1e-6)
    expect_equal(fit$history$kept, best)
    expect_match(paste(capture.output(print(fit)), collapse = " "), paste0("weights of epoch ", best, " kept (lowest validation loss)"),
                 fixed = TRUE)
    row <- glance(fit)
    expect_equal(row$kept_epoch, best)
    expect_equal(row$val_loss, min(losses))
    expect_equal(row$loss, fit$history$metrics$loss[best])
  }
  expect_length(fits$patient$history$metrics$loss, which.min(fits$patient$history$metrics$val_loss) + 4)
})

test_that("keep = \"last\" keeps the last weights and says so", {
  fit <- noise_fit(Nepochs = 25, keep = "last")
  losses <- fit$history$metrics$val_loss
  expect_equal(validation_loss(fit), losses[25], tolerance = 1e-6)
  expect_equal(glance(fit)$val_loss, losses[25])
  expect_match(paste(capture.output(print(fit)), collapse = " "),
               paste0("25 of 25 run, weights of epoch 25 kept (lowest validation loss in epoch ", which.min(losses), ")"), fixed = TRUE)
  stopped <- noise_fit(Nepochs = 60, keep = "last", patience = 3)
  run <- length(stopped$history$metrics$loss)
  expect_lt(run, 60)
  expect_equal(stopped$history$kept, run)
  expect_equal(validation_loss(stopped), stopped$history$metrics$val_loss[run], tolerance = 1e-6)
})

test_that("min_delta is for the patience alone", {
  fit <- noise_fit(Nepochs = 60, patience = 3, min_delta = 10)
  expect_length(fit$history$metrics$loss, 4)
  expect_equal(validation_loss(fit), min(fit$history$metrics$val_loss), tolerance = 1e-6)
})

test_that("without validation rows the last weights stay and patience is refused", {
  fit <- noise_fit(Nepochs = 3, validation_split = 0)
  expect_equal(fit$history$kept, 3)
  expect_match(paste(capture.output(print(fit)), collapse = " "), "3 of 3 run, weights of epoch 3 kept Test|3 of 3 run, weights of epoch 3 kept No")
  expect_snapshot(error = TRUE, {
    noise_fit(validation_split = 0, patience = 3)
    noise_fit(keep = "first")
    noise_fit(patience = -1)
    kms_kcv(y ~ x, noise(), patience = 3)
  })
})

test_that("the plot of the history marks the epoch kept", {
  skip_if_not_installed("ggplot2")
  fit <- noise_fit(Nepochs = 12)
  built <- ggplot2::ggplot_build(autoplot(fit, "history"))
  lines <- Filter(function(layer) "xintercept" %in% names(layer), built$data)
  expect_equal(unique(lines[[1]]$xintercept), fit$history$kept)
  expect_match(built$plot$labels$caption, paste0("epoch ", fit$history$kept))
  bare <- ggplot2::ggplot_build(autoplot(noise_fit(Nepochs = 2, validation_split = 0), "history"))
  expect_false(any(vapply(bare$data, function(layer) "xintercept" %in% names(layer), NA)))
  expect_output(print(fit$history), paste0("Weights kept: those of epoch ", fit$history$kept))
})
