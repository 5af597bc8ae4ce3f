# Unseen levels and cold start: a level that none of the rows fitted to has is coded by the mean of the codes of those rows.
coded_data <- function(n = 60) {
  withr::with_seed(2, {
    d <- data.frame(f = factor(sample(c("a", "b", "c"), n, TRUE, c(5, 2, 1))), g = sample(c("u", "v", "w"), n, TRUE),
                    on = stats::runif(n) > 0.3, x = stats::rnorm(n), o = factor(sample(1:4, n, TRUE), ordered = TRUE))
    d$y <- d$x + as.integer(d$f)
    d
  })
}

known_design <- function(formula, d, rows = seq_len(nrow(d)), weights = NULL, ...) {
  built <- design_fit(formula, d, ...)
  built$design$shares <- level_shares(built$design, built$frame, rows, weights)
  built
}

unseen_x <- function(built, new) {
  new <- suppressWarnings(design_apply(built$design, new))
  as.matrix(unseen_fill(new$x, new$unseen))
}

test_that("Unseen levels and cold start: the code is the mean of the codes of the rows fitted to", {
  d <- coded_data(24)
  new <- data.frame(f = c("z", "a", "z"), g = c("u", "z", "z"), on = TRUE, x = c(2, 3, 4), o = "2")
  check <- function(formula, ...) {
    built <- known_design(formula, d, ...)
    rows <- seq_len(if ("g" %in% all.vars(formula)) 3 else 1)
    found <- unseen_x(built, new[rows, ])
    for (k in rows) {
      # All rows fitted to in the place of the levels that are unseen, each variable by itself.
      places <- function(value) if (value == "z") seq_len(nrow(d)) else NA
      all <- expand.grid(f = places(new$f[k]), g = places(new$g[k]))
      each <- data.frame(f = if (new$f[k] == "z") d$f[all$f] else factor(new$f[k], levels(d$f)),
                         g = if (new$g[k] == "z") d$g[all$g] else new$g[k], on = TRUE, x = new$x[k], o = "2")
      expect_equal(found[k, ], colMeans(as.matrix(design_apply(built$design, each)$x)), tolerance = 1e-12)
    }
  }
  for (formula in list(y ~ f + x, y ~ f * g + x, y ~ 0 + f + g:x, y ~ f:g:poly(x, 2) + o, y ~ f * on + o * g)) {
    check(formula, sparse = FALSE)
    check(formula, sparse = TRUE)
  }
  for (contrasts in c("contr.sum", "contr.helmert")) check(y ~ f * g, contrasts = list(f = contrasts))
})

test_that("Unseen levels and cold start: only rows fitted to count, as often as their weights say", {
  d <- coded_data()
  w <- rep(1:3, 20)
  built <- known_design(y ~ f + x, d, 1:30, w[1:30])
  shares <- tapply(w[1:30], d$f[1:30], sum) / sum(w[1:30])
  expect_equal(built$design$shares, list(f = as.vector(shares)))
  expect_equal(unname(unseen_x(built, data.frame(f = "z", x = 1))[1, ]), c(shares[2:3], 1), ignore_attr = TRUE)
})

test_that("Unseen levels and cold start: a first level without rows fitted to is coded by the average too", {
  d <- coded_data()
  d <- d[order(d$f), ]
  rows <- which(d$f != "a")
  for (contrasts in list(NULL, list(f = "contr.sum"))) {
    built <- known_design(y ~ f, d, rows, contrasts = contrasts)
    new <- unseen_x(built, data.frame(f = c("a", "new", "b")))
    expect_equal(new[1, ], colMeans(built$x[rows, , drop = FALSE]))
    expect_identical(new[2, ], new[1, ])
    expect_equal(new[3, ], built$x[rows[1], ])
  }
})

test_that("Unseen levels and cold start: rows taken keep their averages, in any order and in parts", {
  d <- transform(coded_data(), f = factor(rep(1:30, 2)))
  built <- known_design(y ~ f + x, d, sparse = TRUE)
  new <- suppressWarnings(design_apply(built$design, data.frame(f = c("z", "3", "q", "z", "5"), x = 1:5)))
  all <- as.matrix(kms_inputs(new, NULL))
  for (rows in list(c(4, 1, 2), 5, 3, c(5, 2), integer())) {
    expect_equal(as.matrix(kms_inputs(kms_take_rows(new, rows), NULL)), all[rows, , drop = FALSE])
  }
  sums <- function(rows) Matrix::rowSums(kms_inputs(rows, NULL))
  expect_equal(by_parts(new, sums, room = 40), rowSums(all))
  expect_equal(by_parts(new, function(rows) cbind(sums(rows), 1), room = 40), cbind(rowSums(all), 1))
})

test_that("Unseen levels and cold start: names that need backticks are names as others", {
  d <- coded_data()
  odd <- stats::setNames(d, c("f", "g 1", "on", "x y", "o", "y"))
  odd <- odd[names(odd) != "on"]
  for (pair in list(list(y ~ f + g + x, y ~ f + `g 1` + `x y`), list(y ~ 0 + g:x + f, y ~ 0 + `g 1`:`x y` + f),
                    list(y ~ g * log(x + 9), y ~ `g 1` * log(`x y` + 9)))) {
    for (sparse in c(FALSE, TRUE)) {
      plain <- known_design(pair[[1]], d, sparse = sparse)
      built <- known_design(pair[[2]], odd, sparse = sparse)
      expect_identical(unname(built$design$shares), unname(plain$design$shares))
      new <- data.frame(f = c("z", "a"), g = c("u", "z"), x = 1:2)
      found <- unseen_x(built, stats::setNames(new, c("f", "g 1", "x y")))
      expect_equal(unname(found), unname(unseen_x(plain, new)))
    }
  }
})
