test_that("a label is the same for whole numbers of both types, whatever options say", {
  x <- c(100000, 1, 1e15, 0.5, -2, 2^53 - 1, 1e20, 1e-4, -0, NA)
  text <- c("100000", "1", "1000000000000000", "0.5", "-2", "9007199254740991", "1e+20", "0.0001", "0", NA)
  expect_identical(label_text(x), text)
  expect_identical(label_text(c(100000L, NA)), c("100000", NA))
  expect_identical(label_text(integer64(c(100000, NA))), c("100000", NA))
  withr::local_options(scipen = -10, digits = 3, OutDec = ",")
  expect_identical(label_text(x), text)
  expect_identical(label_text(100000L), "100000")
})

test_that("labels keep 15 digits of a number", {
  x <- c(pi, 1 / 3, 123456.789012345, 1e-12 / 7)
  expect_equal(as.numeric(label_text(x)), x, tolerance = 1e-14)
  expect_identical(label_text(0.1 + 0.2), label_text(0.3))
})

test_that("other values have labels of their own", {
  expect_identical(label_text(c(TRUE, NA)), c("TRUE", NA))
  expect_identical(label_text(as.Date("2020-01-01") + c(0, NA)), c("2020-01-01", NA))
  expect_identical(label_text(factor(c("b", NA))), c("b", NA))
  expect_identical(label_text(addNA(factor(c("b", NA)))), c("b", NA))
  expect_identical(label_text(array(c("a", "b"))), c("a", "b"))
  expect_identical(label_text(haven_labelled(c(1, 2))), c("1", "2"))
  times <- as.POSIXct(c("2020-01-01 00:00:00", "2020-01-01 10:30:00"), tz = "UTC")
  expect_identical(label_text(times[1]), "2020-01-01 00:00:00")
  expect_identical(label_text(times + c(0, 0.25)), c("2020-01-01 00:00:00", "2020-01-01 10:30:00.25"))
  expect_identical(label_text(numeric()), character())
})

test_that("numbers meet their labels however these are spelled", {
  expect_identical(label_match(c(100000, 5, 7), c("5", "1e+05")), c(2L, 1L, NA))
  expect_identical(label_match(c("1e+05", "5.5"), c("100000", "5.5")), 1:2)
  expect_identical(label_match(100000L, factor("1e+05")), 1L)
})

test_that("text that is no number meets itself alone", {
  expect_identical(label_match(c("007", "7", "1.0", "e5"), c("7", "1", "x")), c(NA, 1L, NA, NA))
  long <- c("12345678901234567890", "12345678901234567891")
  expect_identical(label_match(long, long[2]), c(NA, 1L))
  expect_identical(label_match(c(NA, "a"), c("a", NA)), 2:1)
  expect_identical(label_match(NA, "a"), NA_integer_)
})

test_that("factors have the levels they are given, NA among them when it is one", {
  expect_identical(label_factor(c(2, 1, NA), c("1", "2")), factor(c(2, 1, NA)))
  expect_identical(label_factor(c("a", NA), c("a", NA)), addNA(factor(c("a", NA))))
  expect_identical(label_union("1e+05", c("100000", "b", NA, "b")), c("1e+05", "b"))
})

test_that("outcomes, class weights, embeddings and factors know a number by its value", {
  set.seed(3)
  d <- data.frame(x = rnorm(80))
  d$y <- ifelse(d$x > 0, 200000, 100000)
  d$id <- rep(c(100000, 123456.5, 1e15, 7), 20)
  whole <- transform(d, y = as.integer(y))
  text <- transform(d, id = label_text(id))
  weighted <- function(...) get_weights(small_kms(y ~ x, d, ...)$model)
  expect_identical(weighted(class_weight = c("100000" = 2)), weighted(class_weight = list("1e+05" = 2, "200000" = 1)))
  expect_false(identical(weighted(class_weight = c("100000" = 2)), weighted()))
  fit <- small_kms(y ~ x, d, Nepochs = 40)
  expect_identical(predict(fit, whole)$accuracy, predict(fit, d)$accuracy)
  expect_gt(predict(fit, d)$accuracy, 0.8)
  expect_identical(colnames(predict(fit, d, type = "prob")), c("100000", "200000"))
  expect_identical(levels(predict(fit, d, type = "class")), c("100000", "200000"))
  expect_identical(predict(fit, d["x"], y_test = factor(d$y))$accuracy, predict(fit, d)$accuracy)
  expect_identical(predict(fit, d["x"], y_test = integer64(d$y))$accuracy, predict(fit, d)$accuracy)
  expect_identical(confusion(y_test = whole$y, predictions = d$y), confusion(y_test = d$y, predictions = label_text(d$y)))
  expect_equal(sum(diag(confusion(y_test = factor(d$y), predictions = d$y))), 80)
  for (term in list(x ~ emb(id, 2), x ~ id, x ~ factor(id))) {
    named <- small_kms(term, text, Nepochs = 1)
    expect_silent(p <- predict(named, d, type = "response"))
    expect_identical(p, predict(named, text, type = "response"))
  }
})

test_that("labels do not depend on options in force when fitting or predicting", {
  d <- data.frame(x = rep(c(-1, 1), 30), y = rep(c(1e5, 1e-4), 30), id = rep(c(1e5, 1e6, 0.5), 20))
  plain <- small_kms(y ~ x + factor(id) + emb(id, 2), d)
  odd <- withr::with_options(list(scipen = 30, OutDec = ",", digits = 2), small_kms(y ~ x + factor(id) + emb(id, 2), d))
  expect_silent(expected <- predict(plain, d))
  expect_silent(expect_identical(predict(odd, d)$accuracy, expected$accuracy))
  withr::local_options(scipen = 30, OutDec = ",", digits = 2)
  expect_silent(expect_identical(predict(plain, d), expected))
})

test_that("logical and dated labels, and ids of several cases, are told apart by text", {
  d <- data.frame(x = rnorm(60), when = as.Date("2020-01-01") + rep(0:2, 20))
  d$sure <- d$x > 0
  fit <- small_kms(sure ~ x + emb(when, 2), d, class_weight = list("TRUE" = 2, "FALSE" = 1))
  expect_identical(levels(predict(fit, d, type = "class")), c("FALSE", "TRUE"))
  expect_identical(rownames(embedding(fit, "when")), c("2020-01-01", "2020-01-02", "2020-01-03", "<unseen>"))
  expect_identical(predict(fit, transform(d, when = format(when)), type = "prob"), predict(fit, d, type = "prob"))
  expect_identical(colnames(multilabel(list(c(1e5, 2), 2L, integer64(100000)))), c("2", "100000"))
  expect_identical(multilabel(list(1e5, factor("2"))), multilabel(list("100000", "2")))
})

test_that("codes of values are their places among the different ones, whichever rows have them", {
  long <- c(rep(c("b", "a"), 3000), "seldom", rep("a", 3000), NA)
  ages <- c(rep(1.5, 5000), 2, rep(NA, 3000))
  for (x in list(long, factor(long), factor(long, exclude = NULL), ages, as.integer(ages), ages > 1.7, c("x", "y"),
                 character(), as.Date(ages, "1970-01-01"))) {
    codes <- value_codes(x)
    expect_identical(codes$values[codes$at], x)
    expect_false(anyDuplicated(codes$values) > 0)
  }
})
