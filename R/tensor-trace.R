# Functions of tensors that users write: called once with symbolic tensors, then the engine runs what
# they emitted.

# Evaluates the call of such a function. Errors in it say where they come from; what is drawn at
# random in it becomes a node instead of numbers.
traced <- function(code, what) {
  before <- session$tracing
  session$tracing <- TRUE
  on.exit(session$tracing <- before)
  tryCatch(code, error = function(e) {
    if (inherits(e, "tildenet_error")) rlang::cnd_signal(e)
    abort_tn(paste0("The ", what, " function failed on tensors: ", conditionMessage(e)), "trace",
             how = "It is called once with symbolic tensors; use operators and k_*() functions only.",
             call = NULL)
  })
}

is_tracing <- function() isTRUE(session$tracing)

# The mask of `tensor` made from those of other tensors: joined, or one after the other when `along`.
# A tensor that no mask concerns is returned as it is.
with_masks <- function(tensor, sources, along = FALSE) {
  if (!along) sources <- Filter(has_mask, sources)
  if (!any(vapply(sources, has_mask, NA))) return(tensor)
  parts <- split(sources, (seq_along(sources) - 1) %/% (max_inputs - 1))
  for (part in parts) {
    tensor <- emit_op("join_masks", c(list(tensor), part), list(along = along))[[1]]
  }
  tensor
}

# Most inputs that one op takes: TN_MAX_INPUTS of the engine.
max_inputs <- 16

has_mask <- function(t) isTRUE(t$mask)

without_mask <- function(t) if (has_mask(t)) emit_unary(t, "identity") else t
