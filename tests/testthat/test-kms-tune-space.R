candidates_of <- function(space, n = 20, seed = 1) {
  withr::with_seed(seed, tune_candidates(check_space(space, character(), NULL), n, NULL))
}

test_that("choices are drawn until n are different, or all there are", {
  few <- list(units = c(4, 8), dropout = c(0, 0.1, 0.2))
  expect_message(all <- candidates_of(few), "Candidates: 6, as many different ones")
  expect_identical(nrow(unique(data.frame(candidate_columns(all)))), 6L)
  expect_silent(some <- candidates_of(few, 5))
  expect_identical(nrow(unique(data.frame(candidate_columns(some)))), 5L)
  expect_silent(expect_length(candidates_of(few, 6)$units, 6))
  expect_message(once <- candidates_of(list(units = function() 3)), "Candidates: 1,")
  expect_identical(once, list(units = list(3)))
})

test_that("lists have choices of several values, of NULL and of objects, shown by their names", {
  space <- list(units = list(4, c(8, 4)), kernel_regularizer = list(none = NULL, l2 = regularizer_l2(0.1)), Nepochs = list(NULL, 3))
  all <- suppressMessages(candidates_of(space))
  expect_length(all$units, 8)
  expect_setequal(value_words(all$units), c("4", "c(8, 4)"))
  expect_setequal(value_words(all$kernel_regularizer), c("none", "l2"))
  expect_setequal(value_words(all$Nepochs), c("NULL", "3"))
  expect_identical(candidate_args(all, 1, list(Nepochs = 7, seed = 1)),
                   list(Nepochs = NULL, seed = 1, units = 4, kernel_regularizer = NULL))
})

test_that("a data frame is a grid, its factors are text", {
  grid <- candidates_of(expand.grid(net = c("dense", "realmlp"), learning_rate = c(0.1, 0.01), stringsAsFactors = TRUE), 2)
  expect_identical(candidate_columns(grid), list(net = rep(c("dense", "realmlp"), 2), learning_rate = c(0.1, 0.1, 0.01, 0.01)))
})

test_that("arguments of the optimizer join those given beside", {
  space <- list(learning_rate = 0.1, clipnorm = 2, optimizer = "optimizer_sgd")
  args <- candidate_args(suppressMessages(candidates_of(space)), 1, list(optimizer_args = list(momentum = 0.9, learning_rate = 1)))
  expect_identical(args$optimizer, "optimizer_sgd")
  expect_identical(args$optimizer_args, list(learning_rate = 0.1, clipnorm = 2, momentum = 0.9))
  tuned <- small_tune(mpg ~ wt, mtcars, list(learning_rate = c(0.1, 0.2)), n = 2, optimizer = "optimizer_sgd")
  expect_equal(as.numeric(tuned$best$model$optimizer$learning_rate), tuned$learning_rate[1], tolerance = 1e-6)
})

test_that("values as they are shown", {
  expect_identical(value_words(c(0.0123456, 1000)), c("0.0123", "1000"))
  expect_identical(value_words(list("a", NULL, list(a = 1, b = "c"), optimizer_adam())),
                   c("a", "NULL", "a = 1, b = c", "keras.optimizers.Adam"))
})
