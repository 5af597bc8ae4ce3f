# Families: what kind of outcome a loss is for, and what follows from it. kms(), predict() and the methods of a fit
# read this table; none of them asks for a loss by name.
#
# The outcome of a design (see design-outcome.R) has the name of its family in `family` and what the family keeps, such
# as quantiles or intervals, in `settings`. A numeric outcome without one is "gaussian"; labels are "labels", whose
# parts are those of the outcome's type; of ordered labels the family has the output layer.
#
#   check       function(outcome, y, attrs, call): the outcome of this family for y, or an error; attrs: of the loss
#   settle      function(outcome, y): the outcome with what the training rows say
#   scaled      whether the outcome is put on the scale of training
#   activation  of the output layer; NULL: as for any labels
#   units       function(outcome): of the output layer; NULL: as for any labels. columns: the same behind the head
#   bias        whether the output layer has one
#   head        function(outcome): layer calls behind the output layer
#   start       function(y, offset, w, outcome): where the output's bias starts
#   targets     function(y, outcome, scale, columns): of the network
#   metrics     of the network by default
#   response    function(output, outcome, scale): numbers in outcome units
#   anchors     function(output, outcome, scale): what intervals are drawn around, see interval_anchors()
#   range       of the outcome, which intervals keep to; counts: whether it may be whole numbers that they end on
#   link        function(output): what entered the activation, of a network that is not ours
#   types       predict types of its own: function(output, outcome, scale, ...) by name
#   deviance    function(y, mu, outcome): unit deviances; variance: function(mu, outcome)
#   measures    function(y, output, outcome, scale): list of further measures of the test rows, names in family_measures
#   null        function(targets, w, outcome): what the network gives for any row when the training rows' targets, a matrix,
#               and their weights are all that is known
#   learn       function(outcome, model, x, y): the outcome with what is known after training
#   whole       whether the rows of a batch are compared with each other: by default it holds them all
#   words       function(outcome): what print() says beside its name
#   about       what save_c() says of the number; NULL: there is no single one, and no file either

outcome_family <- function(check = NULL, settle = NULL, scaled = FALSE, activation = "linear",
                           units = function(outcome) 1, columns = NULL, bias = TRUE, head = NULL, start = NULL,
                           targets = repeated_targets, metrics = NULL, response = first_column,
                           anchors = response, range = c(-Inf, Inf), counts = FALSE, link = identity, types = list(), deviance = NULL, variance = NULL,
                           measures = NULL, null = weighted_means, learn = NULL, whole = FALSE, words = NULL, about = ", in its units") {
  as.list(environment())
}

weighted_means <- function(targets, w, outcome) colSums(w * targets) / sum(w)

first_column <- function(output, outcome, scale) output[, 1]

# The outcome once for each column that the network gives.
repeated_targets <- function(y, outcome, scale, columns) if (columns > 1) matrix(y, length(y), columns) else y

# ---- numbers ---------------------------------------------------------------------------------------

# Positive means, the exponential of what the network sums up.
mean_family <- function(check, deviance, variance, ...) {
  outcome_family(check = check, activation = "exponential", start = start_log_mean, range = c(0, Inf), link = log,
                 deviance = deviance, variance = variance, ...)
}

# The log of the mean (over the exposure of the offset). From 0 a mean of 1,000 would be many steps away.
start_log_mean <- function(y, offset, w, outcome) {
  mean <- sum(w * y) / sum(w * exp(offset))
  if (mean > 0 && is.finite(mean)) log(mean)
}

start_logit_mean <- function(y, offset, w, outcome) {
  mean <- stats::weighted.mean(y, w)
  if (mean > 0 && mean < 1) stats::qlogis(mean) - stats::weighted.mean(offset, w)
}

# A numeric outcome whose values lie where `within` says.
numbers_check <- function(family, within, must) {
  function(outcome, y, attrs, call) {
    plain <- is.numeric(y) && !is.matrix(y)
    if (!plain || !all(within(y))) {
      given <- if (!plain) describe(y) else paste0("It holds ", format(y[!within(y)][1]), ".")
      abort_tn(paste0("With the loss \"", family, "\" the outcome `", outcome$name, "` must hold ", must, "."), "outcome",
               call = call, given = given)
    }
    numeric_outcome(outcome, loss_table[[family]]$family, attrs)
  }
}

numeric_outcome <- function(outcome, family, attrs) {
  outcome$type <- "continuous"
  outcome["labels"] <- list(NULL)
  outcome$family <- family
  outcome$settings <- attrs
  outcome
}

# A family with a second number, theta or the precision: it stands behind the means and is estimated unless the loss
# has it. density: function(y, mu, shape), its log.
with_shape <- function(name, density, family) {
  estimated <- function(outcome) is.null(outcome$settings[[name]])
  utils::modifyList(family, list(
    columns = function(outcome) 1 + estimated(outcome),
    head = function(outcome) if (estimated(outcome)) list(list(layer = "layer_dispersion", args = list())),
    null = function(targets, w, outcome) {
      mean <- weighted_means(targets[, 1, drop = FALSE], w, outcome)
      c(mean, if (estimated(outcome)) likely_shape(function(shape) sum(w * density(targets[, 1], mean, shape))))
    },
    learn = function(outcome, model, ...) {
      if (estimated(outcome)) outcome$learnt <- list(shape = shape_estimate(model))
      outcome
    },
    words = function(outcome) {
      value <- shape_of(outcome)
      if (!is.null(value)) paste(name, format(value, digits = 4), if (estimated(outcome)) "estimated" else "given")
    }))
}

# Where a log likelihood is highest; above exp(10) shapes make no difference that is worth to be seen.
likely_shape <- function(log_likelihood) {
  exp(stats::optimize(function(log_shape) log_likelihood(exp(log_shape)), c(-10, 10), maximum = TRUE, tol = 1e-6)$maximum)
}

shape_of <- function(outcome) outcome$settings$theta %||% outcome$settings$precision %||% outcome$learnt$shape

# A network of the user's has it in its last column, from whatever layer.
shape_estimate <- function(model) {
  layers <- Filter(function(layer) inherits(layer, "Dispersion"), model$layers)
  if (length(layers) == 0) NA_real_ else exp(as.numeric(get_weights(layers[[length(layers)]])[[1]]))
}

# The crossentropies are for labels. The binary one also takes numbers that are shares.
labels_check <- function(outcome, y, attrs, call) {
  if (!is_numbers(outcome)) return(outcome)
  abort_tn(paste0("With a categorical crossentropy the outcome `", outcome$name, "` must hold labels."), "outcome",
           call = call, given = paste0("It is ", outcome$type, "."), how = "factor() makes labels of numbers.")
}

share_check <- function(outcome, y, attrs, call) {
  if (!is_numbers(outcome)) return(outcome)
  numbers_check("binary_crossentropy", function(y) y >= 0 & y <= 1, "labels, or shares from 0 to 1")(outcome, y, attrs, call)
}

log_beta <- function(y, mu, shape) stats::dbeta(y, mu * shape, (1 - mu) * shape, log = TRUE)

tweedie_power <- function(outcome) outcome$settings$power %||% 1.5

tweedie_deviance <- function(y, mu, outcome) {
  p <- tweedie_power(outcome)
  2 * (y^(2 - p) / ((1 - p) * (2 - p)) - y * mu^(1 - p) / (1 - p) + mu^(2 - p) / (2 - p))
}

glm_deviance <- function(family, within = identity) {
  family <- family()
  function(y, mu, outcome) family$dev.resids(y, within(mu), rep(1, length(y)))
}

# ---- quantiles -------------------------------------------------------------------------------------

quantiles_of <- function(outcome) outcome$settings$quantiles %||% 0.5

# The columns in order of the quantiles: sorted within a row, so that none crosses another. Sorting brings the
# quantiles of a row nearer to the true ones (Chernozhukov and others, 2010) and changes none that did not cross.
sorted_quantiles <- function(output, outcome, scale, times = NULL) {
  q <- scale_outcome_undo(output, scale)
  if (ncol(q) > 1 && nrow(q) > 0) {
    lost <- rowSums(is.na(q)) > 0
    q[!lost, ] <- matrix(q[!lost, ][order(row(q)[!lost, ], q[!lost, ])], ncol = ncol(q), byrow = TRUE)
  }
  colnames(q) <- quantile_names(quantiles_of(outcome))
  q
}

quantile_names <- function(q) paste0(short_numbers(100 * q), "%")

short_numbers <- function(x) format(x, trim = TRUE, digits = 7, drop0trailing = TRUE)

# The numbers of least loss for all rows.
least_pinball <- function(y, quantiles, w) {
  order <- order(y)
  y[order][findInterval(quantiles - 1e-9, cumsum(w[order]) / sum(w)) + 1]
}

# The one nearest to the median.
middle_quantile <- function(output, outcome, scale) {
  unname(sorted_quantiles(output, outcome, scale)[, which.min(abs(quantiles_of(outcome) - 0.5))])
}

quantile_measures <- function(y, output, outcome, scale) {
  q <- sorted_quantiles(output, outcome, scale)
  wanted <- quantiles_of(outcome)
  error <- as.numeric(y) - q
  share <- matrix(wanted, nrow(q), ncol(q), byrow = TRUE)
  list(pinball = mean(pmax(share * error, (share - 1) * error)), coverage = colMeans(error <= 0))
}

# ---- ordered labels --------------------------------------------------------------------------------

ordinal_check <- function(outcome, y, attrs, call) {
  if (is.matrix(y) || is.character(y)) {
    abort_tn(paste0("With the loss \"ordinal\" the outcome `", outcome$name, "` must hold labels in an order."), "outcome",
             given = describe(y), how = "Make it a factor whose levels are in order, or numbers.", call = call)
  }
  values <- sort(unique(y))
  outcome[c("type", "labels", "n_values")] <- list(if (length(values) == 2) "binary" else "multinomial", values, length(values))
  outcome$family <- "ordinal"
  outcome
}

# Cutpoints start where the shares of the labels put them; half a row is given to each, so that none is empty.
ordinal_settle <- function(outcome, y) {
  rows <- tabulate(outcome_codes(y, outcome) + 1, outcome$n_values) + 0.5
  outcome$settings$cutpoints <- stats::qlogis(cumsum(rows / sum(rows)))[-outcome$n_values]
  outcome
}

ordinal_head <- function(outcome) {
  list(list(layer = "layer_ordinal", args = list(units = outcome$n_values, cutpoints = outcome$settings$cutpoints)))
}

# ---- the table -------------------------------------------------------------------------------------

outcome_families <- list(
  labels = outcome_family(labels_check, activation = NULL, units = NULL),
  gaussian = outcome_family(
    scaled = TRUE, metrics = c("mean_absolute_error", "mean_absolute_percentage_error"),
    targets = function(y, outcome, scale, columns) scale_outcome_apply(y, scale),
    response = function(output, outcome, scale) scale_outcome_undo(output[, 1], scale),
    deviance = function(y, mu, outcome) (y - mu)^2, variance = function(mu, outcome) 1),
  poisson = mean_family(
    numbers_check("poisson", function(y) y >= 0, "numbers of at least 0"),
    glm_deviance(stats::poisson, function(mu) pmax(mu, session$epsilon)),
    function(mu, outcome) pmax(mu, session$epsilon), about = ", the mean of the counts", metrics = "mean_absolute_error",
    counts = TRUE),
  gamma = mean_family(
    numbers_check("gamma", function(y) y > 0, "numbers above 0"),
    glm_deviance(stats::Gamma), function(mu, outcome) mu^2, metrics = "mean_absolute_error"),
  tweedie = mean_family(
    numbers_check("tweedie", function(y) y >= 0, "numbers of at least 0"),
    tweedie_deviance, function(mu, outcome) mu^tweedie_power(outcome),
    words = function(outcome) paste("power", tweedie_power(outcome)), metrics = "mean_absolute_error"),
  negative_binomial = with_shape("theta", function(y, mu, shape) stats::dnbinom(y, shape, mu = mu, log = TRUE), mean_family(
    numbers_check("negative_binomial", function(y) y >= 0 & y == round(y), "whole numbers of at least 0"),
    function(y, mu, outcome) {
      theta <- shape_of(outcome)
      2 * (y * log(pmax(y, 1) / mu) - (y + theta) * log((y + theta) / (mu + theta)))
    },
    function(mu, outcome) mu + mu^2 / shape_of(outcome), counts = TRUE)),
  beta = with_shape("precision", log_beta, outcome_family(
    numbers_check("beta", function(y) y > 0 & y < 1, "shares above 0 and below 1"),
    activation = "sigmoid", start = start_logit_mean, range = c(0, 1), link = stats::qlogis,
    deviance = function(y, mu, outcome) {
      phi <- shape_of(outcome)
      pmax(2 * (log_beta(y, y, phi) - log_beta(y, mu, phi)), 0)
    },
    variance = function(mu, outcome) mu * (1 - mu) / (1 + shape_of(outcome)))),
  share = outcome_family(
    share_check, activation = "sigmoid", start = start_logit_mean, range = c(0, 1), link = stats::qlogis,
    metrics = "mean_absolute_error",
    deviance = glm_deviance(stats::binomial), variance = function(mu, outcome) mu * (1 - mu)),
  quantile = outcome_family(
    numbers_check("quantile", function(y) !is_unheld(y), "numbers"),
    scaled = TRUE, units = function(outcome) length(quantiles_of(outcome)),
    targets = function(y, outcome, scale, columns) repeated_targets(scale_outcome_apply(y, scale), outcome, scale, columns),
    response = middle_quantile, anchors = sorted_quantiles, about = NULL,
    words = function(outcome) paste(quantile_names(quantiles_of(outcome)), collapse = ", "),
    types = list(quantile = sorted_quantiles), measures = quantile_measures,
    null = function(targets, w, outcome) least_pinball(targets[, 1], quantiles_of(outcome), w)),
  ordinal = outcome_family(
    ordinal_check, ordinal_settle, columns = function(outcome) outcome$n_values, bias = FALSE, head = ordinal_head),
  cox = outcome_family(
    survival_check("cox"), bias = FALSE, targets = signed_ranks, learn = cox_learn, response = cox_mean_time,
    null = function(targets, w, outcome) 0,
    types = list(survival = cox_survival, hazard = cox_hazard), measures = survival_measures, whole = TRUE, about = NULL),
  discrete_time = outcome_family(
    survival_check("discrete_time"), discrete_settle, activation = "sigmoid",
    units = function(outcome) length(outcome$settings$breaks), start = start_hazard, link = stats::qlogis,
    targets = interval_targets, response = discrete_mean_time, null = mean_hazards,
    types = list(survival = discrete_survival, hazard = discrete_hazard), measures = survival_measures, about = NULL,
    words = function(outcome) paste(length(outcome$settings$breaks), "intervals"))
)

# Elements of a fit with test rows.
family_measures <- c("pinball", "coverage", "concordance")

# Numbers and times, as against labels.
is_numbers <- function(outcome) outcome$type %in% c("continuous", "survival")

# ", quantile (10%, 90%)": the family of an outcome, for people; nothing of plain numbers and labels.
family_words <- function(outcome) {
  if (is.null(outcome$family)) return("")
  words <- family_of(outcome)$words
  more <- if (!is.null(words)) words(outcome)
  paste0(", ", outcome$family, if (length(more) > 0) paste0(" (", more, ")"))
}

family_of <- function(outcome) {
  outcome_families[[outcome$family %||% if (outcome$type == "continuous") "gaussian" else "labels"]]
}

# What the loss makes of the outcome. loss: of kms() or of a model given, NULL when not said.
outcome_of_loss <- function(outcome, y, loss, call) {
  if (is.null(loss)) return(outcome)
  loss <- resolve_loss(loss, call)
  family <- if (!is.null(loss$kind)) loss_table[[loss$kind]]$family
  if (is.null(family) && outcome$type != "survival") return(outcome)
  if (is.null(family)) {
    abort_arg("loss", "be \"cox\" or \"discrete_time\" for Surv() on the left", paste0("It is \"", loss$kind %||% "own", "\"."),
              call = call)
  }
  outcome_families[[family]]$check(outcome, y, loss$attrs, call)
}
