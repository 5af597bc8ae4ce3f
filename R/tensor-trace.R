# Functions of tensors that users write: called once with symbolic tensors, then the engine runs what
# they emitted.

# Evaluates the call of such a function. Errors in it say where they come from; what is drawn at
# random in it becomes a node instead of numbers.
traced <- function(code, what) {
  before <- session$tracing
  session$tracing <- TRUE
  on.exit(session$tracing <- before)
  here <- sys.nframe()
  place <- NULL
  tryCatch(
    withCallingHandlers(code, error = function(e) place <<- failing_call(e, here)),
    error = function(e) abort_traced(e, place, what))
}

# The same for functions whose result has to be a tensor, or data that can be one.
traced_tensor <- function(code, what) {
  out <- traced(code, what)
  if (is_tensor_like(out)) return(as_tensor(out))
  abort_tn(paste0("The ", what, " function must give a tensor."), "trace", describe(out), call = NULL)
}

abort_traced <- function(e, place, what) {
  if (is.null(place) && inherits(e, "tildenet_error")) rlang::cnd_signal(e)
  at <- if (!is.null(place)) paste0(" at `", place, "`")
  text <- if (inherits(e, "rlang_error")) e$message else conditionMessage(e)
  message <- paste0("The ", what, " function failed on tensors", at, ": ", text)
  class <- if (inherits(e, "tildenet_error")) sub("^tildenet_error_", "", class(e)[1]) else "trace"
  general <- paste("It is called once with tensors that have no values yet: use operators and k_*()",
                   "functions, and k_cast(x > 0, \"float32\") to choose between cases.")
  abort_tn(message, class, bullet_of(e, "x"), call = NULL,
           how = bullet_of(e, "i") %||% if (class %in% c("trace", "state")) general)
}

# The user's own call that failed, as text: the last one that was made from a function outside this
# package and R. start: the frame of traced(). NULL for calls of stop(), which speak for themselves.
failing_call <- function(e, start) {
  calls <- sys.calls()
  from <- sys.parents()
  raised <- which(vapply(calls, function(call) identical(call[[1]], quote(.handleSimpleError)), NA))
  raised <- raised[raised > start]
  end <- if (length(raised) > 0) raised[1] - 1 else length(calls)
  users <- Filter(function(i) is_user_frame(from[i]), seq_len(end)[-seq_len(start)])
  own <- is_user_frame(end) && end > start # in a primitive, which has no frame
  call <- if (own) conditionCall(e)
  if (!own || identical(call, calls[[end]])) call <- if (length(users) > 0) plain_call(max(users))
  if (is.null(call) || identical(call[[1]], quote(stop))) return(NULL)
  text <- deparse(call, width.cutoff = 500)
  if (any(grepl("<environment>", text, fixed = TRUE))) text <- paste0(deparse(call[[1]]), "()")
  text <- if (length(text) > 1) paste(text[1], "...") else text
  if (nchar(text) > 70) paste0(substr(text, 1, 67), "...") else text
}

is_user_frame <- function(i) {
  if (i == 0) return(FALSE)
  home <- topenv(sys.frame(i))
  !isNamespace(home) || !getNamespaceName(home) %in% not_users
}

not_users <- c("tildenet", "base", "stats", "methods", "utils", "rlang", "cli")

# A call as the user wrote it: without the class of the method that R chose.
plain_call <- function(i) {
  call <- sys.call(i)
  if (!is.name(call[[1]])) return(call)
  name <- sub("[.](tildenet_tensor|tildenet_parameter|default)$", "", as.character(call[[1]]))
  if (name %in% c("Ops", "Math", "Summary")) name <- get(".Generic", envir = sys.frame(i))
  call[[1]] <- as.name(name)
  call
}

# Losses and metrics take the truth and the prediction.
check_two_arguments <- function(f, arg, call) {
  takes <- names(formals(f))
  if (is.primitive(f) || length(takes) >= 2 || "..." %in% takes) return(f)
  abort_arg(arg, "take two arguments, (y_true, y_pred)", call = call,
            given = paste0("It is function(", paste(takes, collapse = ", "), ")."))
}

is_tracing <- function() isTRUE(session$tracing)

# The mask of `tensor` made from those of other tensors: joined, or one after the other on the axis `along`
# (from 0, the batch axis). A tensor that no mask concerns is returned as it is.
with_masks <- function(tensor, sources, along = 0) {
  if (along == 0) sources <- Filter(has_mask, sources)
  if (!any(vapply(sources, has_mask, NA))) return(tensor)
  parts <- split(sources, (seq_along(sources) - 1) %/% (max_inputs - 1))
  for (part in parts) {
    tensor <- emit_op("join_masks", c(list(tensor), part), list(along = along))[[1]]
  }
  tensor
}

# Most inputs that one op takes: TN_MAX_INPUTS of the engine.
max_inputs <- 16

has_mask <- function(t) t$mask_axes > 0

without_mask <- function(t) if (has_mask(t)) emit_unary(t, "identity") else t
