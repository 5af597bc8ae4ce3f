# The left side of the formula: what kind of outcome it is and how it is given to the network.
#
#   type     "continuous" (numbers with more than two values), "binary", "multinomial",
#            "multilabel" (a matrix of 0 and 1), or "survival" (a matrix of times and whether the event came)
#   labels   the values in order, in the type the outcome has; the names of the columns of several
#            labels (NULL when continuous)
#   n_values number of distinct values, or of labels

outcome_fit <- function(y, formula, call) {
  name <- if (is.null(formula)) "y" else deparse1(formula[[2]])
  if (inherits(y, "Surv")) return(outcome_times(y, name, call))
  y <- outcome_vector(y)
  if (is.matrix(y) && !is.object(y)) return(outcome_labels(y, name, call))
  outcome_check(y, name, call)
  values <- unique(y)
  outcome_check_constant(values, name, "data", call, length(y))
  values <- values[!is.na(values)]
  type <- if (length(values) == 2) "binary" else if (is.numeric(y)) "continuous" else "multinomial"
  list(name = name, type = type, n_values = length(values), labels = if (type != "continuous") sort(values))
}

# Numbers of two values are labels, unless `y_type` says what they are.
outcome_as <- function(outcome, y, y_type, call) {
  check_string(y_type, "y_type", "continuous", null_ok = TRUE, call = call)
  if (is.null(y_type) || outcome$type == "continuous") return(outcome)
  if (!is.numeric(y) || is.matrix(y)) {
    abort_tn(paste0("With `y_type = \"continuous\"` the outcome `", outcome$name, "` must hold numbers."), "outcome",
             given = describe(y), call = call)
  }
  outcome[c("type", "labels")] <- list("continuous", NULL)
  outcome
}

# Several labels at once: one 0/1 column each.
outcome_labels <- function(y, name, call) {
  fine <- (is.numeric(y) || is.logical(y)) && all(y %in% 0:1)
  if (!fine) {
    wrong <- if (is.numeric(y)) paste0("It holds ", format(y[!y %in% 0:1][1]), ".") else describe(y)
    abort_tn(paste0("The matrix outcome `", name, "` must hold 0 and 1 only, one column for each label."),
             "outcome", given = wrong, call = call,
             how = "Make 0/1 columns as in `cbind(a == \"x\", b > 1)`; fit several continuous outcomes one by one.")
  }
  outcome_check_constant(y, name, "data", call)
  list(name = name, type = "multilabel", n_values = ncol(y), labels = colnames(y))
}

# An outcome given by itself. What holds one column is that column; a factor's level NA is a missing value.
outcome_given <- function(y, arg, call) {
  if (inherits(y, "Surv")) return(y)
  y <- own_sparse(y, arg, call)
  if (is.data.frame(y)) y <- if (ncol(y) == 1) y[[1]] else as.matrix(own_frame(y))
  if (inherits(y, "Matrix")) y <- dense_copy(y, arg, call)
  y <- own_values(y)
  check_factor(y, arg, call)
  if (is_integer64(y) || is.raw(y)) y <- check_numbers(y, arg, call, "hold numbers or labels", "data")
  if (length(dim(y)) > 2) {
    abort_arg(arg, "be a vector, or a matrix of 0 and 1 with a column for each label", describe(y), call = call)
  }
  outcome_vector(y)
}

# scale(y) and cbind(y) are matrices of one column; model frames name the values by row. Matrices of
# logicals are made numbers, columns without a name get one.
outcome_vector <- function(y) {
  if (is.factor(y) && anyNA(levels(y))) y <- factor(y, levels(y)[!is.na(levels(y))])
  if (inherits(y, "Surv")) return(times_matrix(y))
  if (!is.matrix(y)) return(if (is.list(y)) y else unname(y))
  if (ncol(y) == 1) return(as.vector(y))
  if (is.logical(y)) storage.mode(y) <- "integer"
  names <- colnames(y) %||% rep("", ncol(y))
  names <- ifelse(nzchar(names), names, paste0("label", seq_along(names)))
  dimnames(y) <- list(NULL, make.unique(names))
  y
}

# The labels of new data in the order of the fit's; one that is not there is nowhere 1.
outcome_align <- function(y, outcome) {
  if (outcome$type != "multilabel" || !is.matrix(y)) return(y)
  out <- matrix(0L, nrow(y), length(outcome$labels), dimnames = list(NULL, outcome$labels))
  shared <- intersect(outcome$labels, colnames(y))
  out[, shared] <- y[, shared]
  out
}

# The formula with a left side that is a list of labels as multilabel() of it. It is named so that it is found where
# the formula was written, whatever is attached there.
outcome_listed <- function(formula, data) {
  if (is_label_list(outcome_seen(formula, data))) formula[[2]] <- bquote(tildenet::multilabel(.(formula[[2]])))
  formula
}

outcome_seen <- function(formula, data) {
  tryCatch(own_values(eval(formula[[2]], data, environment(formula))), error = function(e) NULL)
}

# A vector of text for each case; one without labels is NULL or empty, one that is not known NA.
is_label_list <- function(y) {
  if (!is.list(y) || (is.object(y) && !identical(class(y), "AsIs"))) return(FALSE)
  text <- vapply(y, function(labels) is.character(labels) || is.factor(labels), NA)
  any(text) && all(text | vapply(y, function(labels) is.null(labels) || identical(labels, NA) || length(labels) == 0, NA))
}

# What model frames refuse in words about variables. Other errors of the left side are theirs.
outcome_check_list <- function(formula, data, call) {
  y <- outcome_seen(formula, data)
  if (is.null(y) || is_label_list(y) || inherits(y, "Surv")) return(invisible())
  if (column_kind(y) == "other" || length(dim(y)) > 2) outcome_check(y, deparse1(formula[[2]]), call)
}

outcome_check <- function(y, name, call) {
  plain <- column_kind(y) %in% c("labels", "logical values", "numbers") && is.null(dim(y))
  if (!plain) {
    how <- c("Several labels at once are columns of 0 and 1: `cbind(a, b, c) ~ x`.",
             if (is.list(y)) "Lists of text are taken as labels; multilabel() makes columns of other lists.",
             if (is.complex(y) || is.raw(y) || isS4(y)) numbers_hint(y),
             if (inherits(y, c("Date", "POSIXt", "difftime"))) "Convert it, as in `as.numeric(date) ~ x`.")
    abort_tn(paste0("The outcome `", name, "` must be a numeric, factor, character or logical vector."),
             "outcome", given = describe(y), call = call, how = utils::tail(how, 1))
  }
  if (is.numeric(y) && any_unheld(y)) {
    abort_tn(paste0("The outcome `", name, "` must be finite."), "outcome", call = call,
             given = unheld_text(y))
  }
  invisible(y)
}

# Rows of an outcome, a vector or a matrix of labels.
outcome_rows <- function(y, rows) if (is.matrix(y)) y[rows, , drop = FALSE] else y[rows]

# `part` names the rows looked at in the error, n how many they are.
outcome_check_constant <- function(y, name, part, call, n = NROW(y)) {
  if (NROW(unique(y)) > 1) return(invisible())
  abort_tn(paste0("The outcome `", name, "` must have at least two different values in the ", part, "."),
           "outcome", call = call,
           given = paste0("All ", n, " values are ", paste(format(outcome_rows(y, 1)), collapse = ", "), "."))
}

# Position of each value among the labels, from 0; NA for a value that is not among them.
outcome_codes <- function(y, outcome) {
  label_match(y, outcome$labels) - 1L
}

# Values of the outcome from positions.
outcome_values <- function(codes, outcome) {
  outcome$labels[codes + 1L]
}

# The same as a factor with the levels of the outcome.
outcome_factor <- function(codes, outcome) {
  if (is.factor(outcome$labels)) return(outcome_values(codes, outcome))
  structure(codes + 1L, levels = label_text(outcome$labels), class = "factor")
}
