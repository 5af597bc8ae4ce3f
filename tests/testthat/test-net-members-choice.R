squares <- function(y) judge_members(resolve_loss("mse"), cbind(y))

test_that("the greedy choice finds the mean that is best", {
  y <- c(1, 2, 3, 4)
  judge <- squares(y)
  choice <- greedy_choice(list(cbind(y + 1), cbind(y - 1), cbind(y + 3)), judge$losses, rep(1, 4))
  expect_identical(choice$counts, c(1, 1, 0))
  expect_equal(choice$loss, 0)
  thirds <- greedy_choice(list(cbind(y + 1), cbind(y - 2)), judge$losses, rep(1, 4))
  expect_identical(thirds$counts, c(2, 1))
  expect_identical(greedy_choice(list(cbind(y), cbind(y + 1)), judge$losses, rep(1, 4))$counts, c(1, 0))
})

test_that("weights of rows say what is good", {
  y <- c(0, 0)
  candidates <- list(cbind(c(0, 5)), cbind(c(4, 0)))
  expect_identical(greedy_choice(candidates, squares(y)$losses, c(1, 0))$counts, c(1, 0))
  expect_identical(greedy_choice(candidates, squares(y)$losses, c(0, 1))$counts, c(0, 1))
})

test_that("losses of means are those of the loss itself", {
  p <- withr::with_seed(1, lapply(1:2, function(i) {
    e <- matrix(stats::runif(12), 4)
    e / rowSums(e)
  }))
  mean <- (p[[1]] + p[[2]]) / 2
  one_hot <- diag(3)[c(1, 3, 2, 3), ]
  number <- cbind(c(0.3, 0.1, 0.7, 0.2))
  cases <- list(
    list("categorical_crossentropy", one_hot, identity), list("binary_crossentropy", one_hot, identity),
    list("mean_squared_error", one_hot, identity), list("binary_crossentropy", number, function(p) p[, 1, drop = FALSE]),
    list("sparse_categorical_crossentropy", cbind(c(0, 2, 1, 2)), identity),
    list("poisson", number, function(p) p[, 1, drop = FALSE]), list("mean_absolute_error", one_hot, identity),
    list(loss_quantile(quantiles = c(0.1, 0.5, 0.9)), one_hot, identity),
    list(loss_categorical_crossentropy(from_logits = TRUE), one_hot, identity))
  for (case in cases) {
    loss <- resolve_loss(case[[1]])
    judge <- judge_members(loss, case[[2]])
    parts <- lapply(p, function(values) judge$parts(case[[3]](values)))
    expect_equal(mean(judge$losses((parts[[1]] + parts[[2]]) / 2)), as.numeric(as.array(loss(case[[2]], case[[3]](mean)))),
                 tolerance = 1e-5, info = self_of(loss)$kind)
  }
})
