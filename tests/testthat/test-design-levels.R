# The level NA of a factor, as addNA() makes it, is a level like the others.
with_na_level <- function(n = 90) {
  withr::with_seed(5, {
    d <- data.frame(x = stats::rnorm(n), g = addNA(factor(rep(c("u", NA, "v"), length.out = n))))
    d$h <- as.vector(d$g)
    d$y <- d$x + c(0, 2, -1)[as.integer(d$g)]
    d$k <- factor(ifelse(d$y > 0, "yes", "no"))
    d
  })
}

test_that("a level NA has a column and is known in new data of any form", {
  d <- with_na_level()
  for (formula in list(y ~ x + g, y ~ x + addNA(h), y ~ x * g, y ~ x + emb(g, 2), y ~ x + emb(addNA(h), 2),
                       k ~ emb(g, 2):emb(x > 0, 2))) {
    for (sparse in c(FALSE, TRUE)) {
      expect_silent(suppressMessages(fit <- small_kms(formula, d, sparse_data = sparse)))
      expect_identical(fit$N, 90L)
      p <- predict(fit, d, type = "response")
      expect_false(anyNA(p))
      for (new in list(d[2, ], droplevels(d[2, ]), transform(d[2, ], g = NA, h = NA),
                       transform(d[2, ], g = factor(NA, c("v", "u")), h = factor(NA, c("v", "u"))),
                       transform(d[2, ], g = NA_character_, h = NA_character_))) {
        expect_silent(alone <- predict(fit, new, type = "response"))
        expect_equal(alone, p[2], tolerance = 1e-6)
      }
    }
  }
})

test_that("a missing value is none of the levels where NA is no level", {
  d <- transform(with_na_level(), g = factor(h))
  expect_message(fit <- small_kms(y ~ x + g, d), "Dropped 30 of 90 rows")
  expect_identical(which(is.na(predict(fit, transform(d[1:6, ], g = addNA(g)), type = "response"))), c(2L, 5L))
})

test_that("folds, importances, dependences and tables know a level NA", {
  d <- with_na_level()
  fit <- small_kms(k ~ x + g + emb(g, 2), d)
  expect_silent(cv <- kms_kcv(k ~ x + g + emb(g, 2), d, k_folds = 3, N_layers = 1, Nepochs = 2, seed = 1, verbose = 0))
  expect_false(anyNA(cv$predictions))
  expect_silent(found <- importance(fit, d, n_repeats = 2))
  expect_setequal(found$term, c("x", "g", "emb(g, 2)"))
  expect_silent(curve <- partial_dependence(fit, d, "g"))
  expect_identical(curve$value[c(1, 3, 5)], addNA(factor(c("u", "v", NA))))
  expect_equal(curve$prediction[5], mean(predict(fit, transform(d, g = NA), type = "prob")[, 1]), tolerance = 1e-6)
  expect_output(print(curve), "<NA>", fixed = TRUE)
  expect_identical(rownames(embedding(fit, "g")), c("u", "v", "<NA>", "<unseen>"))
  expect_identical(nrow(augment(fit, d)), 90L)
  expect_false(anyNA(augment(cv, d)$.pred_class))
  drawn <- ggplot2::ggplot_build(autoplot(curve))
  expect_identical(nrow(drawn$data[[1]]), nrow(drawn$plot$data))
  expect_identical(levels(drawn$plot$data$value), c(NA, "v", "u"))
  expect_silent(ggplot2::ggplot_build(plot_embedding(fit, "g")))
})

test_that("recommend() ranks a level NA as an item", {
  d <- with_na_level()
  d$user <- rep(1:9, 10)
  fit <- suppressMessages(small_kms(y ~ emb(user, 2):emb(g, 2), d))
  best <- recommend(fit, 1, exclude_seen = FALSE)
  expect_setequal(best$item, addNA(factor(c("u", "v", NA))))
  expect_identical(best$score, sort(predict(fit, transform(d[1:3, ], user = 1), type = "response"), decreasing = TRUE))
})

test_that("the level NA of an outcome is a missing outcome", {
  d <- with_na_level()
  for (ordered in c(FALSE, TRUE)) {
    d$g <- factor(d$g, levels(d$g), exclude = NULL, ordered = ordered)
    expect_message(fit <- small_kms(g ~ x, d), "Dropped 30 of 90 rows")
    expect_identical(fit$N, 60L)
    expect_identical(levels(fit$y_labels), c("u", "v"))
    expect_identical(colnames(predict(fit, d, type = "prob")), c("u", "v"))
    expect_silent(answer <- predict(fit, d))
    expect_identical(sum(is.na(answer$y_test)), 30L)
    expect_identical(answer$accuracy, predict(fit, d[!is.na(d$h), ])$accuracy)
    expect_message(given <- small_kms(d["x"], d$g), "Dropped 30 of 90 rows")
    expect_identical(given$N, 60L)
    expect_message(given <- small_kms(as.matrix(d["x"]), d$g), "Dropped 30 of 90 rows")
    expect_identical(given$N, 60L)
  }
})
