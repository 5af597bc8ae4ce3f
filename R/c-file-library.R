# The C functions that files are made of: those of inst/c, which are C files that compile by themselves. A file
# gets the ones that its steps call, and what these need.

# Definitions by name, each after what it needs: pieces between blank lines of headers and sources.
c_library <- function() {
  if (is.null(c_library_cache$pieces)) {
    folder <- system.file("c", package = "tildenet")
    files <- sort(list.files(folder, full.names = TRUE))
    needs <- vapply(files, function(file) any(startsWith(readLines(file), "#include \"")), NA)
    files <- files[order(!endsWith(files, ".h"), needs)] # headers that need no other come first
    c_library_cache$pieces <- unlist(lapply(files, c_pieces))
  }
  c_library_cache$pieces
}

c_library_cache <- new.env(parent = emptyenv())

c_pieces <- function(file) {
  lines <- readLines(file)
  lines <- lines[!startsWith(lines, "#include")]
  pieces <- vapply(split(lines, cumsum(lines == "")), function(l) paste(l[l != ""], collapse = "\n"), "")
  names(pieces) <- vapply(pieces, c_defined, "")
  pieces[nzchar(names(pieces))]
}

# What a piece defines, "" for a comment alone.
c_defined <- function(piece) {
  code <- sub("(?s)^(/[*].*?[*]/\\s*)*", "", piece, perl = TRUE)
  head <- sub("[{;].*", "", code)
  if (startsWith(head, "struct ")) return(trimws(sub("struct ", "", head)))
  if (!grepl("(", head, fixed = TRUE)) return("")
  sub(".*?(\\w+)\\(.*", "\\1", gsub("\n", " ", head), perl = TRUE)
}

# Words of code, of comments none.
c_words <- function(code) {
  code <- gsub("(?s)/[*].*?[*]/", "", paste(code, collapse = "\n"), perl = TRUE)
  unique(unlist(regmatches(code, gregexpr("[A-Za-z_][A-Za-z0-9_]*", code))))
}

# The definitions that code needs, in order.
c_needed <- function(code) {
  pieces <- c_library()
  found <- character()
  new <- intersect(c_words(code), names(pieces))
  while (length(new) > 0) {
    found <- c(found, new)
    new <- setdiff(intersect(c_words(pieces[new]), names(pieces)), found)
  }
  unname(pieces[names(pieces) %in% found])
}
