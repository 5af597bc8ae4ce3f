test_that("23: one row per level and a last one for unseen levels", {
  fit <- small_kms(stars ~ x + emb(user, 3) + emb(film), ratings())
  table <- embedding(fit, "emb(user, 3)")
  expect_identical(dimnames(table), list(c(letters[1:10], "<unseen>"), NULL))
  expect_identical(dim(table), c(11L, 3L))
  expect_identical(embedding(fit, "user"), table)
  expect_identical(embedding(fit, "emb(user,3)"), table)
  expect_identical(dim(embedding(fit, "film")), c(9L, 3L))
  expect_snapshot(error = TRUE, {
    embedding(fit)
    embedding(fit, "genre")
    embedding(fit, 1)
    embedding(small_kms(mpg ~ wt, mtcars))
    embedding(mtcars, "wt")
  })
})

test_that("levels that share the row for unseen ones have its numbers", {
  d <- rbind(ratings(), data.frame(user = "a", film = "lonely", x = 0, stars = 1))
  fit <- small_kms(stars ~ x + emb(film, 2), d)
  table <- embedding(fit)
  expect_identical(table["lonely", ], table["<unseen>", ])
  expect_false(identical(table["m1", ], table["<unseen>", ]))
})

test_that("the row for unseen levels is learned", {
  fit <- function(...) embedding(small_kms(stars ~ x + emb(film, 2), ratings(), ...))["<unseen>", ]
  expect_false(identical(fit(Nepochs = 3), fit(Nepochs = 1)))
  expect_identical(fit(Nepochs = 3), fit(Nepochs = 3))
})

test_that("22.4 defect 22: one warning names column and levels, the value is that of the unseen row", {
  d <- ratings()
  fit <- small_kms(stars ~ user + emb(user, 2) + emb(user, 2):emb(film, 2), d, N_layers = 0)
  new <- data.frame(user = c("a", "zed", "why"), film = "m1")
  warnings <- list()
  value <- withCallingHandlers(predict(fit, new, type = "response"), warning = function(w) {
    warnings <<- c(warnings, list(w))
    invokeRestart("muffleWarning")
  })
  expect_length(warnings, 1)
  expect_identical(warnings[[1]]$column, "user")
  expect_identical(warnings[[1]]$levels, c("zed", "why"))
  expect_false(anyNA(value))
  expect_identical(value[2], value[3])
  expect_snapshot(new <- predict(fit, new[2, ], type = "response"))
  alone <- small_kms(stars ~ x + emb(film, 2), d)
  expect_warning(predict(alone, data.frame(x = 0, film = "new"), type = "response"), "emb\\(film, 2\\)")
  expect_no_warning(predict(alone, d, type = "response"))
})
