# Missing values: rows with missing predictors are used with `na.action = na.pass`.
gaps <- function(n = 80) {
  withr::with_seed(6, {
    d <- data.frame(x = stats::rnorm(n, 5), z = stats::rnorm(n), f = factor(sample(c("a", "b", "c"), n, TRUE)),
                    on = stats::runif(n) > 0.5, day = as.Date("2020-01-01") + sample(300, n, TRUE),
                    id = sample(letters[1:6], n, TRUE), g = sample(c("u", "v"), n, TRUE), whole = stats::rexp(n))
    d$m <- matrix(stats::rnorm(2 * n), n)
    d$y <- d$x + d$z + as.integer(d$f)
    d$x[c(2, 5)] <- d$f[c(3, 9)] <- d$on[4] <- d$day[6] <- d$id[c(7, 8)] <- NA
    d$m[10, 2] <- NA
    d
  })
}

passed <- function(formula, d, rows = 1:50, ...) {
  design_fit(formula, d, na_action = "na.pass", training = function(n) rows, ...)
}

test_that("Missing values: numbers, dates and columns of matrices are the median of the training rows, and told", {
  d <- gaps()
  built <- passed(y ~ x + log(x) + day + m + x:z, d)
  expect_identical(utils::tail(colnames(built$x), 4), c("is.na(x)", "is.na(log(x))", "is.na(day)", "is.na(m2)"))
  x <- as.data.frame(built$x)
  expect_equal(x$x[c(2, 5)], rep(stats::median(d$x[1:50], na.rm = TRUE), 2))
  expect_equal(x$`log(x)`[2], stats::median(log(d$x[1:50]), na.rm = TRUE))
  expect_equal(x$day[6], as.numeric(stats::median(d$day[1:50], na.rm = TRUE)))
  expect_equal(x$m2[10], stats::median(d$m[1:50, 2], na.rm = TRUE))
  expect_equal(x$`x:z`[2], x$x[2] * d$z[2])
  expect_identical(which(x$`is.na(x)` == 1), c(2L, 5L))
  expect_identical(which(x$`is.na(m2)` == 1), 10L)
  expect_equal(built$design$assign, c(1, 2, 3, 4, 4, 5, -1, -2, -3, -4))
  again <- design_apply(built$design, d[c(2, 6, 10), ])
  expect_equal(again$x, built$x[c(2, 6, 10), ])
})

test_that("Missing values: labels and logical values are a level of their own", {
  d <- gaps()
  for (sparse in c(FALSE, TRUE)) {
    built <- passed(y ~ f + on + x, d, sparse = sparse)
    expect_identical(colnames(built$x), c("fb", "fc", "fNA", "onTRUE", "onNA", "x", "is.na(x)"))
    expect_equal(unname(as.matrix(built$x)[3, 1:3]), c(0, 0, 1))
    expect_equal(unname(as.matrix(built$x)[4, 4:5]), c(0, 1))
    again <- design_apply(built$design, d[c(3, 4, 2), ])
    expect_equal(as.matrix(again$x), as.matrix(built$x)[c(3, 4, 2), ])
  }
})

test_that("Missing values: new rows have some where the training data had none", {
  d <- gaps()
  fit <- small_kms(y ~ whole + g + x + on, transform(d, on = z > 0), na.action = na.pass)
  new <- transform(d[11:14, ], on = z > 0)
  lost <- function(name) replace(new, name, NA)
  median <- stats::median(d$whole[fit$split == "train"])
  expect_silent(p <- predict(fit, lost("whole"), type = "response"))
  expect_identical(p, predict(fit, transform(new, whole = median), type = "response"))
  unseen <- suppressWarnings(predict(fit, transform(new, g = "new"), type = "response"))
  expect_silent(p <- predict(fit, lost("g"), type = "response"))
  expect_identical(p, unseen)
  expect_silent(p <- predict(fit, lost("on"), type = "response"))
  expect_false(anyNA(p))
  expect_identical(suppressWarnings(predict(fit, transform(new, g = "new"), type = "response", unknown = "na")), rep(NA_real_, 4))
})

test_that("Missing values: all rows are fitted to, and saved fits read them as before", {
  d <- gaps()
  d$y[1] <- NA
  expect_message(fit <- small_kms(y ~ x + f + on + day + m + emb(id, 2), d, na.action = "na.pass"),
                 "Dropped 1 of 80 rows with missing values (`y`: 1).", fixed = TRUE)
  expect_identical(fit$N, 79L)
  p <- predict(fit, d, type = "response")
  expect_false(anyNA(p))
  expect_equal(p[7], suppressWarnings(predict(fit, transform(d[7, ], id = "new"), type = "response")))
  expect_equal(predict(unserialize(serialize(fit, NULL)), d, type = "response"), p)
  expect_equal(predict(fit, d[5, ], type = "response"), p[5], tolerance = 1e-6)
  expect_error(save_onnx(fit, tempfile()), "is.na|missing", class = "tildenet_error_unsupported")
  expect_error(save_c(fit, tempfile(fileext = ".c"), "f"), class = "tildenet_error_unsupported")
  expect_true(all(importance(fit, d[-1, ], n_repeats = 1)$term %in% c("x", "f", "on", "day", "m", "emb(id, 2)")))
})

test_that("Missing values: texts are empty, pictures are the mean picture", {
  d <- pictures(20)
  d$note <- rep(c("a dark one", "light", NA, "one"), 5)
  d$file[c(3, 8)] <- NA
  fit <- small_kms(kind ~ x + image(file, 8, filters = 4) + text(note), d, na.action = na.pass, Nepochs = 2)
  expect_identical(fit$N, 20L)
  p <- predict(fit, d, type = "prob")
  expect_false(anyNA(p))
  expect_equal(p[3, ], predict(fit, transform(d[3, ], note = ""), type = "prob")[1, ], tolerance = 1e-6)
  state <- kms_design(fit)$specials[[1]]$state
  x <- kms_inputs(design_apply(kms_design(fit), d), fit$train_scale)[[2]]
  expect_equal(as.vector(x[3, , , ]), as.numeric(state$missing))
  expect_equal(as.vector(x[8, , , ]), as.numeric(state$missing))
  whole <- small_kms(kind ~ x + image(file, 8, filters = 4), d[-c(3, 8), ], na.action = na.pass, Nepochs = 1)
  fitted <- kms_inputs(design_apply(kms_design(whole), d[c(1, 3), ]), whole$train_scale)[[2]]
  expect_false(anyNA(predict(whole, d[c(1, 3), ], type = "prob")))
  expect_lt(max(abs(mean(fitted[2, , , ]) - 127)), 60)
})

test_that("Missing values: matrices of predictors, dense and sparse", {
  d <- gaps()
  x <- cbind(a = d$x, b = d$z, c = d$whole)
  for (form in list(identity, function(x) methods::as(x, "CsparseMatrix"))) {
    fit <- small_kms(form(x), d$y, na.action = na.pass)
    expect_identical(fit$colnames_x, c("a", "b", "c", "is.na(a)"))
    expect_identical(fit$N, 80L)
    rows <- fit$split == "train"
    p <- predict(fit, form(x), type = "response")
    expect_false(anyNA(p))
    new <- x[1:3, ]
    new[, "c"] <- NA
    by_hand <- replace(x[1:3, ], cbind(1:3, 3), stats::median(d$whole[rows]))
    expect_equal(predict(fit, form(new), type = "response"), predict(fit, form(by_hand), type = "response"))
  }
})

test_that("Missing values: the default says how many rows went and names the way out", {
  d <- gaps()
  expect_message(small_kms(y ~ x, d), "Dropped 2 of 80 rows with missing values (`x`: 2). `na.action = na.pass` uses rows", fixed = TRUE)
  expect_message(small_kms(y ~ x, transform(d, x = z, y = replace(y, 1:3, NA))), "\\(`y`: 3\\)\\.$")
  expect_snapshot(error = TRUE, {
    small_kms(y ~ x, transform(d, x = replace(x, TRUE, NA)))
    small_kms(y ~ x, transform(d, x = replace(x, TRUE, NA)), na.action = na.pass)
    small_kms(y ~ x, d, na.action = "drop")
  })
})

test_that("Missing values: names that need backticks are names as others", {
  d <- gaps()
  odd <- stats::setNames(d, sub("^(x|f|m)$", "\\1 1", names(d)))
  plain <- passed(y ~ x + log(x) + f + m, d)
  built <- passed(y ~ `x 1` + log(`x 1`) + `f 1` + `m 1`, odd)
  expect_identical(unname(built$x), unname(plain$x))
  expect_identical(built$design$assign, plain$design$assign)
  expect_identical(utils::tail(colnames(built$x), 3), c("is.na(x 1)", "is.na(log(`x 1`))", "is.na(m 12)"))
  expect_identical(unname(as.matrix(design_apply(built$design, odd)$x)), unname(as.matrix(design_apply(plain$design, d)$x)))
  odd$`x 1` <- NA_real_
  expect_error(passed(y ~ `x 1` + z, odd), "- `x 1`", fixed = TRUE, class = "tildenet_error_data")
})

test_that("Missing values: medians of sparse columns, few of their cells filled or many", {
  x <- withr::with_seed(2, {
    x <- vapply(c(0.05, 0.4, 0.5, 0.6, 1), function(share) stats::rnorm(40, 3) * (seq_len(40) <= 40 * share), numeric(40))
    x[cbind(c(1, 3, 40, 20, 7, 8), c(1, 2, 2, 3, 5, 5))] <- NA
    x[sample(40), ]
  })
  found <- missing_fit_matrix(methods::as(x, "CsparseMatrix"), 4:37, NULL)
  expect_equal(found$medians, apply(x[4:37, ], 2, stats::median, na.rm = TRUE))
  expect_identical(found$told, colSums(is.na(x[4:37, ])) > 0)
  x[, 4] <- NA
  expect_error(missing_fit_matrix(methods::as(x, "CsparseMatrix"), 4:37, NULL), "column 4", class = "tildenet_error_data")
})
