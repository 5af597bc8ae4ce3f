#' Assign the parts of a list
#'
#' Multiple assignment as in package zeallot: nested `c()` on the left, `.` skips a part, `...rest` takes what is left.
#' @name %<-%
#' @rdname multi-assign
#' @importFrom zeallot %<-%
#' @export %<-%
#' @param x Names in `c()`, nested as the value is.
#' @param value A list or vector.
#' @returns The value, invisibly; used for the assignment.
#' @examples
#' c(c(x_train, y_train), c(x_test, y_test)) %<-% list(list(1:3, 4:6), list(7, 8))
#' y_train
NULL
