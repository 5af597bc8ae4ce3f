terms_of <- function(formula) {
  d <- data.frame(y = c(1, 3, 2, 5, 4, 6), x = 1:6, f = gl(3, 2), on = c(TRUE, FALSE), check.names = FALSE)
  d$`odd f` <- gl(2, 3, labels = c("u", "v"))
  d$`odd n` <- d$x^2
  export_terms(design_fit(formula, d)$design)
}

test_that("variables have the names of levels and contrasts, also those that need backticks", {
  terms <- terms_of(y ~ `odd f` * `odd n` + factor(x) + log(x) + on)
  expect_identical(vapply(terms$variables, `[[`, "", "name"), c("odd f", "odd n", "factor(x)", "log(x)", "on"))
  expect_identical(vapply(terms$variables, has_levels, NA), c(TRUE, FALSE, TRUE, FALSE, TRUE))
})

test_that("without an intercept the first factor has all its levels, as in model.matrix()", {
  expect_equal(unname(terms_of(y ~ 0 + x + f + on)$factors), rbind(c(1, 0, 0), c(0, 2, 0), c(0, 0, 1)))
  expect_equal(unname(terms_of(y ~ x + f)$factors), diag(2))
  expect_equal(unname(terms_of(y ~ 0 + `odd f`)$factors), matrix(2))
  for (formula in list(y ~ 0 + x:f + on, y ~ f * on - 1, y ~ on + 0, y ~ x:f)) {
    terms <- terms_of(formula)
    d <- data.frame(y = 1:6, x = 1:6, f = gl(3, 2), on = c(TRUE, FALSE))
    levels <- c(x = 1, f = 3, on = 2)[vapply(terms$variables, `[[`, "", "name")]
    columns <- apply(terms$factors, 2, function(used) prod((levels - (used == 1 & levels > 1))[used > 0]))
    design <- stats::model.matrix(stats::delete.response(stats::terms(formula)), d)
    expect_identical(unname(columns), unname(c(table(attr(design, "assign")[attr(design, "assign") > 0])) + 0))
  }
})

test_that("columns of levels are found behind base R's functions only", {
  env <- new.env()
  expect_identical(column_of_levels(quote(f), env), "f")
  expect_identical(column_of_levels(quote(as.factor(`a b`)), env), "a b")
  expect_identical(column_of_levels(quote(factor(f, levels = "a")), env), NA_character_)
  env$factor <- function(x) x
  expect_identical(column_of_levels(quote(factor(f)), env), NA_character_)
})

test_that("expressions of columns become calls of one or two arguments, of base R's functions alone", {
  plain <- function(e, env = globalenv()) plain_expression(e, env)
  expect_identical(plain(quote(I((x)))), quote(x))
  expect_identical(plain(quote(+x - (2))), quote(x - 2))
  expect_equal(plain(quote(log(x, 10))), call("/", quote(log(x)), log(10)))
  expect_equal(plain(quote(scale(x, center = 3, scale = 2))), call("/", quote(x - 3), 2))
  expect_identical(plain(quote(scale(x, center = FALSE, scale = FALSE))), quote(x))
  expect_null(plain(quote(scale(x))))
  expect_null(plain(quote(ifelse(x > 1, 0, 1))))
  mine <- new.env()
  mine$log <- function(x) x
  expect_null(plain(quote(1 + log(x)), mine))
})
