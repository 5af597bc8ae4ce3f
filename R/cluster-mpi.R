# The processes that train one model together, and how they reach each other.

#' Train on more than one machine
#'
#' The processes that `mpirun` started, for the `cluster` of [fit()] and [kms()]: each computes the gradients of a
#' part of every batch, and all make the same update with their sum.
#'
#' @details
#' Every process (rank) runs the same script: `mpirun -n 4 Rscript script.R`. Each makes the same model and calls
#' `fit(..., cluster = cluster_mpi())`; the training begins with the weights and the seed of rank 0, and all ranks end
#' with the same weights, which is checked.
#'
#' Gradients and measures are added in the order of the ranks: the same number of ranks gives the same bits, another number
#' the same weights to float rounding. What layers drop or add at random is drawn on each rank from a stream of its own, so
#' that with such layers another number of ranks is another training. `batch_size` is that of all ranks together.
#' Validation rows of a split are shared out too; `validation_data` are measured on every rank.
#'
#' Rank 0 alone prints and writes the files of callbacks; other callbacks run on every rank. Logs after single batches and
#' progress within an epoch are of the rank's own rows, but for the loss. An error that a script does not catch ends the
#' processes of all ranks, and so does `mpirun` when a process is lost: with [callback_model_checkpoint()] and a file whose name
#' ends in `.rds` the training goes on from the last epoch written, to the same bits (see the example).
#'
#' A network trains as the mean of the losses of its rows. Losses of one's own that compare rows of a batch with each other
#' would compare those of one rank only.
#'
#' @param rows `"shared"`: every rank is given the same rows and takes its part of each batch. `"own"`: every rank is given
#'   its own rows, and goes through them in as many steps as the others; not for [kms()].
#' @returns An object of class `tildenet_cluster`: `rank` (from 0), `ranks`, `rows`.
#' @section Errors:
#' Outside of `mpirun` an error of class `tildenet_error_cluster`, without the package Rmpi one of class
#' `tildenet_error_package`. [fit()] with a cluster refuses, by errors of class `tildenet_error_cluster`, layers of batch
#' normalization that are trained, stateful layers, the loss `"cox"`, generators, and ranks whose rows or settings do not agree.
#' @references Dean, J. et al. (2012). Large scale distributed deep networks. Advances in Neural Information Processing Systems 25
#'   (synchronous data-parallel gradients are those of a larger batch).
#' @examples
#' # script.R, run by: mpirun -n 4 Rscript script.R
#' script <- '
#' library(tildenet)
#' file <- "model.rds"
#' model <- if (file.exists(file)) readRDS(file) else make_model()
#' fit(model, x, y, epochs = 20, initial_epoch = epochs_done, batch_size = 256,
#'     cluster = cluster_mpi(), callbacks = callback_model_checkpoint(file))
#' '
#' outside <- try(cluster_mpi(), silent = TRUE) # not started by mpirun
#' @export
cluster_mpi <- function(rows = c("shared", "own")) {
  if (identical(rows, c("shared", "own"))) rows <- "shared"
  check_string(rows, "rows", c("shared", "own"))
  if (!nzchar(Sys.getenv("OMPI_COMM_WORLD_SIZE")) && !nzchar(Sys.getenv("PMI_SIZE"))) {
    abort_tn("This process was not started by mpirun.", "cluster",
             how = "Run the script by `mpirun -n 4 Rscript script.R`.")
  }
  check_package("Rmpi", "Clusters by MPI", "It needs an MPI such as Open MPI.") # loading it begins MPI
  rank <- rmpi("mpi.comm.rank", 0)
  ranks <- rmpi("mpi.comm.size", 0)
  mpi_ends(ranks)
  structure(list(rank = rank, ranks = ranks, rows = rows), class = "tildenet_cluster")
}

# An error nobody catches must not leave the other ranks waiting; a script that ends well says goodbye.
mpi_ends <- function(ranks) {
  if (!is.null(mpi_state$goodbye)) return(invisible())
  mpi_state$goodbye <- new.env()
  reg.finalizer(mpi_state$goodbye, function(e) if (!isTRUE(mpi_state$failed)) rmpi("mpi.finalize"), onexit = TRUE)
  if (ranks > 1 && !interactive() && is.null(getOption("error"))) {
    options(error = function() { # mpirun ends the others and fails; mpi.abort() would call that a success
      mpi_state$failed <- TRUE
      quit("no", status = 1, runLast = FALSE)
    })
  }
}

# A function of Rmpi, which is neither imported nor suggested: most machines have no MPI to build it with.
rmpi <- function(name, ...) getExportedValue("Rmpi", name)(...)

mpi_state <- new.env(parent = emptyenv())

#' @export
print.tildenet_cluster <- function(x, ...) {
  cat("<cluster by MPI: rank ", x$rank, " of ", x$ranks, ", ", x$rows, " rows>\n", sep = "")
  invisible(x)
}

# ---- messages --------------------------------------------------------------------------------------

# The raw vectors of all ranks, one behind the other, and their sizes.
cluster_gather <- function(cluster, x) {
  n <- cluster$ranks
  sizes <- rmpi("mpi.allgather", as.double(length(x)), 2, double(n), comm = 0)
  if (sum(sizes) > .Machine$integer.max) {
    abort_tn("The messages of a batch are larger than 2 GB together.", "cluster", call = NULL,
             how = "Use fewer ranks or a smaller model.")
  }
  list(all = rmpi("mpi.allgatherv", x, 4, raw(sum(sizes)), sizes, comm = 0), sizes = sizes)
}

# An R object of every rank, as a list.
cluster_share <- function(cluster, object) {
  got <- cluster_gather(cluster, serialize(object, NULL))
  ends <- cumsum(got$sizes)
  Map(function(from, to) unserialize(got$all[from:to]), ends - got$sizes + 1, ends)
}

# Vectors of all ranks, added in their order.
cluster_sum <- function(cluster, x) Reduce(`+`, cluster_share(cluster, x))

# Stops every rank unless all have the same.
cluster_agree <- function(cluster, object, what, how = NULL) {
  given <- cluster_share(cluster, rlang::hash(object))
  if (length(unique(given)) > 1) {
    abort_tn(paste0("The ranks of the cluster do not have the same ", what, "."), "cluster", how = how, call = NULL)
  }
}
