prepared <- function(values, dim = NULL) emb_prepare(values, list(dim = dim), "emb(f)", NULL)

test_that("levels of factors keep their order, text and numbers are sorted", {
  expect_identical(prepared(factor(c("b", "a"), c("b", "a", "unused")))$levels, c("b", "a", "unused"))
  expect_identical(prepared(c("b", "a", "b"))$levels, c("a", "b"))
  expect_identical(prepared(c(10, 9, 10))$levels, c("9", "10"))
  state <- prepared(c("b", "a", "c"))
  replayed <- emb_replay(state, c("c", "new", "a", "new"))
  expect_identical(replayed$input, c(2L, 3L, 0L, 3L))
  expect_identical(replayed$new, "new")
})

test_that("levels seen once, or not at all, share the row for unseen levels", {
  values <- c(rep(c("a", "b"), each = 30), "once", "held")
  state <- prepared(values)
  ids <- emb_replay(state, values)$input
  settled <- emb_settle(state, ids, 1:61)
  expect_identical(settled$state$row, c(0L, 1L, 4L, 4L)) # a, b, held, once
  expect_identical(settled$input[61:62], c(4L, 4L))
  expect_identical(sum(settled$input[1:60] == 4), 1L) # 2 in 100 of 61 rows is two rows
})

test_that("without levels seen once some rows drawn at random teach the row", {
  values <- rep(letters[1:5], 40)
  ids <- emb_replay(prepared(values), values)$input
  draw <- function() withr::with_seed(3, emb_settle(prepared(values), ids, 1:200)$input)
  expect_identical(sum(draw() == 5), 4L)
  expect_identical(draw(), draw())
  expect_identical(emb_settle(prepared(values), ids, 1:200)$state$row, 0:4)
})

test_that("lengths have a default and agree in a product", {
  expect_identical(emb_default_dim(prepared(as.character(1:90))), 10)
  expect_identical(emb_default_dim(prepared(as.character(1:9000))), 50)
  dims <- function(formula) {
    vapply(design_fit(formula, ratings())$design$specials, function(s) s$state$dim, 0, USE.NAMES = FALSE)
  }
  expect_identical(dims(stars ~ emb(user) + emb(film, 7)), c(4, 7))
  expect_identical(dims(stars ~ emb(user):emb(film, 7)), c(7, 7))
  expect_identical(dims(stars ~ emb(user):emb(film)), c(3, 3))
  expect_error(dims(stars ~ emb(user, 2):emb(film, 3)), "2 and 3", class = "tildenet_error_formula")
})
