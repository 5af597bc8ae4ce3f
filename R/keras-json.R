# Text of configurations, as json.dumps() of Python writes it. In R a configuration is a nested list: an
# object is a named list, an array a list without names, None is NULL, integers and floats are told apart by
# their R type.

# list(class_name = "Dense", config = list(units = 3L, rate = 1)) -> {"class_name": "Dense", ...}.
config_json <- function(config) {
  if (is.null(config)) return("null")
  if (is.list(config)) return(list_json(config))
  if (length(config) != 1) return(list_json(as.list(config)))
  if (is.character(config)) return(string_json(config))
  if (is.logical(config)) return(if (is.na(config)) "null" else if (config) "true" else "false")
  if (is.integer(config)) sprintf("%d", config) else float_json(config)
}

list_json <- function(config) {
  items <- vapply(config, config_json, "", USE.NAMES = FALSE)
  if (is.null(names(config))) return(paste0("[", paste(items, collapse = ", "), "]"))
  keys <- vapply(names(config), string_json, "", USE.NAMES = FALSE)
  paste0("{", paste(paste0(keys, ": ", items, recycle0 = TRUE), collapse = ", "), "}")
}

# The shortest digits that give the number again, with a point: 1.0, 1e-07.
float_json <- function(x) {
  if (is.nan(x)) return("NaN")
  if (is.infinite(x)) return(if (x > 0) "Infinity" else "-Infinity")
  text <- sprintf(c("%.15g", "%.16g", "%.17g"), x)
  text <- text[c(as.numeric(text[1:2]) == x, TRUE)][1]
  if (grepl("e+", text, fixed = TRUE) && abs(x) < 1e16) text <- sprintf("%.0f", x)
  if (grepl("[.e]", text)) text else paste0(text, ".0")
}

json_escapes <- c("\"" = "\\\"", "\\" = "\\\\", "\n" = "\\n", "\r" = "\\r", "\t" = "\\t", "\b" = "\\b", "\f" = "\\f")

string_json <- function(x) {
  if (!grepl("[^ -~]|[\"\\\\]", x, useBytes = TRUE)) return(paste0("\"", x, "\""))
  points <- utf8ToInt(enc2utf8(x))
  chars <- vapply(points, intToUtf8, "")
  known <- chars %in% names(json_escapes)
  coded <- !known & (points < 32 | points > 126)
  chars[known] <- json_escapes[chars[known]]
  chars[coded] <- vapply(points[coded], utf16_json, "")
  paste0("\"", paste(chars, collapse = ""), "\"")
}

# "\u00e4"; what lies beyond 16 bits as a pair.
utf16_json <- function(point) {
  if (point < 65536) return(sprintf("\\u%04x", point))
  rest <- point - 65536
  sprintf("\\u%04x\\u%04x", 55296L + rest %/% 1024L, 56320L + rest %% 1024L)
}

# ---- reading ---------------------------------------------------------------------------------------

# Text -> nested lists. place: where the text stands, for errors.
json_config <- function(text, place = "The text", call = rlang::caller_env()) {
  check_package("jsonlite", "Configurations", call = call)
  if (!is.character(text) || length(text) != 1 || is.na(text) || !validUTF8(text)) {
    abort_json(place, "It is no text in UTF-8.", call)
  }
  depth <- json_depth(text)
  if (depth > deepest_json) abort_json(place, paste0("Its lists are nested ", depth, " deep."), call)
  tryCatch(jsonlite::parse_json(json_numbers(text), simplifyVector = FALSE), error = function(e) {
    abort_json(place, first_line(conditionMessage(e)), call)
  })
}

deepest_json <- 500

abort_json <- function(place, given, call) {
  abort_tn(paste0(place, " is no JSON that can be read."), "io", given, call = call)
}

first_line <- function(text) sub("\n.*", "", trimws(text))

# How deep brackets are nested; those inside strings do not count.
json_depth <- function(text) {
  plain <- gsub("\"([^\"\\\\]|\\\\.)*\"", "", text, perl = FALSE, useBytes = TRUE)
  bytes <- charToRaw(plain)
  open <- bytes == charToRaw("[") | bytes == charToRaw("{")
  shut <- bytes == charToRaw("]") | bytes == charToRaw("}")
  max(0, cumsum(open - shut))
}

# Python writes numbers that JSON does not have: NaN becomes null, infinities become numbers out of range.
json_numbers <- function(text) {
  if (!grepl("NaN|Infinity", text)) return(text)
  parts <- regmatches(text, gregexpr("\"([^\"\\\\]|\\\\.)*\"", text), invert = NA)[[1]]
  outside <- seq(1, length(parts), by = 2)
  parts[outside] <- gsub("Infinity", "1e999", gsub("NaN", "null", parts[outside], fixed = TRUE), fixed = TRUE)
  paste(parts, collapse = "")
}
