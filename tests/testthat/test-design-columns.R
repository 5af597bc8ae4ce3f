# A fit of y on what a column v says, and what it predicts for other forms of the column.
column_fit <- function(v, formula = y ~ x + v, ...) {
  d <- data.frame(x = rep(c(-1, 0.5, 1), length.out = NROW(v)))
  d$v <- v
  d$y <- d$x + seq_len(NROW(v)) %% 7 / 10
  fit <- small_kms(formula, d, ...)
  list(fit = fit, read = function(v) predict(fit, list_frame(x = rep(0, NROW(v)), v = v), type = "response"))
}

list_frame <- function(x, v) {
  out <- data.frame(x = x)
  out$v <- v
  out
}

test_that("dates and times are read as the fit has learnt them", {
  days <- as.Date("2020-03-01") + 1:60
  new <- days[c(3, 40)]
  dates <- column_fit(days)
  expect_identical(dates$read(as.POSIXct(format(new), tz = "UTC") + 3600), dates$read(new))
  expect_identical(dates$read(as.POSIXct(format(new), tz = "Asia/Tokyo") + 3600), dates$read(new))
  expect_identical(dates$read(as.POSIXlt(new)), dates$read(new))
  expect_identical(dates$read(format(new)), dates$read(new))
  times <- column_fit(as.POSIXct(format(days), tz = "America/New_York"))
  expect_identical(times$read(new), times$read(as.POSIXct(format(new), tz = "America/New_York")))
  expect_identical(times$read(as.POSIXlt(format(new), tz = "America/New_York")), times$read(new))
  hour <- column_fit(as.POSIXct("2020-03-01", tz = "UTC") + 3600 * 1:60, y ~ x + format(v, "%H"))
  expect_silent(p <- hour$read(as.POSIXct("2020-03-02 01:00", tz = "Europe/Paris")))
  expect_identical(p, hour$read(as.POSIXct("2020-03-02", tz = "UTC")))
  computed <- column_fit(days, y ~ x + as.numeric(v))
  expect_identical(computed$read(as.POSIXct(format(new), tz = "UTC")), computed$read(new))
})

test_that("time differences are read in the units of the fit", {
  fit <- column_fit(as.difftime(1:60, units = "hours"))
  expect_equal(fit$read(as.difftime(c(60, 120), units = "mins")), fit$read(as.difftime(1:2, units = "hours")))
  expect_equal(fit$read(as.difftime(2, units = "days")), fit$read(as.difftime(48, units = "hours")))
})

test_that("numbers, logical values and labels are read in the type of the fit", {
  numbers <- column_fit(rep(1:6, 10))
  for (v in list(c(2, 5), c("2", "5"), factor(c(2, 5)), integer64(c(2, 5)), I(c(2, 5)), haven_labelled(c(2, 5)))) {
    expect_identical(numbers$read(v), numbers$read(c(2L, 5L)))
  }
  expect_identical(numbers$read(c(TRUE, FALSE)), numbers$read(1:0))
  flags <- column_fit(rep(c(TRUE, FALSE), 30))
  for (v in list(c(1, 0), 1:0, c("TRUE", "FALSE"), factor(c(TRUE, FALSE)))) {
    expect_identical(flags$read(v), flags$read(c(TRUE, FALSE)))
  }
  for (zip in list(rep(c(100000, 200000, 5), 20), rep(c(100000L, 200000L, 5L), 20))) {
    made <- column_fit(zip, y ~ x + factor(v))
    expect_silent(p <- made$read(c(100000, 5)))
    expect_silent(expect_identical(made$read(c(100000L, 5L)), p))
    expect_silent(expect_identical(made$read(c("100000", "5")), p))
  }
  labels <- column_fit(rep(c("100000", "7", "b"), 20))
  expect_silent(expect_identical(labels$read(c(100000, 7)), labels$read(c("100000", "7"))))
  sizes <- factor(rep(c("s", "m", "l"), 20), c("s", "m", "l"), ordered = TRUE)
  large <- column_fit(sizes, y ~ x + (v > "s"))
  expect_identical(large$read(c("l", "s")), large$read(sizes[c(3, 1)]))
})

test_that("missing values and no values are of any type", {
  for (v in list(as.Date("2020-01-01") + 1:60, Sys.time() + 1:60, 1:60, rep(c("a", "b"), 30),
                 as.difftime(1:60, units = "days"), rep(c(TRUE, FALSE), 30))) {
    fit <- column_fit(v)
    for (none in list(NA, NA_character_, NA_integer_)) expect_identical(fit$read(none), NA_real_)
    for (empty in list(logical(), character(), numeric())) {
      expect_length(predict(fit$fit, list_frame(numeric(), empty), type = "response"), 0)
    }
  }
})

test_that("what cannot be read in the type of the fit is told by column", {
  times <- column_fit(as.POSIXct("2020-03-01", tz = "UTC") + 1:60)
  numbers <- column_fit(1:60 + 0.5)
  metres <- column_fit(structure(1:60 + 0, class = "units", units = structure(list("m"), class = "symbolic_units")))
  expect_snapshot(error = TRUE, {
    times$read(1:2)
    times$read("2020-03-01")
    column_fit(as.Date("2020-03-01") + 1:60)$read("1/3/2020")
    numbers$read(as.Date("2020-03-01") + 0:1)
    numbers$read(c("1", "two"))
    numbers$read(list(1, 2))
    numbers$read(matrix(1:4, 2))
    column_fit(as.difftime(1:60, units = "hours"))$read(1:2)
    column_fit(rep(c(TRUE, FALSE), 30))$read(2)
    column_fit(rep(c(TRUE, FALSE), 30))$read("yes")
    column_fit(matrix(1:120, 60), y ~ v)$read(1:2)
    metres$read(structure(c(1, 2), class = "units", units = structure(list("km"), class = "symbolic_units")))
  })
})

test_that("a matrix of logical values is no column of a formula, however it is written, but an outcome", {
  d <- data.frame(x = rnorm(60), y = rnorm(60))
  d$v <- matrix(c(TRUE, FALSE, TRUE), 60, 2)
  for (formula in list(y ~ x + v, y ~ ., y ~ v:x, y ~ (v & TRUE) + x)) {
    expect_error(small_kms(formula, d), "`v.*must hold.*columns of the data", class = "tildenet_error_data")
  }
  expect_identical(small_kms(v ~ x, d, Nepochs = 1)$y_type, "multilabel")
  expect_no_error(small_kms(y ~ x + I(v + 0), d, Nepochs = 1))
})

test_that("columns that no formula can read are told by name", {
  odd <- list(complex(real = 1:60), as.raw(1:60), as.list(1:60), I(as.list(1:60)), data.frame(a = 1:60, b = 1:60),
              numeric_version(rep("1.2", 60)), array(1:240, c(60, 2, 2)), matrix("a", 60, 2),
              Matrix::sparseMatrix(1:60, rep(1, 60)), beyond_doubles(60), asS4(structure(1:60 + 0, class = "Period")))
  d <- data.frame(x = rnorm(60), y = rnorm(60))
  for (v in odd) {
    d$v <- v
    for (formula in list(y ~ x + v, y ~ x + emb(v, 2), y ~ ., v ~ x)) {
      cnd <- tryCatch(small_kms(formula, d), error = identity)
      expect_s3_class(cnd, "tildenet_error")
      expect_match(conditionMessage(cnd), "`v`", fixed = TRUE)
    }
    expect_no_error(small_kms(y ~ x, d, Nepochs = 1))
    expect_no_error(small_kms(y ~ . - v, d, Nepochs = 1))
  }
  expect_snapshot(for (v in odd) {
    d$v <- v
    cat(conditionMessage(tryCatch(small_kms(y ~ v, d), error = identity)), sep = "\n")
  })
})

test_that("classed numbers are columns, outcomes, weights and offsets by value", {
  d <- data.frame(x = rnorm(60), n = rep(1:6, 10))
  d$y <- d$x + d$n
  like <- list(integer64 = integer64(d$n), labelled = haven_labelled(d$n + 0), array = array(d$n), table = table(rep(1:60, d$n)),
               series = ts(d$n), asis = I(d$n), money = structure(d$n + 0, class = "money"))
  weights <- function(formula, n, ...) get_weights(small_kms(formula, within(d, n <- n), ...)$model)
  for (n in like) {
    for (f in list(y ~ n, n ~ x, y ~ x + offset(n), y ~ factor(n) + x, y ~ x + emb(n, 2))) {
      expect_identical(weights(f, n), weights(f, d$n))
    }
    expect_identical(weights(y ~ x, d$n, weights = n), weights(y ~ x, d$n, weights = d$n))
  }
  n <- integer64(d$n)
  expect_identical(get_weights(small_kms(y ~ x + n, d[c("x", "y")])$model), weights(y ~ x + n, d$n))
})

test_that("odd names, broken factors and columns without a value are told in words of the data", {
  d <- data.frame(x = rnorm(60), y = rnorm(60), g = rep(c("a", "b"), 30))
  twice <- stats::setNames(d, c("x", "y", "x"))
  broken <- transform(d, g = structure(rep(c(1L, 5L), 30), levels = c("a", "b"), class = "factor"))
  fit <- small_kms(y ~ x + g, d)
  expect_snapshot(error = TRUE, {
    small_kms(y ~ ., twice)
    small_kms(y ~ x, twice)
    small_kms(y ~ ., stats::setNames(d, c("x", "y", "")))
    predict(fit, cbind(d, x = 1))
    small_kms(y ~ g, broken)
    small_kms(g ~ x, broken)
    small_kms(broken["x"], broken$g)
    predict(small_kms(g ~ x, d), d["x"], y_test = broken$g)
    predict(fit, d[c("x", "g")], y_test = factor(d$g))
    predict(fit, d[c("x", "g")], y_test = d$g)
    predict(fit, broken)
    small_kms(y ~ ., transform(d, none = NA))
  })
  expect_no_error(small_kms(y ~ x, stats::setNames(d, c("x", "y", ""))))
  expect_no_error(small_kms(y ~ x, stats::setNames(cbind(d, 1), c("x", "y", "g", "g"))))
})

test_that("any name of a column is read and predicted", {
  set.seed(6)
  d <- data.frame(x = rnorm(60))
  d$y <- d$x + rnorm(60) / 5
  for (name in c("my var", "b`tick", "a:b", "emb", "T", ".", "naïve", "漢字", "a\nb", "if", "x + y", "NA", "\\")) {
    own <- d
    own[[name]] <- rep(c("u", "v"), 30)
    expect_silent(fit <- small_kms(y ~ ., own))
    expect_identical(fit$P, 2L)
    expect_silent(p <- predict(fit, own, type = "response"))
    expect_identical(predict(fit, own[7, ], type = "response"), p[7])
    expect_identical(names(augment(fit, own)), c("x", "y", name, ".fitted", ".resid"))
  }
})
