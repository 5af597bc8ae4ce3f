# Tests of "Divergence is caught and told", for fits of kms().

wild <- function(formula, data, ..., rate = 1e6, Nepochs = 20) {
  kms(formula, data, N_layers = 2, units = 8, Nepochs = Nepochs, optimizer_args = list(learning_rate = rate), seed = 1, ...)
}

test_that("divergence is caught and told: numbers, two labels, many labels, with and without validation rows", {
  cases <- list(function(...) wild(mpg ~ wt + hp, mtcars, ...), function(...) wild(am ~ wt + hp, mtcars, ...),
                function(...) wild(Species ~ ., iris, ...), function(...) wild(carb ~ wt, mtcars, loss = "poisson", ...))
  for (case in cases) for (share in c(0.2, 0)) {
    expect_warning(fit <- case(validation_split = share), "training diverged: the loss .*weights of.*rate was 1e\\+06",
                   class = "tildenet_warning_diverged")
    expect_true(all(vapply(get_weights(fit$model), function(w) all(is.finite(w)), NA)))
    expect_match(paste(capture.output(print(fit)), collapse = " "), "The training diverged: the loss")
    expect_true(all(is.finite(unlist(fit$evaluations))))
  }
})

test_that("predictions of a diverged fit are of the size of the outcome", {
  fit <- suppressWarnings(wild(mpg ~ wt + hp, mtcars))
  expect_lt(max(abs(predict(fit, mtcars))), 1000)
})

test_that("a training that learns is not called diverged", {
  for (share in c(0.2, 0)) {
    expect_no_warning(small_kms(mpg ~ wt + hp, mtcars, validation_split = share))
    expect_no_warning(small_kms(Species ~ ., iris, validation_split = share, Nepochs = 1))
    expect_no_warning(small_kms(carb ~ wt, mtcars, loss = "poisson", validation_split = share, scale_continuous = NULL))
    expect_no_warning(small_kms(mpg ~ wt, transform(mtcars, mpg = 1e6 + mpg), validation_split = share, scale_continuous = NULL))
  }
})
