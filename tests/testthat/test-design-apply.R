flowers <- function() iris[c(1:20, 51:70, 101:120), ]

test_that("22.4 defect 18: single rows, missing levels, poly(), scale() and ns() replay", {
  f <- Petal.Width ~ poly(Sepal.Length, 2) + scale(Sepal.Width) + splines::ns(Petal.Length, 3) + Species
  fit <- design_fit(f, flowers())
  for (row in c(1, 25, 60)) {
    again <- design_apply(fit$design, flowers()[row, ])
    expect_equal(again$x, fit$x[row, , drop = FALSE], tolerance = 1e-12)
  }
  only_last <- droplevels(flowers()[41:60, ])
  expect_equal(design_apply(fit$design, only_last)$x, fit$x[41:60, ], tolerance = 1e-12)
})

test_that("22.4 defect 18: characters, logicals and contrasts replay", {
  d <- data.frame(y = 1:6, a = c("u", "v", "w", "u", "v", "w"), b = c(TRUE, FALSE, TRUE, TRUE, FALSE, NA))
  d$f <- factor(d$a)
  fit <- suppressMessages(design_fit(y ~ C(f, sum) * b + as.integer(f), d))
  expect_equal(design_apply(fit$design, droplevels(d[2, ]))$x, fit$x[2, , drop = FALSE])
  helmert <- design_fit(y ~ a, d, contrasts = list(a = "contr.helmert"))
  expect_equal(design_apply(helmert$design, d[3, ])$x, helmert$x[3, , drop = FALSE])
})

test_that("22.4 defect 19: every term of the right side counts, with . the training columns", {
  fit <- design_fit(Petal.Width ~ . - Species, flowers())
  new <- flowers()[1:2, c("Petal.Length", "Sepal.Width", "Sepal.Length")]
  new$extra <- 1
  again <- design_apply(fit$design, new)
  expect_identical(again$x, fit$x[1:2, ])
  expect_null(again$y)
  expect_snapshot(error = TRUE, {
    design_apply(fit$design, new["Sepal.Width"])
    design_apply(fit$design, transform(new, Sepal.Width = "wide"))
    design_apply(fit$design, as.list(new))
  })
})

test_that("22.4 defect 21: rows with NA are left out and placed", {
  fit <- design_fit(Petal.Width ~ log(Sepal.Length) + poly(Sepal.Width, 2) + Species, flowers())
  new <- flowers()[c(1, 30, 50), ]
  new$Sepal.Width[2] <- NA
  again <- design_apply(fit$design, new)
  expect_identical(again$rows, c(1L, 3L))
  expect_equal(again$x, fit$x[c(1, 50), ], tolerance = 1e-12)
  new$Species <- factor(NA, levels(iris$Species))
  expect_identical(nrow(design_apply(fit$design, new)$x), 0L)
})

test_that("22.4 defect 22: unknown levels warn with column and level; a design that knows no shares gives the first level", {
  d <- data.frame(y = 1:6, a = c("u", "v", "w", "u", "v", "w"), x = c(2, 3, 4, 5, 6, 7))
  new <- data.frame(a = c("v", "new", "u"), x = 1)
  for (sparse in c(FALSE, TRUE)) {
    fit <- design_fit(y ~ a * x, d, sparse = sparse)
    expect_warning(again <- design_apply(fit$design, new), "`a` has levels .*\"new\"",
                   class = "tildenet_warning_new_levels")
    expect_equal(as.matrix(again$x)[2, ], as.matrix(again$x)[3, ])
  }
  cnd <- tryCatch(design_apply(fit$design, new), warning = identity)
  expect_identical(cnd$levels, "new")
})

test_that("the outcome of new data is evaluated as in training", {
  fit <- design_fit(scale(Petal.Width) ~ Sepal.Length, flowers())
  expect_equal(design_apply(fit$design, flowers()[3, ])$y, fit$y[3])
  limits <- c(0, 1, 3)
  fit <- design_fit(cut(Petal.Width, limits) ~ Sepal.Length, flowers())
  expect_identical(design_apply(fit$design, flowers()[30, ])$y, fit$y[30])
})

test_that("a sparse design replays sparse, also for no rows", {
  d <- data.frame(y = rnorm(400), f = factor(rep(1:200, 2)))
  fit <- design_fit(y ~ f, d)
  expect_identical(design_apply(fit$design, d[c(7, 300), ])$x, fit$x[c(7, 300), ])
  expect_identical(dim(design_apply(fit$design, d[0, ])$x), c(0L, 199L))
})
