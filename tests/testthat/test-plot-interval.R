test_that("intervals are drawn with the share of rows inside", {
  fit <- small_kms(mpg ~ wt + hp, mtcars, pTraining = 1)
  cars <- transform(mtcars, wt = replace(wt, 4, NA))
  data <- autoplot(fit, "interval", data = cars, level = 0.5)$data
  p <- predict(fit, cars, type = "interval", level = 0.5)
  expect_equal(data$lower, p[-4, "lwr"])
  expect_equal(data$observed, mtcars$mpg[-4])
  expect_identical(data$inside, data$observed >= data$lower & data$observed <= data$upper)
  words <- autoplot(fit, "interval", data = cars, level = 0.5)$labels$subtitle
  expect_identical(words, paste0(format(100 * mean(data$inside), digits = 3), "% of 31 rows inside, 50% asked for"))
  expect_warning(endless <- autoplot(fit, "interval", data = mtcars, level = 0.99), class = "tildenet_warning_few_rows")
  expect_silent(drawn(endless))
  quantiles <- small_kms(mpg ~ wt, mtcars, loss = loss_quantile(quantiles = c(0.1, 0.9)))
  expect_identical(nrow(autoplot(quantiles, "interval", data = mtcars, level = 0.5)$data), 32L)
})

test_that("intervals need rows with the outcome, and a fit that has them", {
  fit <- small_kms(mpg ~ wt, mtcars)
  expect_snapshot(error = TRUE, {
    autoplot(fit, "interval")
    autoplot(fit, "interval", data = mtcars["wt"])
    autoplot(fit, "interval", data = mtcars, level = 1)
    autoplot(small_kms(mpg ~ wt, mtcars, validation_split = 0), "interval", data = mtcars)
    autoplot(iris_fit(), "interval", data = iris)
  })
})

test_that("figures", {
  at <- seq(0, 3, length.out = 40)
  data <- data.frame(observed = at + sin(9 * at), predicted = at, lower = at - 0.9, upper = at + 0.9)
  data$inside <- abs(data$observed - at) <= 0.9
  words <- list(y = "Observed y", alpha = 0.7, title = "70% of 40 rows inside, 90% asked for")
  expect_figures("intervals" = interval_ggplot(data, words), "intervals base" = function() interval_base(data, words))
})
