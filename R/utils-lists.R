#' Lists side by side
#'
#' The first elements of all lists become a list, the second ones another, and so on.
#' @param ... Lists or vectors of one length; or one list of them. Named ones are matched by their names,
#'   those without names by position. The names of the arguments name the elements of the inner lists.
#' @returns A list as long as the given ones, with the names of the first.
#' @section Errors:
#' Lists of different lengths, names that differ, and repeated names are errors of class
#' `tildenet_error_argument`.
#' @examples
#' str(zip_lists(x = list(1, 2), y = list("a", "b")))
#' zip_lists(c(a = 1, b = 2), c(b = 20, a = 10))$b
#' @export
zip_lists <- function(...) {
  lists <- list(...)
  if (length(lists) == 1 && is_plain_list(lists[[1]])) lists <- lists[[1]]
  lists <- lapply(lists, as.list)
  if (length(unique(lengths(lists))) > 1) {
    abort_arg("...", "hold lists of one length", paste0("They have ", paste(lengths(lists), collapse = ", "), "."))
  }
  labels <- if (length(lists) > 0) names(lists[[1]])
  if (!is.null(labels)) check_names_to_match(labels)
  lists <- lapply(lists, function(x) {
    if (!setequal(names(x), labels)) {
      abort_arg("...", "hold lists with the same names, or without any", call = rlang::caller_env(3),
                given = paste("Names of one are", quoted_list(names(x) %||% ""), "and of the first",
                              quoted_list(labels %||% "")), how = "`unname()` makes them match by position.")
    }
    if (is.null(labels)) x else x[labels]
  })
  stats::setNames(.mapply(list, lists, NULL), labels)
}

check_names_to_match <- function(names, call = rlang::caller_env()) {
  wrong <- names[duplicated(names) | is.na(names) | names == ""]
  if (length(wrong) > 0) {
    abort_arg("...", "hold lists whose names are all different", paste0("One is ", quoted(wrong[1]), "."),
              "`unname()` makes them match by position.", call = call)
  }
}

# f(value, name) of each element, for what it raises. By place: a name is looked for the longer the more there are.
for_each_named <- function(x, f) for (i in seq_along(x)) f(x[[i]], names(x)[i])
