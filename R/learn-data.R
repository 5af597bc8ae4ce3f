# Classical models on matrices: what linear_svm() and naive_bayes() share. A fit keeps what of its data new
# rows are read by, in the form of a design without a formula (see design-given.R):
#
#   design   list(outcome, columns, colnames_x, sparse): the outcome as design-outcome.R describes it

# list(x, y, design): x a matrix or dgCMatrix without missing values; y codes of the labels from 0, or a
# 0/1 matrix.
learn_data <- function(x, y, call) {
  x <- learn_matrix(x, call)
  y <- outcome_given(y, "y", call)
  if (NROW(y) != nrow(x)) {
    abort_arg("y", paste("have one value for each of the", nrow(x), "rows of `x`"), describe(y), call = call)
  }
  if (anyNA(y)) abort_missing("y", sum(is.na(y)), NULL, call)
  outcome <- outcome_fit(y, NULL, call)
  if (outcome$type == "continuous") {
    abort_tn("The outcome `y` must be labels, or a matrix of 0 and 1 with a column for each label.", "outcome",
             given = describe(y), how = "factor(y) makes labels of numbers.", call = call)
  }
  if (outcome$type != "multilabel") y <- outcome_codes(y, outcome)
  design <- list(outcome = outcome, columns = colnames(x), colnames_x = colnames(x) %||% paste0("x", seq_len(ncol(x))))
  list(x = x, y = y, design = design)
}

learn_matrix <- function(x, call) {
  x <- predictors_given(x, "x", call)
  if (is.null(dim(x))) abort_arg("x", "be a matrix, a sparse matrix or a data frame", describe(x), call = call)
  x <- given_matrix(x, NULL, "x", call)
  if (nrow(x) == 0 || ncol(x) == 0) {
    abort_arg("x", "have rows and columns", paste0("It is ", nrow(x), " x ", ncol(x), "."), class = "data",
              call = call)
  }
  check_held(if (is.matrix(x)) x else x@x, "x", call)
  x
}

# Scores of new rows by score(x), a matrix with a row for each row of newdata, NA where it lacks a value.
learn_scores <- function(design, newdata, score, call) {
  new <- design_apply_matrix(design, newdata, "newdata", call)
  kms_spread(as.matrix(score(new$x)), new$rows, new$n)
}

# The labels that models against the rest are for: of two only the second.
learn_targets <- function(outcome) {
  labels <- label_text(outcome$labels)
  if (outcome$type == "binary") labels[2] else labels
}

# Where each of them is: a logical matrix (rows, labels).
learn_positives <- function(y, outcome) {
  if (outcome$type == "multilabel") return(y == 1)
  if (outcome$type == "binary") return(matrix(y == 1))
  outer(y, seq_len(outcome$n_values) - 1L, `==`)
}

# Labels from scores with a column for each.
learn_classes <- function(link, outcome, own = FALSE) {
  codes <- learn_codes(link, outcome, own)
  if (is.matrix(codes)) kms_name(codes, outcome) else outcome_factor(codes, outcome)
}

# A 0/1 matrix of the labels with a score above 0, or the place from 0 of the one with the highest. own: of two
# labels each has a column, not the second alone.
learn_codes <- function(link, outcome, own = FALSE) {
  if (outcome$type == "multilabel") return((link > 0) + 0L)
  if (outcome$type == "binary" && !own) as.integer(link[, 1] > 0) else max_column(link)
}

# From 0; NA for rows without scores. max.col() takes values close to each other for equal.
max_column <- function(m) {
  as.integer(apply(m, 1, function(row) if (anyNA(row)) NA else which.max(row))) - 1L
}

learn_line <- function(name, design) {
  outcome <- design$outcome
  paste0("<", name, ": ", counted(length(design$colnames_x), "feature"), ", ", counted(outcome$n_values, "label"),
         " (", short_list(outcome$labels), ")", if (outcome$type == "multilabel") ", several a row", ">\n")
}
