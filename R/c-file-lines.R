# The lines of a C file: a comment for whoever calls it, declarations, functions of the library, constants, the
# function itself.

c_file_lines <- function(program) {
  steps <- c_steps_of(program$graph, program$writer)
  ids <- function(ends) vapply(ends, `[[`, 0, "id")
  texts <- function(ends) vapply(ends, `[[`, "", "argument")
  placed <- c_place(steps, program$graph, stats::setNames(texts(program$inputs), ids(program$inputs)),
                    ids(program$outputs), texts(program$outputs))
  body <- c_body(program, placed)
  constants <- program$writer$constants
  arrays <- unlist(lapply(constants, function(constant) c(constant$lines, "")), use.names = FALSE)
  named <- program$writer$functions
  c(c_head_comment(program, placed, sum(0, vapply(constants, `[[`, 0, "bytes"))), "",
    "#include <math.h>", "#include <stddef.h>", "#include <string.h>", "",
    c_declarations(program), "",
    rbind(c_needed(c(named, body)), ""), arrays, if (length(named) > 0) rbind(named, ""), body)
}

c_signature <- function(program) {
  arguments <- function(ends, type) paste0(type, vapply(ends, `[[`, "", "argument"))
  all <- c(arguments(program$inputs, "const float *"), arguments(program$outputs, "float *"))
  paste0("void ", program$name, "_predict(", paste(all, collapse = ", "), ")")
}

c_sizes <- function(program) {
  ends <- c(program$inputs, program$outputs)
  paste0(vapply(ends, `[[`, "", "size_name"), " = ", c_integer(vapply(ends, `[[`, 0, "size")))
}

# What other files have to declare.
c_interface <- function(program) {
  sizes <- c_sizes(program)
  n <- length(program$labels)
  c(if (length(sizes) <= 2) paste0("enum { ", paste(sizes, collapse = ", "), " };")
    else c("enum {", paste0("  ", sizes, c(rep(",", length(sizes) - 1), "")), "};"),
    paste0(c_signature(program), ";"),
    if (n > 0) paste0("extern const char *const ", program$name, "_labels[", n, "];"))
}

c_declarations <- function(program) {
  strings <- c_string(program$labels)
  c(c_fold(c_interface(program), 0),
    if (length(strings) > 0) {
      c("", paste0("const char *const ", program$name, "_labels[", length(strings), "] = {"),
        paste0("  ", strings, c(rep(",", length(strings) - 1), "")), "};")
    })
}

c_body <- function(program, placed) {
  lines <- unlist(lapply(placed$steps, function(step) {
    c(if (nzchar(step$title)) paste0("/* ", step$title, " */"), step$lines)
  }))
  arguments <- vapply(program$inputs, `[[`, "", "argument")
  unread <- arguments[!arguments %in% c_words(lines)]
  c(c_fold(paste0(c_signature(program), " {"), 0),
    if (placed$room > 0) paste0("  static float room[", c_integer(placed$room), "];"),
    if (placed$flags > 0) paste0("  static unsigned char flags[", c_integer(placed$flags), "];"),
    if (length(unread) > 0) paste0("  (void)", unread, ";"),
    c_fold(lines, 2), "}")
}

# ---- the comment -----------------------------------------------------------------------------------

c_head_comment <- function(program, placed, constants) {
  ends <- function(which) unlist(lapply(program[[which]], function(end) {
    c(paste0("  ", end$argument, ": ", end$about, "; ", end$size_name, " floats"),
      if (length(end$details) > 0) paste0("    ", end$details))
  }))
  working <- 4 * placed$room + placed$flags
  count <- function(n) format(n, big.mark = ",", scientific = FALSE, trim = TRUE)
  lines <- c(
    paste0(program$name, "_predict(): one prediction of ", program$title),
    "Written by the R package tildenet.", "",
    paste0("  ", c_interface(program)), "",
    "Reads one sample:", ends("inputs"), "Writes:", ends("outputs"),
    "Arrays are row-major: the last axis of a shape is the fastest.", program$notes, "",
    paste0("Memory: ", count(constants), " bytes of constants, ", count(working), " bytes of working memory in static ",
           "arrays, so that the function must not run twice at the same time. Nothing is allocated; the stack ",
           "holds some hundred bytes."),
    paste0("Needs C99 with math.h and string.h (link with -lm). All other names are static. C++ declares these within ",
           "extern \"C\" { }."), "", "Example:",
    paste0("  ", c_example(program)))
  lines <- c_remark(lines)
  folded <- unlist(lapply(lines, function(line) {
    if (nchar(line) <= 105) return(line)
    indent <- nchar(sub("[^ ].*", "", line))
    strwrap(line, 105, indent = indent, exdent = if (indent == 0) 0 else indent + 2)
  }))
  trimws(paste0(ifelse(seq_along(folded) == 1, "/* ", " * "), folded, c(rep("", length(folded) - 1), " */")), "right")
}

# Code that calls the function, with its result. A loop fills long inputs that repeat 0, 1 ... period - 1.
c_example <- function(program) {
  period <- program$example$period %||% 0
  code <- Map(function(end, x) {
    if (period == 0 || length(x) <= 20) {
      values <- paste(c_number(x), collapse = ", ")
      return(paste0("const float ", end$argument, "[", end$size_name, "] = {", values, "};"))
    }
    c(paste0("float ", end$argument, "[", end$size_name, "];"),
      paste0("for (int i = 0; i < ", end$size_name, "; i++) ", end$argument, "[i] = (float)(i % ", period, ");"))
  }, program$inputs, program$example$x)
  arguments <- vapply(c(program$inputs, program$outputs), `[[`, "", "argument")
  results <- Map(function(end, y) {
    shown <- paste(sprintf("%.6g", utils::head(y, 8)), collapse = ", ")
    paste0(end$argument, " is then {", shown, if (length(y) > 8) ", ...", "}")
  }, program$outputs, program$example$y)
  outputs <- vapply(program$outputs, function(end) paste0("float ", end$argument, "[", end$size_name, "];"), "")
  c(unlist(code), outputs, paste0(program$name, "_predict(", paste(arguments, collapse = ", "), ");"), unlist(results))
}
