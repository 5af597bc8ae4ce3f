test_that("few labels give a square cross table, many a data frame", {
  expect_snapshot({
    confusion(y_test = c("a", "a", "b", "c"), predictions = c("a", "b", "b", "a"))
    confusion(y_test = rep(letters[1:6], 2), predictions = c(letters[1:6], "b", "a", "c", "d", "a", "a"))
    confusion(y_test = c("a", "a", "b"), predictions = c("a", "b", "c"), return_xtab = FALSE, digits = NULL)
  })
})

test_that("22.4 defect 23: labels are compared, not factor codes", {
  observed <- factor(c("a", "b", "c"))
  predicted <- factor(c("b", "b", "c"), levels = c("c", "b"))
  expect_identical(confusion(y_test = observed, predictions = as.character(predicted)),
                   confusion(y_test = observed, predictions = predicted))
  expect_identical(diag(unclass(confusion(y_test = observed, predictions = predicted))), c(0L, 1L, 1L))
})

test_that("22.4 defect 24: labels never predicted keep their most common errors", {
  table <- confusion(y_test = c("a", "a", "a", "b"), predictions = c("b", "b", "c", "b"), return_xtab = FALSE)
  a <- table[table$label == "a", ]
  expect_identical(c(a$MCE, a$MCE2), c("b", "c"))
  expect_equal(c(a$pCorrect, a$pMCE, a$pMCE2, a$pOther), c(0, 0.667, 0.333, 0))
})

test_that("22.4 defect 24: counts of zero are no errors and ties go by the order of labels", {
  y <- factor(c("x", "x", "y", "z", "z", "z"), levels = c("z", "y", "x"))
  p <- factor(c("x", "x", "z", "y", "x", "z"), levels = c("z", "y", "x"))
  table <- confusion(y_test = y, predictions = p, return_xtab = FALSE)
  expect_identical(as.character(table$label), c("z", "y", "x"))
  expect_identical(table$MCE, c("y", "z", NA))
  expect_identical(table$MCE2, c("x", NA, NA))
  expect_equal(table$pMCE, c(0.333, 1, 0))
  expect_equal(table$N, c(3, 1, 2))
})

test_that("22.4 defect 24: the cross table has all labels on both sides in y_labels order", {
  fit <- structure(list(y_test = c("b", "b"), predictions = c("b", "a"), y_type = "multinomial",
                        y_labels = c("c", "b", "a")), class = "kms_fit")
  table <- confusion(fit)
  expect_identical(dimnames(table)[[1]], c("c_obs", "b_obs", "a_obs"))
  expect_identical(dimnames(table)[[2]], c("c_pred", "b_pred", "a_pred"))
  expect_equal(rowSums(table), c(c_obs = 0, b_obs = 2, a_obs = 0))
})

test_that("elements are found by name, also in predictions", {
  object <- list(y_test = c(0, 1), predictions = c(1, 1), other = c(0, 1))
  expect_equal(sum(diag(confusion(object))), 1)
  expect_equal(sum(diag(confusion(object, predictions = "other"))), 2)
  expect_equal(sum(diag(confusion(object, predictions = c(0, 1)))), 2)
  prediction <- new_prediction(list(fit = c("u", "v"), y_test = c("u", NA)))
  expect_equal(sum(confusion(prediction)), 1)
})

test_that("22.4 defect 14: a fit without test rows, and other misuse, is told clearly", {
  no_test <- structure(list(y_test = NULL, y_type = "binary", y_labels = 0:1), class = "kms_fit")
  numbers <- structure(list(y_test = 1:3, y_type = "continuous"), class = "kms_fit")
  expect_snapshot(error = TRUE, {
    confusion(no_test)
    confusion(numbers)
    confusion(y_test = 1:3)
    confusion(y_test = 1:3, predictions = 1:2)
    confusion(list(y_test = 1:3))
  })
})

test_that("the tidy form has a row per pair of labels", {
  tidy <- confusion(y_test = c("a", "a", "a", "b"), predictions = c("a", "b", "c", "b"), tidy = TRUE)
  expect_identical(names(tidy), c("truth", "estimate", "n", "share"))
  expect_identical(levels(tidy$truth), c("a", "b", "c"))
  expect_identical(tidy$n, c(1L, 1L, 1L, 0L, 1L, 0L, 0L, 0L, 0L))
  expect_identical(tidy$share, c(0.333, 0.333, 0.333, 0, 1, 0, NA, NA, NA))
  expect_identical(confusion(y_test = c("a", "b"), predictions = c("a", "a"), tidy = TRUE, digits = NULL)$share,
                   c(1, 0, 1, 0))
})

test_that("several labels a case have no tidy confusion", {
  flags <- diag(2)
  expect_snapshot(error = TRUE, {
    confusion(y_test = flags, predictions = flags, tidy = TRUE)
    confusion(y_test = "a", predictions = "a", tidy = NA)
  })
})

test_that("no cases give empty tables in all forms", {
  none <- list(character(), factor(character(), c("a", "b")), numeric(), NA_character_, factor(NA, "a"), NA)
  for (labels in none) {
    expect_identical(dim(confusion(y_test = labels, predictions = labels)), c(0L, 0L))
    frame <- confusion(y_test = labels, predictions = labels, return_xtab = FALSE)
    expect_identical(dim(frame), c(0L, 8L))
    expect_identical(names(frame), names(confusion(y_test = "a", predictions = "b", return_xtab = FALSE)))
    expect_identical(dim(confusion(y_test = labels, predictions = labels, tidy = TRUE)), c(0L, 4L))
  }
  expect_identical(dim(confusion(y_test = c(NA, "a"), predictions = c("a", NA))), c(0L, 0L))
  expect_error(classification_report(character(), character()), class = "tildenet_error_argument")
})

test_that("Habits: a fit and a data frame are the confusion of its rows", {
  fit <- small_kms(Species ~ ., iris, Nepochs = 5)
  rows <- iris[c(1:20, 60:80, 110:140), ]
  expect_identical(confusion(fit, rows), confusion(y_test = rows$Species, predictions = predict(fit, rows, "class")))
  expect_identical(confusion(fit, rows, return_xtab = FALSE), confusion(predict(fit, rows), return_xtab = FALSE))
  expect_error(confusion(fit, rows[-5]), class = "tildenet_error_argument")
})
