# The result of evaluate(): numbers with names that serve where scripts expect a list and where they
# expect a vector.

# values: named list; a metric with several values repeats its name.
new_evaluation <- function(values) {
  names <- rep(names(values), lengths(values))
  structure(as.numeric(unlist(values, use.names = FALSE)), names = names,
            class = "tildenet_evaluation")
}

evaluation_numbers <- function(x) unclass(x)

#' @export
`$.tildenet_evaluation` <- function(x, name) {
  at <- series_find(name, names(x))
  if (length(at) == 0) NULL else unname(evaluation_numbers(x)[at])
}

#' @export
`[[.tildenet_evaluation` <- function(x, i, ...) {
  if (!is.character(i)) return(evaluation_numbers(x)[[i]])
  at <- series_find(i, names(x))
  if (length(at) == 0) {
    abort_arg("i", paste("be one of", quoted_list(names(x))), describe(i),
              call = rlang::caller_env())
  }
  unname(evaluation_numbers(x)[at])
}

#' @export
`[.tildenet_evaluation` <- function(x, i) {
  if (is.character(i)) {
    found <- lapply(i, series_find, names = names(x))
    missing <- lengths(found) == 0
    if (any(missing)) x[[i[missing][1]]] # says which there are
    i <- unlist(found)
  }
  structure(evaluation_numbers(x)[i], class = "tildenet_evaluation")
}

#' @export
Ops.tildenet_evaluation <- function(e1, e2) {
  operator <- get(.Generic, mode = "function")
  plain <- function(e) if (inherits(e, "tildenet_evaluation")) evaluation_numbers(e) else e
  if (missing(e2)) operator(plain(e1)) else operator(plain(e1), plain(e2))
}

#' @export
Math.tildenet_evaluation <- function(x, ...) {
  get(.Generic, mode = "function")(evaluation_numbers(x), ...)
}

#' @export
as.list.tildenet_evaluation <- function(x, ...) as.list(evaluation_numbers(x))

#' @export
as.data.frame.tildenet_evaluation <- function(x, ...) {
  as.data.frame(as.list(evaluation_numbers(x)), ...)
}

#' @export
format.tildenet_evaluation <- function(x, ...) format(evaluation_numbers(x), ...)

#' @export
print.tildenet_evaluation <- function(x, ...) {
  print(evaluation_numbers(x), ...)
  invisible(x)
}

# For %<-%: the values one by one.
#' @importFrom zeallot destructure
#' @export
destructure.tildenet_evaluation <- function(x) unname(as.list(evaluation_numbers(x)))
