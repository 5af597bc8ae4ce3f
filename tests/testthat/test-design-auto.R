# What `.` makes of the columns of a data frame.
shop <- function(n = 120) {
  withr::with_seed(3, {
    size <- factor(sample(c("s", "m", "l"), n, TRUE), c("s", "m", "l"), ordered = TRUE)
    d <- data.frame(id = sample(n), code = paste0("k", sample(1e6, n)), fixed = "a", gone = NA_real_,
                    day = as.Date("2022-01-01") + sample(800, n), size, x = stats::rnorm(n), on = stats::runif(n) > 0.5,
                    g = sample(c("u", "v"), n, TRUE), wait = as.difftime(stats::runif(n), units = "hours"))
    words <- c("a", "shark", "eats", "the", "man", "fast", "slow", "wedding")
    d$note <- replicate(n, paste(sample(words, 6, TRUE), collapse = " "))
    d$copy <- d$x
    d$at <- as.POSIXct("2023-01-01", tz = "UTC") + sample(1e7, n)
    d$y <- d$x + as.integer(size) + stats::rnorm(n) / 10
    d
  })
}

chosen <- function(d, formula = y ~ ., ...) suppressMessages(design_auto(formula, d, ...))

kind_of <- function(v, ...) {
  columns <- chosen(data.frame(y = seq_along(v), other = seq_along(v) %% 7, v = v), ...)$columns
  columns$kind[columns$column == "v"]
}

test_that("Auto: each kind of column has its terms", {
  found <- chosen(shop())
  becomes <- stats::setNames(found$columns$becomes, found$columns$column)
  expect_identical(becomes[["day"]], "calendar(day)")
  expect_identical(becomes[["at"]], "calendar(at)")
  expect_identical(becomes[["size"]], "ordinal(size) + factor(size, ordered = FALSE)")
  expect_identical(becomes[["note"]], "text(note, 10000)")
  expect_identical(names(becomes)[is.na(becomes)], c("id", "code", "fixed", "gone", "copy"))
  expect_identical(unname(becomes[c("x", "on", "g", "wait")]), c("x", "on", "g", "wait"))
  expect_identical(found$columns$kind, c("row number", "id", "constant", "empty", "date", "ordered", "number", "logical",
                                         "labels", "time difference", "text", "duplicate", "time"))
  expect_identical(deparse1(found$formula),
                   paste("y ~ . - id - code - fixed - gone - day - size - note - copy - at + calendar(day) + ordinal(size) +",
                         "factor(size, ordered = FALSE) + text(note, 10000) + calendar(at)"))
})

test_that("Auto: one message says what is left out", {
  expect_snapshot(found <- design_auto(y ~ ., shop()))
  expect_silent(design_auto(y ~ ., shop()[c("x", "g", "day", "y")]))
  many <- as.data.frame(c(list(y = 1:5), stats::setNames(rep(list(3), 9), paste0("c", 1:9)), list(x = c(2, 4, 5, 7, 1))))
  expect_message(design_auto(y ~ ., many), "and 4 more (constant)", fixed = TRUE, class = "tildenet_message_columns")
})

test_that("Auto: a formula of its own is what comes back where nothing is changed", {
  expect_identical(chosen(iris, Species ~ .)$formula, Species ~ .)
  expect_identical(chosen(mtcars, log(mpg) ~ . - wt)$formula, log(mpg) ~ . - wt)
  expect_identical(chosen(mtcars, log(mpg) ~ . - wt)$columns$column, setdiff(names(mtcars), c("mpg", "wt")))
})

test_that("Auto: columns that the formula names are as they were written", {
  d <- shop()
  expect_false("day" %in% chosen(d, y ~ . + day)$columns$column)
  expect_false("day" %in% chosen(d, y ~ . - day)$columns$column)
  expect_false("size" %in% chosen(d, y ~ x + . + as.integer(size))$columns$column)
  expect_false("size" %in% chosen(d, by_hand = "size")$columns$column)
  expect_false("day" %in% chosen(d, y + as.numeric(day) ~ .)$columns$column)
})

test_that("Auto: only a `.` that is a summand is for it", {
  d <- shop()
  for (f in list(y ~ .^2, y ~ . * x, y ~ x:., y ~ I(.), y ~ x + day, y ~ x - ., y ~ . + .:x)) {
    expect_identical(chosen(d, f), list(formula = f))
  }
  for (f in list(y ~ (. - x) + log(x), y ~ x + ., y ~ . - 1, y ~ 0 + .)) {
    expect_match(deparse1(chosen(d, f)$formula), "calendar(day)", fixed = TRUE)
  }
})

test_that("Auto: labels are ids where hardly two rows share one, and embedded above 2,000", {
  expect_identical(kind_of(paste0("n", 1:10)), "id")
  expect_identical(kind_of(factor(paste0("n", 1:30))), "id")
  expect_identical(kind_of(paste0("n", 1:9)), "labels")
  expect_identical(kind_of(rep(paste0("n", 1:10), 2)), "labels")
  labels <- function(n) chosen(data.frame(y = seq_len(2 * n), v = rep(paste0("n", seq_len(n)), 2)))$columns$becomes
  expect_identical(labels(2000), "v")
  expect_identical(labels(2001), "emb(v)")
  ranks <- factor(rep(1:2001, 2), ordered = TRUE)
  expect_identical(chosen(data.frame(y = seq_along(ranks), v = ranks))$columns$becomes, "ordinal(v) + emb(v)")
})

test_that("Auto: whole numbers are ids where they count fifty rows or more", {
  expect_identical(kind_of(as.numeric(60:1)), "row number")
  expect_identical(kind_of(seq(0, 118, 2)), "row number")
  expect_identical(kind_of(1:49), "number")
  expect_identical(kind_of(1900 + 1:60), "number")
  expect_identical(kind_of(c(1:59, 59)), "number")
  expect_identical(kind_of(1:60 + 0.5), "number")
})

test_that("Auto: constants may have missing values unless these are used", {
  v <- rep(c(2, NA), c(20, 5))
  expect_identical(kind_of(v), "constant")
  expect_identical(kind_of(v, passes = TRUE), "number")
  expect_identical(kind_of(rep(2, 25), passes = TRUE), "constant")
  expect_identical(kind_of(rep(NA_character_, 5), passes = TRUE), "empty")
})

test_that("Auto: duplicates say the same in another type", {
  twin <- function(a, b) chosen(data.frame(y = c(4, 2, 5, 1), a, b))$columns$kind[2]
  expect_identical(twin(c(1, 2, 2, 5), c(1L, 2L, 2L, 5L)), "duplicate")
  expect_identical(twin(c("u", "v", "v", "u"), factor(c("u", "v", "v", "u"))), "duplicate")
  expect_identical(twin(c(1, NA, 2, 2), c(1, NA, 2, 2)), "duplicate")
  expect_identical(twin(c(1, NA, 2, 2), c(1, 3, 2, 2)), "number")
  expect_identical(twin(as.Date(c(1, 2, 3, 5), origin = "1970-01-01"), c(1, 2, 3, 5)), "number")
})

test_that("Auto: texts are many words that differ, pictures are files that are there", {
  long <- paste("the", 1:20, "th shark eats")
  expect_identical(kind_of(long), "text")
  expect_identical(kind_of(factor(long)), "text")
  expect_identical(kind_of(rep(c("I agree with all of it", "I do not agree at all"), 10)), "labels")
  paths <- file.path(withr::local_tempdir(), paste0("p", 1:12, ".png"))
  expect_identical(kind_of(paths), "id")
  file.create(paths[-1])
  expect_identical(kind_of(paths), "picture")
  d <- data.frame(y = 1:12, x = c(1, 1:11), poster = paths)
  expect_identical(deparse1(chosen(d)$formula), "y ~ . - poster + image(poster, 64)")
})

test_that("Auto: something is always left", {
  expect_identical(chosen(data.frame(y = 1:60, x = 1:60))$columns$becomes, "x")
  expect_identical(chosen(data.frame(y = 1:20, x = paste(1:20), z = 3))$columns$becomes, c("x", NA))
  expect_identical(chosen(data.frame(y = 1:20, z = 3))$columns$becomes, "z")
  expect_identical(chosen(data.frame(y = 1:20, x = paste(1:20), z = sin(1:20)), y ~ . - z + log(z))$columns$becomes, NA_character_)
  expect_identical(chosen(data.frame(y = 1:20, x = paste(1:20), z = sin(1:20)), y ~ . - z)$columns$becomes, "x")
})

test_that("Auto: names that are no names of R, lists and matrices", {
  d <- data.frame(y = 1:20, `the day` = as.Date("2024-01-01") + 1:20 %% 11, check.names = FALSE)
  d$m <- matrix(sin(1:40), 20)
  expect_identical(deparse1(chosen(d)$formula), "y ~ . - `the day` + calendar(`the day`)")
  expect_identical(chosen(d)$columns$kind, c("date", "other"))
  expect_identical(small_kms(y ~ ., d, auto = TRUE)$columns$inputs, c(8L, 2L))
})

test_that("Auto: functions of the package are found where the formula was written", {
  here <- new.env(parent = baseenv())
  f <- stats::as.formula("y ~ .", env = here)
  expect_match(deparse1(chosen(shop(), f)$formula), "tildenet::calendar(day) + tildenet::ordinal(size)", fixed = TRUE)
})
