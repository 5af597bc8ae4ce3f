# Data that is read chunk by chunk. A source is one file: a constructor that says how it is opened.
#
#   words  what the source is, for messages and to tell one from another: the file, the statement
#   open   function(chunk): list(read, close), read() a data frame of at most about `chunk` rows, NULL at the end.
#          Opened again it begins again, and gives the same rows in the same order.

new_row_source <- function(words, open) structure(list(words = words, open = open), class = "tildenet_source")

#' Data that stays where it lies
#'
#' Sources of rows that [kms()], [predict()][predict.kms_fit] and [predict_into()] read chunk by chunk, so that data need not
#' fit in memory: the result of a query, a CSV file, a Parquet file. A dbplyr table such as `dplyr::tbl(con, "films")`, with
#' the verbs that follow it, and the objects of package arrow (a data set, a table, a query of one) are taken as they are.
#'
#' @param con A connection of package DBI, such as that of `DBI::dbConnect(RSQLite::SQLite(), "films.sqlite")`.
#' @param query A statement of SQL that begins with `SELECT`, `WITH`, `VALUES` or `FROM`, or the name of a table. Rows must come in the same
#'   order each time: in doubt end the statement with `ORDER BY` and a key.
#' @param path Name of a file. For `data_parquet()` also a folder or several files.
#' @param sep What stands between the columns of a line: `","`, `";"`, `"\t"`.
#' @param na Text that stands for a missing value.
#' @param types Types of columns, a named vector of `"numeric"`, `"character"` and `"logical"`. Those that are not named are found
#'   in the first chunk; whole numbers are numbers.
#' @param ... For `data_csv()` arguments of [utils::read.table()]: `dec`, `quote`, `fileEncoding`, `comment.char`, `skip`.
#'
#' @details
#' The functions open nothing yet: what cannot be read is an error of the first reading, and a source may be used many times.
#' A connection must stay open as long as it is read, and does nothing else while it is: many drivers have one open result at a
#' time. Of one connection the result of [predict_into()] is written after all was read.
#'
#' `data_parquet()` reads by package arrow, chunk by chunk, or, where that is not installed, by package nanoparquet, file by file: then
#' each file has to fit in memory.
#'
#' @returns A source, an object of class `tildenet_source`. `print()` says what it reads.
#' @section Errors:
#' Arguments that cannot be are of class `tildenet_error_argument`, a file that is not there of class `tildenet_error_data`,
#' a package that is missing of class `tildenet_error_package`.
#' @seealso The section "Data larger than memory" of [kms_stream]; [predict_into()]
#' @examples
#' path <- tempfile(fileext = ".csv")
#' write.csv(iris, path, row.names = FALSE)
#' fit <- kms(Species ~ ., data_csv(path), chunk = 50, Nepochs = 5, seed = 1, verbose = 0)
#' fit
#' @name data_sources
NULL

#' @rdname data_sources
#' @export
data_query <- function(con, query) {
  if (!methods::is(con, "DBIConnection")) {
    abort_arg("con", "be a connection of package DBI", describe(con), "Such as DBI::dbConnect(RSQLite::SQLite(), \"films.sqlite\").")
  }
  check_package("DBI", "data_query()")
  query <- check_string(as.character(query), "query")
  if (!grepl("^\\s*(select|with|values|from)\\s", query, ignore.case = TRUE)) {
    query <- paste("SELECT * FROM", dbi("dbQuoteIdentifier")(con, query))
  }
  new_row_source(as.character(query), function(chunk) query_reader(con, query, chunk))
}

# Functions of packages that only those need who have such data.
dbi <- function(name) getExportedValue("DBI", name)

query_reader <- function(con, query, chunk) {
  result <- tryCatch(dbi("dbSendQuery")(con, query), error = function(cnd) {
    abort_tn("The query cannot be run.", "data", paste(conditionMessage(cnd), collapse = " "), paste0("It is: ", query),
             call = NULL)
  })
  list(read = function() if (!dbi("dbHasCompleted")(result)) dbi("dbFetch")(result, n = chunk),
       close = function() dbi("dbClearResult")(result))
}

#' @rdname data_sources
#' @export
data_csv <- function(path, sep = ",", na = c("NA", ""), types = NULL, ...) {
  path <- check_string(path, "path")
  sep <- check_string(sep, "sep")
  if (!is.character(na)) abort_arg("na", "be text", describe(na))
  check_csv_types(types, rlang::current_env())
  more <- list(...)
  wrong <- setdiff(names(more) %||% rep("", length(more)), c("dec", "quote", "fileEncoding", "comment.char", "skip"))
  if (length(wrong) > 0) {
    abort_arg("...", "hold `dec`, `quote`, `fileEncoding`, `comment.char` or `skip`",
              paste0("Not among them: ", quoted(wrong[1]), "."))
  }
  new_row_source(path, function(chunk) csv_reader(path, sep, na, types, more, chunk))
}

check_csv_types <- function(types, call) {
  fine <- is.null(types) || is.character(types) && !is.null(names(types)) && all(types %in% c("numeric", "character", "logical"))
  if (!fine) {
    abort_arg("types", "name columns as \"numeric\", \"character\" or \"logical\"", describe(types),
              "Such as c(id = \"character\").", call = call)
  }
}

# The first line names the columns, the first chunk tells their types.
csv_reader <- function(path, sep, na, types, more, chunk) {
  if (!is_file(path)) abort_tn(paste0("There is no file ", quoted(path), "."), "data", call = NULL)
  con <- file(path, "r", encoding = more$fileEncoding %||% "native.enc")
  settings <- utils::modifyList(list(sep = sep, na.strings = na, quote = "\"", comment.char = "", fill = FALSE,
                                     stringsAsFactors = FALSE, check.names = FALSE), more[names(more) != "fileEncoding"])
  take <- function(...) tryCatch(do.call(utils::read.table, c(list(con), utils::modifyList(settings, list(...)))),
                                 error = function(cnd) csv_end(cnd, path))
  state <- new.env(parent = emptyenv())
  read <- function() {
    if (!is.null(state$kinds)) {
      rows <- take(nrows = chunk, header = FALSE, col.names = state$names, colClasses = state$kinds, skip = 0)
      return(if (NROW(rows) > 0) rows)
    }
    rows <- take(nrows = chunk, header = TRUE)
    if (NROW(rows) == 0) return(NULL)
    state$names <- names(rows)
    state$kinds <- csv_kinds(rows, types)
    for (name in intersect(names(types), names(rows))) rows[[name]] <- methods::as(rows[[name]], types[[name]])
    rows
  }
  list(read = read, close = function() close(con))
}

csv_kinds <- function(rows, types) {
  kinds <- vapply(rows, function(v) {
    if (is.numeric(v)) "numeric" else if (is.logical(v) && !all(is.na(v))) "logical" else if (all(is.na(v))) NA_character_ else "character"
  }, "")
  kinds[names(types)] <- types
  unname(kinds[names(rows)])
}

csv_end <- function(cnd, path) {
  if (grepl("no lines available", conditionMessage(cnd), fixed = TRUE)) return(NULL)
  abort_tn(paste0("The file ", quoted(path), " cannot be read."), "data", conditionMessage(cnd),
           "Columns whose first rows do not tell their type are named in `types`.", call = NULL)
}

#' @export
print.tildenet_source <- function(x, ...) {
  cat("A source of rows: ", paste(x$words, collapse = ", "), "\n", sep = "")
  invisible(x)
}
