test_that("a label's score is what stands before it in its row", {
  prob <- rbind(c(0.2, 0.5, 0.3), c(0.4, 0.2, 0.4), c(1, 0, 0))
  ranks <- label_ranks(prob)
  expect_equal(ranks$rank, rbind(c(3, 1, 2), c(1, 3, 2), c(1, 2, 3)))
  expect_equal(ranks$above, rbind(c(0.8, 0, 0.5), c(0, 0.8, 0.4), c(0, 1, 1)))
  expect_equal(label_scores(ranks, c(0.1, 1))[1, ], c(1, 0, 0.6))
  expect_equal(label_scores(ranks, c(0.1, 2))[1, ], c(0.9, 0, 0.5))
  withr::local_seed(1)
  many <- matrix(stats::rexp(200 * 7), 200)
  many <- many / rowSums(many)
  fast <- label_ranks(many)
  expect_equal(fast$above, t(apply(many, 1, function(p) vapply(p, function(one) sum(p[p > one]), 0))))
})

test_that("sets hold what lies at or below the quantile of the scores, by hand on nine rows", {
  calibration <- list(above = c(0, 0, 0, 0, 0.3, 0.5, 0.6, 0.7, 0.9), rank = c(1, 1, 1, 1, 2, 2, 2, 3, 3))
  score <- label_ranks(rbind(c(0.6, 0.3, 0.1), c(0.2, 0.2, 0.6), c(0.05, 0.9, 0.05)))$above
  held <- function(level) held_labels(list(score), list(calibration), level, c(0, 1))
  # The 8th of nine is 0.7, the 9th 0.9, the 4th 0.
  expect_identical(held(0.8), rbind(c(TRUE, TRUE, FALSE), c(TRUE, FALSE, TRUE), c(FALSE, TRUE, FALSE)))
  expect_identical(held(0.9), rbind(c(TRUE, TRUE, TRUE), c(TRUE, TRUE, TRUE), c(TRUE, TRUE, FALSE)))
  expect_identical(held(0.4), score == 0)
  expect_identical(held(0.05), score == 0)
  expect_true(all(held(0.95)))
  for (level in c(0.4, 0.7, 0.8, 0.9)) expect_identical(held(level), score <= conformal_quantile(calibration$above, level))
})

# Three labels that overlap.
three_groups <- function(n) {
  group <- sample(letters[1:3], n, TRUE)
  data.frame(group = group, x = match(group, letters) + stats::rnorm(n, sd = 0.8), z = stats::rnorm(n))
}

test_that("sets hold the label of the share of new rows, are small where the net is sure, and never empty", {
  withr::local_seed(2)
  new <- three_groups(2000)
  fit <- small_kms(group ~ x + z, three_groups(2500), pTraining = 1)
  for (penalty in list(0, 0.2, c(0.1, 2))) {
    for (level in c(0.8, 0.9)) {
      sets <- predict(fit, new, type = "set", level = level, penalty = penalty)
      hit <- as.matrix(sets)[cbind(1:2000, match(new$group, letters))]
      expect_lt(abs(mean(hit) - level), 0.03)
      expect_true(all(lengths(sets) >= 1))
    }
    expect_gt(mean(lengths(sets)[abs(new$x - 2) < 0.5]), mean(lengths(sets)[abs(new$x - 2) > 2]))
  }
  top <- predict(fit, new, type = "class")
  expect_true(all(mapply(function(set, label) label %in% set, sets, top)))
  expect_true(all(lengths(predict(fit, new, type = "set", level = 0.2)) == 1))
})

test_that("two labels, ordered ones and ranks have sets, as factors of the outcome", {
  d <- transform(mtcars, gear = factor(gear, ordered = TRUE), am = am == 1)
  two <- predict(small_kms(am ~ wt, d, pTraining = 1), d, type = "set", level = 0.5)
  expect_identical(levels(two[[1]]), c("FALSE", "TRUE"))
  ordered <- predict(small_kms(gear ~ wt, d, pTraining = 1), d, type = "set", level = 0.5)
  expect_identical(class(ordered[[1]]), c("ordered", "factor"))
  expect_length(predict(small_kms(gear ~ wt, d, loss = "ordinal", pTraining = 1), d, type = "set", level = 0.5), 32)
})

test_that("sets print, are columns of data frames, and NA where a row cannot be predicted", {
  fit <- iris_fit()
  new <- iris[c(1, 51, 101), ]
  new$Petal.Width[2] <- NA
  sets <- predict(fit, new, type = "set", level = 0.9)
  expect_snapshot(sets)
  expect_identical(as.matrix(sets)[2, ], c(setosa = NA, versicolor = NA, virginica = NA))
  expect_identical(sets[c(1, 3)], predict(fit, new[c(1, 3), ], type = "set", level = 0.9))
  expect_identical(dim(data.frame(row = 1:3, set = sets)), c(3L, 2L))
  expect_length(predict(fit, new[0, ], type = "set", level = 0.9), 0)
  expect_output(print(predict(fit, iris, type = "set", level = 0.9)), "and 140 more")
})

test_that("what has no sets, and penalties that cannot be, are told", {
  several <- small_kms(cbind(a = vs, b = am) ~ wt, mtcars)
  labels <- iris_fit()
  expect_snapshot(error = TRUE, {
    predict(several, mtcars, type = "set")
    predict(small_kms(mpg ~ wt, mtcars), mtcars, type = "set")
    predict(labels, iris, type = "interval")
    predict(labels, iris, type = "set", penalty = -1)
    predict(labels, iris, type = "set", penalty = c(1, 0))
    predict(labels, iris, type = "prob", penalty = 1)
    predict(labels, iris, type = "prob", level = 0.5)
    predict(small_kms(Species ~ ., iris, validation_split = 0), iris, type = "set")
  })
  expect_warning(sets <- predict(small_kms(am ~ wt, mtcars), mtcars, type = "set", level = 0.95),
                 class = "tildenet_warning_few_rows")
  expect_true(all(lengths(sets) == 2))
})
