# Writes R/text-accents.R: letters that are a letter with marks, and that letter. Run from the root of the
# tree:  Rscript data-raw/accents.R
#
# Source: the canonical decompositions of the Unicode Character Database as Perl ships them
# (unicore/Decomposition.pl), which is there wherever Perl is; nothing is downloaded.
paths <- strsplit(system2("perl", c("-e", shQuote("print join \"\\n\", @INC")), stdout = TRUE), "\n")
file <- Find(file.exists, file.path(unlist(paths), "unicore", "Decomposition.pl"))
lines <- readLines(file)
version <- sub(".*Version ([0-9.]+[0-9]).*", "\\1", grep("database, Version", lines, value = TRUE))
lines <- grep("^[0-9A-F]+\t\t[0-9A-F ]+$", lines, value = TRUE) # one code point, no <kind>: canonical
from <- strtoi(sub("\t.*", "", lines), 16)
parts <- lapply(strsplit(sub(".*\t", "", lines), " "), strtoi, base = 16)
names(parts) <- from

whole <- function(code) {
  found <- parts[[as.character(code)]]
  if (is.null(found)) code else unlist(lapply(found, whole))
}
is_mark <- function(code) grepl("^\\p{Mn}$", intToUtf8(code, multiple = TRUE), perl = TRUE)
pairs <- do.call(rbind, lapply(from, function(code) {
  full <- whole(code)
  base <- full[!is_mark(full)]
  if (length(full) > 1 && length(base) == 1) c(code, base)
}))

escaped <- function(codes) {
  text <- ifelse(codes > 0xFFFF, sprintf("\\U%08X", codes), ifelse(codes < 128, intToUtf8(codes, TRUE), sprintf("\\u%04X", codes)))
  rows <- split(text, (seq_along(text) - 1) %/% 14)
  paste0("  \"", vapply(rows, paste, "", collapse = ""), "\"", c(rep(",", length(rows) - 1), ""))
}
writeLines(c(
  "# Written by data-raw/accents.R: do not edit by hand. Letters with marks, and the letters without, by",
  paste0("# the canonical decompositions of the Unicode Character Database ", version, "."),
  "accented_letters <- paste0(", escaped(pairs[, 1]), ")", "",
  "plain_letters <- paste0(", escaped(pairs[, 2]), ")", "",
  "# Texts in UTF-8 without the marks of their letters.",
  "strip_marks <- function(texts) {",
  "  gsub(\"\\\\p{Mn}+\", \"\", chartr(accented_letters, plain_letters, texts), perl = TRUE)",
  "}"), "R/text-accents.R")
