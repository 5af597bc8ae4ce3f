# Rules of the documentation: what is exported has a page, and each page stands in the index.

exported <- function() {
  if (!file.exists("NAMESPACE")) return(character())
  lines <- read("NAMESPACE")
  gsub("^export\\(\"?|\"?\\)$", "", grep("^export\\(", lines, value = TRUE))
}

# The aliases of each help page, one list element per file.
rd_aliases <- function() {
  files <- Sys.glob("man/*.Rd")
  pages <- lapply(files, function(file) {
    lines <- grep("^\\\\alias\\{", read(file), value = TRUE)
    gsub("\\\\%", "%", sub("^\\\\alias\\{(.*)\\}\\s*$", "\\1", lines))
  })
  names(pages) <- sub("\\.Rd$", "", basename(files))
  pages
}

documented_linter <- function() {
  absent <- setdiff(exported(), unlist(rd_aliases()))
  if (length(absent)) paste("exported without a help page:", absent)
}

# Entries of the reference section, the last of the file: names, or starts_with("prefix").
index_entries <- function() {
  lines <- read("_pkgdown.yml")
  lines <- lines[seq_along(lines) > match("reference:", lines)]
  lines <- grep("^\\s*- [^:]*$", lines, value = TRUE)
  gsub("^[\"'`]+|[\"'`]+$", "", sub("^\\s*- ", "", trimws(lines)))
}
is_internal <- function(page) any(grepl("\\keyword{internal}", read(page), fixed = TRUE))

index_linter <- function() {
  if (!file.exists("_pkgdown.yml")) return("_pkgdown.yml is missing")
  entries <- index_entries()
  prefixes <- sub("^starts_with\\([\"'](.*)[\"']\\)$", "\\1", grep("^starts_with", entries, value = TRUE))
  pages <- rd_aliases()
  listed <- vapply(pages, function(aliases) {
    any(aliases %in% entries) || any(vapply(prefixes, function(p) any(startsWith(aliases, p)), TRUE))
  }, TRUE)
  internal <- vapply(file.path("man", paste0(names(pages), ".Rd")), is_internal, TRUE)
  unknown <- setdiff(grep("^starts_with", entries, value = TRUE, invert = TRUE), unlist(pages))
  twice <- unique(entries[duplicated(entries)])
  c(if (length(twice)) paste("twice in _pkgdown.yml:", twice),
    if (any(!listed & !internal)) paste("not in _pkgdown.yml:", names(pages)[!listed & !internal]),
    if (length(unknown)) paste("in _pkgdown.yml without a help page:", unknown))
}

# What pkgdown has to say of the index and of _pkgdown.yml, where it is installed: it stops building there.
site_linter <- function() {
  if (!requireNamespace("pkgdown", quietly = TRUE)) return(NULL)
  tryCatch({
    suppressMessages(utils::capture.output(pkgdown::check_pkgdown(".")))
    NULL
  }, error = function(e) strsplit(rlang::cnd_message(e), "\n")[[1]])
}

# Code that readers see on the site fits its box: blocks of R in the README and the articles (of those that are
# knitted beforehand the source).
block_width_linter <- function() {
  pages <- c("README.md", Sys.glob("vignettes/*.Rmd"), Sys.glob("vignettes/articles/*.Rmd*"))
  pages <- setdiff(pages, sub("[.]orig$", "", grep("[.]orig$", pages, value = TRUE)))
  unlist(lapply(pages, function(page) {
    lines <- read(page)
    fences <- grep("^```", lines)
    block <- findInterval(seq_along(lines), fences)
    opening <- c("", lines[fences])[block + 1]
    shown <- block %% 2 == 1 & !seq_along(lines) %in% fences & grepl("^```[{]?r", opening) &
      !grepl("include *= *FALSE", opening)
    wide <- which(shown & nchar(lines) > 80)
    if (length(wide)) paste0(page, ":", wide, " is wider than 80 characters")
  }))
}

# Examples wider than R CMD check allows in the manual.
example_width_linter <- function() {
  unlist(lapply(Sys.glob("man/*.Rd"), function(page) {
    lines <- read(page)
    from <- match("\\examples{", lines)
    if (is.na(from)) return(NULL)
    inside <- seq(from, from + match("}", lines[-seq_len(from)]))
    wide <- inside[nchar(lines[inside]) > 100]
    if (length(wide)) paste0(page, ":", wide, " is wider than 100 characters")
  }))
}
