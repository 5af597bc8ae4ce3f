#' Kinds of networks of kms()
#'
#' `kms(..., net = )` chooses by name what stands between the columns and the output layer, and how it is trained.
#' [glance()][tidy.kms_fit] says which net a fit has.
#'
#' * `"dense"`, as without `net`: the dense layers that the arguments of [kms()] describe.
#'
#' @section Errors:
#' A `net` that there is not, one beside `keras_model_seq`, and an argument that the net has no place for are errors of
#' class `tildenet_error_argument`.
#' @examples
#' fit <- kms(Species ~ ., iris, net = "dense", Nepochs = 5, seed = 1, verbose = 0)
#' glance(fit)$net
#' @name kms_nets
NULL
