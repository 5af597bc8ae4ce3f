test_that("labels that occur on neither side take no room", {
  fit <- labelled_fit(c("a", "a", "b", "b"), labels = c("z", "c", "b", "a"))
  data <- autoplot(fit)$data
  expect_identical(levels(data$truth), c("c", "b", "a"))
  expect_equal(data[data$truth == "a" & data$estimate == "a", "share"], 1)
  expect_equal(sum(data$n), 4)
})

test_that("numbers stand in units of the outcome, without missing ones", {
  fit <- number_fit()
  fit$y_test[3] <- NA
  data <- autoplot(fit)$data
  expect_equal(data$observed, fit$y_test[-3])
  expect_equal(data$predicted, fit$predictions[-3])
})

test_that("bins hold means, shares and Wilson's interval", {
  data <- calibration_bins(c(0, 0.1, 0.5, 0.5, 0.6, 1), c(FALSE, TRUE, TRUE, TRUE, FALSE, TRUE), bins = 2)
  expect_identical(data$bin, 1:2)
  expect_equal(data$n, c(2, 4))
  expect_equal(data$predicted, c(0.05, 0.65))
  expect_equal(data$observed, c(0.5, 0.75))
  # It warns of few cases.
  wilson <- suppressWarnings(stats::prop.test(3, 4, correct = FALSE))$conf.int
  expect_equal(c(data$lower[2], data$upper[2]), wilson[1:2])
})

test_that("calibration takes the second of two labels, and each of more against the rest", {
  cars <- transform(mtcars, am = ifelse(am == 1, "manual", "automatic"))
  two <- small_kms(am ~ wt + hp, cars)
  data <- autoplot(two, "calibration", data = cars, bins = 4)$data
  expect_identical(levels(data$label), "manual")
  expect_equal(sum(data$n), 32)
  expect_equal(sum(data$n * data$observed), 13)
  p <- predict(two, cars, type = "prob")[, "manual"]
  expect_equal(sum(data$n * data$predicted), sum(p))
  flowers <- iris
  flowers$Sepal.Length[1] <- NA
  three <- small_kms(Species ~ ., iris)
  data <- autoplot(three, "calibration", data = flowers)$data
  expect_identical(levels(data$label), levels(iris$Species))
  expect_equal(as.vector(tapply(data$n, data$label, sum)), c(149, 149, 149))
  expect_equal(as.vector(tapply(data$n * data$observed, data$label, sum)), c(49, 50, 50))
})

test_that("of many labels the most frequent have a panel", {
  letters12 <- data.frame(y = rep(letters[1:12], 1:12), x = seq_len(78))
  fit <- small_kms(y ~ x, letters12)
  plot <- autoplot(fit, "calibration", data = letters12)
  expect_identical(levels(plot$data$label), letters[4:12])
  expect_match(plot$labels$caption, "^The 9 most frequent of 12 labels\nCalibration error 0[.][0-9]+, Brier score 0[.][0-9]+$")
})

test_that("plot() of a fit draws each type as autoplot() does, and the history unless another is asked for", {
  fit <- small_kms(Species ~ ., iris)
  expect_identical(plot(fit, "confusion")$data, autoplot(fit)$data)
  expect_identical(plot(fit, "confusion", data = iris[1:60, ])$data, autoplot(fit, data = iris[1:60, ])$data)
  expect_identical(plot(fit, data = iris[1:60, ])$data, autoplot(fit, data = iris[1:60, ])$data)
  expect_identical(plot(fit, "calibration", data = iris, bins = 5)$data,
                   autoplot(fit, "calibration", data = iris, bins = 5)$data)
  expect_identical(plot(fit, "network")$data, autoplot(fit, "network")$data)
  expect_identical(plot(fit, metrics = "loss")$data, plot(fit$history, metrics = "loss")$data)
  expect_identical(plot(number_fit(), "observed")$data, autoplot(number_fit())$data)
  expect_snapshot(error = TRUE, {
    plot(fit, "observed")
    plot(fit, "calibration")
    plot(fit, "confusion", n_bins = 3)
  })
})

test_that("figures", {
  probability <- (seq_len(80) - 0.5) / 80
  observed <- (seq_len(80) * 37) %% 80 < 80 * probability^1.5
  bins <- calibration_bins(probability, observed, 8)
  one <- structure(data.frame(label = factor("yes"), bins), labels = 2, outcome = "answer = yes")
  other <- calibration_bins(1 - probability, !observed, 8)
  two <- structure(rbind(data.frame(label = "no", other), data.frame(label = "yes", bins)), labels = 5)
  two$label <- factor(two$label)
  expect_figures(
    "confusion of two labels" = autoplot(labelled_fit(c("a", "a", "b", "b"), c("a", "b", "b", "b"), c("a", "b"))),
    "confusion of many labels" = autoplot(many_label_fit()),
    "observed" = autoplot(number_fit()),
    "calibration of one label" = figure_ggplot(calibration_figure(one)),
    "calibration of some labels" = figure_ggplot(calibration_figure(two)),
    "base confusion" = function() figure_base(confusion_figure(many_label_fit())),
    "base observed" = function() figure_base(observed_figure(number_fit())),
    "base calibration of one label" = function() figure_base(calibration_figure(one)),
    "base calibration of some labels" = function() figure_base(calibration_figure(two)))
})
