history_of <- function(series, ...) {
  new_history(list(epochs = 4, samples = 30, batch_size = 32, ...), series)
}

test_that("tidy() has a row per series and epoch run", {
  table <- tidy(history_of(list(loss = c(3, 2), val_loss = c(4, 5)), validation_samples = 10))
  expect_identical(names(table), c("epoch", "metric", "data", "value"))
  expect_identical(table$value, c(3, 2, 4, 5))
  expect_identical(as.character(table$data), rep(c("training", "validation"), each = 2))
})

test_that("glance() has the last epoch", {
  row <- glance(history_of(list(loss = c(3, 2), accuracy = c(0.5, 0.75))))
  expect_snapshot(as.data.frame(row))
  expect_identical(row$loss, 2)
})
