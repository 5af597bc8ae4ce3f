#' Several labels per case as a 0/1 matrix
#'
#' Films have several genres, articles several topics: such a column becomes a matrix with one column a
#' label, which [kms()] takes as the left side of a formula (as it does a list column of text by itself),
#' and a model with one sigmoid a label as `y`.
#'
#' @param x A list of vectors of labels (text, numbers or factors; an empty one has none), or strings of
#'   labels between separators, such as `"Action|Drama"`; blanks around a label do not belong to it.
#' @param sep What stands between the labels of a string.
#' @param levels Labels that have a column, in their order. `NULL`: all that occur, text sorted by code
#'   point, numbers by size.
#'
#' @returns An integer matrix of 0 and 1 with a row for each element of `x` and a column for each label,
#'   named by it. Labels that occur twice in a case count once. A case that is `NA` is a row of `NA`.
#' @section Warnings and errors:
#' Labels that are not among `levels` are left out with a warning of class
#' `tildenet_warning_new_labels` that names them. What holds no labels is an error of class
#' `tildenet_error_argument`.
#' @source The coding and the order of the columns are those of scikit-learn's `MultiLabelBinarizer`.
#' @seealso [classification_report()] for how well labels are predicted, [cocluster()] for labels that go
#'   together.
#' @examples
#' multilabel(c("Action|Drama", "Drama", ""))
#' multilabel(list(c(3, 1), 2, numeric(0)))
#'
#' # How many labels a case has, and which occur together
#' genres <- multilabel(c("Action|Drama", "Drama", "Action|Comedy|Drama"))
#' table(rowSums(genres))
#' together <- crossprod(genres)
#' together
#' pairs <- as.data.frame(as.table(together * upper.tri(together)), responseName = "cases")
#' pairs[order(-pairs$cases)[1:3], ]
#'
#' films <- data.frame(genres = c("Action|Drama", "Drama", "Action", "Comedy"),
#'                     length = c(120, 95, 101, 88))
#' kms(multilabel(genres) ~ length, films, N_layers = 1, Nepochs = 2, pTraining = 1, seed = 1,
#'     verbose = 0)$y_labels
#' @export
multilabel <- function(x, sep = "|", levels = NULL) {
  call <- rlang::current_env()
  sep <- check_string(sep, "sep")
  if (sep == "") abort_arg("sep", "not be empty", call = call)
  cases <- label_cases(if (missing(x)) NULL else x, sep, call)
  columns <- label_levels(cases$label, levels, call)
  column <- label_match(cases$label, columns)
  unknown <- new_labels(cases$label[is.na(column)])
  if (length(unknown) > 0) {
    warn_tn(paste0("Labels that have no column are left out: ", short_list(quoted(unknown)), "."), "new_labels",
            labels = unknown, call = call)
  }
  out <- matrix(0L, cases$n, length(columns), dimnames = list(NULL, label_text(columns)))
  out[cases$row + cases$n * (column[cases$at] - 1)] <- 1L # labels that are left out have no place
  if (anyNA(cases$label)) out[unique(cases$row[is.na(cases$label)[cases$at]]), ] <- NA_integer_
  out
}

# Labels of all cases behind one another: list(label = the different ones, at = which of them each is, row = the case of
# each, n = number of cases).
label_cases <- function(x, sep, call) {
  if (is.factor(x)) x <- as.character(x)
  if (is.character(x)) return(split_labels(x, sep))
  fine <- is.list(x) && !is.data.frame(x) && all(vapply(x, function(labels) {
    is.null(labels) || is.factor(labels) || is.character(labels) || is.numeric(labels) || identical(labels, NA)
  }, NA))
  if (!fine) {
    abort_arg("x", "be a list of vectors of labels, or strings such as \"a|b\"", describe(x), call = call)
  }
  x <- lapply(x, function(labels) if (is.factor(labels)) as.character(labels) else own_values(labels))
  if (any(vapply(x, is.character, NA))) x <- lapply(x, label_text)
  behind_one_another(x)
}

behind_one_another <- function(labels) {
  codes <- value_codes(unlist(labels))
  list(label = codes$values, at = codes$at, row = rep.int(seq_along(labels), lengths(labels)), n = length(labels))
}

split_labels <- function(x, sep) {
  cases <- behind_one_another(strsplit(x, sep, fixed = TRUE))
  label <- trimws(cases$label)
  named <- which(nzchar(label))
  if (length(named) < length(label)) {
    cases$at <- match(cases$at, named)
    cases[c("at", "row")] <- lapply(cases[c("at", "row")], `[`, !is.na(cases$at))
  }
  cases$label <- label[named]
  cases
}

label_levels <- function(labels, levels, call) {
  if (is.null(levels)) {
    found <- unique(labels) %||% character()
    return(sort(found, method = "radix")) # by code point; without NA
  }
  if (!is.atomic(levels) || length(levels) == 0 || anyNA(levels) || anyDuplicated(levels)) {
    abort_arg("levels", "hold different labels", describe(levels), call = call)
  }
  levels
}
