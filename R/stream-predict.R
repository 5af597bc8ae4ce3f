# Predictions of a source, chunk by chunk.

#' Predictions written back to where data lies
#'
#' Predicts the rows of a [source][data_sources] chunk by chunk and writes the predictions into a table of a database or a CSV file:
#' neither the rows nor their predictions are in memory at once.
#'
#' @param object A `kms_fit`, of a source or of a data frame.
#' @param newdata A source, a dbplyr table, an object of package arrow, or a data frame.
#' @param into The name of a CSV file that is written, or `list(con, "name")`: a connection of package DBI and the name of a table.
#' @param keep Names of columns of `newdata` that stand before the predictions, such as a key.
#' @param type See [predict.kms_fit()]; `NULL` is the label of labels and the number of numbers.
#' @param chunk Rows read at once.
#' @param overwrite Whether a file or a table of that name is replaced. Otherwise it is an error.
#' @param ... More arguments of [predict.kms_fit()], such as `unknown` or `level`.
#'
#' @details
#' The columns are `prediction`, or for a `type` that gives several numbers a row, one column each: `prob_<label>`, `lwr` and so on, as
#' `type` and the names of its columns say. Rows with missing predictors have a missing prediction. There is a row for each row of `newdata`, in its order.
#'
#' Predictions are the same as those of [predict()][predict.kms_fit] for all rows at once. What they are written to is filled after
#' the last row was read; until then they lie in a temporary file.
#'
#' @returns The number of rows written, invisibly.
#' @section Errors:
#' A table or file that is there already, columns of `keep` that are not, and types that give no columns (`"set"`) are errors of class
#' `tildenet_error_argument`.
#' @seealso [kms_stream], [data_sources]
#' @examples
#' path <- tempfile(fileext = ".csv")
#' write.csv(iris, path, row.names = FALSE)
#' fit <- kms(Species ~ ., data_csv(path), chunk = 50, Nepochs = 5, seed = 1, verbose = 0)
#' predicted <- tempfile(fileext = ".csv")
#' predict_into(fit, data_csv(path), predicted, keep = "Species", type = "prob")
#' head(read.csv(predicted))
#' @export
predict_into <- function(object, newdata, into, keep = NULL, type = NULL, chunk = 50000, overwrite = FALSE, ...) {
  call <- rlang::current_env()
  if (!inherits(object, "kms_fit")) abort_arg("object", "be a fit of kms()", describe(object))
  if (!is.null(keep) && !is.character(keep)) abort_arg("keep", "be names of columns", describe(keep))
  chunk <- check_count(chunk, "chunk", 1)
  check_flag(overwrite, "overwrite")
  type <- if (!is.null(type)) check_predict_type(type, object, call)
  if (identical(type, "set")) abort_arg("type", "give numbers or labels", "\"set\" gives a list.")
  source <- if (is.data.frame(newdata)) frame_source(newdata) else row_source(newdata, call)
  if (is.null(source)) abort_arg("newdata", "be a source of rows or a data frame", describe(newdata), "See ?data_sources.")
  target <- prediction_target(into, overwrite, call)
  kept <- tempfile("predictions")
  on.exit(unlink(kept))
  n <- predictions_keep(kept, object, source, keep, type, chunk, list(...), call)
  predictions_write(kept, target)
  invisible(n)
}

frame_source <- function(data) {
  new_row_source("a data frame", function(chunk) {
    done <- 0
    list(read = function() {
      if (done >= nrow(data)) return(NULL)
      rows <- seq(done + 1, min(done + chunk, nrow(data)))
      done <<- done + length(rows)
      data[rows, , drop = FALSE]
    }, close = function() NULL)
  })
}

# function(each) that writes to a file or a table: all of it, or the target is as it was. each(add) calls add(rows, first) for
# one part after the other.
prediction_target <- function(into, overwrite, call) {
  if (is.character(into) && length(into) == 1 && !is.na(into)) return(csv_target(into, overwrite, call))
  fine <- is.list(into) && length(into) == 2 && methods::is(into[[1]], "DBIConnection")
  if (!fine) {
    abort_arg("into", "be the name of a CSV file or list(con, \"name\")", describe(into), call = call)
  }
  table_target(into[[1]], into[[2]], overwrite, call)
}

abort_there <- function(name, call) {
  abort_arg("into", "be new", paste0(quoted(name), " is there already."), "`overwrite = TRUE` replaces it.", call = call)
}

csv_target <- function(path, overwrite, call) {
  if (file.exists(path) && !overwrite) abort_there(path, call)
  function(each) {
    write_whole(path, function(part) {
      with_connection(file(part, "w"), function(con) each(function(rows, first) {
        utils::write.table(rows, con, sep = ",", row.names = FALSE, col.names = first, qmethod = "double")
      }))
      if (!all_arrived(part)) abort_lost(part)
    }, call)
  }
}

table_target <- function(con, name, overwrite, call) {
  if (dbi("dbExistsTable")(con, name) && !overwrite) abort_there(as.character(name), call)
  function(each) {
    in_transaction(con, each(function(rows, first) {
      if (first) dbi("dbWriteTable")(con, name, rows, overwrite = overwrite) else dbi("dbWriteTable")(con, name, rows, append = TRUE)
    }))
  }
}

# Where the user has begun a transaction, that one stands for ours.
in_transaction <- function(con, code) {
  own <- tryCatch({
    dbi("dbBegin")(con)
    TRUE
  }, error = function(cnd) FALSE)
  done <- FALSE
  on.exit(if (own && !done) dbi("dbRollback")(con))
  force(code)
  if (own) dbi("dbCommit")(con)
  done <- TRUE
}

# Predictions of one chunk after the other in a file. Returns how many.
predictions_keep <- function(path, object, source, keep, type, chunk, more, call) {
  con <- file(path, "wb")
  on.exit(close(con))
  n <- 0
  each_chunk(source, chunk, new_chunk_types(), function(rows) {
    absent <- setdiff(keep, names(rows))
    if (length(absent) > 0) abort_arg("keep", "name columns of the data", paste0("It has no ", quoted(absent[1]), "."), call = call)
    values <- prediction_columns(chunk_values(object, rows, type, more), type)
    serialize(list(cbind(rows[keep], values)), con, xdr = FALSE)
    n <<- n + nrow(rows)
  })
  serialize(NULL, con, xdr = FALSE)
  n
}

# The outcome is not judged: without it predict() has nothing to say about labels it does not know.
chunk_values <- function(object, rows, type, more) {
  rows <- rows[intersect(kms_design(object)$columns, names(rows))]
  prediction_values(do.call(stats::predict, c(list(object, rows, type = type), more)))
}

prediction_columns <- function(values, type) {
  if (is.factor(values)) values <- as.character(values)
  if (is.null(dim(values))) return(data.frame(prediction = as.vector(values)))
  if (length(dim(values)) > 2) {
    abort_arg("type", "give a row of numbers for each row", paste0(quoted(type), " gives a table for each."), call = NULL)
  }
  names <- colnames(values) %||% seq_len(ncol(values))
  if (!identical(type, "interval")) names <- paste0(type %||% "prediction", "_", names)
  stats::setNames(as.data.frame(unname(as.matrix(values))), names)
}

predictions_write <- function(path, target) {
  target(function(add) {
    from <- file(path, "rb")
    on.exit(close(from))
    first <- TRUE
    while (!is.null(part <- unserialize(from))) {
      add(part[[1]], first)
      first <- FALSE
    }
  })
}

# predict() of a source: the predictions are in memory, the rows are not.
predict_source <- function(object, source, ..., more, chunk = 50000) {
  more <- c(list(...), more)
  parts <- list()
  each_chunk(source, chunk, new_chunk_types(), function(rows) {
    parts <<- c(parts, list(chunk_values(object, rows, more$type, more[names(more) != "type"])))
  })
  if (length(parts) == 0) abort_arg("newdata", "have at least one row", class = "data", call = NULL)
  if (is.matrix(parts[[1]])) return(do.call(rbind, parts))
  do.call(c, parts)
}

kms_no_outcome <- function(y_test, call) {
  if (is.null(y_test)) return(invisible())
  abort_arg("y_test", "be left out where `newdata` is read chunk by chunk", call = call)
}
