test_that("shares are whole percents and long names are cut", {
  expect_identical(percent(c(0, 0.001, 0.005, 0.5, 1, NA)), c("0%", "<1%", "<1%", "50%", "100%", "NA%"))
  expect_identical(plot_words(c("short", "longer than ten"), 10), c("short", "longer t.."))
})
