#' Outcomes of kms() besides numbers and labels
#'
#' The `loss` of [kms()] says what kind of outcome there is. Each of these is fitted by the likelihood (or the check
#' function) of [loss_families], with the output layer it needs; without hidden layers the fit is that of the regression
#' named. `offset()` in the formula is added to the link.
#'
#' | `loss` | outcome | link | given or estimated | without hidden layers |
#' |---|---|---|---|---|
#' | `"poisson"` | counts, numbers of at least 0 | log | | `glm(family = poisson)` |
#' | `"gamma"` | numbers above 0 | log | | `glm(family = Gamma("log"))` |
#' | `"tweedie"`, `loss_tweedie(power)` | numbers of at least 0 | log | the power is given, 1.5 | `mgcv::gam(family = Tweedie(power))` |
#' | `"negative_binomial"`, `loss_negative_binomial(theta)` | whole counts | log | theta is estimated unless given | `MASS::glm.nb()` |
#' | `"beta"`, `loss_beta(precision)` | shares inside 0 to 1 | logit | the precision is estimated unless given | beta regression |
#' | `"binary_crossentropy"` | shares from 0 to 1 | logit | | `glm(family = quasibinomial)` |
#' | `loss_quantile(quantiles)` | numbers | identity | | `quantreg::rq()` |
#' | `"ordinal"` | a factor or numbers with an order | logit | cutpoints are estimated | `MASS::polr()` |
#' | `"cox"` | `Surv(time, status)` | log | baseline hazard is estimated | `survival::coxph()` |
#' | `"discrete_time"`, `loss_discrete_time(intervals)` | `Surv(time, status)` | logit | intervals from the times of events | a logistic regression for each interval |
#'
#' Families as [stats::glm()] takes them stand for the loss with their link: `Gamma("log")`, `poisson()`, `gaussian()`,
#' `binomial()`, `MASS::negative.binomial(2)`.
#'
#' @details
#' **Means.** Counts, gamma, Tweedie and beta are not scaled; the output starts at the link of the mean of the training
#' rows. Estimated numbers (theta, the precision) are weights of the network behind its last layer, see
#' [layer_dispersion()].
#'
#' **Quantiles.** There is an output for each quantile. They are sorted within a row before they are given, so that none
#' crosses another: such a rearrangement is never further from the true quantiles than what came from the
#' network, and changes nothing where that did not cross. The number predicted by default is the quantile nearest to
#' the median; `predict(type = "quantile")` gives a matrix with a column for each, named `"10%"`. Measures of the test
#' rows: `pinball`, the mean loss in outcome units, and `coverage`, the share of rows at or below each quantile.
#'
#' **Ordered labels.** P(y <= k) = plogis(c_k - eta) with one eta a row and increasing cutpoints, see
#' [layer_ordinal()]. An ordered factor is ordinal only with this loss; without it labels have no order.
#' Predictions, probabilities and the confusion are those of labels. `"link"` is eta.
#'
#' **Cox.** By default a batch holds all training rows, so that the partial likelihood is that of Cox, with ties as
#' Efron has them; with a `batch_size` the rows at risk are those of the batch. After training the cumulative
#' baseline hazard is estimated from the training rows (Breslow, with Efron's correction for ties). `weights` are
#' refused: the rows of a batch are compared with each other.
#'
#' **Discrete time.** The intervals end at quantiles of the times of events, 10 of them or `intervals`, the last with the
#' last event. The network has an output for each, the probability of the event in it among those who reach it, which
#' may change over time as it likes (no proportional hazards). A row that is censored in an interval counts for
#' those before.
#'
#' **Predictions of times.** The number predicted is the mean time until the last time seen in training (the area under the
#' curve of survival). The measure of the test rows is `concordance`, Harrell's C: of the pairs in which it is known
#' whose event came first the share that is in the right order, equal predictions counted half.
#' Types of [predict()][predict.kms_fit]:
#'   * `"survival"`: a matrix with a column for each of `times`, the probability to live longer. Without `times`: the
#'     times of events (Cox), the ends of the intervals (discrete time; between them on straight lines);
#'   * `"hazard"`: Cox: exp(link), the hazard relative to a row whose network gives 0; discrete time: a matrix, the
#'     probability of the event in each interval.
#'
#' @section Errors:
#' Outcomes that a family has no room for are errors of class `tildenet_error_outcome`: numbers outside its range, text
#' as ordered labels, Surv() that is not right censored, labels with a loss for numbers and the other way round.
#' @source Chernozhukov, V., Fernandez-Val, I., Galichon, A. (2010), Quantile and probability curves without crossing,
#'   Econometrica 78. Harrell, F. and others (1982), Evaluating the yield of medical tests, JAMA 247.
#' @seealso [kms()], [loss_families]
#' @examples
#' span <- kms(mpg ~ wt + hp, mtcars, loss = loss_quantile(quantiles = c(0.1, 0.5, 0.9)),
#'             N_layers = 1, units = 8, Nepochs = 20, seed = 1, verbose = 0)
#' predict(span, mtcars[1:3, ], type = "quantile")
#'
#' kms(carb ~ wt + hp, mtcars, loss = "negative_binomial", N_layers = 1, units = 8, Nepochs = 5,
#'     seed = 1, verbose = 0)
#' @name kms_families
NULL
