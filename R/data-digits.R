#' Handwritten digits, 8 x 8
#'
#' 1,797 digits as grey levels, small enough to train on in seconds.
#'
#' @details The file `digits.csv.gz` (or `digits.csv`) is looked for where [dataset_movies()] looks.
#' @returns A data frame with `label` (0 to 9) and the pixels `p00` to `p77`, row by row, integers from 0
#'   (white) to 16 (black).
#' @section Errors:
#' As for [dataset_movies()].
#' @source Alpaydin, E. and Kaynak, C. (1998). Optical Recognition of Handwritten Digits, the test part.
#'   UCI Machine Learning Repository, CC BY 4.0.
#' @examples
#' digits <- try(dataset_digits(), silent = TRUE)
#' if (is.data.frame(digits)) {
#'   image(matrix(as.numeric(digits[1, -1]), 8)[, 8:1], col = gray(16:0 / 16), axes = FALSE, asp = 1)
#' }
#' @export
dataset_digits <- function() {
  pixels <- sprintf("p%d%d", rep(0:7, each = 8), 0:7)
  columns <- stats::setNames(rep("integer", 65), c("label", pixels))
  data_table("digits", columns, paste0(
    "The digits are those of the test part of UCI's Optical Recognition of Handwritten Digits."),
    rlang::current_env())
}
