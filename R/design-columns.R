# The columns of data that a formula reads: what they may hold, and those of new data in the type of the
# training data. A time where the fit has learnt dates, or hours where it has learnt days, would be numbers
# of another size.

# ---- what a column holds ---------------------------------------------------------------------------

column_kind <- function(v) {
  if (is.factor(v) || is.character(v)) "labels"
  else if (inherits(v, "Date")) "dates"
  else if (inherits(v, "POSIXct")) "times"
  else if (inherits(v, "difftime")) "time differences"
  else if (is.logical(v)) "logical values"
  else if (is.numeric(v) && !isS4(v) && !is_integer64(v)) "numbers"
  else "other"
}

# What model matrices code by levels.
is_label_column <- function(v) is.factor(v) || is.character(v) || is.logical(v)

# The formula means columns by their names.
design_check_names <- function(used, data, arg, call) {
  names <- names(data)
  unnamed <- which(is.na(names) | names == "")
  twice <- intersect(used, names[duplicated(names)])
  if (length(twice) == 0 && !(length(unnamed) > 0 && any(is.na(used) | used == ""))) return(invisible())
  must <- "have a name of its own for each column"
  if (length(twice) > 0) {
    abort_arg(arg, must, paste0("`", twice[1], "` stands there ", sum(names %in% twice[1]), " times."),
              paste0("Such as `names(", arg, ") <- make.unique(names(", arg, "))`."), class = "data", call = call)
  }
  abort_arg(arg, must, paste0("Column ", unnamed[1], " has none."),
            paste0("Such as `names(", arg, ")[", unnamed[1], "] <- \"z\"`."), class = "data", call = call)
}

# Variables that stand in the formula by themselves, without a function that could read them.
design_check_columns <- function(parsed, data, call) {
  variables <- as.list(attr(parsed$terms, "variables"))[-1]
  if (attr(parsed$terms, "response") > 0) variables <- variables[-attr(parsed$terms, "response")]
  variables <- c(variables, lapply(parsed$found$specials, `[[`, "expr"))
  read <- intersect(vapply(Filter(is.name, variables), as.character, ""), names(data))
  for_each_named(as.list(data)[read], function(v, name) check_readable(v, name, call))
}

# All but the outcome, once evaluated.
design_check_frame <- function(frame, call) {
  for_each_named(as.list(frame)[-1], function(v, name) check_readable(v, name, call))
}

check_readable <- function(v, name, call) {
  fine <- column_kind(v) != "other" && length(dim(v)) <= 2 && !(is.matrix(v) && is_label_column(v))
  if (fine || inherits(v, "Surv")) return(invisible())
  abort_arg(name, "hold numbers, labels, logical values, dates or times", describe(v), unreadable_hint(v, name),
            class = "data", call = call)
}

unreadable_hint <- function(v, name) {
  if (is.data.frame(v)) return(paste0("Make its columns columns of the data: cbind(data, data$", name, ")."))
  if (inherits(v, "numeric_version")) return("Make it text with as.character().")
  if (methods::is(v, "Matrix")) return("Use as.matrix(), or give a sparse matrix as `x` of kms(x, y).")
  if (is.list(v)) {
    return(paste0("Make it a vector, such as lengths(", name, ") or vapply(", name, ", paste, \"\", collapse = \" \")."))
  }
  if (length(dim(v)) > 1) return("Make its columns columns of the data.")
  numbers_hint(v)
}

# ---- types of the training data --------------------------------------------------------------------

# The columns without their rows. Times in the zone of the session get its name, where it has one.
design_types <- function(data, columns) {
  lapply(data[columns], function(v) {
    type <- take_samples(v, 0L)
    if (inherits(type, "POSIXct")) attr(type, "tzone") <- time_zone(type)
    type
  })
}

time_zone <- function(v) {
  zone <- attr(v, "tzone")[1] %||% ""
  if (nzchar(zone)) zone else Sys.getenv("TZ")
}

# New data with the columns of `types` in these types. strict: whether what is of another kind is an error;
# else it stays as it is.
design_cast <- function(newdata, types, arg, call, strict = TRUE) {
  for (name in intersect(names(types), names(newdata))) {
    given <- newdata[[name]]
    values <- column_cast(given, types[[name]])
    if (is.null(values) && strict) abort_cast(given, types[[name]], name, arg, call)
    if (!is.null(values)) newdata[[name]] <- values
  }
  newdata
}

# NULL for what is of another kind. Of missing values alone the kind does not count.
column_cast <- function(v, type) {
  kind <- column_kind(type)
  if (kind == "other") return(v)
  if (kind != "labels" && is.atomic(v) && is.null(dim(v)) && all(is.na(v))) {
    return(take_samples(type, rep(NA_integer_, length(v))))
  }
  if (!identical(dim(v)[-1], dim(type)[-1])) return(NULL)
  column_casts[[kind]](v, type, column_kind(v))
}

column_casts <- list(
  labels = function(v, type, given) {
    if (given == "other") return(NULL)
    if (is.character(type)) return(if (is.character(v)) v else label_text(v))
    if (identical(attributes(v), attributes(type))) return(v)
    structure(label_factor(v, label_union(levels(type), label_text(unique(v)))), class = class(type))
  },
  numbers = function(v, type, given) {
    switch(given, numbers = number_cast(v, type), "logical values" = v + 0, labels = text_numbers(v))
  },
  "logical values" = function(v, type, given) {
    switch(given, "logical values" = v,
           numbers = if (all(v %in% c(0, 1, NA))) v == 1,
           labels = if (all(label_text(v) %in% c("TRUE", "FALSE", NA))) as.logical(label_text(v)))
  },
  dates = function(v, type, given) {
    switch(given, dates = v, times = as.Date(v, tz = time_zone(v)), labels = text_dates(v))
  },
  times = function(v, type, given) {
    zone <- attr(type, "tzone")
    switch(given, times = structure(v, tzone = zone), dates = as.POSIXct(format(v), tz = zone, format = "%Y-%m-%d"))
  },
  "time differences" = function(v, type, given) {
    if (given == "time differences") `units<-`(v, units(type))
  }
)

# 100000L where the training data had 100000: factor() names them in two ways.
number_cast <- function(v, type) {
  if (!identical(attr(v, "units"), attr(type, "units"))) return(NULL)
  if (is.object(v) || is.object(type)) return(v)
  if (is.double(type)) return(v + 0)
  whole <- is.integer(v) || all(v == round(v) & abs(v) <= .Machine$integer.max, na.rm = TRUE)
  if (whole) storage.mode(v) <- "integer"
  v
}

# Numbers that came as text, as from a file read without types.
text_numbers <- function(v) {
  text <- label_text(v)
  numbers <- suppressWarnings(as.numeric(text))
  if (!any(is.na(numbers) & !is.na(text))) numbers
}

# Only "2020-03-01" is a date everywhere.
text_dates <- function(v) {
  text <- label_text(v)
  dates <- as.Date(text, format = "%Y-%m-%d")
  if (identical(format(dates), text)) dates
}

abort_cast <- function(v, type, name, arg, call) {
  kind <- column_kind(type)
  given <- column_kind(v)
  columns <- if (length(dim(type)) > 1) paste(" in", ncol(type), "columns")
  abort_arg(name, paste0("hold ", kind, columns, ", as in the training data"),
            paste0("In `", arg, "` it holds ", cast_words(v, type, kind, given), "."),
            if (given == "other") unreadable_hint(v, name) else cast_hint(kind, given, name), class = "data", call = call)
}

# What a column holds that could not be read.
cast_words <- function(v, type, kind, given) {
  if (!identical(dim(v)[-1], dim(type)[-1]) || given == "other") return(sub("^It is (.*)[.]$", "\\1", describe(v)))
  if (given != "labels") return(if (given == kind) paste(kind, "in other units") else given)
  text <- new_labels(v)
  if (kind == "numbers") text <- text[is.na(suppressWarnings(as.numeric(text)))]
  paste("text such as", quoted(text[1]))
}

cast_hint <- function(kind, given, name) {
  if (kind == "dates") return(paste0("Use as.Date(", name, ")."))
  if (kind == "times") return(paste0("Use as.POSIXct(", name, ")."))
  if (given %in% c("dates", "times", "time differences")) {
    "Use as.numeric() in the training data, too, if numbers are meant."
  }
}
