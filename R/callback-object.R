# Callbacks: what happens at the events of training, testing and prediction. The package's own ones
# are objects with a list of hooks, function(self, ...); those of users are R6 objects or lambdas.
# A hook may return add_logs(...): entries that become part of the epoch's logs and of the history.

callback_events <- c(
  paste0("on_", rep(c("train", "test", "predict"), each = 2), c("_begin", "_end")),
  paste0("on_", rep(c("train", "test", "predict"), each = 2), "_batch", c("_begin", "_end")),
  "on_epoch_begin", "on_epoch_end", "on_batch_begin", "on_batch_end", "on_bad_loss"
)

new_callback <- function(class, fields, hooks) {
  self <- list2env(fields, parent = emptyenv())
  self$hooks <- hooks
  self$params <- NULL
  self$model <- NULL
  new_object(self, c(paste0("tildenet_callback_", class), "tildenet_callback"))
}

add_logs <- function(...) structure(list(...), class = "tildenet_logs")

# One callback, a list of them, or NULL -> a checked list.
callback_list <- function(callbacks, call = rlang::caller_env()) {
  if (is.null(callbacks)) return(list())
  if (!(is.list(callbacks) && !is.object(callbacks))) callbacks <- list(callbacks)
  callbacks <- unlist_once(callbacks)
  known <- vapply(callbacks, function(cb) {
    is_object(cb, "tildenet_callback") || (is.environment(cb) && inherits(cb, "R6")) || is.null(cb)
  }, NA)
  if (!all(known)) {
    abort_arg("callbacks", "be a callback or a list of callbacks",
              describe(callbacks[[which(!known)[1]]]), call = call,
              how = "Use callback_*() functions or an R6 class that inherits from KerasCallback.")
  }
  callbacks[!vapply(callbacks, is.null, NA)]
}

# The hook of a callback for an event as function(...), or NULL.
callback_hook <- function(cb, event) {
  if (is_object(cb, "tildenet_callback")) {
    self <- self_of(cb)
    hook <- self$hooks[[event]]
    return(if (!is.null(hook)) function(...) hook(self, ...))
  }
  method <- cb[[event]]
  if (is.function(method) && !is_empty_body(method)) call_with_fitting(method)
}

# Users' functions get as many of the arguments as they take.
call_with_fitting <- function(f) {
  takes <- formals(args(f))
  n <- if ("..." %in% names(takes)) Inf else length(takes)
  function(...) {
    given <- list(...)
    do.call(f, given[seq_len(min(n, length(given)))], quote = TRUE)
    NULL
  }
}

# Methods nobody wrote: no reason to leave the engine after every batch.
is_empty_body <- function(f) {
  body <- body(f)
  is.null(body) || (is.call(body) && identical(body[[1]], as.name("{")) && length(body) == 1)
}

# ---- running ---------------------------------------------------------------------------------------

# The callbacks of one call of fit(), evaluate() or predict(), with hooks by event.
callback_runner <- function(callbacks, model, params) {
  runner <- new.env(parent = emptyenv())
  runner$hooks <- lapply(stats::setNames(nm = callback_events), function(event) {
    hooks <- lapply(callbacks, callback_hook, event)
    hooks[!vapply(hooks, is.null, NA)]
  })
  for (cb in callbacks) callback_context(cb, model, params)
  runner
}

callback_context <- function(cb, model, params) {
  if (is_object(cb, "tildenet_callback")) {
    self <- self_of(cb)
    self$model <- model
    self$params <- params
  } else if (is.function(cb$set_context)) {
    cb$set_context(params, model)
  }
}

# Callbacks keep no hold on the model when training is over.
callback_release <- function(callbacks) {
  for (cb in callbacks) if (is_object(cb, "tildenet_callback")) self_of(cb)$model <- NULL
}

callback_has <- function(runner, events) any(lengths(runner$hooks[events]) > 0)

# Calls all hooks of an event; returns the log entries they add.
callback_call <- function(runner, event, ...) {
  added <- list()
  for (hook in runner$hooks[[event]]) {
    value <- hook(...)
    if (inherits(value, "tildenet_logs")) added[names(value)] <- unclass(value)
  }
  added
}

batch_events <- c("on_batch_begin", "on_batch_end")

# Events of single batches; those of training have two names.
callback_batch <- function(runner, phase, when, batch, logs) {
  callback_call(runner, paste0("on_", phase, "_batch_", when), batch, logs)
  if (phase == "train") callback_call(runner, paste0("on_batch_", when), batch, logs)
}

batch_event_names <- function(phase) {
  c(paste0("on_", phase, "_batch_", c("begin", "end")), if (phase == "train") batch_events)
}

# ---- monitors --------------------------------------------------------------------------------------

# The monitored value; a missing one warns and does nothing.
monitor_value <- function(self, logs) {
  value <- series_get(logs, self$monitor)
  if (is.null(value)) {
    names <- if (length(logs)) quoted_list(names(logs)) else "none"
    warn_tn(paste0("There is no series \"", self$monitor, "\" to be monitored by ", self$what, "."),
            "monitor", how = paste0("Series of this training: ", names, "."), call = NULL)
  }
  value
}

# Whether larger is better: mode "max", or "auto" and a name that fits the pattern.
monitor_maximises <- function(mode, monitor, pattern) {
  mode == "max" || (mode == "auto" && grepl(pattern, monitor))
}

check_monitor <- function(monitor, mode, call = rlang::caller_env()) {
  check_string(monitor, "monitor", call = call)
  check_string(mode, "mode", c("auto", "min", "max"), call = call)
}

# Best value at the start, and the comparison; delta is how much better it has to be.
monitor_start <- function(maximise) if (maximise) -Inf else Inf

monitor_better <- function(maximise, value, best, delta = 0) {
  isTRUE(if (maximise) value - delta > best else value + delta < best)
}
