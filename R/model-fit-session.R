# The optimizer at work on a model: its engine side is made for one graph; what it has learned lies in
# the model's `training` (state, step), so that any graph, session or file can go on from there.

# The graph to train on, with an optimizer that stands at training$step. Returns the graph's entry of
# the cache with `optimizer` added. Where something fails, what the model has learned is as before, and the
# seed that was drawn is that of the next attempt.
train_session <- function(self, x, targets, weights) {
  entry <- model_graph(self, x, targets, weights, "train")
  optimizer <- self_of(self$compiled$optimizer)
  config <- optimizer_engine_config(optimizer)
  config$paces <- weight_paces(optimizer, entry$spec$parameters)
  start <- session_start(self, entry, config)
  cache <- model_cache(self)
  live <- cache$live
  fixed <- config[names(config) != "learning_rate"] # the rate is set before every epoch or batch
  if (!start$fresh && !is.null(live) && identical(live$graph, entry$graph) && identical(live$fixed, fixed) &&
      engine_optimizer_step(live$optimizer) == start$step) {
    entry$optimizer <- live$optimizer
    return(entry) # with the courses it has
  }
  if (!is.null(live)) engine_optimizer_flush(live$optimizer)
  entry$optimizer <- engine_optimizer(entry$graph, config, start$state, start$step, start$fresh)
  list2env(start[c("optimizer", "step", "state", "layout")], self$training)
  cache$live <- list(graph = entry$graph, fixed = fixed, optimizer = entry$optimizer)
  set_courses(self, entry)
  entry
}

# What a session begins with: what the model has learned so far, or nothing with another optimizer.
session_start <- function(self, entry, config) {
  training <- self$training
  optimizer <- self_of(self$compiled$optimizer)
  if (is.null(training$seed)) training$seed <- draw_seed()
  start <- list(optimizer = optimizer,
                fresh = is.null(training$state) || !identical(training$optimizer, optimizer))
  if (!start$fresh) {
    known <- list(step = training$step, state = fitting_state(training, entry$spec), layout = training$layout)
    return(c(start, known))
  }
  c(start, list(step = 0, state = raw(4 * engine_optimizer_size(entry$graph, config)),
                layout = trained_names(entry$spec)))
}

# Moments lie in the order of the trained parameters of the graph they were made for.
trained_names <- function(spec) {
  trained <- vapply(spec$params, `[[`, NA, "trainable")
  vapply(spec$parameters[trained], function(p) p$name, "")
}

# Every graph of a model reaches its parameters in the same order; anything else would mix up moments.
fitting_state <- function(training, spec) {
  if (!identical(training$layout, trained_names(spec))) {
    abort_tn("The optimizer's state belongs to other weights than the model has now.", "state",
             how = "Use compile() to begin with a new state.", call = NULL)
  }
  training$state
}

# After updates: weights up to date for every reader, the count in the model. Safe at any time.
session_settle <- function(self, session) {
  engine_optimizer_flush(session$optimizer)
  session_count(self, session)
}

session_count <- function(self, session) {
  self$training$step <- engine_optimizer_step(session$optimizer)
  self_of(self$compiled$optimizer)$updates <- self$training$step
}

# The rate may have been changed from R since the last update.
session_sync_rate <- function(self, session) {
  rate <- self_of(self$compiled$optimizer)$learning_rate
  if (is_schedule(rate) || identical(rate, session$rate)) return(session)
  engine_optimizer_set_rate(session$optimizer, rate)
  session$rate <- rate
  session
}

# ---- sources and passes ----------------------------------------------------------------------------

# Numbers of a source that are copied at once, as floats (64 MB). Measured: a pass in random order over rows
# that are made as batches need them costs about 5 ns a number, which a copy costs once. Of more numbers the
# copy would take memory that matters.
copied_numbers <- 2^24

# Engine sources in the order of the graph's inputs; of one with more numbers than `copied` no copy is made.
pass_sources <- function(entry, x, targets, weights, copied = copied_numbers) {
  kinds <- vapply(entry$spec$inputs, `[[`, "", "dtype")
  x_sources <- Map(function(e, kind) entry_source(e, kind == "integer", copied), x, kinds[seq_along(x)])
  y_sources <- lapply(targets, entry_source, most = copied)
  w_sources <- lapply(Filter(Negate(is.null), weights), as_source)
  unname(c(x_sources, y_sources, w_sources))
}

entry_source <- function(entry, integer = FALSE, most = no_limit) {
  if (is_sparse(entry$data)) return(sparse_source(entry$data))
  data <- plain_data(entry$data)
  if (entry$sparse) engine_source_nonzero(data) else engine_source_dense(data, entry$dim, integer, most)
}

# Numbers without class; the engine reads integer, logical and double vectors.
plain_data <- function(x) if (is.object(x)) as.vector(unclass(x)) else x

pass_runner <- function(self, entry, sources, batch_size, mode, outputs = integer()) {
  apply_options()
  settings <- list(mode = mode, batch_size = batch_size, seed = self$training$seed %||% 0,
                   outputs = outputs)
  engine_runner(entry$graph, sources, settings, entry$measures, entry$optimizer)
}

# Runs the pass to its end or until is_over() says so. step(status) is called after every slice; with
# `single` after every batch. on_bad(status) hears of losses that are not finite.
run_pass <- function(runner, single, step, is_over = function() FALSE, on_bad = NULL, before = NULL,
                     max_batches = Inf, advance = NULL) {
  if (is.null(advance)) advance <- engine_runner_run
  batches <- 0
  repeat {
    if (!is.null(before)) before(batches)
    left <- min(if (single) 1 else no_limit, max_batches - batches)
    status <- advance(runner, left, 0.1)
    batches <- status$batches
    if (!isTRUE(status$finite) && !is.null(on_bad)) on_bad(status)
    step(status)
    if (status$done || batches >= max_batches || is_over()) return(status)
  }
}
