# Rows of a source in random order, block by block.
#
# A buffer holds the encoded rows of some chunks. Each chunk that is read goes into it, and as many whole batches of rows
# that are drawn from it go out, a block. Which ones depends on the seed, the epoch and the number of the block alone, so
# that a training that goes on from a checkpoint finds the same blocks.

# learnt: see stream_learn(); targets: function(y). Returns an object that fit() takes instead of x and y.
new_blocks <- function(source, learnt, plan, targets, control, call) {
  blocks <- list2env(list(
    source = source, design = learnt$design, scale = learnt$scale, shares = learnt$shares, n = learnt$counts[["train"]],
    targets = targets, chunk = plan$chunk, buffer = plan$buffer, batch_size = control$batch_size, types = learnt$types,
    seed = seed_value(control$seed), checkpoint = plan$checkpoint, call = call
  ), parent = emptyenv())
  structure(list(blocks = blocks), class = "tildenet_blocks")
}

is_blocks <- function(x) inherits(x, "tildenet_blocks")

# list(x, y) of the rows fitted to of a chunk, as the network reads them.
block_part <- function(blocks, roles, data) {
  e <- encode_chunk(blocks$design, data, blocks$call)
  fitted <- which(roles(NROW(e$y)) == "train")
  list(x = kms_inputs(kms_take_rows(e$rows, fitted), blocks$scale), y = blocks$targets(outcome_rows(e$y, fitted)))
}

# f(part, number) of the blocks of an epoch after the first `skip`. f says by FALSE that there is enough.
each_block <- function(blocks, epoch, skip, f) {
  roles <- row_roles(blocks$seed, blocks$shares)
  held <- NULL
  number <- 0
  seen <- 0
  over <- FALSE
  # n of the rows in the buffer, drawn, are the next block.
  give <- function(n) {
    number <<- number + 1
    have <- kms_n_rows(held$x)
    order <- with_seed(place_seed(blocks$seed, epoch + 1, number), sample.int(have))
    out <- order[seq_len(n)]
    part <- if (number > skip) part_rows(held, out)
    held <<- if (n < have) part_rows(held, sort(order[-seq_len(n)]))
    if (!is.null(part)) over <<- isFALSE(f(part, number))
    !over
  }
  each_chunk(blocks$source, blocks$chunk, new_chunk_types(blocks$types), function(data) {
    part <- block_part(blocks, roles, data)
    seen <<- seen + kms_n_rows(part$x)
    if (kms_n_rows(part$x) == 0) return(TRUE)
    held <<- bind_parts(held, part)
    n <- floor((kms_n_rows(held$x) - blocks$buffer) / blocks$batch_size) * blocks$batch_size
    if (n > 0) give(n)
    !over
  })
  if (!over && seen != blocks$n) abort_changed(seen, blocks$n, blocks$call)
  size <- max(1, floor(blocks$chunk / blocks$batch_size)) * blocks$batch_size
  while (!over && !is.null(held)) give(min(size, kms_n_rows(held$x)))
}

abort_changed <- function(seen, n, call) {
  abort_tn("The data must be the same each time it is read.", "data", call = call,
           given = paste0("Of it ", big(n), " rows were to be trained on, now it has ", big(seen), "."),
           how = "Copy what others write to, or read it in one transaction.")
}

bind_parts <- function(a, b) {
  if (is.null(a)) return(b)
  x <- if (is.list(a$x)) Map(bind_rows_of, a$x, b$x) else bind_rows_of(a$x, b$x)
  list(x = x, y = if (is.null(dim(a$y))) c(a$y, b$y) else rbind(a$y, b$y), weights = NULL)
}

bind_rows_of <- function(a, b) {
  if (length(dim(a)) == 2) rbind(a, b) else bind_samples(list(a, b))
}

# ---- training --------------------------------------------------------------------------------------

# See array_training(): the training of fit() over blocks. What has been learnt up to a checkpoint is put in place before
# anything is made of the weights.
block_training <- function(self, blocks, settings, call) {
  blocks <- blocks$blocks
  blocks$resume <- checkpoint_read(blocks$checkpoint)
  checkpoint_restore_model(self, blocks$resume)
  first <- block_entries(self, blocks$example, call)
  session <- train_session(self, first$x, first$targets, list(NULL))
  list(samples = blocks$n, batch_size = blocks$batch_size, steps = ceiling(blocks$n / blocks$batch_size), session = session,
       series = session$series, blocks = blocks, epoch = block_epoch, call = call)
}

block_entries <- function(self, part, call) {
  x <- input_entries(self, part$x, call = call)
  n <- entry_rows(x[[1]])
  list(x = x, targets = target_entries(self, part$y, n, call = call), n = n)
}

block_epoch <- function(run, epoch) {
  blocks <- run$data$blocks
  done <- list(block = 0, sums = NULL, rows = 0, batches = 0)
  if (!is.null(blocks$resume)) done <- checkpoint_restore_run(run, blocks)
  each_block(blocks, epoch, done$block, function(part, number) {
    values <- block_run(run, part, done$batches)
    n <- kms_n_rows(part$x)
    done$sums <<- if (is.null(done$sums)) lapply(values, `*`, n) else Map(function(sum, v) sum + v * n, done$sums, values)
    done$rows <<- done$rows + n
    done$batches <<- done$batches + ceiling(n / blocks$batch_size)
    done$block <<- number
    checkpoint_write(run, blocks, epoch, done)
    !isTRUE(run$self$stop_training)
  })
  lapply(done$sums, `/`, done$rows)
}

# Trains on a block, its rows as they come. Returns the means of the measures over its rows.
block_run <- function(run, part, before) {
  self <- run$self
  e <- block_entries(self, part, run$data$call)
  session <- train_session(self, e$x, e$targets, list(NULL))
  run$data$session <- session_sync_rate(self, session)
  run$data$series <- session$series
  runner <- pass_runner(self, session, pass_sources(session, e$x, e$targets, list(NULL)), run$data$batch_size, "train")
  run$data$runner <- runner
  on.exit({
    run$data$runner <- NULL
    engine_runner_release(runner)
  })
  engine_runner_start(runner, c(0, e$n), "none", self$training$epoch)
  self$training$epoch <- self$training$epoch + 1
  counted <- function(status) {
    status$batches <- status$batches + before
    status
  }
  run_pass(runner, run$single, before = if (run$single) function(batch) run_batch_begin(run, batch + before),
           step = function(status) run_slice(run, counted(status)),
           on_bad = function(status) run_bad_loss(run, counted(status)),
           is_over = function() isTRUE(self$stop_training))
  session_settle(self, session)
  flat_series(series_values(session$series, engine_runner_result(runner)))
}
