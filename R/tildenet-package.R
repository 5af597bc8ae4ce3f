#' tildenet: neural networks from a formula
#'
#' [kms()] fits a net from a formula and a data frame; [keras_model_sequential()] and the `layer_*()`
#' functions build one by hand.
#' @useDynLib tildenet, .registration = TRUE
#' @importFrom stats predict
#' @importFrom R6 R6Class
#' @keywords internal
"_PACKAGE"

# Found in the data by ggplot2. The pronoun of rlang, were it imported, would load rlang with this package: a third
# of the time that library() takes.
utils::globalVariables(".data")
