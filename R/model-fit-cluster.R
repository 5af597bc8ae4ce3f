# fit() on several ranks: what is checked before, how a batch is run, what is added up.

check_cluster <- function(cluster, x, call) {
  if (is.null(cluster)) return(NULL)
  if (!inherits(cluster, "tildenet_cluster")) {
    abort_arg("cluster", "be NULL or made by cluster_mpi()", describe(cluster), call = call)
  }
  if (is_generator(x) || is_blocks(x)) {
    abort_tn("A cluster cannot train on a generator, nor on data that are read chunk by chunk.", "cluster", call = call,
             how = "Give the numbers themselves, or each rank its own by `cluster_mpi(rows = \"own\")`.")
  }
  cluster
}

# Before the session: every rank goes on from what rank 0 has.
cluster_begin <- function(self, cluster, settings) {
  if (is.null(cluster)) return(settings)
  training <- self$training
  if (is.null(training$seed)) training$seed <- draw_seed()
  cluster_agree(cluster, settings, "settings in fit()")
  cluster_agree(cluster, list(training$step, training$epoch, training$state), "state of the optimizer",
                "Let every rank read the same file, or begin with compile().")
  model <- object_of(self)
  first <- cluster_share(cluster, if (cluster$rank == 0) list(get_weights(model), training$seed))[[1]]
  if (cluster$rank > 0) {
    settings$verbose <- 0
    set_weights(model, first[[1]])
    training$seed <- first[[2]]
  }
  settings
}

# The runner of array_training() becomes one of several. Returns the data with what they share.
cluster_join <- function(data, cluster, settings, call) {
  if (is.null(cluster)) return(data)
  check_clustered(data$session, call)
  own <- cluster$rows == "own"
  cluster_agree(cluster, data$batch_size, "batch size", "Give `batch_size` in fit().")
  rows <- unlist(cluster_share(cluster, data$samples))
  if (!own) {
    cluster_agree(cluster, list(lapply(data$x, `[[`, "data"), lapply(data$targets, `[[`, "data"), data$weights), "rows",
                  "Give all ranks the same rows and seed, or use `cluster_mpi(rows = \"own\")`.")
  }
  steps <- ceiling((if (own) sum(rows) else data$samples) / data$batch_size)
  engine_runner_join(data$runner, c(cluster$rank, cluster$ranks), if (own) as.double(rows), steps)
  data$cluster <- cluster
  data$steps <- min(steps, settings$steps %||% Inf)
  data$advance <- function(runner, most, seconds) cluster_batch(runner, cluster)
  data
}

# What cannot be put together from parts of a batch.
check_clustered <- function(entry, call) {
  for (node in entry$spec$nodes) {
    moving <- length(node$params) > 0 && !all(vapply(entry$spec$params[node$params + 1], `[[`, NA, "trainable"))
    what <- if (node$op == "batch_norm" && moving) "batch normalization"
            else if (isTRUE(node$attrs$stateful)) "stateful layers"
            else if (node$op %in% c("cox", "loss_cox")) "the loss \"cox\""
    if (!is.null(what)) {
      abort_tn(paste0("A cluster cannot train ", what, ": it needs all rows of a batch in one place."), "cluster",
               how = paste0("Train in one process", if (node$op == "batch_norm") ", or normalize rows by layer_layer_normalization()", "."),
               call = call)
    }
  }
}

# One batch. After it all ranks have the same weights.
cluster_batch <- function(runner, cluster) {
  got <- cluster_gather(cluster, engine_runner_gradients(runner))
  engine_runner_update(runner, got$all, got$sizes)
}

# What the measures of all ranks say together. The loss of a training is of all ranks already.
cluster_result <- function(runner, cluster, loss_too = FALSE) {
  result <- engine_runner_result(runner)
  if (is.null(cluster)) return(result)
  own <- engine_runner_sums(runner)
  parts <- c(if (loss_too && result$rows > 0) c(result$loss * result$rows, result$rows) else c(0, 0), own)
  sums <- cluster_sum(cluster, parts)
  engine_runner_set_sums(runner, sums[-(1:2)])
  together <- engine_runner_result(runner)
  engine_runner_set_sums(runner, own)
  if (loss_too) together$loss <- sums[1] / sums[2]
  together
}

# Rank 0 alone writes; the other hooks of callbacks are the same everywhere.
cluster_callbacks <- function(callbacks, cluster) {
  if (is.null(cluster) || cluster$rank == 0) return(callbacks)
  Filter(function(callback) !inherits(callback, paste0("tildenet_callback_", c("model_checkpoint", "csv_logger"))), callbacks)
}

cluster_end <- function(self, cluster) {
  if (is.null(cluster)) return(invisible())
  cluster_agree(cluster, get_weights(object_of(self)), "weights after the training",
                "Callbacks must do the same on every rank, and all machines have the same kind of processor.")
}
