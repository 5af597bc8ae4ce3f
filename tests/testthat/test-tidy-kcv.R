test_that("tidy() has a row per fold, glance() one", {
  cv <- small_kcv(Species ~ ., iris)
  table <- tidy(cv)
  expect_identical(names(table), c("fold", "seed", "n_train", "n_test", "epochs", "loss", "accuracy"))
  expect_identical(table$seed, cv$seeds)
  expect_equal(table$loss[2], cv$train_f2$history$metrics$loss[3])
  row <- glance(cv)
  expect_identical(nrow(row), 1L)
  expect_equal(c(row$accuracy, row$accuracy_sd), c(mean(table$accuracy), stats::sd(table$accuracy)))
  number <- small_kcv(mpg ~ wt, mtcars)
  expect_identical(names(glance(number))[6:9], c("r.squared", "r.squared_sd", "MSE", "MSE_sd"))
  expect_equal(tidy(number)$r.squared[1], number$test_f1$r.squared)
})

test_that("augment() predicts each row by the network that has not seen it", {
  d <- iris
  d$Petal.Width[7] <- NA
  suppressMessages(cv <- small_kcv(Species ~ ., d))
  out <- augment(cv, d)
  expect_identical(dim(out), c(150L, 11L))
  expect_identical(out$.fold, cv$folds)
  expect_identical(out$.fitted[-7], cv$predictions)
  expect_true(is.na(out$.pred_class[7]))
  rows <- which(cv$folds == 2)
  expect_equal(unname(as.matrix(out[rows, 9:11])), unname(predict(cv$train_f2, d[rows, ], type = "prob")))
  number <- small_kcv(mpg ~ wt, mtcars)
  expect_equal(augment(number, mtcars)$.resid, mtcars$mpg - number$predictions)
  expect_identical(augment(number, mtcars)$.rownames, rownames(mtcars))
})

test_that("a label that a training part lacks has probability 0 there", {
  d <- rbind(iris[1:60, ], iris[101, ])
  suppressWarnings(cv <- small_kcv(Species ~ ., d))
  expect_message(out <- augment(cv, d), NA)
  expect_identical(out$.pred_virginica[61], 0)
  expect_identical(levels(out$.pred_class), levels(iris$Species))
  expect_false(anyNA(out))
})

test_that("augment() wants the data of the folds", {
  cv <- small_kcv(mpg ~ wt, mtcars)
  expect_snapshot(error = TRUE, {
    augment(cv)
    augment(cv, mtcars[1:3, ])
  })
})
