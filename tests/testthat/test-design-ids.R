ids_of <- function(formula, data = ratings()) design_fit(formula, data)$design$ids

test_that("the first product, or the first two variables in emb(), are user and item", {
  sides <- function(formula) vapply(ids_of(formula)[c("user", "item")], function(id) id$column, "")
  d <- c(user = "user", item = "film")
  expect_identical(sides(stars ~ user + film + emb(user, 2):emb(film, 2)), d)
  expect_identical(sides(stars ~ emb(user, 2) + x + emb(film, 3)), d)
  expect_identical(sides(stars ~ emb(user, 1) + emb(user, 2):emb(film, 2)), d)
  expect_identical(sides(stars ~ emb(user, 1) + emb(user, 2) + emb(film, 2)), d)
  expect_identical(sides(stars ~ emb(factor(user), 2) + emb(as.character(film), 2)), d)
  expect_identical(unname(sides(stars ~ emb(film, 2) * emb(user, 2))), c("film", "user"))
  expect_identical(sides(stars ~ emb(user, 2) + emb(film, 2):emb(film, dim = 2) + emb(user, 2):emb(film, 2)), d)
})

test_that("other formulas have no ids, other variables no column", {
  expect_null(ids_of(stars ~ user + film))
  expect_null(ids_of(stars ~ x + emb(film)))
  expect_null(ids_of(stars ~ emb(film, 2) + emb(film, 3)))
  elsewhere <- rep(c("a", "b"), 150)
  expect_null(ids_of(stars ~ emb(paste(user, x > 0)) + emb(film))$user$column)
  expect_null(ids_of(stars ~ emb(elsewhere) + emb(film))$user$column)
})

test_that("the pairs of the rows used are kept once each, without rows that have missing values", {
  d <- ratings()[c(1:40, 1:5), ]
  d$x[7] <- NA
  ids <- suppressMessages(ids_of(stars ~ x + emb(user) + emb(film), d))
  used <- unique(d[-7, c("user", "film")])
  expect_s4_class(ids$seen, "ngCMatrix")
  expect_identical(dim(ids$seen), c(10L, length(unique(d$film))))
  expect_identical(sum(ids$seen), nrow(used))
  expect_true(all(ids$seen[cbind(as.integer(used$user), match(used$film, sort(unique(d$film))))]))
})

test_that("values take the type of the column", {
  expect_identical(ids_like(c("3", "x", "3"), factor(c("2", "3"))), factor(c("3", "x", "3"), c("2", "3", "x")))
  expect_identical(ids_like(c(1e5, 2), 1:3), c(100000L, 2L))
  expect_identical(ids_like(factor(c("7", "5")), 1:3), c(7L, 5L))
  expect_identical(ids_like(1.5, 1:3), 1.5)
  expect_identical(ids_like(c("7", "u"), 0.5), c(7, NA))
  expect_identical(ids_like(1:2, "a"), c("1", "2"))
})
