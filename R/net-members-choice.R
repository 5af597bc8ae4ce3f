# Which members of a net make the best mean: greedy selection with replacement (Caruana and others, 2004), judged by rows
# that the members are not fitted to.

# At most so many picks; a member picked twice counts twice.
most_picks <- 16

# How often each candidate is picked, and the loss of the mean of the picks. candidates: a list of parts, see
# judge_members(); losses: function(parts), a number for each row; weights: of rows. Picking ends when no candidate makes the
# mean better.
greedy_choice <- function(candidates, losses, weights) {
  counts <- numeric(length(candidates))
  sum <- 0
  best <- Inf
  for (n in seq_len(most_picks)) {
    means <- vapply(candidates, function(parts) stats::weighted.mean(losses((sum + parts) / n), weights), 0)
    pick <- which.min(means)
    if (length(pick) == 0 || means[pick] >= best) break
    best <- means[pick]
    counts[pick] <- counts[pick] + 1
    sum <- sum + candidates[[pick]]
  }
  list(counts = counts, loss = best)
}

# The same of the mean of all.
whole_choice <- function(candidates, losses, weights) {
  mean <- Reduce(`+`, candidates) / length(candidates)
  list(counts = rep(1, length(candidates)), loss = stats::weighted.mean(losses(mean), weights))
}

# How a loss judges means of members without making them: list(parts, losses). parts(values) is what it needs of a
# member's numbers (rows, units), linear in them; losses(parts) gives a number for each row. y: targets. Labels that are
# smoothed for the training are not here.
judge_members <- function(loss, y) {
  y <- as.matrix(y)
  logits <- as.logical(self_of(loss)$attrs$from_logits %||% FALSE)
  kind <- if (logits) "logits" else self_of(loss)$kind
  shaped <- if (has_members(loss)) function(p) array(p, c(nrow(p), 1, ncol(p))) else identity
  log_of <- function(p) log(pmax(p, session$epsilon))
  switch(kind,
         categorical_crossentropy = list(parts = function(values) rowSums(y * values), losses = function(p) -log_of(p)),
         binary_crossentropy = list(parts = identity, losses = function(p) -rowMeans(y * log_of(p) + (1 - y) * log_of(1 - p))),
         mean_squared_error = list(parts = identity, losses = function(p) rowMeans((p - y)^2)),
         list(parts = identity, losses = function(p) as.vector(as.array(loss_values(self_of(loss), as_tensor(y), as_tensor(shaped(p)))))))
}
