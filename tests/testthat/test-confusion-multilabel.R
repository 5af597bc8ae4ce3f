# Figures of scikit-learn: label_ranking_average_precision_score(), coverage_error(), hamming_loss(),
# accuracy_score(), jaccard_score() and precision_recall_fscore_support() with average = "samples".
measured <- function() {
  rows <- function(...) matrix(c(...), ncol = 5, byrow = TRUE, dimnames = list(NULL, letters[1:5]))
  list(
    y = rows(1, 1, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 0, 1,
             0, 1, 0, 0, 1, 0, 0, 0, 0, 0),
    p = rows(8, 9, 1, 8, 4, 5, 1, 7, 3, 9, 3, 6, 4, 6, 2, 2, 7, 8, 6, 9, 2, 9, 2, 10, 6, 6, 10, 8, 8, 1, 4, 1, 2, 2, 9,
             1, 3, 5, 8, 10, 7, 2, 5, 7, 1) / 10,
    e = rows(1, 1, 0, 1, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1,
             0, 0, 0, 1, 1, 1, 0, 0, 1, 0))
}

value_of <- function(m) stats::setNames(m$measures$value, m$measures$measure)

test_that("measures are those of scikit-learn", {
  d <- measured()
  values <- value_of(multilabel_measures(d$y, d$e, d$p))
  expect_equal(values[["precision"]], 0.4907407407407407)
  expect_equal(values[["recall"]], 0.47777777777777775)
  expect_equal(values[["f1"]], 0.43950617283950616)
  expect_equal(values[["jaccard"]], 0.3574074074074074)
  expect_equal(values[["hamming_loss"]], 0.3111111111111111)
  expect_equal(values[["subset_accuracy"]], 0.2222222222222222)
  expect_equal(values[["ranking_precision"]], 0.8617283950617283)
  expect_equal(values[["coverage_error"]], 2.5555555555555554)
  ones <- value_of(multilabel_measures(d$y, d$e, zero_division = 1))
  expect_equal(ones[["precision"]], 0.6018518518518517)
  expect_equal(ones[["recall"]], 0.8111111111111111)
  expect_equal(ones[["jaccard"]], 0.46851851851851856)
})

test_that("golden: cases, averages over cases, and shares of all", {
  golden_group("learn_reports", function(case, top) {
    if (is.null(case$per_sample)) return(expect_true(length(case$numbers) > 0)) # one label a case
    found <- multilabel_measures(golden_array(case$y_true), golden_array(case$y_pred))
    known <- lapply(case$per_sample, golden_numbers)
    expect_golden(found$cases$precision, ifelse(is.na(known$precision), 0, known$precision), case$name)
    expect_golden(found$cases$recall, ifelse(is.na(known$recall), 0, known$recall), case$name)
    values <- value_of(found)
    samples <- case$averages[["zero_division 0"]]$samples
    for (score in c("precision", "recall", "f1", "jaccard")) expect_golden(values[[score]], samples[[score]], case$name)
    expect_golden(values[["hamming_loss"]], case$hamming_loss, case$name)
    expect_golden(values[["subset_accuracy"]], case$accuracy, case$name)
  })
})

test_that("the most probable labels are counted, and what is not given is not measured", {
  y <- rbind(c(1, 0, 1, 0), c(0, 0, 0, 0), c(0, 1, 0, 0))
  p <- rbind(c(0.9, 0.8, 0.7, 0.1), c(0.5, 0.4, 0.3, 0.2), c(0.1, 0.2, 0.3, 0.4))
  found <- multilabel_measures(y, prob = p, k = 2)
  expect_equal(found$cases$top_precision, c(0.5, 0, 0))
  expect_equal(found$cases$top_recall, c(0.5, 0, 0))
  expect_equal(multilabel_measures(y, prob = p, k = 3, zero_division = 1)$cases$top_recall, c(1, 1, 1))
  expect_equal(found$cases$coverage, c(3, 0, 3))
  expect_identical(found$measures$measure, c("ranking_precision", "coverage_error", "top_precision", "top_recall"))
  expect_identical(found$measures$best, c(1, 1, 1, 1))
  labels <- multilabel_measures(y, y)
  expect_identical(labels$measures$measure, c("precision", "recall", "f1", "jaccard", "hamming_loss", "subset_accuracy"))
  expect_identical(as.data.frame(labels), labels$measures)
})

test_that("columns meet by name and cases with a gap are left out", {
  d <- measured()
  expect_identical(multilabel_measures(d$y, d$e[, 5:1], d$p[, c(3, 1, 2, 5, 4)]), multilabel_measures(d$y, d$e, d$p))
  gaps <- d
  gaps$p[2, 3] <- NA
  gaps$e[4, 1] <- NA
  found <- multilabel_measures(gaps$y, gaps$e, gaps$p)
  expect_identical(found$cases$case, c(1L, 3L, 5:9))
  expect_equal(found$cases[-1], multilabel_measures(d$y, d$e, d$p)$cases[-c(2, 4), -1], ignore_attr = TRUE)
})

test_that("fits and their predictions are measured", {
  data <- transform(iris, large = Sepal.Length > 6, wide = Sepal.Width > 3.4)
  fit <- small_kms(cbind(large, wide) ~ Petal.Length, data)
  expect_equal(multilabel_measures(fit), multilabel_measures(fit$y_test, fit$predictions))
  judged <- predict(fit, data)
  prob <- predict(fit, data, type = "prob")
  expect_equal(multilabel_measures(judged, prob = prob, k = 1), multilabel_measures(judged$y_test, judged$fit, prob, 1))
  expect_equal(value_of(multilabel_measures(judged))[["subset_accuracy"]], judged$exact_match)
})

test_that("what cannot be measured is refused by name", {
  d <- measured()
  expect_snapshot(error = TRUE, {
    multilabel_measures(d$y)
    multilabel_measures(letters, letters)
    multilabel_measures(d$y, d$p)
    multilabel_measures(d$y, d$e[, 1:3])
    multilabel_measures(d$y, prob = d$p[1:3, ])
    multilabel_measures(d$y, prob = d$p, k = 6)
    multilabel_measures(d$y, d$e, zero_division = 0.5)
    multilabel_measures(d$y, prob = `colnames<-`(d$p, LETTERS[1:5]))
    multilabel_measures(d$y * NA, d$e)
  })
})

test_that("measures are listed by name", {
  d <- measured()
  expect_snapshot(multilabel_measures(d$y, d$e, d$p, k = 2))
})

test_that("measures of order are those of each case by itself", {
  set.seed(2)
  truth <- matrix(stats::rbinom(60 * 7, 1, 0.3), 60)
  truth[1:2, ] <- c(0, 1)
  prob <- round(matrix(stats::runif(420), 60), 1) # with equal ones
  alone <- lapply(seq_len(60), function(i) {
    rank <- rank(-prob[i, ], ties.method = "max")
    observed <- truth[i, ] == 1
    right <- sum(observed[order(-prob[i, ])[1:3]])
    data.frame(
      ranking_precision = if (any(observed)) mean(vapply(rank[observed], function(r) mean(observed[rank <= r]), 0)) else 1,
      coverage = if (any(observed)) max(rank[observed]) else 0, top_precision = right / 3,
      top_recall = if (any(observed)) right / sum(observed) else 0)
  })
  expect_equal(case_ranks(truth, prob, 3, 0), do.call(rbind, alone))
})
