# Unseen levels and cold start in fits: predictions by hand.
effects_data <- function(n = 240) {
  withr::with_seed(4, {
    d <- data.frame(f = sample(c("a", "b", "c", "d"), n, TRUE, c(6, 3, 2, 1)), g = factor(sample(1:12, n, TRUE)), x = stats::rnorm(n))
    d$y <- 3 + match(d$f, letters) + as.integer(d$g) / 5 + d$x
    d
  })
}

# Rows that weights are fitted to.
fitted_rows <- function(fit, d) {
  rows <- which(fit$split == "train")
  if (fit$history$params$samples < length(rows)) stop("validation rows are not known")
  rows
}

# The mean of the predictions of a new row with the values of a column in the rows fitted to.
mean_effect <- function(fit, new, columns, d, type = "link") {
  rows <- fitted_rows(fit, d)
  each <- new[rep(1, length(rows)), , drop = FALSE]
  each[columns] <- d[rows, columns]
  mean(predict(fit, each, type = type))
}

test_that("Unseen levels and cold start: with no hidden layer the prediction is the mean over the rows fitted to", {
  d <- effects_data()
  d$yes <- d$y > 7
  fits <- list(
    small_kms(y ~ f + x, d, N_layers = 0, pTraining = 1, validation_split = 0),
    small_kms(y ~ f + g + x, d, N_layers = 0, validation_split = 0, sparse_data = TRUE),
    small_kms(yes ~ f * x, d, N_layers = 0, validation_split = 0),
    small_kms(y ~ f + x, d, N_layers = 0, validation_split = 0, contrasts.arg = list(f = "contr.sum")),
    small_kms(y ~ emb(f, 2):emb(g, 2) + x, d, N_layers = 0, validation_split = 0),
    small_kms(y ~ f + emb(f, 2):emb(g, 3 - 1), d, N_layers = 0, validation_split = 0)
  )
  new <- data.frame(f = "z", g = factor("3"), x = 0.7)
  for (fit in fits) {
    expect_warning(p <- predict(fit, new, type = "link"), "`f`.*\"z\"", class = "tildenet_warning_new_levels")
    expect_equal(p, mean_effect(fit, new, "f", d), tolerance = 1e-6)
  }
})

test_that("Unseen levels and cold start: one warning a column, and unknown says what becomes of the rows", {
  d <- effects_data()
  fit <- small_kms(y ~ f * x + g + emb(f, 2), d)
  new <- data.frame(f = c("a", "z", "y", "b"), g = c("1", "2", "99", "99"), x = 1)
  found <- list()
  p <- withCallingHandlers(predict(fit, new, type = "response"), warning = function(w) {
    found <<- c(found, list(w))
    invokeRestart("muffleWarning")
  })
  expect_identical(lapply(found, `[[`, "column"), list("f", "g"))
  expect_identical(lapply(found, `[[`, "levels"), list(c("z", "y"), "99"))
  expect_false(anyNA(p))
  na <- suppressWarnings(predict(fit, new, type = "response", unknown = "na"))
  expect_identical(is.na(na), c(FALSE, TRUE, TRUE, TRUE))
  expect_identical(na[1], p[1])
  expect_snapshot({
    na <- predict(fit, new[2, ], type = "response", unknown = "na")
    predict(fit, new[2, ], type = "response", unknown = "error")
    predict(fit, new[2, ], type = "response", unknown = "first")
  }, error = TRUE)
  expect_identical(predict(fit, d, type = "response", unknown = "error"), predict(fit, d, type = "response"))
})

test_that("Unseen levels and cold start: rows of unseen levels are NA beside texts, sequences and pictures too", {
  d <- pictures(20)
  d$note <- rep(c("a dark one", "light", "one", "it is dark"), 5)
  d$f <- rep(c("a", "b"), 10)
  new <- transform(d[1:4, ], f = c("a", "z", "b", "a"))
  for (formula in list(kind ~ f + text(note), kind ~ emb(f, 2) + tokens(note, 5, 3), kind ~ f + image(file, 8, filters = 4))) {
    fit <- small_kms(formula, d)
    p <- suppressWarnings(predict(fit, new, type = "prob"))
    na <- suppressWarnings(predict(fit, new, type = "prob", unknown = "na"))
    expect_equal(na, replace(p, cbind(2, seq_len(ncol(p))), NA), tolerance = 1e-6)
  }
})

test_that("Unseen levels and cold start: levels that only other rows than those fitted to have are read so", {
  d <- effects_data()
  only <- which(d$g %in% c("1", "12")) # the first and the last level
  for (formula in list(y ~ g + x, y ~ g * x + f:g, y ~ 0 + g + x, y ~ x + emb(g, 3), y ~ f + emb(f, 2):emb(g, 2))) {
    for (n in c(0, 2)) {
      fit <- kms(formula, d, N_layers = n, units = 5, weights = ifelse(seq_len(240) %in% only, 0, 1), pTraining = 1,
                 validation_split = 0, Nepochs = 2, seed = 3, verbose = 0)
      new <- transform(d[1:9, ], g = "1", x = x + 1)
      p <- predict(fit, new, type = "response")
      expect_equal(predict(fit, transform(new, g = "12"), type = "response"), p, tolerance = 1e-6)
      expect_equal(suppressWarnings(predict(fit, transform(new, g = "none"), type = "response")), p, tolerance = 1e-6)
    }
  }
})

test_that("Unseen levels and cold start: the loss of an epoch is that of the weights it leaves", {
  d <- transform(effects_data(), g = factor(sample(1:150, 240, TRUE)))
  for (formula in list(y ~ g + x, y ~ x + emb(g, 2), y ~ f * x + emb(f, 2):emb(g, 2))) {
    fit <- small_kms(formula, d, Nepochs = 4, pTraining = 1)
    design <- kms_design(fit)
    shares <- c(design$shares["g" == names(design$shares)], lapply(design$specials, function(s) s$state$share))
    expect_true(any(unlist(shares) == 0))
    control <- kms_control_of(pTraining = 1, seed = 1)
    built <- design_fit(formula, d)
    part <- kms_parts(built, kms_split(nrow(d), control), control, NULL)$train
    held <- seq_len(nrow(d))[-seq_len(kms_n_fitted(nrow(d), control))]
    x <- if (is.list(part$x)) lapply(part$x, take_samples, held) else part$x[held, , drop = FALSE]
    loss <- evaluate(fit$model, x, scale_outcome_apply(part$y[held], fit$train_scale), verbose = 0)$loss
    expect_lt(min(abs(fit$history$metrics$val_loss - loss)), 1e-6)
  }
})

test_that("Recommenders at full speed by default: no penalty moves rows that a batch does not read", {
  d <- ratings()
  f <- stars ~ user + emb(user, 2):emb(film, 2)
  penalty <- function(...) {
    fit <- kms(f, d, N_layers = 0, Nepochs = 1, seed = 1, verbose = 0, ...)
    get_layer(fit$model, "emb_film_table")$config$embeddings_regularizer
  }
  expect_null(penalty())
  expect_equal(penalty(kernel_regularizer = regularizer_l1(1e-5))$l1, 1e-5)
  expect_equal(penalty(kernel_regularizer = "regularizer_l2")$l2, 0.01)
  expect_null(penalty(kernel_regularizer = NULL))
})

test_that("Recommenders at full speed by default: before an epoch rare levels are drawn to the mean row", {
  table <- new_parameter("table", c(4, 2))
  rows <- rbind(c(1, 2), c(3, 4), c(-5, 0), 0)
  parameter_assign(table, rows)
  share <- c(90, 10, 0, 0) / 100
  plan <- list(kernels = list(), tables = list(list(weight = table, share = share, own = kept_part(share * 100, 600))))
  unseen_set(plan)
  mean <- 0.9 * rows[1, ] + 0.1 * rows[2, ]
  expect_equal(parameter_value(table)[4, ], mean, tolerance = 1e-6)
  tables_shrink(plan$tables)
  expected <- rbind((90 * rows[1, ] + 10 * mean) / 100, (10 * rows[2, ] + 10 * mean) / 20, mean, mean)
  expect_equal(parameter_value(table), expected, tolerance = 1e-6, ignore_attr = TRUE)
  expect_equal(kept_part(c(30, 0), 250), c(sqrt(0.75), 0))
})

test_that("Recommenders at full speed by default: which tables are shrunk", {
  d <- ratings()
  own <- function(formula, ...) {
    fit <- suppressMessages(kms(formula, d, N_layers = 0, Nepochs = 1, seed = 1, verbose = 0, ...))
    shrinks <- !"kernel_regularizer" %in% names(list(...))
    plans <- table_plans(fit$model, names(kms_shapes(kms_design(fit))), kms_design(fit), 192, if (shrinks) 6 else 0)
    vapply(plans, function(p) !is.null(p$own), NA, USE.NAMES = FALSE)
  }
  expect_identical(own(stars ~ emb(user, 2):emb(film, 2)), c(TRUE, TRUE))
  expect_identical(own(stars ~ x + emb(user, 2) + emb(film, 2, regularizer = NULL)), c(TRUE, FALSE))
  expect_identical(own(stars ~ x + emb(user, 2, constraint = constraint_nonneg()) + emb(film, 2)), c(FALSE, TRUE))
  expect_identical(own(stars ~ x + emb(film, 2), kernel_regularizer = NULL), FALSE)
})
