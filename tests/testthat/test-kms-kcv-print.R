# Results with round numbers, so that the snapshot does not depend on the machine.
printed_kcv <- function(type) {
  train <- list(N = 8L, history = list(metrics = list(loss = c(0.5, 0.25)), params = list(epochs = 2)))
  class(train) <- "kms_fit"
  test <- function(k) {
    measures <- if (type == "continuous") {
      list(MSE_predictions = 2 * k, MAE_predictions = k, R2_predictions = 0.9, cor_kendals = 0.25 * k,
           r.squared = if (k == 1) NA_real_ else 0.5)
    } else {
      list(accuracy = k / 4)
    }
    new_prediction(c(list(fit = seq_len(k)), measures))
  }
  structure(list(folds = c(1, 2, 2, 3, 3, 3), k_folds = 3L, train_f1 = train, test_f1 = test(1), train_f2 = train,
                 test_f2 = test(2), train_f3 = train, test_f3 = test(3), input_formula = log(y) ~ x + z,
                 N = 1206L, P = 2L, K = 3L, y_type = type,
                 y_labels = if (type != "continuous") c("a", "b", "c"), seed = 1, seeds = c(11, 12, 13)),
            class = "kms_kcv_fit")
}

test_that("defect 28: a cross-validated fit prints formula, type, sizes and measures", {
  expect_snapshot({
    printed_kcv("multinomial")
    printed_kcv("continuous")
  })
})

test_that("a summary has the folds, their mean and standard deviation", {
  expect_snapshot({
    summary(printed_kcv("multinomial"))
    summary(printed_kcv("continuous"))
  })
  cv <- small_kcv(Species ~ ., iris, k_folds = 4)
  table <- summary(cv)
  expect_identical(table$fold, c("1", "2", "3", "4", "mean", "sd"))
  expect_equal(table$accuracy[2], mean(cv$test_f2$fit == cv$test_f2$y_test))
  expect_equal(table$accuracy[5:6], c(mean(table$accuracy[1:4]), stats::sd(table$accuracy[1:4])))
  expect_equal(table$n_test[1:4], tabulate(cv$folds))
  expect_equal(table$n_train[1:4], 150 - tabulate(cv$folds))
})

test_that("inputs beside the design are shown as those of a fit are", {
  d <- transform(mtcars, gear = factor(gear))
  cv <- small_kcv(mpg ~ wt + emb(gear, 2), d)
  expect_output(print(cv), "P = 1 + emb(gear, 2)", fixed = TRUE)
  expect_output(print(small_kcv(mpg ~ emb(gear, 2), d)), "P = 0 + emb(gear, 2)", fixed = TRUE)
})
