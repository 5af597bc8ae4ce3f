#' What members of a fit say by themselves
#'
#' A net of members (`"pack"`, `"committee"` or `"tabm"`, see [kms_nets]) predicts the mean of theirs. `type = "members"` gives what each of them
#' predicts, `type = "spread"` how far they are from each other: much where rows are unlike those that the fit has
#' seen. Of a fit of [kms_kcv()] the members are the networks of the folds, whatever their net.
#'
#' @details
#' **Shapes.** `"members"` gives a matrix (rows, members) of numbers in the units of the outcome; probabilities of labels as an array (rows,
#' members, labels), also of two labels and of several at once; several quantiles as an array (rows, members, quantiles). Members have the
#' order of `fit$members` and the number of the member as their name; folds are called `f1`, `f2` and so on. The attribute
#' `weights` holds their weights in the mean, which have the sum 1.
#'
#' `"spread"` gives a data frame (a tibble where that package is installed) with a row for each row of `newdata`. For numbers it has the columns
#' `fit`, the weighted mean of the members, and `sd`, their standard deviation, both in the units of the outcome. For quantiles
#' there are `fit.` and `sd.` with the name of each quantile, such as `fit.10%`; for labels `fit.` and `sd.` with the name of each label, of
#' its probability. One of several labels has before these `class`, the most probable label of the mean, and behind them `mutual_information`;
#' several labels at once have `mutual_information.` with the name of each label.
#'
#' **Measures.** The standard deviation takes the weights as shares: `sqrt(sum(w * (x - sum(w * x))^2))`, 0 for one member.
#' The mutual information of label and member is the entropy of the mean of the members' probabilities minus the mean of
#' the entropies of each, in nats: 0 where all say the same, however unsure they are, at most the log of the number of labels
#' (or members). It is the disagreement of Lakshminarayanan and others, the divergence of each member from the mean, summed over
#' members, divided by their number.
#'
#' **What it is not.** The spread is about the network, not about the outcome: an outcome that varies by itself has members that
#' agree, and their spread covers no share of outcomes. [kms_intervals] do.
#'
#' **The mean.** `fit` is what [predict()][predict.kms_fit] gives where the mean of members is not changed any more. Three things come after the mean
#' in `predict()` and are here done to each member: a temperature (`calibrate = TRUE`), the range of the training rows, in which numbers
#' stay, and the order of quantiles that cross.
#'
#' @section Errors:
#' A fit that has no members is an error of class `tildenet_error_argument`, and so are survival times: what members say of
#' them are curves, whose mean times have no mean of their own.
#' @source Lakshminarayanan, B., Pritzel, A. and Blundell, C. (2017), Simple and scalable predictive uncertainty estimation using deep
#'   ensembles, <https://arxiv.org/abs/1612.01474>. Mutual information: Houlsby, N. and others (2011), Bayesian active learning
#'   for classification and preference learning, <https://arxiv.org/abs/1112.5745>.
#' @seealso [predict.kms_fit()], [kms_intervals], [kms_nets]
#' @examples
#' fit <- kms(mpg ~ wt + hp, mtcars, net = "tabm", members = 4, units = 8, Nepochs = 60,
#'            seed = 1, verbose = 0)
#' fit$members[c("member", "epoch", "weight")]
#' new <- data.frame(wt = c(2, 3, 9), hp = c(90, 120, 400))
#' predict(fit, new, type = "members")
#' predict(fit, new, type = "spread")
#'
#' flowers <- kms_kcv(Species ~ ., iris, k_folds = 3, units = 8, Nepochs = 10, seed = 1, verbose = 0)
#' predict(flowers, iris[c(1, 71, 134), ], type = "spread")
#' @name kms_members
NULL

has_spread <- function(outcome) outcome$type != "survival"

# Why an outcome, or a fit, does not have the type.
spread_why <- function(outcome) {
  if (!has_spread(outcome)) return("Members of times say curves; `type = \"survival\"` gives that of their mean.")
  with_members <- names(Filter(function(net) !is.null(net$members), nets))
  paste0("Nets of members have it, ", quoted_list(with_members), ", and fits of `kms_kcv()`.")
}

is_members_type <- function(type) isTRUE(predict_types[[type]]$members)

# ---- numbers of members ----------------------------------------------------------------------------

# A row for each row of a request: the numbers of the first member, then those of the next.
predict_members <- function(asked) {
  output <- members_output(asked)
  members <- lapply(seq_len(dim(output)[2]), function(m) {
    one <- array(output[, m, ], dim(output)[-2])
    network_numbers(tempered(one, asked$outcome, asked$object$temperature), asked$outcome, asked$object$train_scale)
  })
  do.call(cbind, members)
}

# What the network has before the mean of members: (rows, members, units).
members_output <- function(asked) {
  model <- asked$object$model
  calls <- graph_calls(model$inputs, model$outputs)
  layers <- vapply(calls, function(call) call$layer$class_name, "")
  mean <- calls[[max(which(layers %in% c("GlobalAveragePooling1D", "Permute")))]] # see mean_calls()
  if (kms_n_rows(asked$x) == 0) return(array(0, c(0, nrow(asked$object$members), units_of(model))))
  kms_output(keras_model(model$inputs, mean$inputs[[1]]), asked$x, asked$batch_size, asked$verbose)
}

# A column of what a network says of rows for each label or quantile, with its name, or one of numbers.
network_numbers <- function(output, outcome, scale) {
  if (has_labels(outcome)) return(label_probabilities(output, outcome))
  if (has_quantiles(outcome)) return(sorted_quantiles(output, outcome, scale))
  as.matrix(unname(kms_fitted(output, outcome, scale)))
}

has_quantiles <- function(outcome) {
  is_numbers(outcome) && "quantile" %in% names(family_of(outcome)$types) && length(quantiles_of(outcome)) > 1
}

# The columns of network_numbers(), NULL for numbers.
number_names <- function(outcome) {
  if (has_labels(outcome)) label_text(outcome$labels) else if (has_quantiles(outcome)) quantile_names(quantiles_of(outcome))
}

# ---- results ---------------------------------------------------------------------------------------

# The members of a fit: list(names, weights).
fit_members <- function(object) list(names = make.unique(as.character(object$members$member)), weights = object$members$weight)

# values: as predict_members() gives them.
members_array <- function(values, outcome, members) {
  columns <- number_names(outcome)
  k <- length(members$names)
  all <- aperm(array(values, c(nrow(values), max(1, length(columns)), k)), c(1, 3, 2))
  shaped <- if (is.null(columns)) matrix(all, nrow(values), k, dimnames = list(NULL, members$names))
            else array(all, dim(all), list(NULL, members$names, columns))
  structure(shaped, weights = members$weights)
}

members_spread <- function(values, outcome, members) {
  columns <- number_names(outcome)
  w <- members$weights
  width <- max(1, length(columns))
  each <- lapply(seq_along(w), function(m) unname(values[, (m - 1) * width + seq_len(width), drop = FALSE]))
  mean <- weighted_sum(each, w)
  sd <- sqrt(weighted_sum(lapply(each, function(numbers) (numbers - mean)^2), w))
  frame <- function(name, numbers) {
    stats::setNames(as.data.frame(numbers), if (is.null(columns)) name else paste0(name, ".", columns))
  }
  out <- cbind(frame("fit", mean), frame("sd", sd))
  if (has_sets(outcome)) {
    class <- outcome_factor(max.col(mean, "first") - 1, outcome)
    out <- cbind(data.frame(class = class), out, mutual_information = rowSums(member_information(each, mean, w)))
  } else if (has_labels(outcome)) {
    information <- member_information(each, mean, w) + member_information(lapply(each, function(p) 1 - p), 1 - mean, w)
    out <- cbind(out, frame("mutual_information", information))
  }
  as_table(out)
}

weighted_sum <- function(parts, weights) Reduce(`+`, Map(`*`, parts, weights))

# What each label adds to the mutual information, a sum of divergences of members from the mean. each: list of probabilities
# (rows, labels).
member_information <- function(each, mean, weights) {
  log_of <- function(p) log(pmax(p, .Machine$double.xmin))
  weighted_sum(lapply(each, function(p) p * (log_of(p) - log_of(mean))), weights)
}
