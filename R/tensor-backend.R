#' Tensor functions as members of one object
#'
#' Scripts say `K <- backend()` and then `K$mean(x)`, `K$clear_session()`: the functions `k_mean()`,
#' `k_clear_session()` and so on, by their names without `k_`. In scripts these are functions of Python:
#' `axis`, `axes` and `pattern` count from 0 here, from 1 in the `k_*` functions. -1 is the last axis in both.
#' @param convert Accepted for old scripts.
#' @returns An object; `names()` are its members.
#' @section Errors:
#' A member that is not there is an error of class `tildenet_error_unsupported`.
#' @examples
#' K <- backend()
#' K$sum(matrix(1:4, 2), axis = 0)
#' K$epsilon()
#' @export
backend <- function(convert = TRUE) {
  structure(list(), class = "tildenet_backend")
}

backend_members <- function() {
  sub("^k_", "", sort(grep("^k_", getNamespaceExports(topenv()), value = TRUE), method = "radix"))
}

#' @export
`$.tildenet_backend` <- function(x, name) {
  members <- backend_members()
  if (!name %in% members) {
    near <- near_name(name, members)
    abort_tn(paste0("`backend()$", name, "` is not available."), "unsupported", call = NULL,
             how = if (is.null(near)) "`names(backend())` are its members." else paste0("Did you mean \"", near, "\"?"))
  }
  axes_from_zero(paste0("k_", name))
}

#' @export
`[[.tildenet_backend` <- function(x, i, ...) `$.tildenet_backend`(x, i)

#' @export
names.tildenet_backend <- function(x) backend_members()

#' @export
print.tildenet_backend <- function(x, ...) {
  cat("<tensor functions: ", length(names(x)), " members, see names()>\n", sep = "")
  invisible(x)
}

# The function of that name with axes that count from 0: one with the same arguments, which hands them on.
axes_from_zero <- function(name) {
  arguments <- formals(get(name, envir = topenv()))
  given <- lapply(stats::setNames(nm = names(arguments)), as.name)
  names(given)[names(given) == "..."] <- ""
  places <- intersect(names(given), c("axis", "axes", "pattern"))
  given[places] <- lapply(given[places], function(arg) {
    bquote(if (missing(.(arg))) .(arg) else axis_from_python(.(arg)))
  })
  rlang::new_function(arguments, as.call(c(as.name(name), given)), topenv())
}

axis_from_python <- function(axis) {
  if (is.list(axis)) return(lapply(axis, axis_from_python))
  if (is.numeric(axis)) axis + (axis >= 0) else axis
}
