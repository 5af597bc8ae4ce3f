# Dates and times as numbers: a trend and places in cycles.
test_that("Calendar: a date is a year with its fraction, waves and weekdays", {
  x <- calendar(as.Date(c("2023-01-01", "2023-07-02", "2024-02-29", "2024-12-31")), c("year", "month", "week"))
  expect_identical(dim(x), c(4L, 16L))
  expect_equal(unname(x[, "year"]), 1970 + as.numeric(as.Date(c("2023-01-01", "2023-07-02", "2024-02-29", "2024-12-31"))) / 365.2425)
  expect_equal(unname(x[1, c("year_sin1", "year_cos1", "year_sin2", "year_cos2")]), c(0, 1, 0, 1))
  expect_equal(unname(x[3, "year_sin1"]), sin(2 * pi * 59 / 366))
  expect_equal(unname(x[3, "month_cos2"]), cos(4 * pi * 28 / 29))
  expect_identical(colnames(x)[10:16], c("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))
  expect_identical(unname(x[, "Sun"]), c(1, 1, 0, 0))
  expect_equal(rowSums(x[, 10:16]), rep(1, 4))
})

test_that("Calendar: the last day of a year lies beside the first", {
  x <- calendar(as.Date(c("2022-12-31", "2023-01-01", "2023-06-01")), "year")[, -1]
  expect_lt(sum((x[1, ] - x[2, ])^2), 0.01)
  expect_gt(sum((x[1, ] - x[3, ])^2), 1)
})

test_that("Calendar: times have a place in the day of their own zone", {
  noon <- as.POSIXct("2023-05-01 12:00:00", tz = "UTC")
  x <- calendar(c(noon, noon + 6 * 3600), "day")
  expect_equal(unname(x[, "day_cos1"]), c(-1, 0))
  expect_equal(unname(calendar(structure(noon, tzone = "Asia/Tokyo"), "day")[, "day_sin1"]), sin(2 * pi * 21 / 24))
  expect_identical(calendar(as.POSIXlt(noon), "day"), calendar(noon, "day"))
  expect_identical(calendar(noon, "day")[, "year"], calendar(structure(noon, tzone = "Asia/Tokyo"), "day")[, "year"])
})

test_that("Calendar: cycles are those that the dates go through and differ in", {
  cycles <- function(x) attr(calendar(x), "cycles")
  day <- as.Date("2022-03-07") # a Monday
  expect_identical(cycles(day + 0:5), character())
  expect_identical(cycles(day + 0:6), "week")
  expect_identical(cycles(day + 7 * 0:60), c("year", "month"))
  expect_identical(cycles(day + 0:400), c("year", "month", "week"))
  expect_identical(cycles(as.Date(paste0(2000:2020, "-01-01"))), "week")
  expect_identical(cycles(as.POSIXct("2022-03-07", tz = "UTC") + 3600 * 0:30), "day")
  expect_identical(cycles(as.POSIXct("2022-03-07", tz = "UTC") + 86400 * 0:10), "week")
  expect_identical(cycles(as.Date(c(NA, NA))), character())
})

test_that("Calendar: a missing date has no year and no place", {
  x <- calendar(as.Date(c("2024-01-01", NA)), c("year", "week"))
  expect_identical(unname(is.na(x[2, ])), c(TRUE, rep(FALSE, 11)))
  expect_true(all(x[2, -1] == 0))
})

test_that("Calendar: what is no date is refused", {
  expect_error(calendar(1:3), class = "tildenet_error_data")
  expect_error(calendar("2024-01-01"), "dates or times", class = "tildenet_error_data")
  expect_error(calendar(Sys.Date(), "decade"), "some of", class = "tildenet_error_argument")
  d <- data.frame(y = c(1, 2, 4), x = 1:3)
  expect_error(small_kms(y ~ calendar(x), d), "dates or times", class = "tildenet_error")
})

test_that("Calendar: new dates are read by the cycles of the training data, after saveRDS() too", {
  d <- data.frame(day = as.Date("2022-01-01") + 0:399, y = sin(0:399))
  fit <- small_kms(y ~ calendar(day), d, Nepochs = 1)
  expect_identical(fit$P, 16L)
  path <- withr::local_tempfile()
  saveRDS(fit, path)
  new <- data.frame(day = as.Date(c("2022-05-01", "1900-01-01", "2150-12-31", NA)))
  p <- predict(readRDS(path), new)
  expect_identical(which(is.na(p)), 4L)
  expect_identical(p[1], predict(fit, d[121, ])[1])
  expect_true(all(is.finite(p[1:3])))
  gaps <- small_kms(y ~ calendar(day), within(d, day[3] <- NA), Nepochs = 1, na.action = na.pass)
  expect_identical(gaps$P, 17L)
  expect_false(anyNA(predict(gaps, new)))
})
