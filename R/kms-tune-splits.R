# The rows candidates of kms_tune() are trained on and judged by.

# list(list(train, test), ...), places among n rows. rows: those that can be used; share: of them to train on, where there
# is one split.
tune_splits <- function(resamples, n, rows, share, call) {
  if (is.null(resamples)) return(list(one_split(rows, share, call)))
  if (is.list(resamples)) return(given_splits(resamples, n, rows, call))
  k <- check_count(resamples, "resamples", 2, call = call)
  if (k > length(rows)) {
    abort_arg("resamples", paste0("be at most the number of rows without missing values, ", length(rows)), describe(resamples),
              call = call)
  }
  fold <- sample(rep_len(seq_len(k), length(rows)))
  lapply(seq_len(k), function(i) list(train = rows[fold != i], test = rows[fold == i]))
}

one_split <- function(rows, share, call) {
  n_test <- round((1 - share) * length(rows))
  if (n_test == 0 || n_test == length(rows)) {
    abort_arg("pTraining", "leave rows to train on and rows to judge candidates by", call = call,
              given = paste0("Of ", length(rows), " rows it leaves ", length(rows) - n_test, " and ", n_test, "."))
  }
  test <- sort(sample(rows, n_test))
  list(train = setdiff(rows, test), test = test)
}

# Splits of rsample, or numbers of rows to judge by.
given_splits <- function(resamples, n, rows, call) {
  if (inherits(resamples, "rset")) resamples <- resamples$splits
  if (length(resamples) == 0) abort_arg("resamples", "hold at least one set of rows", "It is empty.", call = call)
  lapply(seq_along(resamples), function(i) {
    one <- resamples[[i]]
    split <- if (inherits(one, "rsplit")) rsample_split(one, n, i, call) else row_split(one, n, i, call)
    split <- lapply(split, function(places) places[places %in% rows])
    lacking <- names(split)[lengths(split) == 0]
    if (length(lacking) > 0) {
      abort_arg("resamples", "leave rows to train on and rows to judge candidates by", class = "data", call = call,
                given = paste0("Number ", i, " has no rows without missing values to ",
                               if (lacking[1] == "train") "train on." else "judge by."))
    }
    split
  })
}

row_split <- function(places, n, i, call) {
  values <- plain_numbers(places)
  if (is.null(values) || anyNA(values) || any(values != round(values) | values < 1 | values > n) || anyDuplicated(values)) {
    abort_arg("resamples", paste0("be a number of folds, a list of different row numbers from 1 to ", n, ", or splits of rsample"),
              paste0("Number ", i, ": ", describe(places)), call = call)
  }
  list(train = setdiff(seq_len(n), values), test = as.integer(values))
}

# Its rows to train on may be there several times; without rows of its own to judge by these are the others.
rsample_split <- function(split, n, i, call) {
  if (nrow(split$data) != n) {
    abort_arg("resamples", paste0("be splits of `data`, which has ", n, " rows"),
              paste0("Number ", i, " splits ", nrow(split$data), " rows."), call = call)
  }
  out <- split$out_id
  list(train = split$in_id, test = if (length(out) == 0 || anyNA(out)) setdiff(seq_len(n), split$in_id) else out)
}

split_words <- function(resamples, splits) {
  if (is.null(resamples)) return(paste("one part of", big(length(splits[[1]]$test)), "rows"))
  paste(length(splits), if (is.list(resamples)) "given parts" else "folds")
}
