# Symbolic tensors: what layers and k_* functions return before there are data. A tensor knows the op
# node that makes it; a graph is nothing but tensors reachable from others.

new_tensor <- function(shape, dtype = "float32", node = NULL, index = 1, mask_axes = 0L,
                       value = NULL, name = NULL) {
  self <- new.env(parent = emptyenv())
  self$shape <- shape
  self$dtype <- dtype
  self$node <- node
  self$index <- index
  self$mask_axes <- mask_axes # the mask has one flag for each cell of the first axes
  self$value <- value
  self$history <- NULL
  self$name <- name
  class(self) <- "tildenet_tensor"
  self
}

# A place where data enter. shape has the batch axis first, NA where unknown; kind "float",
# "integer" or "sparse".
input_tensor <- function(shape, name = NULL, kind = "float", dtype = "float32") {
  node <- new.env(parent = emptyenv())
  node$op <- "input"
  node$kind <- kind
  node$inputs <- list()
  node$params <- list()
  tensor <- new_tensor(as.numeric(shape), dtype, node, name = name)
  node$outputs <- list(tensor)
  tensor
}

is_tensor <- function(x) inherits(x, "tildenet_tensor")

is_eager <- function(x) is_tensor(x) && is.null(x$node)

# R data as a tensor that has its value already.
eager_tensor <- function(value, dtype = NULL) {
  value <- as_plain_array(value)
  dtype <- dtype %||% if (is.logical(value)) "bool" else "float32"
  storage.mode(value) <- "double"
  new_tensor(as.numeric(dim(value) %||% numeric()), dtype, value = value)
}

# A single number has shape (), longer vectors one axis.
as_plain_array <- function(x) {
  x <- given <- own_sparse(x, call = NULL)
  if (is.data.frame(x)) x <- as.matrix(own_frame(x))
  if (inherits(x, "tildenet_rate")) x <- as.numeric(x)
  if (inherits(x, "Matrix")) x <- dense_copy(x, "x", NULL)
  x <- plain_numbers(x)
  if (is.null(x)) {
    abort_tn("Tensors are made of numbers.", given = describe(given), how = numbers_hint(given), call = NULL)
  }
  if (is.null(dim(x)) && length(x) == 1) return(as.vector(x))
  array(as.vector(x), dim(x) %||% length(x))
}

as_tensor <- function(x) {
  if (is_tensor(x)) return(x)
  if (inherits(x, "tildenet_parameter")) return(parameter_tensor(x))
  if (is_tracing() && is.atomic(x) && any(is.na(x) & !is.nan(x))) {
    abort_tn("A number in it is missing (NA).", "trace", call = NULL,
             how = "The rows of a batch are not known yet: take k_shape(x)[1] for nrow(x).")
  }
  eager_tensor(x)
}

# The weight itself as a tensor, for penalties and functions written in R.
parameter_tensor <- function(p) {
  emit_op("parameter", list(), list(shape = p$shape), list(p), dtype = p$dtype)[[1]]
}

# Adds one op to the graph (or runs it, when all inputs have values): list of output tensors.
emit_op <- function(op, inputs, attrs = list(), params = list(), dtype = NULL,
                    call = rlang::caller_env()) {
  inputs <- lapply(inputs, as_tensor)
  if (any(vapply(inputs, is_text, NA))) {
    abort_tn("it takes numbers, not texts", "shape", call = call,
             how = "Texts go through `layer_text_vectorization()` first.")
  }
  attrs <- attrs[!vapply(attrs, is.null, NA)]
  eager <- length(params) == 0 && length(inputs) > 0 && all(vapply(inputs, is_eager, NA))
  if (eager) return(run_eagerly(op, inputs, attrs, dtype))
  inputs <- lapply(inputs, function(t) if (is_eager(t)) constant_tensor(t) else t)
  facts <- infer_shapes(op, attrs, inputs, call)
  check_param_shapes(facts$params, params, call)
  node <- new.env(parent = emptyenv())
  node$op <- op
  node$attrs <- attrs
  node$inputs <- inputs
  node$params <- params
  node$outputs <- Map(function(shape, index, mask_axes) {
    new_tensor(shape, dtype %||% "float32", node, index, mask_axes)
  }, facts$shapes, seq_along(facts$shapes), facts$masks)
  node$outputs
}

# Weights made for one input do not fit every other.
check_param_shapes <- function(specs, params, call) {
  if (length(specs) != length(params)) {
    abort_tn(paste0("it has ", length(specs), " weights, not ", length(params)), "shape", call = call)
  }
  Map(function(spec, p) {
    if (!anyNA(spec$shape) && !identical(as.numeric(spec$shape), p$shape)) {
      abort_tn(paste0("it would need a weight ", spec$name, " of shape ", shape_text(spec$shape),
                      ", there is one of ", shape_text(p$shape)), "shape", call = call)
    }
  }, specs, params)
}

constant_tensor <- function(t) {
  emit_op("constant", list(), list(value = row_major(t$value), shape = t$shape), dtype = t$dtype)[[1]]
}

row_major <- function(x) if (length(dim(x)) > 1) as.vector(aperm(x)) else as.vector(x)

# Unknown sizes are found by asking with two sets of sizes: what changes is unknown. They lie far apart,
# since few cells more may not make room for another window. Sizes that are too small for a window, or only
# fit together for a single sample, are asked for with others.
infer_shapes <- function(op, attrs, inputs, call) {
  ask <- function(size) {
    shapes <- lapply(inputs, function(t) ifelse(is.na(t$shape), size, t$shape))
    engine_infer(op, attrs, shapes, logical(length(inputs)),
                 vapply(inputs, function(t) t$mask_axes, 0L))
  }
  open <- max(0, vapply(inputs, function(t) sum(is.na(t$shape)), 0))
  if (open == 0) return(tryCatch(ask(1), tildenet_error_shape = function(e) stop_shape(e, call)))
  shown <- size_to_show(inputs)
  found <- first_fit(ask, c(shown, if (op != "reshape_all") c(7, if (open <= 3) 20011, 1)))
  if (is.null(found$answer)) {
    if (op == "reshape_all") return(target_shape(attrs))
    stop_shape(found$error, call, shown)
  }
  first <- found$answer
  second <- tryCatch(ask(2 * found$size + 1013), tildenet_error_shape = function(e) first)
  first$shapes <- Map(function(a, b) ifelse(a == b, a, NA), first$shapes, second$shapes)
  first
}

# A size that no axis has: in messages "None" takes its place.
size_to_show <- function(inputs) {
  setdiff(c(499, 503, 509, 521), unlist(lapply(inputs, function(t) t$shape)))[1]
}

# The answer to the first size that gets one; else what was said to the first of all.
first_fit <- function(ask, sizes) {
  error <- NULL
  for (size in sizes) {
    answer <- tryCatch(ask(size), tildenet_error_shape = identity)
    if (!inherits(answer, "error")) return(list(answer = answer, size = size))
    error <- error %||% answer
  }
  list(error = error)
}

# A whole shape that is given: whether the elements fit is known when there are data.
target_shape <- function(attrs) {
  list(shapes = list(ifelse(attrs$shape < 0, NA, attrs$shape)), masks = 0L, params = list())
}

# The engine's words, with unknown sizes shown as such.
stop_shape <- function(e, call, shown = NULL) {
  message <- rlang::cnd_message(e, inherit = FALSE)
  if (!is.null(shown)) message <- gsub(paste0("\\b", shown, "\\b"), "None", message)
  abort_tn(message, "shape", call = call)
}

run_eagerly <- function(op, inputs, attrs, dtype) {
  symbols <- lapply(inputs, function(t) constant_tensor(t))
  run_outputs(emit_op(op, symbols, attrs, dtype = dtype), list(), list())
}

# Values of tensors for R data at the inputs, as eager tensors.
run_outputs <- function(outputs, inputs, data, training = FALSE, flags = NULL) {
  sparse <- vapply(data, is_sparse, NA)
  spec <- graph_spec(inputs, outputs, sparse = sparse, flags = flags)
  values <- engine_run(engine_graph(spec), lapply(data, as_source), spec$outputs, training,
                       if (training) draw_seed() else 0, 0)
  Map(function(v, t) {
    if (length(v) == 1 && length(t$shape) == 0) v <- as.vector(v)
    new_tensor(as.numeric(dim(v) %||% numeric()), t$dtype, value = v)
  }, values, outputs)
}
