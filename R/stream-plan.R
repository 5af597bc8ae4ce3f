# The settings of kms() over a source: what is refused, how much is read at once, where checkpoints lie.

# Of data in memory there are no such settings.
check_no_stream <- function(control, call) {
  met <- names(control$extra$stream)
  if (length(met) == 0) return(invisible())
  abort_arg(met[1], "be left out where the data is in memory", call = call,
            how = "It is about data that is read chunk by chunk, see ?kms_stream.")
}

# The control list with the rules that hold for sources.
stream_check <- function(control, call) {
  refuse <- function(arg, must, how = NULL) {
    abort_arg(arg, paste(must, "where data is read chunk by chunk"), "What it needs is not known of rows that are elsewhere.", how,
              call = call)
  }
  extra <- control$extra
  if ("weights" %in% names(extra$design)) refuse("weights", "be left out", "Repeat rows in the query.")
  if ("class_weight" %in% names(extra$fit)) refuse("class_weight", "be left out", "Draw rows of each label in the query.")
  if (!isTRUE(extra$fit$shuffle %||% TRUE)) refuse("shuffle", "be TRUE", "`buffer` says how far rows are moved.")
  if (isTRUE(extra$design$auto)) refuse("auto", "be FALSE", "Name the terms in the formula.")
  rule <- extra$design$na.action
  if (!is.null(rule) && !identical(kms_na_action(control, call), "na.omit")) {
    refuse("na.action", "be na.omit", "Fill missing values in the query, such as by COALESCE().")
  }
  if (control$embedding) refuse("embedding", "be FALSE", "emb() in the formula names indices.")
  if (!is.null(net_of(control)$members)) refuse("net", "be one of a single network", "Such as `net = \"dense\"`.")
  if (reads_indices(control$keras_model_seq)) refuse("keras_model_seq", "read no indices", "emb() in the formula names indices.")
  control$extra$design$na.action <- "na.omit"
  control$extra$design$auto <- FALSE
  control$extra["stream"] <- list(NULL)
  control
}

# list(chunk, buffer, checkpoint).
stream_plan <- function(control, formula, source, call) {
  given <- control$extra$stream
  chunk <- check_count(given$chunk %||% 50000, "chunk", 1, call = call)
  buffer <- check_count(given$buffer %||% (3 * chunk), "buffer", 0, call = call)
  folder <- check_string(given$checkpoint, "checkpoint", null_ok = TRUE, call = call)
  seconds <- check_number(given$checkpoint_seconds %||% 60, "checkpoint_seconds", 0, call = call)
  if (!is.null(folder) && !"seed" %in% control$given) {
    abort_arg("seed", "be given with `checkpoint`", call = call, given = "By it a training finds its rows again.",
              how = "Such as `seed = 1`.")
  }
  key <- if (!is.null(folder)) stream_key(control, formula, source, chunk, buffer)
  list(chunk = chunk, buffer = buffer, checkpoint = new_checkpoint(folder, seconds, key, call))
}

# What must be the same where a training goes on.
stream_key <- function(control, formula, source, chunk, buffer) {
  plain <- Filter(function(v) is.atomic(v) || is.list(v) && !is.object(v) && all(vapply(v, is.atomic, NA)),
                  control[setdiff(names(formals(kms)), c("verbose", "..."))])
  rlang::hash(list(paste(deparse(formula), collapse = ""), source$words, plain, control$net, chunk, buffer))
}
