# Every error and warning of the package is raised through these three functions, so that all of
# them carry a class, name the argument and say the way out.

# Raises "`arg` must ..." with what was given and how to mend it.
# `must` is the rest of the sentence, `given` and `how` whole sentences or NULL; none of them is
# interpolated, so user text may hold braces.
abort_arg <- function(arg, must, given = NULL, how = NULL, class = "argument",
                      call = rlang::caller_env(), ...) {
  abort_tn(paste0("`", arg, "` must ", must, "."), class, given, how, call = call, arg = arg, ...)
}

# Raises an error of class tildenet_error_<class> whose headline is a whole sentence.
abort_tn <- function(message, class = "argument", given = NULL, how = NULL,
                     call = rlang::caller_env(), ...) {
  bullets <- c(message, if (!is.null(given)) c(x = given), if (!is.null(how)) c(i = how))
  cli::cli_abort(escape_braces(bullets), call = call, ...,
                 class = c(paste0("tildenet_error_", class), "tildenet_error"))
}

warn_tn <- function(message, class, how = NULL, ..., call = rlang::caller_env()) {
  bullets <- c(message, if (!is.null(how)) c(i = how))
  cli::cli_warn(escape_braces(bullets), ..., call = call,
                class = c(paste0("tildenet_warning_", class), "tildenet_warning"))
}

inform_tn <- function(message, class, ...) {
  cli::cli_inform(escape_braces(message), ...,
                  class = c(paste0("tildenet_message_", class), "tildenet_message"))
}

escape_braces <- function(text) {
  out <- gsub("}", "}}", gsub("{", "{{", text, fixed = TRUE), fixed = TRUE)
  stats::setNames(out, names(text))
}

# The text of a bullet of an error of ours, or NULL.
bullet_of <- function(e, kind) if (kind %in% names(e$body)) e$body[[kind]]

# Called by the C layer: turns a status of the engine into a classed condition.
abort_engine <- function(status, message) {
  how <- switch(status,
    alloc = "Free memory, use a smaller `batch_size` or sparse data.",
    state = "Please report this with the code that led here.",
    NULL
  )
  abort_tn(message, status, how = how, call = NULL)
}

# Names as they stand in messages: "a" "b" as a vector, or in one string with commas.
quoted <- function(names) if (length(names) == 0) character() else paste0("\"", names, "\"")

quoted_list <- function(names) paste(quoted(names), collapse = ", ")

# The first of many.
some_of <- function(names, n = 6) {
  paste0(quoted_list(utils::head(names, n)), if (length(names) > n) paste0(" and ", length(names) - n, " more"))
}

# One line on what a value is, for the "x" bullet of an error.
describe <- function(x) {
  if (is.null(x)) return("It is NULL.")
  if (is_orphan(x)) return(paste0("It is of class ", class(x)[1], " of the package ", orphan_home(x), ", which is not there."))
  if (is.character(x) && length(x) == 1) return(paste0("It is ", encodeString(x, quote = "\""), "."))
  single <- is.atomic(x) && length(x) == 1 && is.null(dim(x)) && !is.factor(x) && !is_integer64(x)
  if (single) return(paste0("It is ", format(x), "."))
  dim <- tryCatch(dim(x), error = function(e) NULL) # an object of S4 may lack its slot
  size <- if (is.numeric(dim)) paste(dim, collapse = " x ") else tryCatch(paste("length", length(x)), error = function(e) "of no length")
  article <- if (grepl("^[aeio]", class(x)[1])) "an " else "a "
  paste0("It is ", article, class(x)[1], " (", size, ").")
}

# The same for a few numbers, which are shown.
describe_numbers <- function(x) {
  text <- if (is.numeric(x) || is.list(x) && !is.object(x)) deparse1(x)
  if (is.null(dim(x)) && !is.null(text) && nchar(text) <= 60) paste0("It is ", text, ".") else describe(x)
}
