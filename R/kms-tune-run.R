# Training and judging of the candidates of kms_tune().

# All that one candidate needs on one split, see run_jobs(). split: list(train, test); args: of kms().
tune_job <- function(source, split, args, seed) {
  c(split_parts(source, split$train, split$test), list(args = tune_settings(args, seed)))
}

# The arguments of a training, on all rows it is given.
tune_settings <- function(args, seed) c(args[names(args) != "verbose"], list(pTraining = 1, seed = seed, verbose = 0))

# list(measures, epochs, seconds, warning), or list(error, seconds, warning): a candidate that cannot be fitted is no end of
# the search.
tune_one <- function(job) {
  began <- seconds_now()
  warned <- NULL
  note <- function(cnd) {
    warned <<- c(warned, one_line(cnd))
    tryInvokeRestart("muffleWarning")
  }
  out <- tryCatch(withCallingHandlers({
    fit <- do.call("kms", c(job$train, kcv_fresh(job$args)))
    # Ctrl-C ends a training, here it is meant for all of them.
    if (isTRUE(fit$history$interrupted)) rlang::interrupt()
    list(measures = tune_measures(fit, job$test), epochs = kms_epoch_counts(fit)$run)
  }, warning = note), error = function(cnd) list(error = one_line(cnd)))
  c(out, list(seconds = seconds_now() - began, warning = warned))
}

# What the results of a candidate on all splits say, as one row.
tune_judged <- function(candidate, rung, results, metric) {
  values <- vapply(results, function(result) unname(result$measures[metric]) %||% NA_real_, 0)
  second <- vapply(results, function(result) unname(result$measures["brier"]) %||% NA_real_, 0)
  errors <- unlist(lapply(results, `[[`, "error"))
  if (is.null(errors) && !all(is.finite(values))) errors <- paste0("The metric \"", metric, "\" is not a finite number.")
  failed <- !is.null(errors)
  first <- function(words) if (length(words) == 0) NA_character_ else words[1]
  epochs <- unlist(lapply(results, `[[`, "epochs"))
  data.frame(candidate = candidate, rung = rung, metric = metric, mean = if (failed) NA_real_ else mean(values),
             std_error = if (failed) NA_real_ else stats::sd(values) / sqrt(length(values)), n = length(results),
             epochs = if (is.null(epochs)) NA_real_ else mean(epochs),
             seconds = sum(vapply(results, `[[`, 0, "seconds")), second = mean(second),
             warning = first(unlist(lapply(results, `[[`, "warning"))), error = first(errors))
}

# The measures on each split, one in a row.
tune_measured <- function(candidate, rung, results) {
  rows <- lapply(seq_along(results), function(split) {
    measures <- results[[split]]$measures
    if (length(measures) > 0) data.frame(candidate = candidate, rung = rung, split = split, measure = names(measures), value = unname(measures))
  })
  do.call(rbind, rows)
}

# Candidates from best to worst: those of later rungs first, of equal ones that with better probabilities.
tune_order <- function(judged) {
  sign <- if (more_is_better[[judged$metric[1]]]) -1 else 1
  order(is.na(judged$mean), -judged$rung, sign * judged$mean, judged$second, judged$candidate)
}

# ---- rungs -----------------------------------------------------------------------------------------

# Successive halving: each rung keeps a third of the candidates, and gives them three times the epochs. One rung of all
# candidates, with the epochs they have, is random search. epochs: in full, one number or one for each candidate.
tune_rungs <- function(n, epochs = NULL) {
  if (is.null(epochs)) return(list(list(keep = n)))
  last <- 0
  while (n >= 3^(last + 1) && all(epochs >= 3^(last + 1))) last <- last + 1
  lapply(0:last, function(i) list(keep = floor(n / 3^i), epochs = round(epochs / 3^(last - i))))
}

# list(judged, measured, interrupted): a row for each candidate and rung it was tried on, all measures of these, and whether the
# search was ended by the user. seed: of the trainings, which are those of a set of rows; show: function(row), told of each that is done.
tune_run <- function(candidates, plan, splits, seed, metric, show) {
  seeds <- with_seed(seed, as.numeric(sample.int(2^30, length(splits))))
  judged <- measured <- list()
  keep <- function(row, measures) {
    judged <<- c(judged, list(row))
    measured <<- c(measured, list(measures))
    show(row)
  }
  left <- seq_along(candidates[[1]])
  interrupted <- tryCatch({
    for (rung in seq_along(plan$rungs)) {
      before <- length(judged)
      job <- function(i, split) {
        args <- c(candidate_args(candidates, i, plan$base[setdiff(names(plan$base), names(plan$fixed))]), plan$fixed)
        if (!is.null(plan$rungs[[rung]]$epochs)) args$Nepochs <- plan$rungs[[rung]]$epochs[[i]]
        tune_job(plan$source, splits[[split]], args, seeds[split])
      }
      tune_rung(rung, left, length(splits), job, metric, keep)
      done <- do.call(rbind, utils::tail(judged, length(judged) - before))
      left <- tune_left(done, plan$rungs, rung)
    }
    FALSE
  }, interrupt = function(cnd) TRUE)
  if (length(judged) == 0) rlang::interrupt()
  list(judged = do.call(rbind, judged), measured = do.call(rbind, measured), interrupted = interrupted)
}

# Trains some candidates. job: function(candidate, split); keep: function(row, measures), called when one is done on all splits.
tune_rung <- function(rung, candidates, n_splits, job, metric, keep) {
  candidate <- rep(candidates, each = n_splits)
  split <- rep(seq_len(n_splits), length(candidates))
  results <- list()
  take <- function(i, result) {
    results[[split[i]]] <<- result
    if (split[i] < n_splits) return()
    keep(tune_judged(candidate[i], rung, results, metric), tune_measured(candidate[i], rung, results))
    results <<- list()
  }
  run_jobs(length(candidate), function(i) job(candidate[i], split[i]), tune_one, take)
}

# Which candidates of a rung go on to the next one.
tune_left <- function(done, rungs, rung) {
  if (rung == length(rungs)) return(integer())
  done <- done[tune_order(done), ]
  sort(utils::head(done$candidate[!is.na(done$mean)], rungs[[rung + 1]]$keep))
}

# ---- the table -------------------------------------------------------------------------------------

# The result of kms_tune(), each candidate with what its last rung says. about: further attributes.
tune_table <- function(candidates, run, about) {
  last <- run$judged[!duplicated(run$judged$candidate, fromLast = TRUE), ]
  last$seconds <- vapply(last$candidate, function(i) sum(run$judged$seconds[run$judged$candidate == i]), 0)
  last <- last[tune_order(last), ]
  columns <- lapply(candidate_columns(candidates), `[`, last$candidate)
  shown <- setdiff(names(last), c("candidate", "second"))
  out <- data.frame(candidate = last$candidate, check.names = FALSE)
  for (name in names(columns)) out[[name]] <- columns[[name]]
  out[shown] <- last[shown]
  do.call(structure, c(list(out, class = c("kms_tune", "data.frame"), rungs = run$judged[setdiff(names(run$judged), "second")],
                            measures = run$measured, tuned = names(candidates)), about))
}
