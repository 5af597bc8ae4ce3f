# A cross-validated fit of numbers, made by hand: three rows a fold, one row left out.
folds_of_numbers <- function(k = 3) {
  n <- 3 * k
  y <- seq_len(n)
  fits <- y + round(sin(y), 2)
  fold <- function(f) {
    at <- f + k * 0:2
    new_prediction(list(fit = fits[at], y_test = y[at], MSE_predictions = mean((fits[at] - y[at])^2),
                        cor_kendals = if (f == 1) NA else 1, r.squared = 0.5 + f / 10))
  }
  tests <- stats::setNames(lapply(seq_len(k), fold), paste0("test_f", seq_len(k)))
  trained <- stats::setNames(rep(list(list(N = n - 3)), k), paste0("train_f", seq_len(k)))
  structure(c(list(k_folds = k, folds = c(NA, rep_len(seq_len(k), n)), y_test = y, predictions = fits,
                   y_type = "continuous", input_formula = y ~ x), tests, trained), class = "kms_kcv_fit")
}

test_that("measures stand fold by fold, without those that are NA", {
  cv <- folds_of_numbers()
  data <- autoplot(cv)$data
  table <- kcv_measures(cv)
  expect_identical(names(data), c("fold", "measure", "value"))
  expect_identical(data$value[data$measure == "MSE"], table$MSE)
  expect_identical(data$fold[data$measure == "MSE"], 1:3)
  expect_identical(data$fold[data$measure == "cor_kendals"], 2:3)
  expect_identical(autoplot(cv, "measures")$data, data)
  expect_identical(plot(cv)$data, data)
  labels <- kms_kcv(Species ~ ., iris, k = 2, N_layers = 1, units = 4, Nepochs = 1, seed = 1)
  expect_identical(autoplot(labels)$data$value, summary(labels)$accuracy[1:2])
  tiles <- autoplot(labels, "confusion")$data
  expect_equal(sum(tiles$n), 150)
  expect_equal(sum(tiles$n[tiles$truth == tiles$estimate]), sum(labels$y_test == labels$predictions))
})

test_that("observed numbers stand against what the other folds predict, coloured by fold while colours last", {
  cv <- folds_of_numbers()
  plot <- autoplot(cv, "observed")
  expect_identical(plot$data$predicted, cv$predictions)
  expect_identical(plot$data$fold, factor(cv$folds[-1]))
  expect_identical(plot$labels$colour, "Fold")
  many <- autoplot(folds_of_numbers(8), "observed")
  expect_identical(nlevels(many$data$fold), 8L)
  expect_false("colour" %in% names(many$layers[[2]]$mapping))
})

test_that("types a cross-validated fit does not have are told", {
  flags <- replace(folds_of_numbers(), "y_type", "multilabel")
  times <- replace(folds_of_numbers(), "y_type", "survival")
  expect_snapshot(error = TRUE, {
    autoplot(folds_of_numbers(), "confusion")
    plot(folds_of_numbers(), "history")
    autoplot(flags, "observed")
    plot(times, "observed")
    autoplot(folds_of_numbers(), 1)
    autoplot(folds_of_numbers(), bins = 3)
  })
})

test_that("figures of folds", {
  expect_figures(
    "measures of folds" = autoplot(folds_of_numbers()),
    "observed by fold" = autoplot(folds_of_numbers(), "observed"),
    "base measures of folds" = function() without_package("ggplot2", plot(folds_of_numbers())),
    "base observed by fold" = function() without_package("ggplot2", plot(folds_of_numbers(), "observed")))
})
