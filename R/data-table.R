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

# Text stays as it is, blank or not; blank numbers are NA. rows: their numbers in the file.
typed_column <- function(text, type, column, path, call, rows = seq_along(text)) {
  refuse_row <- function(bad, why) {
    if (any(bad)) abort_broken_file(path, paste0("Row ", rows[bad][1], " of `", column, "` is ", why, "."), call)
  }
  refuse_row(!validUTF8(text), "not UTF-8")
  if (type == "character") return(text)
  values <- suppressWarnings(as.numeric(text))
  refuse_row(is.na(values) & !text %in% c("", "NA", NA), "no number")
  if (type == "numeric") return(values)
  refuse_row(!is.na(values) & (values != round(values) | abs(values) > .Machine$integer.max), "no whole number")
  as.integer(values)
}

# A warning is taken as seriously as an error: it is all that is said of a text without its closing quote
# or of a wrong checksum.
reading <- function(path, expr, call) {
  broken <- function(condition) {
    if (inherits(condition, "tildenet_error_alloc")) rlang::cnd_signal(condition)
    abort_broken_file(path, paste0("Reading it says: ", sub("[.]$", "", conditionMessage(condition)), "."), call)
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

# A compressed file that was cut off reads without a complaint. Its last four bytes are the length of the
# content, or of that of its last part: several compressed files behind one another are one, too.
check_gzip_end <- function(con, path, call) {
  raw <- file(path, "rb")
  on.exit(close(raw))
  if (!identical(readBin(raw, "raw", 3), gzip_magic)) return()
  seek(raw, -4, "end")
  size <- seek(con, NA) %% 2^32
  if (!identical(gzip_length(readBin(raw, "raw", 4)), size) && !identical(gzip_lengths(path), size)) {
    abort_broken_file(path, "It does not end as a compressed file does: it was cut off.", call)
  }
}

gzip_magic <- as.raw(c(0x1f, 0x8b, 0x08))

gzip_length <- function(bytes) sum(as.numeric(bytes) * 256^(0:3))

# Of all parts together. Compressed data may hold the three bytes that parts begin with, too; the rest of such a
# beginning tells them apart: flags, and how and where it was made.
gzip_lengths <- function(path) {
  bytes <- readBin(path, "raw", file.size(path))
  starts <- grepRaw(gzip_magic, bytes, fixed = TRUE, all = TRUE)
  starts <- starts[starts + 9 <= length(bytes)]
  number <- function(at) as.integer(bytes[starts + at])
  begins <- number(3) < 32 & number(8) %in% c(0, 2, 4) & (number(9) <= 13 | number(9) == 255)
  ends <- c(starts[begins][-1] - 1, length(bytes))
  sum(vapply(ends, function(end) gzip_length(bytes[end - 3:0]), 0)) %% 2^32
}
