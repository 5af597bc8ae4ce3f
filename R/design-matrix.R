# The design matrix of a model frame: model.matrix() where it is small or full, sparse where most of
# it would be zeros.

# With many columns of which few can be non-zero in a row, a sparse matrix is smaller and its first
# layer faster: from 100 columns on, when at most one cell in ten can be non-zero.
sparse_columns <- 100
sparse_share <- 0.1

# `sparse`: TRUE asks for a dgCMatrix, FALSE for a matrix, NULL decides by the rule above.
# `contrasts`: coding by variable name. Returns list(x, contrasts, assign); x has column names only,
# assign says for each of its columns which term it belongs to (0: the intercept).
design_matrix <- function(terms, frame, sparse, drop_intercept, contrasts, call) {
  if (is.null(sparse)) sparse <- design_is_sparse(terms, frame)
  if (length(attr(terms, "term.labels")) == 0) sparse <- FALSE
  x <- tryCatch(
    (if (!sparse) number_columns(terms, frame)) %||% terms_matrix(stats::delete.response(terms), frame, sparse, contrasts),
    error = function(e) design_formula_error(e, "data", call)
  )
  coding <- attr(x, "contrasts")
  assign <- attr(x, "assign")
  if (drop_intercept) {
    kept <- colnames(x) != "(Intercept)"
    x <- x[, kept, drop = FALSE]
    assign <- assign[kept]
  }
  attr(x, "assign") <- attr(x, "contrasts") <- NULL
  dimnames(x) <- list(NULL, colnames(x))
  list(x = x, contrasts = coding, assign = assign)
}

terms_matrix <- function(terms, frame, sparse, contrasts) {
  attr(frame, "terms") <- terms
  if (sparse) sparse_model_matrix(terms, design_name_columns(frame), contrasts) else coded_columns(terms, frame, contrasts)
}

# As model.matrix(), where each term is a column of numbers by its name: thousands of terms cost that the square
# of their number. NULL for other terms.
number_columns <- function(terms, frame) {
  labels <- attr(terms, "term.labels")
  at <- match(labels, rownames(attr(terms, "factors")))
  if (length(at) == 0 || anyNA(at)) return(NULL)
  variables <- plain_variables(terms, at)
  if (is.null(variables)) return(NULL)
  columns <- as.list(frame)[variables]
  if (!all(vapply(columns, is.numeric, NA)) || any(vapply(columns, is_shaped, NA))) return(NULL)
  intercept <- attr(terms, "intercept")
  x <- c(if (intercept) rep(1, nrow(frame)), unlist(columns, use.names = FALSE))
  x <- matrix(as.double(x), nrow(frame), dimnames = list(NULL, c(if (intercept) "(Intercept)", labels)))
  structure(x, assign = c(if (intercept) 0L, seq_along(labels)))
}

# model.matrix() itself takes no more columns of a matrix of contrasts than levels but one.
coded_columns <- function(terms, frame, contrasts) {
  coded <- Filter(is.matrix, contrasts)
  for (name in intersect(names(coded), names(frame))) frame[[name]] <- level_codes(frame[[name]], coded[[name]])
  rest <- contrasts[setdiff(names(contrasts), names(coded))]
  stats::model.matrix(terms, frame, contrasts.arg = if (length(rest) > 0) rest)
}

# A column of labels with its levels coded by the rows of a matrix, all columns of it.
level_codes <- function(v, codes) {
  if (!is.factor(v)) v <- if (is.logical(v)) factor(v, c(FALSE, TRUE)) else factor(v)
  stats::contrasts(v, ncol(codes)) <- codes
  v
}

is_shaped <- function(v) is.object(v) || !is.null(dim(v))

# sparse.model.matrix() takes terms apart at each ":", and stops at names that need backticks: variables such as
# splines::ns(x, 3) go through it under other names.
sparse_model_matrix <- function(terms, frame, contrasts) {
  build <- function(terms, frame, contrasts) {
    Matrix::sparse.model.matrix(terms, frame, row.names = FALSE, contrasts.arg = contrasts)
  }
  names <- variable_names(terms)
  factors <- attr(terms, "factors")
  written <- rownames(factors)
  if (identical(names, written) && !any(grepl(":", names, fixed = TRUE))) return(build(terms, frame, contrasts))
  short <- paste0(".tn_v", seq_along(names), "_")
  labels <- apply(factors > 0, 2, function(used) paste(short[used], collapse = ":"))
  dimnames(factors) <- list(short, labels)
  attr(terms, "factors") <- factors
  attr(terms, "variables") <- as.call(c(quote(list), lapply(short, as.name)))
  rename <- function(x, from, to) {
    if (is.null(x)) return(NULL)
    at <- match(names(x), from)
    names(x)[!is.na(at)] <- to[at[!is.na(at)]]
    x
  }
  frame <- rename(frame, names, short)
  attr(frame, "terms") <- terms
  x <- build(terms, frame, rename(contrasts, names, short))
  for (i in seq_along(names)) colnames(x) <- gsub(short[i], written[i], colnames(x), fixed = TRUE)
  attr(x, "contrasts") <- rename(attr(x, "contrasts"), short, names)
  x
}

# sparse.model.matrix() names the columns of a matrix variable without the variable's name.
design_name_columns <- function(frame) {
  terms <- attr(frame, "terms")
  for (name in names(frame)) {
    v <- frame[[name]]
    if (is.matrix(v) && !is.null(colnames(v))) {
      frame[[name]] <- matrix(v, nrow(v), dimnames = list(NULL, paste0(name, colnames(v))))
    }
  }
  attr(frame, "terms") <- terms
  frame
}

design_is_sparse <- function(terms, frame) {
  sizes <- design_sizes(terms, frame)
  sizes[["columns"]] >= sparse_columns && sizes[["filled"]] <= sparse_share * sizes[["columns"]]
}

# Columns of the matrix and the most cells of a row that can be non-zero, term by term, without
# building anything.
design_sizes <- function(terms, frame) {
  factors <- attr(terms, "factors")
  if (length(factors) == 0) return(c(columns = 0, filled = 0))
  sizes <- vapply(as.list(frame)[variable_names(terms)], variable_size, c(columns = 0, filled = 0))
  alone <- match(attr(terms, "term.labels"), rownames(factors))
  several <- lapply(which(is.na(alone)), function(term) which(factors[, term] > 0))
  alone <- alone[!is.na(alone)]
  vapply(c(columns = "columns", filled = "filled"), function(kind) {
    sum(sizes[kind, alone], vapply(several, function(v) prod(sizes[kind, v]), 0))
  }, 0)
}

variable_size <- function(v) {
  if (!is_label_column(v)) return(c(columns = NCOL(v), filled = NCOL(v)))
  n_levels <- if (is.factor(v)) nlevels(v) else length(unique(v))
  one_hot <- is.null(attr(v, "contrasts")) && !is.ordered(v) &&
    identical(getOption("contrasts")[[1]], "contr.treatment")
  c(columns = n_levels, filled = if (one_hot) 1 else n_levels)
}
