test_that("measures of labels stand in order of frequency, those of cases in panels", {
  y <- cbind(a = c(1, 0, 0, 1, 0), b = c(1, 1, 1, 1, 0), c = c(0, 0, 1, 0, 0))
  e <- cbind(a = c(1, 0, 0, 0, 0), b = c(1, 1, 0, 1, 1), c = c(0, 1, 1, 0, 0))
  report <- classification_report(y, e)
  plot <- autoplot(report)
  expect_identical(levels(plot$data$label), c("c (1)", "a (2)", "b (4)"))
  expect_equal(plot$data$value[plot$data$label == "b (4)"], unlist(report$classes[2, c("precision", "recall", "f1")], use.names = FALSE))
  measures <- multilabel_measures(y, e, e + 0.1 * y, k = 2)
  cases <- autoplot(measures)
  expect_identical(levels(cases$data$measure), c("Precision", "Recall", "F1", "Jaccard", "Ranking precision",
                                                 "Precision of the top 2", "Recall of the top 2"))
  expect_identical(nrow(ggplot2::layer_data(cases, 1)), 70L)
  expect_figures("measures of labels" = plot, "measures of cases" = cases)
})

test_that("single labels and an order alone have figures too", {
  plot <- plot(classification_report(letters[1:4], letters[c(1, 1, 3, 4)]))
  expect_identical(nrow(plot$data), 12L)
  cases <- plot(multilabel_measures(rbind(c(1, 0), c(0, 1)), prob = rbind(c(0.2, 0.1), c(0.2, 0.1)), k = 1))
  expect_identical(levels(cases$data$measure), c("Ranking precision", "Precision of the top 1", "Recall of the top 1"))
})
