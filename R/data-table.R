# Tables of data sets: csv files, compressed or not, whose columns are known. Nothing that a broken file
# holds is handed on.

# The table <name>.csv.gz or <name>.csv; columns: their types by name, in order.
data_table <- function(name, columns, source, call) {
  names <- paste0(name, c(".csv.gz", ".csv"))
  path <- found_file(names) %||% abort_no_file(names[1], source, call)
  read_data_table(path, columns, call)
}

# Everything is read as text first: numbers between quotes are no numbers to read.csv().
read_data_table <- function(path, columns, call) {
  con <- reading(path, gzfile(path, "r"), call)
  on.exit(close(con))
  check_header(reading(path, readLines(con, 1), call), names(columns), path, call)
  data <- reading(path, utils::read.csv(
    con, header = FALSE, col.names = names(columns), colClasses = "character", fill = FALSE, encoding = "UTF-8",
    na.strings = character(), comment.char = ""), call)
  check_gzip_end(con, path, call)
  if (nrow(data) == 0) abort_broken_file(path, "It has no rows.", call)
  for (column in names(columns)) {
    data[[column]] <- typed_column(data[[column]], columns[[column]], column, path, call)
  }
  data
}

# Text stays as it is, blank or not; blank numbers are NA.
typed_column <- function(text, type, column, path, call) {
  refuse_row <- function(bad, why) {
    if (any(bad)) abort_broken_file(path, paste0("Row ", which(bad)[1], " of `", column, "` is ", why, "."), call)
  }
  refuse_row(!validUTF8(text), "not UTF-8")
  if (type == "character") return(text)
  values <- suppressWarnings(as.numeric(text))
  refuse_row(is.na(values) & !text %in% c("", "NA"), "no number")
  if (type == "numeric") return(values)
  refuse_row(!is.na(values) & (values != round(values) | abs(values) > .Machine$integer.max), "no whole number")
  as.integer(values)
}

# A warning is taken as seriously as an error: it is all that is said of a text without its closing quote
# or of a wrong checksum.
reading <- function(path, expr, call) {
  broken <- function(condition) {
    abort_broken_file(path, paste0("Reading it says: ", conditionMessage(condition), "."), call)
  }
  tryCatch(expr, error = broken, warning = broken)
}

check_header <- function(line, columns, path, call) {
  fields <- scan(text = line, what = "", sep = ",", quote = "\"", quiet = TRUE)
  if (identical(fields, columns)) return()
  absent <- setdiff(columns, fields)
  abort_broken_file(path, if (length(absent) > 0) {
    paste0("It has no column ", quoted_list(utils::head(absent, 3)), if (length(absent) > 3) " and others", ".")
  } else {
    paste0("Its columns must be ", paste(columns, collapse = ", "), ", in this order.")
  }, call)
}

# A compressed file that was cut off reads without a complaint. Its last four bytes are the length of
# the content.
check_gzip_end <- function(con, path, call) {
  raw <- file(path, "rb")
  on.exit(close(raw))
  if (!identical(readBin(raw, "raw", 2), as.raw(c(0x1f, 0x8b)))) return()
  seek(raw, -4, "end")
  size <- readBin(raw, "integer", size = 4, endian = "little") %% 2^32
  if (!identical(seek(con, NA) %% 2^32, size)) {
    abort_broken_file(path, "It does not end as a compressed file does: it was cut off.", call)
  }
}
