# Values as labels: the text by which levels, classes and ids are told apart. It is the same for 100000 and
# 100000L, whatever options() say, and keeps 15 digits.

# NA for what is missing.
label_text <- function(x) {
  x <- own_values(x)
  if (is_integer64(x)) abort_tn("Labels must be text or numbers.", given = describe(x), how = numbers_hint(x), call = NULL)
  if (is.factor(x)) return(as.character(x))
  if (!is.null(dim(x))) dim(x) <- NULL
  if (is.character(x)) return(as.vector(x))
  codes <- value_codes(x)
  values <- codes$values
  text <- if (inherits(x, "Date")) format(values)
          else if (inherits(x, "POSIXct")) time_text(values)
          else if (is.double(values)) number_text(as.vector(values))
          else as.character(values)
  text[is.na(values)] <- NA
  text[codes$at]
}

number_text <- function(x) {
  whole <- is.finite(x) & abs(x) < 2^53 & x == round(x)
  out <- sprintf("%.15g", x)
  out[whole] <- sprintf("%.0f", x[whole] + 0) # -0 is 0
  out
}

# In one form for all, as that of as.character() depends on the other values.
time_text <- function(x) {
  seconds <- as.numeric(x)
  rest <- round(seconds - floor(seconds), 6)
  paste0(format(x, "%Y-%m-%d %H:%M:%S"), ifelse(rest > 0, sub("^0", "", number_text(rest)), ""))
}

# Places of values among labels, NA for those that are not there. A label that is a number as R may also
# write it, "1e+05", is met by 100000.
label_match <- function(x, labels) {
  text <- label_text(x)
  labels <- label_text(labels)
  at <- match(text, labels)
  lost <- is.na(at) & !is.na(text)
  if (any(lost)) at[lost] <- match(spelled_number(text[lost]), spelled_number(labels), incomparables = NA)
  at
}

# Numbers in text as label_text() has them; NA for other text, for what no number is written as ("007") and
# for ids of more digits than a number keeps.
spelled_number <- function(text) {
  digits <- gsub("^0+|0+$", "", gsub("[-.]", "", sub("e.*", "", text)))
  number <- grepl("^-?(0|[1-9][0-9]*)(\\.[0-9]*[1-9])?(e[+-]?[0-9]+)?$", text) & nchar(digits) <= 15
  out <- rep(NA_character_, length(text))
  out[number] <- number_text(as.numeric(text[number]))
  out
}

# The different labels of values, without NA.
new_labels <- function(x) {
  text <- unique(label_text(x))
  text[!is.na(text)]
}

# Labels as R prints them, an NA among them too.
shown_labels <- function(labels) ifelse(is.na(labels), "<NA>", labels)

# Labels, and behind them those of `others` that are not among them.
label_union <- function(labels, others) {
  new <- unique(others[is.na(label_match(others, labels)) & !is.na(others)])
  c(labels, new[!duplicated(ifelse(is.na(spelled_number(new)), new, spelled_number(new)))])
}

# list(values = the different values, at = which of them each is). Few rows mostly have all there are: unique() of all
# takes as long as match().
value_codes <- function(x) {
  some <- seq.int(1, length(x), length.out = min(length(x), 1000))
  values <- unique(x[some])
  at <- value_match(x, values)
  if (!anyNA(at)) return(list(values = values, at = at))
  values <- unique(x)
  list(values = values, at = value_match(x, values))
}

value_match <- function(x, values) {
  if (is.factor(x)) match(as.integer(x), as.integer(values)) else match(x, values)
}

# A factor of values with these levels, NA among them only where it is one of the levels.
label_factor <- function(x, levels) {
  structure(label_match(x, levels), levels = levels, class = "factor")
}
