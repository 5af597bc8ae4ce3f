# Writes src/text/unicode_tables.h, the letters' data that lower-casing needs. Run from the root of the
# tree in a UTF-8 locale:  Rscript data-raw/unicode_tables.R
#
# Source: base R alone. Lower-case letters are those of tolower(), that is the C library's towlower();
# the classes are those of the PCRE library behind regular expressions with perl = TRUE. Both carry the
# tables of the Unicode standard; the versions are written into the file.
stopifnot(l10n_info()[["UTF-8"]])

# Without surrogates and the two at the end of each plane that are no characters.
code_points <- setdiff(1:0x10FFFF, c(0xD800:0xDFFF, outer(c(0xFFFE, 0xFFFF), 0:16 * 0x10000, "+")))
letters_of <- intToUtf8(code_points, multiple = TRUE)

in_class <- function(pattern) code_points[grepl(pattern, letters_of, perl = TRUE)]

# First and last of each run of neighbours.
runs <- function(points) {
  starts <- which(diff(c(-1, points)) != 1)
  data.frame(first = points[starts], last = points[c(starts[-1] - 1, length(points))])
}

# Letters with the same distance to their lower case, all or every second one of a stretch.
lower_runs <- function() {
  lower <- vapply(tolower(letters_of), function(x) utf8ToInt(x)[1], 0L, USE.NAMES = FALSE)
  from <- code_points[lower != code_points]
  delta <- lower[lower != code_points] - from
  out <- NULL
  i <- 1
  while (i <= length(from)) {
    step <- 1
    if (i < length(from) && from[i + 1] - from[i] <= 2 && delta[i + 1] == delta[i]) {
      step <- from[i + 1] - from[i]
    }
    j <- i
    while (j < length(from) && from[j + 1] - from[j] == step && delta[j + 1] == delta[i]) j <- j + 1
    out <- rbind(out, data.frame(first = from[i], last = from[j], step = step, delta = delta[i]))
    i <- j + 1
  }
  out
}

table_lines <- function(type, name, rows) {
  cells <- paste0("{", do.call(paste, c(rows, sep = ",")), "},")
  c("", paste0("static const struct ", type, " ", name, "[] = {"),
    strwrap(paste(cells, collapse = " "), 98, prefix = "    "), "};")
}

hex <- function(x) sprintf("0x%X", x)
ranges <- function(pattern) {
  r <- runs(in_class(pattern))
  data.frame(hex(r$first), hex(r$last))
}
low <- lower_runs()
writeLines(c(
  "/* Written by data-raw/unicode_tables.R from what base R knows: do not edit by hand.",
  paste0(" * Lower case: tolower() of R ", getRversion(), " with ", extSoftVersion()[["iconv"]], "; classes: PCRE ",
         extSoftVersion()[["PCRE"]], ". */"),
  table_lines("lower_range", "lower_ranges",
              data.frame(hex(low$first), hex(low$last), low$step, low$delta)),
  table_lines("range", "cased_ranges", ranges("\\p{Cased}")),
  table_lines("range", "case_ignorable_ranges", ranges("\\p{Case_Ignorable}")),
  table_lines("range", "word_ranges", ranges("[\\p{L}\\p{N}_]"))
), "src/text/unicode_tables.h")
