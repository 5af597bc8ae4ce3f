#' The loss of members
#'
#' For nets whose output has an axis of members, as [layer_dense_packed()] and [layer_dense_ensemble()] give it: each
#' member is compared with the same targets, and the loss is the mean of the members' losses. Each member thus trains as
#' it would alone. Metrics are those of the mean over the members.
#' @param loss A name, a [loss function or object][loss_mean_squared_error()] with its settings. All losses that have a
#'   value for each sample will do: squared and absolute errors, crossentropies (sparse ones too), quantiles and so
#'   on; [loss_cox()] and functions of one's own will not.
#' @returns An object of class `tildenet_loss` for [compile()], which can be called:
#'   `loss_members("mse")(y_true, y_pred)` is the loss of the batch.
#' @section Shapes:
#' Predictions (samples, members, units), targets (samples, units); (samples) or (samples, 1) for one unit and for
#' sparse crossentropies. Targets are not copied for each member.
#' @section Errors:
#' Losses that are not of each sample by itself are errors of class `tildenet_error_argument`, predictions of other shapes
#' of class `tildenet_error_shape`.
#' @references Gorishniy, Y., Kotelnikov, A., Babenko, A. (2025), TabM: advancing tabular deep learning with
#'   parameter-efficient ensembling, ICLR, arXiv 2410.24210.
#' @examples
#' y <- matrix(c(0, 1), 2)
#' p <- array(c(0, 0, 1, 1), c(2, 2, 1))
#' loss_members("mean_squared_error")(y, p)
#' @export
loss_members <- function(loss) {
  if (missing(loss)) abort_missing_arg("loss", rlang::current_env())
  self <- self_of(resolve_loss(check_given_loss(loss)))
  if (is.null(self$kind) || self$kind == "cox") {
    abort_arg("loss", "have a value for each sample, and a name here",
              if (is.null(self$kind)) "It is a function of one's own." else "It is \"cox\", of all samples together.")
  }
  new_loss(self$kind, c(self$attrs[names(self$attrs) != "members"], list(members = 1)),
           reduction = self$reduction, name = self$name)
}

check_given_loss <- function(loss, call = rlang::caller_env()) {
  if (is.null(loss)) abort_arg("loss", "be a loss", "It is NULL.", call = call)
  loss
}

has_members <- function(loss) !is.null(loss) && isTRUE(self_of(loss)$attrs$members == 1)

# What the targets of an output are compared with: its shape without the members.
shape_for_targets <- function(loss, shape) if (has_members(loss) && length(shape) == 3) shape[-2] else shape

# What metrics judge: the mean over the members.
judged_output <- function(loss, output) {
  if (!has_members(loss)) return(output)
  emit_op("reduce", list(output), list(fn = "mean", axis = 1))[[1]]
}
