test_that("importance is drawn as points with bars, the first term on top", {
  one <- hand_importance()[1:3, ]
  single <- transform(one, sd = NA_real_)
  class(single) <- class(one)
  expect_no_warning(built <- ggplot2::ggplot_build(autoplot(single)))
  expect_identical(nrow(built$data[[2]]), 0L)
  expect_figures("importance" = autoplot(one), "importance, two measures" = autoplot(hand_importance()))
})

test_that("plot() is the same figure, of the first n terms", {
  expect_identical(ggplot2::layer_data(plot(hand_importance(), n = 2), 3),
                   ggplot2::layer_data(autoplot(hand_importance(), n = 2), 3))
  expect_identical(levels(plot(hand_importance(), n = 2)$data$term), c("genre", "log(budget)"))
  expect_s3_class(plot(hand_importance()) + ggplot2::labs(title = "T"), "ggplot")
})

test_that("terms read well", {
  long <- "poly(log10(`gross in the United States`), degree = 2, raw = TRUE)"
  words <- term_words(c("`release year`", "budget:genre", long))
  expect_identical(words[1:2], c("release year", "budget:genre"))
  expect_identical(nchar(words[3]), 40L)
})

test_that("what is no result is refused", {
  expect_snapshot(error = TRUE, {
    autoplot(hand_importance()["term"])
    autoplot(hand_importance()[0, ])
    autoplot(hand_importance(), n = 0)
    plot(hand_importance(), metric = 1)
    autoplot(hand_dependence()["value"])
  })
})
