#' The order of levels as one number
#'
#' `ordinal(x)` is the place of each value among the levels of a factor, from 0 for the first level to 1 for the last. In
#' formulas it stands for the order of the levels alone; `ordinal(x) + factor(x, ordered = FALSE)` has their order and
#' what each of them does beside it, which is how [kms()] writes the ordered factors among the columns of `.`.
#'
#' @param x A factor, ordered or not; with `levels` any vector of labels.
#' @param levels The levels in their order; `NULL`: those of `x`.
#' @param unseen The number of values that are none of the levels; `NULL`: the mean of the others.
#'
#' @details
#' In a fit the levels are those of the training data, and a level that they do not have reads their mean.
#'
#' @returns Numbers from 0 to 1, one for each value of `x`; `NA` for a missing one.
#' @section Errors:
#' An `x` without levels is an error of class `tildenet_error_data`, `levels` that are not at least two different labels are
#' one of class `tildenet_error_argument`.
#' @seealso [kms()], [calendar()], [formula_specials]
#' @examples
#' size <- factor(c("small", "large", "medium", NA), c("small", "medium", "large"), ordered = TRUE)
#' ordinal(size)
#' ordinal(c("low", "high"), levels = c("low", "middle", "high"))
#' @export
ordinal <- function(x, levels = NULL, unseen = NULL) {
  call <- rlang::current_env()
  if (is.null(levels) && !is.factor(x)) {
    abort_arg("x", "be a factor", describe(x), "Or give the labels in their order as `levels`.", class = "data", call = call)
  }
  levels <- levels %||% base::levels(x)
  if (!is.atomic(levels) || length(levels) < 2 || anyNA(levels) || anyDuplicated(levels)) {
    abort_arg("levels", "be at least two different labels", describe(levels), call = call)
  }
  unseen <- check_number(unseen, "unseen", -Inf, null_ok = TRUE, call = call)
  place <- (label_match(x, levels) - 1) / (length(levels) - 1)
  unseen <- unseen %||% (if (all(is.na(place))) 0.5 else mean(place, na.rm = TRUE))
  place[is.na(place) & !is.na(x)] <- unseen
  structure(place, levels_in_order = levels, unseen = unseen, class = "tildenet_ordinal")
}

# How a fit repeats it. The name holds whatever is attached then.
#' @exportS3Method stats::makepredictcall tildenet_ordinal
makepredictcall.tildenet_ordinal <- function(var, call) {
  call[[1]] <- quote(tildenet::ordinal)
  call$levels <- attr(var, "levels_in_order")
  call$unseen <- attr(var, "unseen")
  call
}
