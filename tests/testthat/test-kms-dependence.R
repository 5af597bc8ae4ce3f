test_that("each value is the mean prediction with the variable set", {
  fit <- small_kms(mpg ~ poly(wt, 2) * hp + factor(cyl), mtcars, Nepochs = 20)
  found <- partial_dependence(fit, mtcars, "wt", grid_size = 4)
  expect_s3_class(found, c("kms_partial_dependence", "data.frame"), exact = TRUE)
  expect_named(found, c("value", "prediction"))
  expect_identical(found$value, sort(mtcars$wt)[c(1, 11, 22, 32)])
  by_hand <- vapply(found$value, function(w) {
    mean(predict(fit, transform(mtcars, wt = w), type = "response"))
  }, 0)
  expect_equal(found$prediction, by_hand, tolerance = 1e-6)
  # A number that the formula takes as a factor keeps its values.
  expect_identical(partial_dependence(fit, mtcars, "cyl")$value, c(4, 6, 8))
})

test_that("labels have their mean probabilities", {
  fit <- small_kms(Species ~ ., iris, Nepochs = 20)
  found <- partial_dependence(fit, iris, "Petal.Length", grid_size = 3)
  expect_named(found, c("value", "class", "prediction"))
  expect_identical(levels(found$class), levels(iris$Species))
  expect_identical(as.character(found$class), rep(levels(iris$Species), 3))
  expect_identical(unname(as.vector(tapply(found$prediction, found$value, length))), rep(3L, 3))
  expect_equal(as.vector(rowsum(found$prediction, found$value)), rep(1, 3), tolerance = 1e-6)
  by_hand <- colMeans(predict(fit, transform(iris, Petal.Length = 1), type = "prob"))
  expect_equal(found$prediction[1:3], unname(by_hand), tolerance = 1e-6)
  binary <- small_kms(am ~ wt, transform(mtcars, am = c("auto", "manual")[am + 1]))
  found <- partial_dependence(binary, mtcars["wt"], "wt", grid_size = 2)
  expect_identical(as.character(found$class), rep(c("auto", "manual"), 2))
})

test_that("the values of a variable depend on its type", {
  set.seed(4)
  data <- data.frame(y = stats::rnorm(60), f = factor(rep(c("b", "a", "c"), 20), c("b", "a", "c")),
                     o = factor(rep(1:3, 20), ordered = TRUE), text = rep(c("x", "yy"), 30),
                     flag = rep(c(TRUE, FALSE, FALSE), 20), day = as.Date("2020-01-01") + 1:60, n = 1:60,
                     code = rep(c("u", "v", "w"), each = 20))
  fit <- small_kms(y ~ f + o + nchar(text) + flag + as.numeric(day) + n + code, data)
  values <- function(term, data.) partial_dependence(fit, data., term, grid_size = 5)$value
  expect_identical(values("f", data), factor(c("b", "a", "c"), c("b", "a", "c")))
  expect_identical(values("f", data[1, ]), factor(c("b", "a", "c"), c("b", "a", "c")))
  expect_identical(values("o", data), factor(1:3))
  expect_identical(values("text", data), factor(c("x", "yy")))
  expect_identical(values("code", data[1:5, ]), factor(c("u", "v", "w")))
  expect_identical(values("flag", data), c(FALSE, TRUE))
  expect_identical(values("day", data), as.Date("2020-01-01") + c(1, 15, 30, 45, 60))
  expect_identical(values("n", data), c(1L, 15L, 30L, 45L, 60L))
  expect_identical(values("n", data[3, ]), 3L)
})

test_that("an ordered factor follows its levels", {
  data <- data.frame(y = rep(c(1, 5, 20, 7), 10), o = factor(rep(1:4, 10), ordered = TRUE))
  fit <- small_kms(y ~ o, data, Nepochs = 30)
  found <- partial_dependence(fit, data, "o")
  expect_equal(found$prediction, predict(fit, data[1:4, ], type = "response"), tolerance = 1e-6)
})

test_that("missing values of the variable are replaced, those of others leave the row out", {
  fit <- small_kms(mpg ~ wt + hp, mtcars)
  data <- mtcars
  data$wt[1:3] <- NA
  expect_no_message(found <- partial_dependence(fit, data, "wt", grid_size = 2))
  expect_identical(attr(found, "rows"), 32L)
  data$hp[5:6] <- NA
  messages <- testthat::capture_messages(found <- partial_dependence(fit, data, "wt"))
  expect_match(messages, "Left out 2 of 32 rows")
  expect_length(messages, 1)
  expect_identical(attr(found, "rows"), 30L)
})

test_that("a new level elsewhere is warned of once", {
  data <- data.frame(y = rep(1:4, 10), f = rep(c("a", "b"), 20), x = as.numeric(1:40))
  fit <- small_kms(y ~ f + x, data)
  data$f[1] <- "new"
  warnings <- testthat::capture_warnings(partial_dependence(fit, data, "x", grid_size = 4))
  expect_length(warnings, 1)
  expect_match(warnings, "levels the fit has not seen: \"new\"")
  expect_no_warning(partial_dependence(fit, data, "f"))
})

test_that("unknown variables and unfit data are refused", {
  fit <- small_kms(mpg ~ poly(wt, 2) + hp + I(qsec / 2), mtcars)
  wide <- small_kms(y ~ ., cbind(y = 1:20, as.data.frame(matrix(rnorm(240), 20))))
  pair <- data.frame(y = 1:20)
  pair$m <- matrix(rnorm(40), 20)
  matrix_fit <- small_kms(y ~ m, pair)
  expect_snapshot(error = TRUE, {
    partial_dependence(lm(mpg ~ wt, mtcars), mtcars, "wt")
    partial_dependence(fit, mtcars)
    partial_dependence(fit)
    partial_dependence(fit, mtcars, "qsecs")
    partial_dependence(fit, mtcars, "poly(wt, 2)")
    partial_dependence(fit, mtcars, "mpg")
    partial_dependence(fit, mtcars, "am")
    partial_dependence(fit, mtcars, c("wt", "hp"))
    partial_dependence(fit, mtcars, NA_character_)
    partial_dependence(wide, mtcars, "something else")
    partial_dependence(fit, mtcars[-6], "wt")
    partial_dependence(fit, mtcars[-4], "wt")
    partial_dependence(fit, mtcars[0, ], "wt")
    partial_dependence(fit, transform(mtcars, wt = NA_real_), "wt")
    partial_dependence(fit, transform(mtcars, hp = NA_real_), "wt")
    partial_dependence(fit, transform(mtcars, hp = paste(hp, "hp")), "hp")
    partial_dependence(fit, mtcars, "wt", grid_size = 1)
    partial_dependence(matrix_fit, pair, "m")
  })
})

test_that("labels stand side by side in print", {
  expect_snapshot({
    hand_dependence()
    print(hand_dependence(0), n = 2)
    print(hand_dependence()[1:4, ], digits = 2)
    hand_dependence(2, factor(c("b", "a"), c("b", "a")))
  })
})
