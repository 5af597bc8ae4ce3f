# Predictors and outcome given as such, without a formula: kms(x, y).

# A data frame goes through the formula `y ~ .`, so that its factors, levels and missing values are
# treated as everywhere; a matrix is taken as it is. Returns what design_fit() returns.
design_given <- function(x, y, sparse, drop_intercept, contrasts, weights, na_action, training, env, call, codes = NULL,
                         choose = NULL) {
  x <- predictors_given(x, "x", call)
  if (inherits(y, "formula") || (is.character(y) && length(y) == 1 && NROW(x) != 1)) {
    abort_arg("input_formula", "come before `data`", call = call, how = "kms(formula, data), or kms(x, y).")
  }
  y <- outcome_given(y, "y", call)
  if (NROW(y) != NROW(x) || is.null(dim(x))) {
    if (is.null(dim(x))) abort_arg("x", "be a matrix, a sparse matrix or a data frame", describe(x), call = call)
    abort_arg("y", paste("have one value for each of the", nrow(x), "rows of `x`"), describe(y), call = call)
  }
  if (!is.data.frame(x)) return(design_fit_matrix(x, y, sparse, weights, na_action, training, env, call, choose))
  name <- utils::tail(make.unique(c(names(x), "y")), 1)
  x[[name]] <- y
  formula <- stats::as.formula(paste0("`", name, "` ~ ."), env = env)
  design_fit(formula, x, sparse = sparse, drop_intercept = drop_intercept, contrasts = contrasts, weights = weights,
             na_action = na_action, training = training, env = env, call = call, codes = codes, choose = choose)
}

# Before any of their rows or columns are taken, as this may take their classes away.
predictors_given <- function(x, arg, call) {
  x <- own_sparse(x, arg, call)
  if (is.data.frame(x)) own_frame(x) else own_values(x)
}

design_fit_matrix <- function(x, y, sparse, weights, na_action, training, env, call, choose = NULL) {
  x <- given_matrix(x, sparse, "x", call)
  if (nrow(x) == 0 || ncol(x) == 0) {
    abort_arg("x", "have rows and columns", paste0("It is ", nrow(x), " x ", ncol(x), "."), class = "data",
              call = call)
  }
  named <- !is.null(colnames(x))
  if (!named) colnames(x) <- paste0("x", seq_len(ncol(x)))
  weights <- design_weights(weights, as.data.frame(matrix(0, nrow(x), 0)), env, call)
  choice <- if (!is.null(choose)) choose(if (is.matrix(x)) ncol(x) else NA, y)
  na_action <- choice$na_action %||% na_action
  frame <- data.frame(x = ifelse(given_complete(x), 0, NA))
  frame$y <- ifelse(stats::complete.cases(y), 0, NA)
  if (!is.null(weights)) frame[["weights"]] <- weights
  kept <- design_complete(list(frame = frame, rows = seq_len(nrow(x))), nrow(x), na_action, call)
  rows <- kept$rows
  if (length(rows) < nrow(x)) x <- x[rows, , drop = FALSE]
  y <- outcome_rows(y, rows)
  columns <- if (named) colnames(x)
  missing <- if (na_action == "na.pass") missing_fit_matrix(x, training(nrow(x)), call)
  if (!is.null(missing)) x <- missing_fill_matrix(missing, x)
  values <- if (methods::is(x, "sparseMatrix")) x@x else x
  if (any_unheld(values)) abort_unheld("x", if (named && is.matrix(x)) x else values, call)
  design <- new_design(
    formula = NULL, terms = NULL, xlevels = NULL, contrasts = NULL, colnames_x = colnames(x),
    columns = columns, missing = missing, y_columns = character(), types = NULL,
    outcome = outcome_fit(y, NULL, call), sparse = methods::is(x, "sparseMatrix"),
    drop_intercept = FALSE, specials = list(), pairs = list()
  )
  list(design = design, x = x, y = outcome_vector(y), rows = rows, specials = list(), offset = NULL,
       weights = if (!is.null(weights)) weights[rows], n_missing = kept$n_missing, choice = choice)
}

# Numbers as a matrix or dgCMatrix: sparse when it was, or when asked for.
given_matrix <- function(x, sparse, arg, call) {
  if (is.data.frame(x)) x <- frame_matrix(x, arg, call)
  is_sparse <- methods::is(x, "sparseMatrix")
  if (is.matrix(x)) x <- plain_numbers(x) %||% x
  numbers <- methods::is(x, "Matrix") || (is.matrix(x) && (is.numeric(x) || is.logical(x)) && !is.object(x))
  if (!numbers) abort_arg(arg, "be a matrix of numbers, a sparse matrix or a data frame", describe(x), call = call)
  if (isFALSE(sparse) || !(is_sparse || isTRUE(sparse))) {
    x <- as.matrix(x) + 0
    return(matrix(x, nrow(x), ncol(x), dimnames = list(NULL, colnames(x))))
  }
  if (!is_sparse) x <- as.matrix(x) + 0
  x <- methods::as(methods::as(compressed_columns(x, call), "generalMatrix"), "dMatrix")
  dimnames(x) <- list(NULL, colnames(x))
  x
}

given_complete <- function(x) {
  if (!methods::is(x, "sparseMatrix")) return(stats::complete.cases(x))
  !seq_len(nrow(x)) %in% (x@i[is.na(x@x)] + 1L)
}

# Rows without infinite or too large numbers.
given_held <- function(x) {
  if (!methods::is(x, "sparseMatrix")) return(rowSums(is_unheld(x)) == 0)
  !seq_len(nrow(x)) %in% (x@i[is_unheld(x@x)] + 1L)
}

# The rows of new data without missing values, columns found by name when the training matrix had names.
design_apply_matrix <- function(design, newdata, arg, call) {
  terms <- is_term_matrix(newdata)
  newdata <- predictors_given(newdata, arg, call)
  if (is.null(dim(newdata))) {
    abort_arg(arg, "be a matrix, a sparse matrix or a data frame", describe(newdata), call = call)
  }
  columns <- design$columns
  by_name <- !is.null(columns) && !is.null(colnames(newdata))
  absent <- if (by_name) setdiff(columns, colnames(newdata))
  if (terms && length(absent) < length(columns)) {
    newdata <- align_columns(newdata, columns)
  } else if (length(absent) > 0) {
    design_abort_columns(absent, arg, call)
  }
  n <- length(design$colnames_x) - sum(design$missing$told) # but the columns is.na()
  if (!by_name && ncol(newdata) != n) {
    abort_arg(arg, paste("have", n, "columns, as the training matrix"),
              paste0("It has ", ncol(newdata), "."), class = "data", call = call)
  }
  if (by_name) newdata <- newdata[, columns, drop = FALSE]
  x <- given_matrix(newdata, design$sparse, arg, call)
  colnames(x) <- utils::head(design$colnames_x, n)
  if (!is.null(design$missing)) x <- missing_fill_matrix(design$missing, x)
  whole <- given_complete(x)
  held <- given_held(x)
  design_warn_unheld(!held, if (!methods::is(x, "sparseMatrix")) columns_with(x, is_unheld(x)), call)
  whole <- whole & held
  if (!all(whole)) x <- x[whole, , drop = FALSE]
  list(x = x, y = NULL, n = nrow(newdata), rows = which(whole), specials = list(), offset = NULL)
}
