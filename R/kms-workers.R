# Trainings that do not wait for each other, here one after the other or in workers of future at the same time.

# run(job(i)) for each i from 1 to n. take: function(i, result), called for each of them in order, as soon as the
# result is there.
run_jobs <- function(n, job, run, take = function(i, result) NULL) {
  if (has_workers()) return(run_in_workers(n, job, run, take))
  lapply(seq_len(n), function(i) {
    one <- job(i) # not within run(), which may catch errors
    result <- run(one)
    take(i, result)
    result
  })
}

# A plan can only have been set by loading future.
has_workers <- function() isNamespaceLoaded("future") && future::nbrOfWorkers() > 1

# Each job sets its own seed, so future is told not to mind.
run_in_workers <- function(n, job, run, take) {
  in_worker <- run_in_state
  state <- session_state()
  futures <- results <- list()
  collect <- function(all) {
    while (length(results) < length(futures) && (all || future::resolved(futures[[length(results) + 1]]))) {
      i <- length(results) + 1
      results[i] <<- list(future::value(futures[[i]]))
      take(i, results[[i]])
    }
  }
  # Handed on by future as it is, a message of rlang has no end of line.
  retold <- function(cnd) {
    inform_tn(conditionMessage(cnd), sub("tildenet_message_", "", class(cnd)[1]))
    rlang::cnd_muffle(cnd)
  }
  withCallingHandlers({
    for (i in seq_len(n)) {
      one <- job(i)
      futures[[i]] <- future::future(in_worker(run, one, state), seed = NULL,
                                     globals = list(in_worker = in_worker, run = run, one = one, state = state))
      collect(all = FALSE)
    }
    collect(all = TRUE)
  }, tildenet_message = retold)
  results
}

# What else results depend on in a session: how R draws, codes factors and sorts text.
session_state <- function() {
  list(kind = RNGkind(), collate = Sys.getlocale("LC_COLLATE"),
       options = list(contrasts = getOption("contrasts"),
                      tildenet.threads = getOption("tildenet.threads") %||% 1))
}

run_in_state <- function(run, job, state) {
  kind <- do.call(RNGkind, as.list(state$kind))
  options <- do.call(options, state$options)
  collate <- Sys.getlocale("LC_COLLATE")
  on.exit({
    do.call(RNGkind, as.list(kind))
    do.call(base::options, options)
    Sys.setlocale("LC_COLLATE", collate)
  })
  Sys.setlocale("LC_COLLATE", state$collate)
  run(job)
}

# What several jobs have to say in the same words comes through once.
said_once <- function(expr) {
  seen <- character()
  once <- function(cnd) {
    text <- conditionMessage(cnd)
    if (text %in% seen) rlang::cnd_muffle(cnd)
    seen <<- c(seen, text)
  }
  withCallingHandlers(expr, tildenet_message = once, tildenet_warning = once)
}
