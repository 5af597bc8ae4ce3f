test_that("rungs keep a third, with three times the epochs", {
  rungs <- tune_rungs(27, 81)
  expect_identical(vapply(rungs, `[[`, 0, "keep"), c(27, 9, 3, 1))
  expect_identical(vapply(rungs, `[[`, 0, "epochs"), c(3, 9, 27, 81))
  expect_length(tune_rungs(2, 100), 1)
  expect_identical(tune_rungs(20, 5), list(list(keep = 20, epochs = 2), list(keep = 6, epochs = 5)))
  expect_identical(tune_rungs(20), list(list(keep = 20)))
})

test_that("halving trains the best of each rung for longer, and the best one in full", {
  tuned <- small_tune(Species ~ ., iris, rates(), n = 9, Nepochs = 9, method = "halving", resamples = 2)
  expect_identical(tuned$rung, rep(3:1, c(1, 2, 6)))
  expect_identical(tuned$epochs, c(9, 3, 3, rep(1, 6)))
  rungs <- attr(tuned, "rungs")
  expect_identical(as.integer(table(rungs$rung)), c(9L, 3L, 1L))
  first <- rungs[rungs$rung == 1, ]
  expect_identical(sort(rungs$candidate[rungs$rung == 2]), sort(first$candidate[tune_order(cbind(first, second = 0))[1:3]]))
  expect_identical(tuned$best$history$params$epochs, 9)
  expect_equal(tuned$seconds[1], sum(rungs$seconds[rungs$candidate == tuned$candidate[1]]))
  measures <- attr(tuned, "measures")
  own <- measures[measures$candidate == tuned$candidate[1] & measures$rung == 3 & measures$measure == "accuracy", ]
  expect_equal(mean(own$value), tuned$mean[1])
  expect_equal(stats::sd(own$value) / sqrt(2), tuned$std_error[1])
})

test_that("without a number of epochs each candidate has that of its own net and batches, on each rung the same share", {
  space <- data.frame(net = c("dense", "realmlp_tds", "pack", "dense"), batch_size = c(32, 32, 32, 1e4))
  plan <- list(base = list(), control = kms_control_of(), design = list(outcome = list(type = "continuous"), colnames_x = letters))
  candidates <- tune_candidates(check_space(space, NULL), 4)
  full <- tune_epochs(plan, candidates, 1000)
  expect_identical(full, c(120, 256, 128, 500))
  expect_identical(vapply(tune_rungs(9, full), `[[`, full, "epochs"), unname(cbind(round(full / 9), round(full / 3), full)))
  candidates$net[[2]] <- "no net"
  expect_identical(tune_epochs(plan, candidates, 1000)[2], 120)
  tuned <- kms_tune(mpg ~ wt, mtcars, list(net = c("dense", "realmlp_tds", "mlp")), method = "halving", units = 3, batch_size = 1e4,
                    n = 3, seed = 1, resamples = list(1:6))
  first <- attr(tuned, "rungs")
  own <- tuned$net[match(first$candidate, tuned$candidate)]
  expect_identical(sort(first$epochs[first$rung == 1 & own == "realmlp_tds"]), 85)
  expect_true(all(first$epochs[first$rung == 1 & own != "realmlp_tds"] == 167))
})

test_that("labels and probabilities that a candidate is judged by are those of predict()", {
  fit <- small_kms(Species ~ ., iris)
  measures <- tune_measures(fit, list(newdata = iris))
  expect_equal(measures[["accuracy"]], mean(predict(fit, iris) == iris$Species))
  by_hand <- probability_measures(predict(fit, iris, type = "prob"), iris$Species, kms_design(fit)$outcome)
  expect_equal(measures[c("brier", "ece")], unlist(by_hand[c("brier", "ece")]))
})

test_that("two workers give the same, bit for bit", {
  skip_on_cran()
  skip_if_not_installed("future")
  grid <- data.frame(learning_rate = c(0.1, 0.01, 0.1), batch_size = I(list(16, 64, "all")))
  search <- function() small_tune(Species ~ ., iris, grid, units = 4, resamples = 2)
  here <- search()
  old <- future::plan("multisession", workers = 2)
  withr::defer(future::plan(old))
  there <- search()
  expect_identical(untimed(there), untimed(here))
  expect_identical(get_weights(there$best$model), get_weights(here$best$model))
  expect_true(anyNA(there$mean))
})

test_that("warnings of candidates are kept in the table", {
  tuned <- expect_no_warning(small_tune(am ~ wt, mtcars, list(activation = c("softmax", "sigmoid")), n = 2, refit = FALSE))
  expect_identical(is.na(tuned$warning), tuned$activation == "sigmoid")
  expect_output(print(tuned), "Warned: +1")
})

test_that("candidates are ordered by rung, then by the metric, then by the Brier score", {
  rows <- data.frame(candidate = 1:5, rung = c(1, 2, 2, 2, 2), metric = "accuracy", mean = c(0.9, 0.5, NA, 0.5, 0.6),
                     second = c(0, 0.2, 0, 0.1, 1))
  expect_identical(rows$candidate[tune_order(rows)], c(5L, 4L, 2L, 1L, 3L))
  rows$metric <- "MSE"
  expect_identical(rows$candidate[tune_order(rows)], c(4L, 2L, 5L, 1L, 3L))
})
