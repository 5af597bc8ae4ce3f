# Tests of "Quiet by default".

# What a call of kms() writes: list(out, message), lines.
shown_by <- function(...) {
  message <- character()
  out <- character()
  message <- utils::capture.output(out <- utils::capture.output(fit <- kms(..., N_layers = 1, units = 4, seed = 1)),
                                   type = "message")
  list(out = out, message = message)
}

test_that("quiet by default: a script writes no byte to stdout or stderr", {
  skip_on_cran()
  files <- c(withr::local_tempfile(), withr::local_tempfile())
  script <- withr::local_tempfile(lines = c(sprintf(".libPaths(%s)", deparse1(.libPaths())), "library(tildenet)",
    "fit <- kms(Species ~ ., iris, Nepochs = 2)", "cv <- kms_kcv(mpg ~ wt, mtcars, Nepochs = 2, k_folds = 2)",
    "p <- predict(fit, iris)", "stopifnot(p$accuracy >= 0)"), fileext = ".R")
  status <- system2(file.path(R.home("bin"), "Rscript"), script, stdout = files[1], stderr = files[2])
  expect_identical(status, 0L)
  expect_identical(file.size(files), c(0, 0))
})

test_that("quiet by default: a page of knitr has the layers once and no epochs", {
  skip_if_not_installed("knitr")
  withr::local_options(rlang_interactive = TRUE)
  page <- knitr::knit(text = c("```{r}", "fit <- kms(Species ~ ., iris, Nepochs = 3, seed = 1)", "```"), quiet = TRUE,
                      envir = new.env(parent = topenv()))
  expect_length(regmatches(page, gregexpr("Total params", page))[[1]], 1)
  expect_no_match(page, "Epoch|loss:|Session seed|is multinomial")
})

test_that("quiet by default: a person sees the layers once and one line that ends", {
  withr::local_options(rlang_interactive = TRUE)
  shown <- shown_by(Species ~ ., iris, Nepochs = 3)
  expect_length(grep("Total params", shown$out), 1)
  expect_no_match(shown$out, "Epoch|kernel_initializer")
  expect_match(shown$message, "^Epoch 3/3 - .* - loss: .* - val_loss: .*")
  expect_length(shown$message, 1)
  line <- shown_by(Species ~ ., iris, Nepochs = 3, verbose = "line")
  expect_length(line$out, 0)
  expect_length(line$message, 1)
  folds <- utils::capture.output(cv <- small_kcv(mpg ~ wt, mtcars, Nepochs = 1), type = "message")
  expect_length(folds, 3)
})

test_that("verbose = 0 leaves out messages of all kinds, warnings stay", {
  d <- transform(mtcars, far = ifelse(am == 1, 1900, 2000))
  d$wt[3] <- NA
  ask <- function(...) shown_by(vs ~ wt + far, d, Nepochs = 1, activation = "relu", ...)
  expect_length(ask(verbose = 0)$message, 0)
  expect_length(ask(verbose = 0)$out, 0)
  said <- paste(ask()$message, collapse = " ")
  for (words in c("Dropped 1 of 32", "sigmoid instead", "Not scaled")) expect_match(said, words)
  expect_silent(small_kcv(mpg ~ wt, d, Nepochs = 1, verbose = 0))
  expect_warning(kms(mpg ~ wt, d[4:8, ], pTraining = 0.99, validation_split = 0, Nepochs = 1, seed = 1, verbose = 0),
                 class = "tildenet_warning_empty_test")
})

test_that("verbose = 1 and 2 show layers, summary and epochs everywhere", {
  for (page in c(FALSE, TRUE)) for (verbose in 1:2) {
    withr::local_options(knitr.in.progress = page)
    shown <- shown_by(Species ~ ., iris, Nepochs = 2, verbose = verbose)
    expect_match(shown$out, "kernel_initializer", all = FALSE)
    expect_length(grep("Total params", shown$out), 1)
    expect_length(grep("^Epoch ./2", shown$out), 2)
    expect_match(paste(shown$message, collapse = " "), "Outcome `Species` is multinomial")
  }
})

test_that("other words are refused", {
  expect_snapshot(error = TRUE, {
    kms(mpg ~ wt, mtcars, verbose = "loud")
    kms(mpg ~ wt, mtcars, verbose = -1)
  })
})

test_that("the option keras.fit_verbose may be \"line\" for all that reads it", {
  withr::local_options(keras.fit_verbose = "line")
  model <- compile(layer_dense(keras_model_sequential(), 1, input_shape = 1), "sgd", "mse")
  x <- matrix(1:4)
  expect_silent(fit(model, x, x, epochs = 2))
  expect_silent(fit(model, x, x, epochs = 2, verbose = "auto"))
  expect_silent(evaluate(model, x, x))
  expect_silent(predict(model, x))
  expect_silent(callback_early_stopping(verbose = "auto"))
  withr::local_options(rlang_interactive = TRUE)
  expect_one_line <- function(code) expect_length(utils::capture.output(invisible(force(code)), type = "message"), 1)
  expect_one_line(fit(model, x, x, epochs = 2, verbose = "auto"))
  expect_one_line(evaluate(model, x, x))
})
