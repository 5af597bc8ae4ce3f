result <- function() new_evaluation(list(loss = 0.5, accuracy = 0.25, recall = c(0.1, 0.2)))

test_that("the result of evaluate() serves as list and as vector", {
  r <- result()
  expect_equal(r$loss, 0.5)
  expect_equal(r$acc, 0.25)
  expect_equal(r[["acc"]], 0.25)
  expect_equal(r[[2]], 0.25)
  expect_equal(as.numeric(r["acc"]), 0.25)
  expect_equal(names(r["acc"]), "accuracy")
  expect_equal(r$recall, c(0.1, 0.2))
  expect_null(r$auc)
  expect_equal(r["acc"] * 100, c(accuracy = 25))
  expect_equal(1 - r$acc, 0.75)
  expect_equal(-r["loss"], c(loss = -0.5))
  expect_equal(round(r)[["recall"]], 0)
  expect_equal(paste0("acc: ", r["acc"]), "acc: 0.25")
  expect_equal(sprintf("%.1f", r["loss"]), "0.5")
  expect_equal(unlist(lapply(r, identity), use.names = FALSE), c(0.5, 0.25, 0.1, 0.2))
  expect_equal(as.list(r)$accuracy, 0.25)
  expect_equal(as.data.frame(r)$loss, 0.5)
  expect_equal(mean(r[1:2]), 0.375)
})

test_that("its parts can be assigned", {
  c(loss, acc, ...rest) %<-% result()
  expect_equal(list(loss, acc), list(0.5, 0.25))
  expect_equal(as.numeric(rest), c(0.1, 0.2))
})

test_that("it prints names and values", {
  expect_snapshot({
    result()
    result()["acc"]
  })
  expect_snapshot(error = TRUE, result()[["auc"]])
  expect_snapshot(error = TRUE, result()[c("loss", "auc")])
})
