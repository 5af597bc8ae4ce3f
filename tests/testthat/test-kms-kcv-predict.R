test_that("CV+ counts each row from the network that has not seen it, by hand", {
  parts <- list(cbind(fit = c(1, 4), lower = c(1, 4), upper = c(1, 4), spread = c(1, 2)),
                cbind(fit = c(3, 4), lower = c(3, 4), upper = c(3, 4), spread = c(1, 1)))
  calibrations <- list(list(off = matrix(c(0.5, -1, 2)), whole = FALSE), list(off = matrix(c(1, 3)), whole = FALSE))
  plain <- list(type = "continuous")
  # Upper ends of the first row: 1 + .5, 1 + 1, 1 + 2, 3 + 1, 3 + 3; ceiling(6 * .8) = 5, ceiling(6 * .6) = 4.
  expect_equal(conformal_interval(parts, calibrations, 0.8, plain)[1, ], c(fit = 2, lwr = -1, upr = 6))
  expect_equal(conformal_interval(parts, calibrations, 0.6, plain)[1, ], c(fit = 2, lwr = 0, upr = 4))
  expect_equal(conformal_interval(parts, calibrations, 0.8, plain)[2, ], c(fit = 4, lwr = 0, upr = 8))
  expect_equal(conformal_interval(parts[1], calibrations[1], 0.5, plain)[, "upr"], c(2, 6))
  weighted <- list(c(calibrations[[1]], list(weights = c(1, 1, 2))), c(calibrations[[2]], list(weights = c(1, 0))))
  expect_equal(conformal_interval(parts, weighted, 0.6, plain)[1, "upr"], c(upr = 3))
})

test_that("one network alone gives the same bounds row by row", {
  withr::local_seed(1)
  n <- 40
  part <- cbind(fit = stats::rnorm(6), lower = -1, upper = 1, spread = stats::runif(6))
  off <- stats::rnorm(n)
  calibration <- list(off = matrix(off), whole = FALSE)
  halves <- list(list(off = matrix(off[1:15]), whole = FALSE), list(off = matrix(off[-(1:15)]), whole = FALSE))
  for (level in c(0.3, 0.8, 0.95)) {
    expect_equal(conformal_interval(list(part, part), halves, level, list(type = "continuous")),
                 conformal_interval(list(part), list(calibration), level, list(type = "continuous")))
  }
})

test_that("intervals of cross-validated fits hold the share of new rows, also of quantiles and counts", {
  withr::local_seed(8)
  draw <- function(n) {
    x <- stats::runif(n)
    data.frame(x = x, y = 3 * x + stats::rnorm(n, sd = 0.3), n = stats::rpois(n, exp(2 * x)))
  }
  d <- draw(300)
  new <- draw(600)
  hits <- function(cv, y) {
    p <- predict(cv, new, level = 0.9)
    mean(y >= p[, "lwr"] & y <= p[, "upr"])
  }
  plain <- hits(small_kcv(y ~ x, d, Nepochs = 20), new$y)
  expect_true(plain > 0.87 && plain < 0.97)
  expect_gt(hits(small_kcv(y ~ x, d, Nepochs = 10, loss = loss_quantile(quantiles = c(0.1, 0.9))), new$y), 0.86)
  counts <- small_kcv(n ~ x, d, loss = "poisson", Nepochs = 10)
  p <- predict(counts, new)
  expect_identical(p[, -1], round(p[, -1]))
  expect_gt(hits(counts, new$n), 0.86)
})

test_that("the fold's rows calibrate the fold's fit, with their weights, and rows without a prediction are NA", {
  cv <- small_kcv(mpg ~ wt, mtcars, weights = rep(1:2, 16))
  one <- attr(cv$train_f2, "calibration")
  expect_equal(sort(as.vector(one$off)), sort(as.numeric(cv$test_f2$y_test - cv$test_f2$fit)), tolerance = 1e-5)
  expect_equal(sort(one$weights), sort(rep(1:2, 16)[cv$folds == 2] / 1.5))
  expect_true(all(is.finite(predict(cv$train_f1, mtcars, type = "interval", level = 0.5))))
  p <- predict(cv, transform(mtcars, wt = replace(wt, 3, NA)), level = 0.5)
  expect_true(all(is.na(p[3, ])) && !anyNA(p[-3, ]))
  given <- small_kcv(x = as.matrix(mtcars[c("wt", "hp")]), y = mtcars$mpg)
  expect_identical(dim(predict(given, as.matrix(mtcars[1:4, c("wt", "hp")]), level = 0.5)), c(4L, 3L))
})

test_that("sets of cross-validated fits hold labels, also where a fold has not seen one", {
  cv <- small_kcv(Species ~ ., iris, Nepochs = 20)
  sets <- predict(cv, iris, type = "set", level = 0.9)
  expect_s3_class(sets, "kms_label_sets")
  hit <- as.matrix(sets)[cbind(1:150, as.integer(iris$Species))]
  expect_gt(mean(hit), 0.87)
  expect_true(all(lengths(sets) >= 1))
  rare <- rbind(iris, transform(iris[101, ], Species = "rare"))
  rare$Species <- factor(ifelse(is.na(rare$Species), "rare", as.character(rare$Species)))
  cv <- suppressWarnings(small_kcv(Species ~ ., rare))
  expect_identical(colnames(as.matrix(predict(cv, iris[1:3, ], type = "set"))), levels(rare$Species))
  expect_warning(all <- predict(cv, iris[1, ], type = "set", level = 0.999), class = "tildenet_warning_few_rows")
  expect_true("rare" %in% all[[1]])
})

test_that("what cannot be asked of cross-validated fits is told, new levels once", {
  cv <- small_kcv(mpg ~ wt + factor(gear), mtcars)
  expect_snapshot(error = TRUE, {
    predict(cv)
    predict(cv, mtcars, type = "response")
    predict(cv, mtcars, level = 2)
    predict(cv, mtcars, penalty = 1)
    predict(small_kcv(cbind(vs, am) ~ wt, mtcars), mtcars)
  })
  warned <- character()
  withCallingHandlers(predict(cv, transform(mtcars[1:2, ], gear = 9), level = 0.5), warning = function(cnd) {
    warned <<- c(warned, class(cnd)[1])
    rlang::cnd_muffle(cnd)
  })
  expect_identical(warned, "tildenet_warning_new_levels")
})
