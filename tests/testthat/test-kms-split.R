test_that("22.3: the seed gives the published split of the films", {
  set.seed(12345)
  expected <- sample(c("train", "test"), size = 2961, replace = TRUE, prob = c(0.8, 0.2))
  expect_identical(sum(expected == "test"), 612L)
  expect_identical(kms_split(2961, kms_control_of(seed = 12345, verbose = 0)), expected)
  expect_identical(kms_split(2961, kms_control_of(seed = list(seed = 12345), verbose = 0)), expected)
})

test_that("training rows come in random order, all of them", {
  split <- rep(c("train", "test"), 10)
  set.seed(1)
  order <- kms_training_order(split, 1:20, continuous)
  expect_setequal(order, seq(1, 19, 2))
  expect_false(identical(order, seq(1, 19, 2)))
  expect_identical(kms_training_order(c("test", "train"), 1:2, continuous), 2L)
})

test_that("each label has its share of the last training rows", {
  y <- rep(c("a", "b", "c"), c(60, 39, 1))
  set.seed(1)
  order <- kms_training_order(rep("train", 100), y, three)
  expect_setequal(order, 1:100)
  expect_identical(c(table(y[tail(order, 20)])), c(a = 12L, b = 8L))
  expect_false(identical(order, kms_training_order(rep("train", 100), y, three)))
})

test_that("22.4 defect 8: an empty test part is a warning", {
  expect_warning(has_test <- kms_check_split(rep("train", 3), 1:3, continuous, kms_control_of(), NULL),
                 "test part of the data is empty", class = "tildenet_warning_empty_test")
  expect_false(has_test)
  expect_no_warning(kms_check_split(rep("train", 3), 1:3, continuous, kms_control_of(pTraining = 1), NULL))
})

test_that("22.4 defect 11: a constant training outcome is an error that says so", {
  expect_snapshot(error = TRUE, {
    kms_check_split(c("train", "train", "test"), c(2, 2, 3), continuous, kms_control_of(), NULL)
    kms_check_split(c("test", "test"), 1:2, continuous, kms_control_of(), NULL)
  })
})

test_that("rows of the split are found in the data, also where some were left out", {
  d <- transform(mtcars, cyl = factor(cyl))
  d$wt[c(2, 5)] <- NA
  d$hp[30] <- NA
  for (form in list(cyl ~ wt + hp, cyl ~ wt, cyl ~ qsec)) {
    fit <- suppressMessages(small_kms(form, d))
    test <- d[rownames(model.frame(fit, d))[fit$split == "test"], ]
    expect_identical(predict(fit, test, type = "class"), fit$predictions)
    expect_identical(test$cyl, fit$y_test)
  }
})
