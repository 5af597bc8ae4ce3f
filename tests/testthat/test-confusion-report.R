# One side of a golden case: labels in the order of the reference, or a 0/1 matrix with names.
report_golden_side <- function(y, names) {
  y <- if (golden_is_tensor(y) && length(y$shape) > 1) golden_array(y) else unlist(y$data)
  if (is.matrix(y)) {
    colnames(y) <- names %||% as.character(seq_len(ncol(y)) - 1)
    return(y)
  }
  if (is.character(y)) return(factor(y, sort(unique(y), method = "radix")))
  if (is.null(names)) y else factor(names[y + 1], names)
}

report_golden <- function(case, zero_division = 0) {
  names <- unlist(case$args$target_names)
  classification_report(report_golden_side(case$y_true, names), report_golden_side(case$y_pred, names),
                        zero_division, labels = unlist(case$args$labels))
}

test_that("golden: numbers of every label and average", {
  golden_group("learn_reports", function(case, top) {
    for (rule in names(case$numbers)) {
      report <- report_golden(case, switch(rule, "zero_division 1" = 1, 0))
      rows <- as.data.frame(report)
      expected <- case$numbers[[rule]]
      if (!is.null(expected$accuracy)) expect_golden(report$accuracy, expected$accuracy, "accuracy")
      expected$accuracy <- NULL
      known <- rows[rows$label %in% names(expected), ]
      expect_identical(known$label, names(expected))
      for (field in c("precision", "recall", "f1-score", "support")) {
        expect_golden(known[[sub("-score", "", field)]], vapply(expected, `[[`, 0, field), field)
      }
    }
    expect_golden(report_golden(case)$accuracy, case$accuracy, "accuracy")
  })
})

test_that("golden: averages over labels, micro ones of single labels too", {
  golden_group("learn_reports", function(case, top) {
    for (rule in names(case$averages)) {
      averages <- report_golden(case, switch(rule, "zero_division 1" = 1, 0))$averages
      for (kind in averages$average) {
        for (score in c("precision", "recall", "f1")) {
          expect_golden(averages[averages$average == kind, score], case$averages[[rule]][[kind]][[score]], kind)
        }
      }
    }
    expect_true(length(case$numbers) > 0)
  })
})

test_that("golden: the printed table", {
  golden_group("learn_reports", function(case, top) {
    report <- report_golden(case)
    for (digits in c(2, 4)) {
      text <- utils::capture.output(print(report, digits = digits))
      expected <- strsplit(case$text[[paste("digits", digits)]], "\n")[[1]]
      expect_identical(trimws(text, "right"), trimws(expected, "right"))
    }
  })
})

test_that("a fit, a prediction and folds report on themselves", {
  fit <- structure(list(y_test = c("a", "b", "c"), predictions = c("a", "c", "c"), y_type = "multinomial",
                        y_labels = c("d", "c", "b", "a")), class = "kms_fit")
  report <- classification_report(fit)
  expect_identical(report$classes$label, c("c", "b", "a"))
  expect_equal(report$classes$precision, c(0.5, 0, 1))
  fold <- function(fit, y) new_prediction(list(fit = fit, y_test = y, accuracy = 0))
  expect_equal(classification_report(fold(c("a", "b"), c("a", NA)))$accuracy, 1)
  cv <- structure(list(k_folds = 2, test_f1 = fold(c("a", "c"), c("a", "b")), test_f2 = fold("c", "c")),
                  class = "kms_kcv_fit")
  expect_equal(classification_report(cv)$averages, report$averages)
  expect_equal(sum(confusion(cv)), 3)
})

test_that("logical matrices, data frames and sparse matrices are matrices of 0 and 1", {
  truth <- cbind(u = c(1, 0, 1), v = c(0, 0, 1))
  estimate <- cbind(u = c(1, 1, 0), v = c(0, 0, 1))
  expected <- classification_report(truth, estimate)
  expect_identical(classification_report(truth > 0, as.data.frame(estimate)), expected)
  expect_identical(classification_report(Matrix::Matrix(truth, sparse = TRUE), estimate), expected)
  expect_equal(expected$accuracy, 1 / 3)
  expect_identical(classification_report(truth, estimate, labels = "v")$classes$label, "v")
  expect_identical(classification_report(truth, estimate[, c("v", "u")]), expected)
  expect_identical(classification_report(unname(truth), unname(estimate))$classes$label, c("1", "2"))
})

test_that("reports print as tables", {
  report <- classification_report(c("yes", "no", "yes", NA), c("yes", "yes", "no", "no"))
  expect_snapshot({
    report
    print(report, digits = 4)
    as.data.frame(report)
    classification_report(c("yes", "no"), c("yes", "no"), labels = c("no", "perhaps"))
    classification_report(cbind(a = 0:1, b = 1), cbind(a = 1, b = 1:0))
  })
})

test_that("misuse is told", {
  numbers <- structure(list(y_test = 1:3, predictions = 1:3, y_type = "continuous"), class = "kms_fit")
  unknown <- new_prediction(list(fit = c("a", "b"), y_test = NULL))
  flags <- matrix(c(0, 1, 1, 0), 2, dimnames = list(NULL, c("a", "b")))
  expect_snapshot(error = TRUE, {
    classification_report()
    classification_report(c("a", "b"))
    classification_report(c("a", "b"), "a")
    classification_report(flags, c("a", "b"))
    classification_report(flags, flags + 0.5)
    classification_report(flags, flags, labels = "c")
    classification_report(flags, cbind(a = 0:1, c = 1))
    classification_report(list("a", "b"), c("a", "b"))
    classification_report(c("a", "b"), c("a", "b"), zero_division = 0.5)
    classification_report(c("a", "b"), c("a", "b"), labels = c("a", "a"))
    classification_report(c("a", NA), c(NA, "a"))
    classification_report(numbers)
    classification_report(unknown)
    classification_report(unknown, c("a", "b"))
    print(classification_report("a", "a"), digits = -1)
  })
})
