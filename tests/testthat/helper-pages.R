# Chunks of R in the lines of a page: where each opens, that line, its code.
r_chunks <- function(lines) {
  fences <- grep("^```", lines)
  from <- fences[c(TRUE, FALSE)]
  to <- fences[c(FALSE, TRUE)]
  r <- grepl("^```(r$|[{]r)", lines[from])
  data.frame(line = from[r], opening = lines[from[r]],
             code = mapply(function(a, b) paste(lines[seq(a + 1, b - 1)], collapse = "\n"), from[r], to[r]))
}
