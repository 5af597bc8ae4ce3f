# The door to the engine: sources, optimizers, runners.

# Whether none of the numbers is missing, infinite or too large for the engine.
engine_all_held <- function(x) .Call(ffi_all_held, x)

no_limit <- 2^53 # numbers copied at once, batches in one slice

# Numbers (vector, matrix, array; samples first) as rows of floats, or of whole numbers. Up to `most` of
# them are copied at once; of more, rows are made as batches need them.
engine_source_dense <- function(x, dim, integer = FALSE, most = no_limit) {
  .Call(ffi_source_dense, x, dim, integer, most)
}

# Slots of a sparse matrix, from 0; form "columns" with i or "rows" with j, x values or NULL for ones.
engine_source_sparse <- function(form, dim, i, j, p, x) {
  .Call(ffi_source_sparse, form, dim, i, j, p, x)
}

# What is wrong with the indices of a sparse matrix, or NULL; form also "triplets" with i and j. Types and
# lengths fit already.
engine_sparse_fault <- function(form, dim, i, j, p, from, triangle, no_diagonal) {
  .Call(ffi_sparse_fault, form, dim, i, j, p, from, triangle, no_diagonal)
}

# Whether at most `share` of the cells of a matrix are not zero, and these cells as a sparse source.
engine_mostly_zero <- function(x, share) .Call(ffi_mostly_zero, x, share)

engine_source_nonzero <- function(x) .Call(ffi_source_nonzero, x)

engine_optimizer_size <- function(graph, config) .Call(ffi_optimizer_size, graph, config)

# state: raw vector of engine_optimizer_size() floats, changed in place; fresh fills it.
engine_optimizer <- function(graph, config, state, step, fresh) {
  .Call(ffi_optimizer_new, graph, config, state, step, fresh)
}

engine_optimizer_set_rate <- function(optimizer, rate) {
  .Call(ffi_optimizer_set_rate, optimizer, rate)
}

# courses: list of list(nodes, first, factors), see ffi_optimizer_courses().
engine_optimizer_courses <- function(optimizer, courses) .Call(ffi_optimizer_courses, optimizer, courses)

engine_optimizer_flush <- function(optimizer) .Call(ffi_optimizer_flush, optimizer)

engine_optimizer_step <- function(optimizer) .Call(ffi_optimizer_step, optimizer)

# schedule: list(schedule = <kind>, ...); the rates after so many updates.
engine_schedule_rate <- function(schedule, done) .Call(ffi_schedule_rate, schedule, as.double(done))

# settings: list(mode, batch_size, seed, outputs); optimizer NULL but for mode "train".
engine_runner <- function(graph, sources, settings, measures, optimizer) {
  .Call(ffi_runner_new, graph, sources, settings, measures, optimizer)
}

# range: c(from, to) from 0; shuffle "none", "rows", "batches".
engine_runner_start <- function(runner, range, shuffle, epoch) {
  .Call(ffi_runner_start, runner, as.double(range), shuffle, epoch)
}

# Other sources whose rows are the next batch of the same pass; measures go on.
engine_runner_continue <- function(runner, sources) .Call(ffi_runner_continue, runner, sources)

# Gives back the memory of the sources of a pass that is over.
engine_runner_release <- function(runner) .Call(ffi_runner_release, runner)

# list(done, batches, loss, finite)
engine_runner_run <- function(runner, max_batches, seconds) {
  .Call(ffi_runner_run, runner, max_batches, seconds)
}

# list(loss, metrics, rows)
engine_runner_result <- function(runner) .Call(ffi_runner_result, runner)

# ranks: c(rank, how many); rows: of each rank, NULL where all have the same; steps: of an epoch over own rows.
engine_runner_join <- function(runner, ranks, rows, steps) {
  .Call(ffi_runner_join, runner, as.double(ranks), rows, as.double(steps))
}

# The gradients of this rank's part of the next batch, a raw vector.
engine_runner_gradients <- function(runner) .Call(ffi_runner_gradients, runner)

# Those of all ranks, one behind the other. As engine_runner_run().
engine_runner_update <- function(runner, all, sizes) .Call(ffi_runner_update, runner, all, sizes)

# What the measures have added up.
engine_runner_sums <- function(runner) .Call(ffi_runner_sums, runner)

engine_runner_set_sums <- function(runner, sums) .Call(ffi_runner_set_sums, runner, sums)

engine_runner_output <- function(runner, k) .Call(ffi_runner_output, runner, k)

# For exchanging the rows of columns of a source in place, whoever reads it.
engine_permuter <- function(source) .Call(ffi_permuter_new, source)

# column: places in a row, from 0; the seed, part and turn (whole numbers) name the permutation, which
# is the same for all sources of as many rows.
engine_permuter_apply <- function(permuter, column, seed, part, turn) {
  .Call(ffi_permuter_apply, permuter, as.integer(column), seed, part, turn)
}

engine_permuter_restore <- function(permuter) .Call(ffi_permuter_restore, permuter)
