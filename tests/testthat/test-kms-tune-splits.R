test_that("one part, folds and given rows are of the rows that can be used", {
  rows <- setdiff(1:20, c(4, 9))
  one <- withr::with_seed(1, tune_splits(NULL, 20, rows, 0.8, NULL))
  expect_length(one, 1)
  expect_length(one[[1]]$test, 4)
  expect_identical(sort(c(one[[1]]$train, one[[1]]$test)), rows)
  folds <- withr::with_seed(1, tune_splits(3, 20, rows, 0.8, NULL))
  expect_identical(sort(unlist(lapply(folds, `[[`, "test"))), rows)
  for (fold in folds) expect_identical(sort(unlist(fold, use.names = FALSE)), rows)
  given <- tune_splits(list(c(1, 4), 5:6), 20, rows, 0.8, NULL)
  expect_identical(lapply(given, `[[`, "test"), list(1L, 5:6))
  expect_identical(given[[2]]$train, setdiff(rows, 5:6))
  expect_error(tune_splits(list(4), 20, rows, 0.8, NULL), "no rows without missing values to judge by", class = "tildenet_error_data")
})

test_that("splits of rsample", {
  skip_if_not_installed("rsample")
  sets <- withr::with_seed(1, list(rsample::vfold_cv(mtcars, 4), rsample::bootstraps(mtcars, 2), rsample::mc_cv(mtcars, times = 2)))
  for (set in sets) {
    splits <- tune_splits(set, 32, 1:32, 0.8, NULL)
    expect_identical(lapply(splits, function(s) mtcars[s$train, ]), lapply(set$splits, function(s) as.data.frame(rsample::analysis(s))),
                     ignore_attr = TRUE)
    expect_identical(lapply(splits, `[[`, "test"), lapply(set$splits, function(s) as.integer(s, data = "assessment")))
  }
  expect_error(tune_splits(sets[[1]], 31, 1:31, 0.8, NULL), "which has 31 rows", class = "tildenet_error_argument")
  tuned <- small_tune(mpg ~ wt, mtcars, list(units = c(4, 8)), n = 2, resamples = sets[[2]])
  expect_identical(tuned$n, c(2L, 2L))
  expect_false(anyNA(tuned$std_error))
})
