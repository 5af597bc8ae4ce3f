#' Dates and times as columns that a network learns from
#'
#' A date is a point on a line and a place in several cycles. `calendar()` gives numbers for both: the year with its
#' fraction, for a trend, and for each cycle columns in which its end meets its beginning. It is an ordinary function that
#' stands in formulas, as `sales ~ calendar(day) + price`; [kms()] writes it for the dates and times among the columns of `.`.
#'
#' @param x Dates (`Date`) or times (`POSIXct`, `POSIXlt`). Times are read in their own time zone.
#' @param cycles Which cycles: some of `"year"`, `"month"`, `"week"` and `"day"`. `NULL`: those that `x` goes through at
#'   least once and in which it has more than one place, so none for a handful of days, and no week for dates that are all
#'   Mondays.
#'
#' @details
#' The place in the year, the month and the day is told by two waves, four columns such as `year_sin1`, `year_cos1`,
#' `year_sin2`, `year_cos2`: 31 December lies beside 1 January, and dates that no row has are between their neighbours. Weekdays are
#' seven columns of 0 and 1: a Sunday is not between Saturday and Monday in what people do.
#'
#' In a fit the cycles are those of the training data, whatever dates are predicted. Dates behind the last one
#' go on with the trend; their places in the cycles are known ones. A missing date has no year (`NA`) and 0 in all
#' other columns, so that one column `is.na()` tells it with `na.action = na.pass`.
#'
#' @returns A numeric matrix with a row for each value of `x` and the column `year`, then those of the cycles.
#' @section Errors:
#' Another kind of `x` is an error of class `tildenet_error_data`; an unknown cycle is one of class
#' `tildenet_error_argument`.
#' @seealso [kms()], [ordinal()], [formula_specials]
#' @examples
#' calendar(as.Date(c("2024-02-29", "2024-12-31", "2025-01-01")), c("year", "week"))
#'
#' sales <- data.frame(day = as.Date("2023-01-01") + 0:399)
#' sales$sold <- 20 + 10 * (weekdays(sales$day) %in% c("Saturday", "Sunday")) + 0:399 / 100
#' fit <- kms(sold ~ calendar(day), sales, N_layers = 1, units = 16, Nepochs = 20, seed = 1,
#'            verbose = 0)
#' predict(fit, data.frame(day = as.Date("2024-03-01") + 0:2))
#' @export
calendar <- function(x, cycles = NULL) {
  call <- rlang::current_env()
  if (inherits(x, "POSIXlt")) x <- as.POSIXct(x)
  if (is.logical(x) && all(is.na(x))) x <- as.Date(x)
  if (!column_kind(x) %in% c("dates", "times")) {
    abort_arg("x", "hold dates or times", describe(x), "Such as as.Date(x), or as.POSIXct(x).", class = "data", call = call)
  }
  places <- calendar_places(x)
  days <- as.numeric(x) / if (inherits(x, "Date")) 1 else 86400
  cycles <- if (is.null(cycles)) calendar_cycles(places, days) else check_cycles(cycles, call)
  waves <- lapply(cycles, function(cycle) if (cycle == "week") weekday_columns(places$week) else wave_columns(places[[cycle]], cycle))
  waves <- do.call(cbind, c(list(matrix(0, length(x), 0)), waves))
  waves[is.na(waves)] <- 0
  structure(cbind(year = 1970 + days / 365.2425, waves), cycles = cycles, class = c("tildenet_calendar", "matrix"))
}

# How a fit repeats it. The name holds whatever is attached then.
#' @exportS3Method stats::makepredictcall tildenet_calendar
makepredictcall.tildenet_calendar <- function(var, call) {
  call[[1]] <- quote(tildenet::calendar)
  call$cycles <- attr(var, "cycles")
  call
}

# Days of a cycle from which on data go through it, one place less than its length.
calendar_spans <- c(year = 364, month = 27, week = 6, day = 23 / 24)

check_cycles <- function(cycles, call) {
  if (is.character(cycles) && all(cycles %in% names(calendar_spans))) return(unique(cycles))
  abort_arg("cycles", paste("hold some of", quoted_list(names(calendar_spans))), describe(cycles), call = call)
}

calendar_cycles <- function(places, days) {
  days <- days[is.finite(days)]
  span <- if (length(days) > 0) diff(range(days)) else 0
  varies <- vapply(places, function(place) length(unique(place[!is.na(place)])) > 1, NA)
  names(calendar_spans)[span >= calendar_spans & varies[names(calendar_spans)]]
}

# The place of each value in each cycle, from 0 up to 1; in the week the day from 0, a Sunday.
calendar_places <- function(x) {
  at <- as.POSIXlt(x)
  day <- (at$hour * 3600 + at$min * 60 + at$sec) / 86400
  year <- at$year + 1900
  leap <- year %% 4 == 0 & (year %% 100 != 0 | year %% 400 == 0)
  days <- c(31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[at$mon + 1] + (leap & at$mon == 1)
  list(year = (at$yday + day) / (365 + leap), month = (at$mday - 1 + day) / days, week = at$wday, day = day)
}

wave_columns <- function(place, cycle) {
  angle <- 2 * pi * outer(place, c(1, 1, 2, 2))
  out <- cbind(sin(angle[, 1]), cos(angle[, 2]), sin(angle[, 3]), cos(angle[, 4]))
  colnames(out) <- paste0(cycle, c("_sin1", "_cos1", "_sin2", "_cos2"))
  out
}

weekday_columns <- function(day) {
  days <- c("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
  out <- outer(day, c(1:6, 0), `==`) + 0
  colnames(out) <- days
  out
}
