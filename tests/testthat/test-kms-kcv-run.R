test_that("two workers give the same, bit for bit", {
  skip_on_cran()
  skip_if_not_installed("future")
  d <- transform(iris, word = rep(c("b", "a", "C"), 50))
  fit <- function() {
    small_kcv(Species ~ . + word, d, optimizer = optimizer_adam(0.01),
              callbacks = callback_early_stopping(monitor = "loss", patience = 1))
  }
  withr::local_options(contrasts = c("contr.sum", "contr.poly"))
  here <- fit()
  after_here <- stats::runif(1)
  old <- future::plan("multisession", workers = 2)
  withr::defer(future::plan(old))
  there <- fit()
  expect_identical(stats::runif(1), after_here)
  expect_identical(there$folds, here$folds)
  expect_identical(fold_weights(there), fold_weights(here))
  for (f in 1:3) {
    expect_identical(there[[paste0("test_f", f)]], here[[paste0("test_f", f)]])
    expect_identical(there[[paste0("train_f", f)]]$history$metrics, here[[paste0("train_f", f)]]$history$metrics)
  }
  expect_identical(there$predictions, here$predictions)
  model <- iris_model()
  before <- get_weights(model)
  in_workers <- small_kcv(Species ~ ., iris, keras_model_seq = model)
  expect_identical(get_weights(model), before)
  expect_error(small_kcv(Species ~ ., iris, callbacks = 3), "Fold 1 of 3",
               class = "tildenet_error_fold")
  two_valued <- transform(iris, far = rep(c(100, 200), 75))
  expect_message(small_kcv(Species ~ far, two_valued), "Not scaled", class = "tildenet_message_unscaled_columns")
  future::plan("sequential")
  expect_identical(fold_weights(small_kcv(Species ~ ., iris, keras_model_seq = model)), fold_weights(in_workers))
})

test_that("an error in a fold names the fold and the cause", {
  expect_snapshot(error = TRUE, small_kcv(Species ~ ., iris, callbacks = 3))
  expect_error(small_kcv(Species ~ ., iris, callbacks = 3), class = "tildenet_error_fold")
})

test_that("what folds say alike is said once", {
  two_valued <- transform(iris, far = rep(c(100, 200), 75))
  said <- testthat::capture_messages(small_kcv(Species ~ far, two_valued))
  expect_length(said, 1)
  warned <- testthat::capture_warnings(small_kcv(am ~ wt, mtcars, activation = "softmax"))
  expect_length(warned, 1)
})

test_that("a fold begins with copies of what training may change", {
  optimizer <- optimizer_adam()
  callback <- callback_early_stopping()
  fresh <- kcv_fresh(list(optimizer = optimizer, callbacks = callback, loss = NULL))
  expect_identical(names(fresh), c("optimizer", "callbacks", "loss"))
  expect_false(identical_object(fresh$optimizer, optimizer))
  expect_true(identical_object(fresh$callbacks, callback))
})

test_that("an interrupt ends all folds", {
  epochs <- 0
  stopper <- callback_lambda(on_epoch_end = function(epoch, logs) {
    epochs <<- epochs + 1
    if (epochs == 2) rlang::interrupt()
  })
  ended <- suppressMessages(tryCatch(small_kcv(Species ~ ., iris, callbacks = stopper), interrupt = function(e) "ended"))
  expect_identical(ended, "ended")
  expect_identical(epochs, 2)
})
