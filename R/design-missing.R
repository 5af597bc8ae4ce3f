# Rows with missing predictors that are used, `na.action = na.pass`. What a missing value is read as:
#
#   a number            the median of the training rows (of a matrix of each column, of dates and times too); where
#                       these rows have missing ones, a column is.na(x) of the design tells them
#   a level             a level of its own, where the training data have missing ones; else an unseen one
#   an id in emb()      an unseen level; a text the empty one; a picture the mean picture, see design-image.R
#
# A recipe is list(medians, told): by variable the numbers of its columns, and by variable with missing values which of
# its columns have a column is.na().

# What may be missing: the variables of the terms and what the specials read.
missing_allowed <- function(frame, terms, specials) {
  union(missing_variables(frame, terms), intersect(names(specials), names(frame)))
}

missing_variables <- function(frame, terms) setdiff(used_variables(terms), names(frame)[attr(terms, "offset")])

# training: the rows of the frame that medians are of.
missing_fit <- function(frame, terms, training, call) {
  numbers <- Filter(function(name) !is_label_column(frame[[name]]), missing_variables(frame, terms))
  values <- lapply(stats::setNames(numbers, numbers), function(name) {
    plain_columns(frame[[name]])[training, , drop = FALSE]
  })
  medians <- lapply(values, function(v) unname(apply(v, 2, stats::median, na.rm = TRUE)))
  unknown <- names(medians)[vapply(medians, anyNA, NA)]
  if (length(unknown) > 0) {
    abort_arg(unknown[1], "have a value in the training rows", "All are missing.",
              paste0("Leave it out of the formula: `- ", name_in_formula(unknown[1], terms), "`."), class = "data",
              call = call)
  }
  list(medians = medians, told = Filter(any, lapply(values, function(v) unname(colSums(is.na(v)) > 0))))
}

# Numbers, dates and times as a matrix of numbers.
plain_columns <- function(v) as.matrix(unclass(v))

# The frame of the training data; missing labels become a level.
missing_label <- function(frame, terms) {
  for (name in missing_variables(frame, terms)) {
    v <- frame[[name]]
    if (!is_label_column(v) || !anyNA(v)) next
    frame[[name]] <- addNA(if (is.logical(v)) factor(v, c(FALSE, TRUE)) else v, ifany = TRUE)
  }
  frame
}

missing_fill <- function(recipe, frame) {
  for (name in names(recipe$medians)) {
    v <- frame[[name]]
    filled <- plain_columns(v)
    lost <- is.na(filled)
    if (!any(lost)) next
    filled[lost] <- recipe$medians[[name]][col(filled)[lost]]
    frame[[name]] <- `attributes<-`(as.vector(filled), attributes(v))
  }
  frame
}

# The columns is.na(), 0 and 1, of a frame that is not filled; NULL without any.
missing_columns <- function(recipe, frame) {
  columns <- lapply(names(recipe$told), function(name) {
    v <- frame[[name]]
    lost <- is.na(plain_columns(v)) + 0
    colnames(lost) <- paste0("is.na(", name, if (!is.null(dim(v))) colnames(v) %||% seq_len(ncol(v)), ")")
    lost[, recipe$told[[name]], drop = FALSE]
  })
  do.call(cbind, unname(columns))
}

# For each of these columns the number of the first term with its variable, below 0: it goes with the term, but is
# none of its columns.
missing_assign <- function(recipe, terms) {
  rows <- match(names(recipe$told), variable_names(terms))
  first <- vapply(rows, function(row) which(attr(terms, "factors")[row, ] > 0)[[1]], 0L)
  -rep(first, vapply(recipe$told, sum, 0L))
}

add_columns_to <- function(x, columns) {
  if (is.null(columns)) return(x)
  if (is.matrix(x)) cbind(x, columns) else cbind(x, methods::as(columns, "CsparseMatrix"))
}

# Rows without missing values but in the columns that may have some.
complete_but <- function(frame, allowed) {
  frame <- frame[setdiff(names(frame), allowed)]
  if (length(frame) > 0) stats::complete.cases(frame) else rep(TRUE, nrow(frame))
}

# ---- matrices --------------------------------------------------------------------------------------

# The same for a matrix of predictors, whose recipe has a number and a switch for each column.
missing_fit_matrix <- function(x, training, call) {
  x <- x[training, , drop = FALSE]
  lost <- missing_in(x)
  medians <- numeric(ncol(x))
  looked_at <- if (is.matrix(x)) seq_len(ncol(x)) else which(nrow(x) - diff(x@p) <= (nrow(x) - lost) / 2) # else mostly 0
  medians[looked_at] <- vapply(looked_at, function(j) stats::median(x[, j], na.rm = TRUE), 0)
  if (anyNA(medians)) {
    abort_arg("x", "have a value in each column of the training rows", class = "data", call = call,
              given = paste0("In column ", which(is.na(medians))[1], " all are missing."))
  }
  list(medians = medians, told = lost > 0)
}

# How many values each column misses.
missing_in <- function(x) {
  if (is.matrix(x)) colSums(is.na(x)) else tabulate(entry_columns(x)[is.na(x@x)], ncol(x))
}

missing_fill_matrix <- function(recipe, x) {
  told <- which(recipe$told)
  columns <- as.matrix(is.na(x[, told, drop = FALSE])) + 0
  colnames(columns) <- sprintf("is.na(%s)", colnames(x)[told])
  if (is.matrix(x)) {
    lost <- is.na(x)
    x[lost] <- recipe$medians[col(x)[lost]]
  } else {
    lost <- is.na(x@x)
    x@x[lost] <- recipe$medians[entry_columns(x)[lost]]
  }
  add_columns_to(x, if (length(told) > 0) columns)
}
