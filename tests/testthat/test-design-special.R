test_that("specials leave the columns of the design and come as inputs", {
  d <- ratings()
  fit <- design_fit(stars ~ . - film + emb(film, 3), d)
  expect_identical(fit$x, design_fit(stars ~ user + x, d)$x)
  expect_named(fit$specials, "emb_film")
  expect_identical(fit$specials[[1]], match(d$film, sort(unique(d$film))) - 1L)
  expect_setequal(fit$design$columns, c("user", "x", "film"))
  only <- design_fit(stars ~ emb(film), d)
  expect_identical(dim(only$x), c(300L, 0L))
  product <- design_fit(stars ~ x + emb(user, 2) * emb(film, 2), d)$design
  expect_identical(product$pairs, list(c("emb(user, 2)", "emb(film, 2)")))
  expect_identical(vapply(product$specials, `[[`, NA, "joined", USE.NAMES = FALSE), c(TRUE, TRUE))
  expect_false(design_fit(stars ~ emb(user, 2):emb(film, 2), d)$design$specials[[1]]$joined)
})

test_that("the first argument may be any expression, the others come from where the formula was written", {
  k <- 3
  fit <- design_fit(stars ~ x + emb(paste(user, film), k), ratings())
  special <- fit$design$specials[[1]]
  expect_identical(special$state$dim, 3)
  expect_identical(special$input, "emb_paste_user_film_")
  again <- design_apply(fit$design, ratings()[4:5, ])
  expect_identical(again$specials[[1]], fit$specials[[1]][4:5])
})

test_that("NA in a special drops its row", {
  d <- ratings()
  d$film[c(2, 9)] <- NA
  expect_message(fit <- design_fit(stars ~ x + emb(film), d), "emb\\(film\\)`: 2")
  expect_length(fit$specials[[1]], 298)
  again <- design_apply(fit$design, d[1:3, ])
  expect_identical(again$rows, c(1L, 3L))
  expect_identical(again$specials[[1]], fit$specials[[1]][1:2])
})

test_that("specials in other places or forms are refused with the way out", {
  d <- ratings()
  expect_snapshot(error = TRUE, {
    design_fit(stars ~ emb(film):x, d)
    design_fit(stars ~ emb(film):emb(user):x, d)
    design_fit(stars ~ log(emb(film)), d)
    design_fit(stars ~ x + offset(emb(film)), d)
    design_fit(emb(film) ~ x, d)
    design_fit(stars ~ emb(), d)
    design_fit(stars ~ emb(film, dims = 3), d)
    design_fit(stars ~ emb(film, nowhere), d)
    design_fit(stars ~ emb(film, 0), d)
    design_fit(stars ~ emb(nowhere), d)
    design_fit(stars ~ emb(letters), d)
    design_fit(stars ~ emb(cbind(x, x)), d)
  })
})

test_that("a column called emb is no special", {
  d <- transform(ratings(), emb = x)
  expect_identical(colnames(design_fit(stars ~ I(emb * 2) + emb, d)$x), c("I(emb * 2)", "emb"))
})
