# Rows of Parquet files and of the objects of package arrow.

arrow_classes <- c("Dataset", "ArrowTabular", "arrow_dplyr_query", "RecordBatchReader")

#' @rdname data_sources
#' @export
data_parquet <- function(path) {
  if (!is.character(path) || length(path) == 0 || anyNA(path)) abort_arg("path", "be the name of a file", describe(path))
  if (rlang::is_installed("arrow")) {
    return(new_row_source(path, function(chunk) arrow_reader(arrow_function("open_dataset")(path), chunk)))
  }
  check_package("nanoparquet", "data_parquet()")
  new_row_source(path, function(chunk) parquet_reader(path, chunk))
}

# File by file, each of which is read whole and given in chunks.
parquet_reader <- function(path, chunk) {
  files <- unlist(lapply(path, function(p) if (dir.exists(p)) sort(list.files(p, "[.]parquet$", full.names = TRUE)) else p))
  missing <- files[!vapply(files, is_file, NA)]
  if (length(missing) > 0) abort_tn(paste0("There is no file ", quoted(missing[1]), "."), "data", call = NULL)
  state <- new.env(parent = emptyenv())
  state$file <- 0
  read <- function() {
    rows <- if (!is.null(state$reader)) state$reader$read()
    if (!is.null(rows) || state$file == length(files)) return(rows)
    state$file <- state$file + 1
    state$reader <- frame_source(as.data.frame(getExportedValue("nanoparquet", "read_parquet")(files[state$file])))$open(chunk)
    read()
  }
  list(read = read, close = function() NULL)
}

arrow_function <- function(name) getExportedValue("arrow", name)

# A reader is over after one reading, and the passes of a fit are several.
arrow_source <- function(x, call) {
  check_package("arrow", "data of class Dataset, Table or arrow_dplyr_query")
  if (inherits(x, "RecordBatchReader")) {
    abort_arg("data", "be data that can be read more than once", "A RecordBatchReader gives its rows once.",
              "Give the data set or table it reads.", call = call)
  }
  new_row_source("an object of package arrow", function(chunk) arrow_reader(x, chunk))
}

# Batches may be small: some are bound to a chunk.
arrow_reader <- function(x, chunk) {
  reader <- arrow_function("as_record_batch_reader")(x)
  read <- function() {
    parts <- list()
    n <- 0
    while (n < chunk) {
      batch <- reader$read_next_batch()
      if (is.null(batch)) break
      parts <- c(parts, list(as.data.frame(batch)))
      n <- n + nrow(parts[[length(parts)]])
    }
    if (length(parts) > 0) do.call(rbind, parts)
  }
  list(read = read, close = function() NULL)
}
