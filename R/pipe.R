#' Pipe
#'
#' See [magrittr::%>%].
#' @name %>%
#' @rdname pipe
#' @importFrom magrittr %>%
#' @export %>%
#' @param lhs,rhs A value, and a call of a function with it.
#' @returns What the call gives.
#' @examples
#' c(1, 4) %>% sqrt()
NULL
