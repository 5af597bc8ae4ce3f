#' Losses of distributions, quantiles, ordered labels and survival times
#'
#' Losses for outcomes that are neither plain numbers nor plain labels. [kms()] takes them as `loss =`, by name
#' (`"gamma"`) or with their settings (`loss_quantile(quantiles = c(0.1, 0.5, 0.9))`), checks the outcome, gives the network
#' the output layer they need and [predict()][predict.kms_fit] the types that go with them. By hand they are
#' losses of [compile()] like the others.
#'
#' With y the target and m the predicted mean, a value for each sample; but for the last three a mean over the
#' columns:
#' * `loss_quantile()`: max(q (y - p), (q - 1) (y - p)), the pinball loss of the quantile p. One column for each
#'   of `quantiles`, from the lowest to the highest; a single one is that of every column.
#' * `loss_gamma()`: y/m + log m, minus the log density of the gamma distribution as far as it depends on m
#'   (whatever its dispersion). m > 0.
#' * `loss_tweedie()`: m^(2 - power) / (2 - power) - y m^(1 - power) / (1 - power): numbers with a lump at 0, such as
#'   claims; the variance is proportional to m^power. The power is given, not estimated.
#' * `loss_negative_binomial()`: minus the log density of counts with mean m and variance m + m^2 / theta.
#' * `loss_beta()`: minus the log density of the beta distribution with shapes m precision and (1 - m) precision: shares
#'   between 0 and 1, with variance m (1 - m) / (1 + precision).
#' * `loss_ordinal()`: -log of the probability of the label that is there, of the probabilities that
#'   [layer_ordinal()] gives.
#' * `loss_cox()`: minus the log partial likelihood of Cox with the ties of Efron, p the log of the hazard ratio.
#'   The rows at risk are those of the batch. `y_true` is the time of the event, or minus the time of
#'   censoring.
#' * `loss_discrete_time()`: -(y log p + (1 - y) log(1 - p)), summed over the intervals of time with y >= 0. p is
#'   the hazard, the probability of the event in an interval among those who reach it; y is 1 in the interval of the
#'   event, 0 in those lived through, -1 in those not reached or not seen to their end.
#'
#' Without `theta` or `precision` the last column of the predictions is it, as [layer_dispersion()] puts it there,
#' and is estimated with the rest by maximum likelihood; `y_true` then holds the outcome in each column.
#'
#' @param y_true,y_pred Arrays or tensors of one shape, (samples, columns). Without them the loss itself is
#'   returned.
#' @param quantiles Numbers between 0 and 1, at most 128, in any order.
#' @param power Number between 1 and 2: 1 would be the Poisson distribution, 2 the gamma.
#' @param theta,precision A number above 0, or `NULL` to estimate it.
#' @param intervals A whole number: how many intervals of time [kms()] makes, each with about as many events of the
#'   training rows. Other numbers, in increasing order: the inner ends of the intervals.
#' @param ... Not used.
#' @param reduction `"auto"` for the mean over samples, `"sum"` or `"none"`.
#' @param name Name of the loss.
#' @returns Without data an object for [compile()] or [kms()]; with data one value per sample.
#' @section Errors:
#' Settings out of their range are errors of class `tildenet_error_argument`, predictions of another number of
#' columns of class `tildenet_error_shape`.
#' @source Koenker, R., Bassett, G. (1978), Regression quantiles, Econometrica 46. Dunn, P., Smyth, G. (2005), Series
#'   evaluation of Tweedie exponential dispersion model densities, Statistics and Computing 15. Ferrari, S.,
#'   Cribari-Neto, F. (2004), Beta regression, Journal of Applied Statistics 31. McCullagh, P. (1980), Regression models
#'   for ordinal data, JRSS B 42. Efron, B. (1977), The efficiency of Cox's likelihood function, JASA 72.
#'   Gensheimer, M., Narasimhan, B. (2019), A scalable discrete-time survival model for neural networks, PeerJ 7.
#' @seealso [kms_families] for what [kms()] makes of them.
#' @examples
#' loss_quantile(matrix(c(1, 1), 1), matrix(c(0, 3), 1), quantiles = c(0.1, 0.9))
#' loss_cox(matrix(c(2, 1, -3)), matrix(c(0, 1, 0)))
#' @name loss_families
NULL

#' @rdname loss_families
#' @export
loss_quantile <- function(y_true, y_pred, quantiles = 0.5, ..., reduction = "auto", name = "quantile") {
  quantiles <- check_numbers(quantiles, "quantiles", rlang::current_env())
  if (!length(quantiles) %in% 1:128 || !isTRUE(all(quantiles > 0 & quantiles < 1))) {
    abort_arg("quantiles", "hold 1 to 128 numbers between 0 and 1", describe_numbers(quantiles))
  }
  loss_function("quantile", y_true, y_pred, list(quantiles = sort(unique(quantiles))), reduction, name)
}

#' @rdname loss_families
#' @export
loss_gamma <- function(y_true, y_pred, ..., reduction = "auto", name = "gamma") {
  loss_function("gamma", y_true, y_pred, list(), reduction, name)
}

#' @rdname loss_families
#' @export
loss_tweedie <- function(y_true, y_pred, power = 1.5, ..., reduction = "auto", name = "tweedie") {
  power <- check_number(power, "power", 1, 2)
  if (power %in% c(1, 2)) {
    abort_arg("power", "lie between 1 and 2", paste0("It is ", power, "."),
              paste0("That is the loss ", if (power == 1) "\"poisson\"." else "\"gamma\"."))
  }
  loss_function("tweedie", y_true, y_pred, list(power = power), reduction, name)
}

#' @rdname loss_families
#' @export
loss_negative_binomial <- function(y_true, y_pred, theta = NULL, ..., reduction = "auto",
                                   name = "negative_binomial") {
  attrs <- if (is.null(theta)) list() else list(theta = check_number(theta, "theta", 0, open = TRUE))
  loss_function("negative_binomial", y_true, y_pred, attrs, reduction, name)
}

#' @rdname loss_families
#' @export
loss_beta <- function(y_true, y_pred, precision = NULL, ..., reduction = "auto", name = "beta") {
  attrs <- if (is.null(precision)) list() else list(precision = check_number(precision, "precision", 0, open = TRUE))
  loss_function("beta", y_true, y_pred, attrs, reduction, name)
}

#' @rdname loss_families
#' @export
loss_ordinal <- function(y_true, y_pred, ..., reduction = "auto", name = "ordinal") {
  loss_function("ordinal", y_true, y_pred, list(), reduction, name)
}

#' @rdname loss_families
#' @export
loss_cox <- function(y_true, y_pred, ..., reduction = "auto", name = "cox") {
  loss_function("cox", y_true, y_pred, list(), reduction, name)
}

#' @rdname loss_families
#' @export
loss_discrete_time <- function(y_true, y_pred, intervals = 10, ..., reduction = "auto",
                               name = "discrete_time") {
  intervals <- check_numbers(intervals, "intervals", rlang::current_env())
  if (length(intervals) == 0 || !is_increasing(c(0, intervals))) {
    abort_arg("intervals", "be a number of intervals or increasing times above 0", describe_numbers(intervals))
  }
  loss_function("discrete_time", y_true, y_pred, list(intervals = intervals), reduction, name)
}

is_increasing <- function(x) all(is.finite(x)) && !is.unsorted(x, strictly = TRUE)

# ---- families of R ---------------------------------------------------------------------------------

# The loss of an object such as Gamma("log"), as glm() takes it. Each has one link here.
family_losses <- list(
  gaussian = list(link = "identity", loss = "mean_squared_error"),
  binomial = list(link = "logit", loss = "binary_crossentropy"),
  poisson = list(link = "log", loss = "poisson"),
  Gamma = list(link = "log", loss = "gamma"),
  "Negative Binomial" = list(link = "log", loss = "negative_binomial")
)

loss_of_family <- function(family, call) {
  name <- sub("[(].*$", "", family$family)
  known <- family_losses[[name]]
  if (is.null(known) || !identical(family$link, known$link)) {
    links <- vapply(family_losses, `[[`, "", "link")
    abort_arg("loss", "be a family that there is a loss for", paste0("It is ", family$family, " with link ", family$link, "."),
              paste0("Known are ", paste0(names(links), " (", links, ")", collapse = ", "), "."), call = call)
  }
  theta <- suppressWarnings(as.numeric(sub("^.*[(](.*)[)]$", "\\1", family$family)))
  new_loss(known$loss, if (!is.na(theta)) list(theta = theta) else list())
}
