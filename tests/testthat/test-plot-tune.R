# A search made by hand: three arguments, one candidate failed.
search_by_hand <- function(method = "halving") {
  table <- data.frame(candidate = c(2L, 4L, 1L, 3L), net = c("dense", "realmlp", "dense", "dense"), learning_rate = c(0.01, 0.1, 0.0005, 1),
                      units = I(list(8, c(8, 4), 8, 4)), rung = c(2L, 1L, 1L, 1L), metric = "accuracy", mean = c(0.9, 0.7, 0.5, NA),
                      std_error = NA_real_, n = 1L, epochs = c(9, 3, 3, 3), seconds = 1, warning = NA, error = c(NA, NA, NA, "no"))
  rungs <- data.frame(candidate = c(1:4, 2L), rung = c(1, 1, 1, 1, 2), metric = "accuracy", mean = c(0.5, 0.8, NA, 0.7, 0.9),
                      epochs = c(3, 3, 3, 3, 9))
  structure(table, class = c("kms_tune", "data.frame"), tuned = c("net", "learning_rate", "units"), rungs = rungs, method = method)
}

test_that("each argument has a panel, its values their places", {
  plot <- autoplot(search_by_hand())
  expect_identical(levels(plot$data$argument), c("net", "learning_rate", "units"))
  rates <- plot$data[plot$data$argument == "learning_rate", ]
  expect_identical(rates$candidate, c(2L, 4L, 1L))
  expect_equal(rates$at, (log10(c(0.01, 0.1, 0.0005)) - log10(0.0005)) / log10(200))
  expect_identical(rates$last, c(TRUE, FALSE, FALSE))
  expect_identical(plot$data$value[plot$data$argument == "units"], c("8", "c(8, 4)", "8"))
  expect_identical(plot(search_by_hand())$data, plot$data)
  expect_identical(value_axis(c(1, 3))$place, c(0, 1))
  expect_identical(value_axis(5)$place, 0.5)
  expect_identical(value_axis("a")[c("place", "labels")], list(place = 0.5, labels = "a"))
})

test_that("choices stand in the order of the space", {
  search <- structure(search_by_hand(), choices = list(net = c("realmlp", "pack", "dense")))
  nets <- subset(autoplot(search)$data, argument == "net")
  expect_identical(nets$at[match(c("realmlp", "dense"), nets$value)], c(0, 1))
  space <- list(activation = c("tanh", "relu"), units = list(32, wide = c(8, 8)), dropout = function() 0.1)
  expect_identical(space_words(check_space(space, NULL)), list(activation = c("tanh", "relu"), units = c("32", "wide")))
  tuned <- small_tune(mpg ~ wt, mtcars, list(scale_continuous = c("z", "robust", "zero_one")), refit = FALSE)
  expect_identical(attr(space_data(tuned), "axes")$scale_continuous$labels, c("z", "robust", "zero_one"))
})

test_that("rungs are lines of candidates over epochs", {
  data <- autoplot(search_by_hand(), "halving")$data
  expect_identical(data$mean, c(0.5, 0.7, 0.8, 0.9))
  expect_identical(data$best, c(FALSE, FALSE, TRUE, TRUE))
})

test_that("figures that there are not are told", {
  expect_snapshot(error = TRUE, {
    autoplot(search_by_hand(), "grid")
    plot(search_by_hand("random"), "halving")
    plot(search_by_hand()[1:3])
    autoplot(search_by_hand(), bins = 3)
  })
})

test_that("figures of searches", {
  expect_figures(
    "space of a search" = autoplot(search_by_hand()),
    "rungs of a search" = autoplot(search_by_hand(), "halving"),
    "base space of a search" = function() without_package("ggplot2", plot(search_by_hand())),
    "base rungs of a search" = function() without_package("ggplot2", plot(search_by_hand(), "halving")))
})
