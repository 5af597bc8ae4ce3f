# Vectorizers on counts of terms that were made elsewhere: matrices with a row per text and the terms as
# column names. Of the settings those count that choose and weigh terms, not those that find them.

is_term_counts <- function(x) {
  is_foreign_sparse(x) || inherits(x, "Matrix") || (is.matrix(x) && !is.character(x))
}

# The matrix as a dgCMatrix of counts; x as the user gave it.
counts_matrix <- function(x, settings, arg, call) {
  x <- given_matrix(own_sparse(x, arg, call), TRUE, arg, call)
  if (!is.null(settings$hash)) {
    abort_arg(arg, "hold texts with `hash`", "It is a matrix of counts, whose columns have names already.",
              call = call)
  }
  terms <- colnames(x)
  if (is.null(terms) || anyNA(terms) || anyDuplicated(terms)) {
    abort_arg(arg, "have the terms as names of its columns, each once", call = call,
              given = if (is.null(terms)) "It has no column names."
                      else paste0("Not so: ", quoted_list(utils::head(terms[duplicated(terms) | is.na(terms)], 5)), "."))
  }
  wrong <- x@x[is.na(x@x) | x@x < 0 | is.infinite(x@x)]
  if (length(wrong) > 0) {
    abort_arg(arg, "hold counts, numbers of at least 0", paste0("It holds ", format(wrong[1]), "."), call = call)
  }
  colnames(x) <- enc2utf8(terms)
  Matrix::drop0(x)
}

vectorizer_fit_counts <- function(object, x, call) {
  settings <- object$settings
  counts <- counts_matrix(x, settings, "x", call)
  counts <- if (is.null(settings$vocabulary)) counts[, !colnames(counts) %in% settings$stop_words, drop = FALSE]
            else align_columns(counts, settings$vocabulary)
  object$documents <- nrow(counts)
  found <- list(words = colnames(counts), docs = diff(counts@p), counts = Matrix::colSums(counts))
  kept <- kept_terms(settings, found, nrow(counts), call)
  object$vocabulary <- found$words[kept]
  object$docs <- found$docs[kept]
  object
}

# Columns are found by name: terms the vectorizer does not know are left out, those not there are zero.
vectorizer_counts <- function(object, newdata, call) {
  counts <- counts_matrix(newdata, object$settings, "newdata", call)
  if (!any(colnames(counts) %in% object$vocabulary)) {
    abort_arg("newdata", "have columns with the names of terms the vectorizer knows", class = "data", call = call,
              given = paste0("Its columns are ", short_list(quoted(colnames(counts))), "."),
              how = "Texts stand in rows, terms in columns.")
  }
  counts <- align_columns(counts, object$vocabulary)
  if (object$settings$binary) counts@x[] <- 1
  counts
}
