test_that("one line per epoch names epoch and measures", {
  model <- scale_model(optimizer_sgd(0), metrics = "mae")
  lines <- capture.output(fit(model, 1, 0, epochs = 2, verbose = 2, validation_data = list(2, 0)))
  expect_match(lines[1], "^Epoch 1/2 - .* - loss: 1 - mae: 1 - val_loss: 4 - val_mae: 2$")
  expect_length(lines, 2)
  expect_silent(fit(model, 1, 0, epochs = 1, verbose = 0))
})

test_that("the options of old scripts count", {
  expect_equal(withr::with_options(list(keras.fit_verbose = 0), check_verbose("auto")), 0)
  expect_equal(check_verbose("auto"), getOption("keras.fit_verbose", 1))
  expect_equal(check_verbose(TRUE), 1)
})

test_that("the live line is written over and cleared", {
  progress <- new_progress(2, 3, 10)
  progress$live <- TRUE
  progress_epoch(progress, 0)
  expect_true(progress_due(progress, FALSE))
  expect_false(progress_due(progress, FALSE))
  expect_false(progress_due(progress, TRUE))
  line <- capture.output(progress_batch(progress, 5, list(loss = 0.25)), type = "message")
  expect_match(line, "Epoch 1/3 - 5/10 - [==========..........] - ETA", fixed = TRUE)
  expect_gt(progress$width, 10)
  capture.output(progress_end(progress), type = "message")
  expect_equal(progress$width, 0)
  expect_equal(seconds_text(c(3.14)), "3.1s")
  expect_equal(seconds_text(90), "90s")
  expect_equal(seconds_text(600), "10min")
})
