# Times until an event, some of them censored: `Surv(time, status)` on the left, and the two families for them. Their
# rows are matrices (time, status), without the class of the package survival, which need not be there.

outcome_times <- function(y, name, call) {
  if (!identical(attr(y, "type"), "right")) {
    abort_tn(paste0("The outcome `", name, "` must be times of events or of censoring, Surv(time, status)."), "outcome",
             given = paste0("It is a Surv of type ", deparse1(attr(y, "type")), "."), call = call)
  }
  y <- times_matrix(y)
  if (!all(is.finite(y)) || any(y[, "time"] < 0)) {
    abort_tn(paste0("The times of the outcome `", name, "` must be finite and not negative."), "outcome", call = call,
             given = paste0("The smallest is ", format(min(y[, "time"])), "."))
  }
  if (!any(y[, "status"] == 1)) {
    abort_tn(paste0("The outcome `", name, "` must have an event."), "outcome", call = call,
             given = "All times are censored.", how = "`status` is 1 or TRUE for an event.")
  }
  list(name = name, type = "survival", n_values = length(unique(y[, "time"])), labels = NULL, family = "cox")
}

times_matrix <- function(y) {
  y <- unclass(y)
  matrix(as.numeric(y[, c(1, ncol(y))]), ncol = 2, dimnames = list(NULL, c("time", "status")))
}

# As users gave it.
outcome_shown <- function(y, outcome) {
  if (outcome$type != "survival" || is.null(y)) return(y)
  structure(y, class = "Surv", type = "right")
}

survival_check <- function(family) {
  function(outcome, y, attrs, call) {
    if (outcome$type != "survival") {
      abort_tn(paste0("With the loss \"", family, "\" the left side must be Surv(time, status)."), "outcome", call = call,
               given = paste0("`", outcome$name, "` is ", outcome$type, "."))
    }
    outcome$family <- family
    outcome$settings <- attrs
    outcome
  }
}

# ---- Cox -------------------------------------------------------------------------------------------

# Only the order of the times counts, which floats hold better than the times. Censored ones are negative.
signed_ranks <- function(y, outcome, scale, columns) {
  rank <- dense_rank(y[, "time"])
  ifelse(y[, "status"] == 1, rank, -rank)
}

# The cumulative hazard of eta = 0 at the times of events: Breslow's sum of events over what is at risk, with Efron's
# share of those that come at the same time.
cox_learn <- function(outcome, model, x, y) {
  outcome$learnt <- baseline_hazard(y[, "time"], y[, "status"] == 1, kms_output(model, x, 1024, 0)[, 1])
  outcome
}

baseline_hazard <- function(time, event, eta) {
  risk <- exp(eta)
  at <- sort(unique(time[event]))
  until <- findInterval(time, at) # the last of them that a row is at risk at
  at_risk <- rev(cumsum(rev(group_sums(risk[until > 0], until[until > 0]))))
  own <- group_sums(risk[event], until[event])
  ties <- tabulate(until[event])
  k <- rep(seq_along(at), ties)
  steps <- group_sums(1 / (at_risk[k] - (sequence(ties) - 1) / ties[k] * own[k]), k)
  list(time = at, hazard = cumsum(steps), last = max(time))
}

group_sums <- function(x, group) unname(rowsum(x, group)[, 1])

cox_survival <- function(output, outcome, scale, times = NULL) {
  base <- outcome$learnt
  times <- times %||% base$time
  hazard <- c(0, base$hazard)[findInterval(times, base$time) + 1]
  named_times(exp(-outer(exp(output[, 1]), hazard)), times)
}

# Relative to a row whose network gives 0.
cox_hazard <- function(output, outcome, scale, times = NULL) exp(output[, 1])

# The area under the curve of survival until the last time that was seen.
cox_mean_time <- function(output, outcome, scale) {
  base <- outcome$learnt
  width <- diff(c(0, base$time, base$last))
  drop(exp(-outer(exp(output[, 1]), c(0, base$hazard))) %*% width)
}

named_times <- function(values, times) {
  dimnames(values) <- list(NULL, short_numbers(times))
  values
}

# ---- intervals of time -----------------------------------------------------------------------------

# Ends of the intervals, the last with the last event. A whole number is how many there are, with about as many events
# of the training rows in each; other numbers are the inner ends.
discrete_settle <- function(outcome, y) {
  intervals <- outcome$settings$intervals %||% 10
  events <- y[y[, "status"] == 1, "time"]
  inner <- if (!is_size(intervals, 1)) intervals
           else stats::quantile(events, seq_len(intervals - 1) / intervals, names = FALSE, type = 1)
  outcome$settings$breaks <- unique(c(inner[inner < max(events)], max(events)))
  outcome
}

# 1 in the interval of the event, 0 in those lived through, -1 elsewhere. An event after the last interval is none
# in it.
interval_targets <- function(y, outcome, ...) {
  ends <- outcome$settings$breaks
  event <- y[, "status"] == 1
  through <- outer(y[, "time"], ends, ">=")
  through[event, ] <- outer(y[event, "time"], ends, ">")
  at <- ifelse(event, rowSums(through) + 1, 0)
  out <- ifelse(through, 0, -1)
  seen <- which(at >= 1 & at <= length(ends))
  out[cbind(seen, at[seen])] <- 1
  out
}

# Events over rows that reach an interval, of all intervals together.
start_hazard <- function(y, offset, w, outcome) {
  seen <- interval_targets(y, outcome)
  mean <- sum(w * (seen == 1)) / sum(w * (seen >= 0))
  if (mean > 0 && mean < 1) stats::qlogis(mean)
}

# Of each interval. One that nobody reaches has no events either.
mean_hazards <- function(targets, w, outcome) colSums(w * (targets == 1)) / pmax(colSums(w * (targets >= 0)), 1e-300)

discrete_hazard <- function(output, outcome, scale, times = NULL) {
  ends <- short_numbers(outcome$settings$breaks)
  dimnames(output) <- list(NULL, paste0("(", c("0", ends[-length(ends)]), ",", ends, "]"))
  output
}

# At the ends of the intervals, with 1 at time 0 in front.
interval_survival <- function(output) {
  alive <- matrix(1, nrow(output), ncol(output) + 1)
  for (k in seq_len(ncol(output))) alive[, k + 1] <- alive[, k] * (1 - output[, k])
  alive
}

# Between the ends of intervals on straight lines, after the last one as there.
discrete_survival <- function(output, outcome, scale, times = NULL) {
  ends <- c(0, outcome$settings$breaks)
  times <- times %||% outcome$settings$breaks
  alive <- interval_survival(output)
  at <- pmin(findInterval(times, ends), length(ends) - 1)
  share <- pmin((times - ends[at]) / (ends[at + 1] - ends[at]), 1)
  share <- rep(share, each = nrow(alive))
  named_times(alive[, at, drop = FALSE] * (1 - share) + alive[, at + 1, drop = FALSE] * share, times)
}

discrete_mean_time <- function(output, outcome, scale) {
  alive <- interval_survival(output)
  middle <- (alive[, -1, drop = FALSE] + alive[, -ncol(alive), drop = FALSE]) / 2
  drop(middle %*% diff(c(0, outcome$settings$breaks)))
}

# ---- measures --------------------------------------------------------------------------------------

survival_measures <- function(y, output, outcome, scale) {
  list(concordance = concordance(y[, "time"], y[, "status"] == 1, family_of(outcome)$response(output, outcome, scale)))
}

# Harrell's C: of the pairs in which it is known whose event came first, the share with the shorter time predicted for
# it; equal predictions count half. NA without a pair.
#
# Places are in order of time, at one time events before censored rows. Of two places the later one has 1 in the first
# bit in which they differ: for each bit the pairs that differ there first are counted, block by block of the places
# that agree in the bits before it, with the predictions in order.
concordance <- function(time, event, fit) {
  known <- !is.na(fit) & !is.na(time)
  event <- event[known]
  rank <- dense_rank(fit[known])
  place <- 2 * dense_rank(time[known]) + !event
  span <- length(rank) + 1
  right <- pairs <- 0
  for (bit in seq_len(ceiling(log2(max(place, 1) + 1))) - 1) {
    digits <- place %/% 2^bit
    start <- digits %/% 2 * span
    late <- digits %% 2 == 1
    later <- sort((start + rank)[late])
    first <- event & !late
    above <- findInterval(start[first] + span, later)
    own <- (start + rank)[first]
    half <- findInterval(own, later) + findInterval(own, later, left.open = TRUE)
    right <- right + sum(above - half / 2)
    pairs <- pairs + sum(above - findInterval(start[first], later))
  }
  if (pairs > 0) right / pairs else NA_real_
}

dense_rank <- function(x) match(x, sort(unique(x)))
