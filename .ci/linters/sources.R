# What the linters read: files of the tree and C text without comments, strings and directives.

r_files <- function() Sys.glob("R/*.R")
c_files <- function() {
  sort(c(Sys.glob("src/*.[ch]"), Sys.glob("src/*/*.[ch]"), Sys.glob("src/*/*/*.[ch]")))
}
c_test_files <- function() Sys.glob("tests/c/*.[ch]")
core_files <- function() grep("^src/(r/|init\\.c)", c_files(), value = TRUE, invert = TRUE)
read <- function(file) readLines(file, warn = FALSE, encoding = "UTF-8")

at <- function(file, line, what) sprintf("%s:%d: %s", file, line, what)

# Lines that match a pattern, as complaints.
lines_with <- function(files, pattern, what, lines_of = read) {
  unlist(lapply(files, function(file) {
    hits <- grep(pattern, lines_of(file), perl = TRUE)
    if (length(hits)) at(file, hits, what)
  }))
}

# Replaces each match by as many line breaks as it holds, so that line numbers stay.
blank_out <- function(text, pattern) {
  found <- gregexpr(pattern, text, perl = TRUE)
  regmatches(text, found) <- lapply(regmatches(text, found), function(m) gsub("[^\n]+", " ", m))
  text
}

# Comments and the insides of strings and characters removed, line by line.
c_code <- function(file) {
  text <- paste(read(file), collapse = "\n")
  literal <- "\"(?:\\\\.|[^\"\\\\\n])*\"|'(?:\\\\.|[^'\\\\\n])*'"
  text <- blank_out(text, paste0("(?:", literal, ")(*SKIP)(*FAIL)|/\\*[\\s\\S]*?\\*/|//[^\n]*"))
  text <- gsub("\"(?:\\\\.|[^\"\\\\\n])*\"", "\"\"", text, perl = TRUE)
  strsplit(gsub("'(?:\\\\.|[^'\\\\\n])*'", "' '", text, perl = TRUE), "\n")[[1]]
}

# The same without preprocessor directives and their continuation lines.
c_statements <- function(file) {
  lines <- c_code(file)
  directive <- FALSE
  for (i in seq_along(lines)) {
    directive <- directive || grepl("^\\s*#", lines[i])
    goes_on <- grepl("\\\\\\s*$", lines[i])
    if (directive) lines[i] <- ""
    directive <- directive && goes_on
  }
  lines
}

# Functions of a C file: name, first line of the header, last line of the body.
c_functions <- function(file) {
  lines <- c_statements(file)
  text <- strsplit(paste(lines, collapse = "\n"), "")[[1]]
  depth <- cumsum((text == "{") - (text == "}"))
  line <- cumsum(c(1, head(text == "\n", -1)))
  opens <- which(text == "{" & depth == 1)
  closes <- which(text == "}" & depth == 0)
  if (!length(opens) || length(opens) != length(closes)) {
    return(data.frame(name = character(), from = integer(), to = integer()))
  }
  ends <- which(depth == 0 & text %in% c(";", "}"))
  from <- vapply(opens, function(open) max(c(0L, ends[ends < open])) + 1L, 1L)
  header <- mapply(function(a, b) paste(text[a:b], collapse = ""), from, opens - 1L)
  body <- grepl("\\)\\s*$", header)
  lead <- nchar(header) - nchar(sub("^\\s+", "", header))
  data.frame(name = sub(".*?([A-Za-z_0-9]+)\\s*\\(.*", "\\1", gsub("\n", " ", header))[body],
             from = line[pmin(from + lead, length(line))][body], to = line[closes][body])
}

# What a C file defines for others: functions and tables that are not static, inline functions of headers.
c_definitions <- function(file) {
  text <- strsplit(paste(c_statements(file), collapse = "\n"), "")[[1]]
  depth <- cumsum((text == "{") - (text == "}"))
  text[depth > 1 | (depth == 1 & text != "{") | text == "}"] <- ""
  pieces <- strsplit(gsub("\\s+", " ", paste(sub("{", "{;", text, fixed = TRUE), collapse = "")), "; ?")[[1]]
  opened <- grep("[)=] ?\\{$", pieces, value = TRUE)
  if (grepl("\\.c$", file)) opened <- grep("\\bstatic\\b", opened, value = TRUE, invert = TRUE)
  named <- regmatches(opened, regexpr("[A-Za-z_0-9]+(?= ?\\(| ?(\\[[^]]*\\])* ?= ?\\{)", opened, perl = TRUE))
  grep("^(tn|r|ffi)_", named, value = TRUE)
}
c_words <- function(file) {
  text <- paste(c_code(file), collapse = "\n")
  unique(regmatches(text, gregexpr("[A-Za-z_][A-Za-z_0-9]*", text))[[1]])
}

# Parse data of an R file; NULL when it does not parse (R CMD check says so).
r_parse <- function(file) {
  parsed <- tryCatch(parse(file, keep.source = TRUE), error = function(e) NULL)
  if (is.null(parsed)) NULL else utils::getParseData(parsed)
}
r_calls <- function(files, names, what) {
  unlist(lapply(files, function(file) {
    data <- r_parse(file)
    hits <- data$line1[data$token == "SYMBOL_FUNCTION_CALL" & data$text %in% names]
    if (length(hits)) at(file, hits, what)
  }))
}
