# What a model loses when parts of its inputs are permuted: the engine exchanges rows of columns in
# place, a runner measures as if nothing had happened.

# x, y: as for evaluate(), of a model with one output; metric: name of the metric measured beside the
# loss; parts: list of lists of pieces list(input = place among the inputs, column = places in its
# rows, from 1). All pieces of a part get the same permutation, another one in each repeat. Returns
# list(baseline, permuted): numbers by name (loss, metric), and an array (measure, repeat, part).
permuted_measures <- function(self, x, y, metric, parts, n_repeats, batch_size, seed, call) {
  x <- input_entries(self, x, call = call)
  n <- entry_rows(x[[1]])
  targets <- target_entries(self, y, n, call = call)
  entry <- loss_graph(self, x, targets, metric)
  sources <- pass_sources(entry, x, targets, list(), copied = no_limit)
  runner <- pass_runner(self, entry, sources, batch_size, "test")
  permuters <- lapply(sources[seq_along(x)], engine_permuter)
  measure <- function() {
    engine_runner_start(runner, c(0, n), "none", 0)
    run_pass(runner, FALSE, step = function(status) NULL)
    unlist(series_values(entry$series, engine_runner_result(runner))[c("data_loss", metric)])
  }
  baseline <- measure()
  permuted <- array(NA_real_, c(length(baseline), n_repeats, length(parts)))
  for (k in seq_along(parts)) {
    for (turn in seq_len(n_repeats)) {
      permute_part(permuters, parts[[k]], seed, k, turn)
      permuted[, turn, k] <- measure()
    }
    for (piece in parts[[k]]) engine_permuter_restore(permuters[[piece$input]])
  }
  names <- c("loss", metric)
  dimnames(permuted) <- list(names, NULL, names(parts))
  list(baseline = stats::setNames(baseline, names), permuted = permuted)
}

permute_part <- function(permuters, pieces, seed, part, turn) {
  for (piece in pieces) {
    engine_permuter_apply(permuters[[piece$input]], piece$column - 1, seed, part, turn)
  }
}

# The graph of the mean loss alone, without the penalties of evaluate(): those of weights are the same
# whatever the data, those of activities are no errors of prediction.
loss_graph <- function(self, x, targets, metric) {
  parts <- graph_parts(self, targets, list(NULL))
  loss <- parts$means[[1]]
  plan <- list(measures = list(), series = list(), tensors = list())
  plan <- add_series(plan, "data_loss", list(list(kind = "value_rows", value = loss)))
  for (name in metric) plan <- add_metric(plan, self_of(new_metric(name)), output_part(self, parts, 1, 1), name, FALSE)
  measured_graph(self, x, parts, loss, plan, "test")
}
