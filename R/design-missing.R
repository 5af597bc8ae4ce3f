# Rows with missing predictors that are used, `na.action = na.pass`. What a missing value is read as:
#
#   a number            the median of the training rows (of a matrix of each column, of dates and times too); where these
#                       rows have missing ones, a column is.na(x) of the design tells them
#   a level             a level of its own, where the training data have missing ones; else an unseen one
#   an id in emb()      an unseen level; a text the empty one; a picture the mean picture, see design-image.R
#
# A recipe is list(medians, told): by variable the numbers of its columns, and which of them have a column is.na().

# What may be missing: the variables of the terms and what the specials read.
missing_allowed <- function(frame, terms, specials) {
  union(missing_variables(frame, terms), intersect(names(specials), names(frame)))
}

missing_variables <- function(frame, terms) {
  factors <- attr(terms, "factors")
  if (length(factors) == 0) return(character())
  setdiff(intersect(rownames(factors)[rowSums(factors) > 0], names(frame)), names(frame)[attr(terms, "offset")])
}

# training: the rows of the frame that medians are of.
missing_fit <- function(frame, terms, training, call) {
  numbers <- Filter(function(name) !is_label_column(frame[[name]]), missing_variables(frame, terms))
  values <- lapply(stats::setNames(numbers, numbers), function(name) plain_columns(frame[[name]])[training, , drop = FALSE])
  medians <- lapply(values, function(v) unname(apply(v, 2, stats::median, na.rm = TRUE)))
  unknown <- names(medians)[vapply(medians, anyNA, NA)]
  if (length(unknown) > 0) {
    abort_arg(unknown[1], "have a value in the training rows", "All are missing.",
              paste0("Leave it out of the formula: `- ", unknown[1], "`."), class = "data", call = call)
  }
  list(medians = medians, told = lapply(values, function(v) unname(colSums(is.na(v)) > 0)))
}

is_label_column <- function(v) is.factor(v) || is.character(v) || is.logical(v)

# Numbers, dates and times as a matrix of numbers.
plain_columns <- function(v) as.matrix(unclass(v))

# The frame of the training data; missing labels become a level.
missing_label <- function(frame, terms) {
  for (name in missing_variables(frame, terms)) {
    v <- frame[[name]]
    if (!is_label_column(v) || !anyNA(v) || !is.null(dim(v))) next
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
  told <- recipe$told[vapply(recipe$told, any, NA)]
  columns <- lapply(names(told), function(name) {
    v <- frame[[name]]
    lost <- is.na(plain_columns(v)) + 0
    colnames(lost) <- paste0("is.na(", name, if (!is.null(dim(v))) colnames(v) %||% seq_len(ncol(v)), ")")
    lost[, told[[name]], drop = FALSE]
  })
  do.call(cbind, unname(columns))
}

# For each of these columns the number of the first term with its variable, below 0: it goes with the term, but is
# none of its columns.
missing_assign <- function(recipe, terms) {
  told <- recipe$told[vapply(recipe$told, any, NA)]
  first <- vapply(names(told), function(name) which(attr(terms, "factors")[name, ] > 0)[[1]], 0L)
  -rep(unname(first), vapply(told, sum, 0))
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

# The same for a matrix of predictors.
missing_fit_matrix <- function(x, training, call) {
  medians <- vapply(seq_len(ncol(x)), function(j) stats::median(x[training, j], na.rm = TRUE), 0)
  if (anyNA(medians)) {
    abort_arg("x", "have a value in each column of the training rows", class = "data", call = call,
              given = paste0("In column ", which(is.na(medians))[1], " all are missing."))
  }
  list(medians = medians, told = missing_in(x[training, , drop = FALSE]))
}

missing_in <- function(x) {
  if (is.matrix(x)) return(colSums(is.na(x)) > 0)
  column <- rep.int(seq_len(ncol(x)), diff(x@p))
  seq_len(ncol(x)) %in% column[is.na(x@x)]
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
    x@x[lost] <- recipe$medians[rep.int(seq_len(ncol(x)), diff(x@p))[lost]]
  }
  add_columns_to(x, if (length(told) > 0) columns)
}
