# The graph of an ONNX file while it grows: rules add nodes and initializers to it. All values are floats, as
# in the engine, but where a node of ONNX wants others. Names are unique; values of the model (ids of
# export_graph()) are looked up in `values`, their masks in `masks`.

new_onnx_graph <- function() {
  g <- new.env(parent = emptyenv())
  g$nodes <- list()
  g$initializers <- list()
  g$used <- new.env(parent = emptyenv())
  g$weights <- new.env(parent = emptyenv())
  g$values <- character()
  g$whole <- list()
  g$mask_makers <- list()
  g$scope <- NA_character_
  g$ml <- FALSE
  g
}

# A name that nothing has yet: "dense_1/Gemm", then "dense_1/Gemm_1".
onnx_name <- function(g, name) {
  times <- get0(name, envir = g$used, inherits = FALSE, ifnotfound = 0)
  assign(name, times + 1, envir = g$used)
  if (times == 0) name else onnx_name(g, paste0(name, "_", times))
}

onnx_scoped <- function(g, name) onnx_name(g, if (is.na(g$scope)) name else paste0(g$scope, "/", name))

# Adds a node; the names of its n outputs. inputs: names, "" for an optional one left out.
onnx_put <- function(g, op, inputs, attrs = list(), n = 1, domain = "") {
  name <- onnx_scoped(g, op)
  outputs <- if (n == 1) name else vapply(seq_len(n), function(k) onnx_name(g, paste0(name, ":", k)), "")
  node <- list(op = op, inputs = inputs, outputs = outputs, attrs = attrs[!vapply(attrs, is.null, NA)],
               domain = domain, name = name)
  g$nodes[[length(g$nodes) + 1]] <- node
  if (domain == "ai.onnx.ml") g$ml <- TRUE
  outputs
}

# ---- constants and weights -------------------------------------------------------------------------

onnx_constant <- function(g, values, dims, type, name = "constant") {
  name <- onnx_scoped(g, name)
  g$initializers[[name]] <- onnx_tensor(name, values, dims, type)
  name
}

# One float; the same one is there once.
onnx_float <- function(g, x) onnx_once(g, paste("float", sprintf("%a", x)), function() {
  onnx_constant(g, x, numeric(), "float")
})

# Whole numbers on one axis: axes, shapes, places.
onnx_ints <- function(g, x) onnx_once(g, paste(c("ints", x), collapse = " "), function() {
  onnx_constant(g, x, length(x), "int64")
})

# The floats of a weight as they lie. A layer that is called twice has its weights once in the file.
onnx_weight <- function(g, p) {
  onnx_once(g, rlang::obj_address(p), function() onnx_initializer(g, p, p$data, p$shape))
}

# The same floats under another shape.
onnx_shaped <- function(g, p, shape) {
  onnx_once(g, paste(c(rlang::obj_address(p), shape), collapse = " "), function() onnx_initializer(g, p, p$data, shape))
}

# A weight in an order of its own: f(array) of it, which `form` names.
onnx_arranged <- function(g, p, form, f) onnx_once(g, paste(rlang::obj_address(p), form), function() {
  x <- f(parameter_value(p))
  onnx_initializer(g, p, row_major(x), dim(x) %||% length(x))
})

onnx_initializer <- function(g, p, values, shape) {
  name <- onnx_name(g, p$name)
  g$initializers[[name]] <- onnx_tensor(name, values, shape)
  name
}

onnx_once <- function(g, key, make) {
  known <- get0(key, envir = g$weights, inherits = FALSE)
  if (!is.null(known)) return(known)
  name <- make()
  assign(key, name, envir = g$weights)
  name
}

# ---- common nodes ----------------------------------------------------------------------------------

onnx_cast <- function(g, x, type) onnx_put(g, "Cast", x, list(to = onnx_types[[type]]))

onnx_transpose <- function(g, x, perm) {
  if (identical(as.numeric(perm), seq_along(perm) - 1)) return(x)
  onnx_put(g, "Transpose", x, list(perm = onnx_kind(perm, "ints")))
}

onnx_unsqueeze <- function(g, x, axes) onnx_put(g, "Unsqueeze", c(x, onnx_ints(g, axes)))

onnx_squeeze <- function(g, x, axes) onnx_put(g, "Squeeze", c(x, onnx_ints(g, axes)))

# From `from` (from 0, negative from the end) to before `to`, along one axis.
onnx_slice <- function(g, x, axis, from, to = 2^31, step = 1) {
  onnx_put(g, "Slice", c(x, onnx_ints(g, from), onnx_ints(g, to), onnx_ints(g, axis), onnx_ints(g, step)))
}

onnx_reverse <- function(g, x, axis) onnx_slice(g, x, axis, -1, -2^31, -1)

# The sizes of the axes from `from` on, as whole numbers.
onnx_sizes <- function(g, x, from = 0, to = 2^31) onnx_slice(g, onnx_put(g, "Shape", x), 0, from, to)

# parts: list of numbers (-1: what is left, 0: as before) and names of whole numbers, one after the other.
onnx_reshape <- function(g, x, parts) {
  if (!any(vapply(parts, is.character, NA))) return(onnx_put(g, "Reshape", c(x, onnx_ints(g, unlist(parts)))))
  names <- vapply(parts, function(part) if (is.character(part)) part else onnx_ints(g, part), "")
  onnx_put(g, "Reshape", c(x, onnx_put(g, "Concat", names, list(axis = 0))))
}

# Sums and so on; axes are an input of ReduceSum and an attribute of the others in this version.
onnx_reduce <- function(g, x, what, axes = NULL, keepdims = TRUE) {
  op <- paste0("Reduce", what)
  own <- list(keepdims = as.numeric(keepdims))
  if (what == "Sum") return(onnx_put(g, op, c(x, if (length(axes) > 0) onnx_ints(g, axes)), own))
  onnx_put(g, op, x, c(if (length(axes) > 0) list(axes = onnx_kind(axes, "ints")), own))
}

# ---- values of the model ---------------------------------------------------------------------------

onnx_rank <- function(g, id) length(g$graph$shapes[[id]])

# An axis that may be negative, from 0.
onnx_axis <- function(axis, rank) ifelse(axis < 0, axis + rank, axis)

# A value as whole numbers: as it came where it did, else cut.
onnx_whole <- function(g, id) {
  g$whole[[as.character(id)]] %||% onnx_cast(g, g$values[id], "int64")
}

# The mask of a value, true where it counts; NULL where it has none. Masks are made when one asks for them.
onnx_mask <- function(g, id) {
  mask <- g$graph$masks[[id]]
  if (is.null(mask)) return(NULL)
  key <- as.character(mask$from)
  if (is.function(g$mask_makers[[key]])) g$mask_makers[[key]] <- g$mask_makers[[key]]()
  g$mask_makers[[key]]
}

# make(): name of the mask of the step's first output.
onnx_give_mask <- function(g, step, make) g$mask_makers[[as.character(step$outputs[1])]] <- make

# ---- the whole -------------------------------------------------------------------------------------

# The steps of a model behind inputs whose names are in g$values already.
onnx_steps <- function(g, graph) {
  g$graph <- graph
  for (step in graph$steps) onnx_step(g, step)
  g$scope <- NA_character_
}

onnx_step <- function(g, step) {
  force(step) # rules keep it for masks
  g$scope <- step$layer
  rule <- get0(step$op, envir = onnx_rules, inherits = FALSE) %||% function(...) onnx_refuse(step)
  x <- g$values[step$inputs]
  out <- rule(g, step, x)
  g$values[step$outputs[seq_along(out)]] <- out
}

# Why not: a clause about the op.
onnx_refuse <- function(step, why = "for which ONNX has no rule here") {
  where <- if (is.na(step$layer)) "A function of tensors" else paste0("Layer ", quoted(step$layer))
  abort_tn(paste0(where, " cannot be written to an ONNX file: it uses `", step$op, "`, ", why, "."),
           "unsupported", call = NULL, layer = step$layer, op = step$op,
           how = "The help page of save_onnx() lists what can be written.")
}

# Gives the values `from` the names that they have outside.
onnx_rename <- function(g, from, to) {
  made <- unlist(lapply(g$nodes, `[[`, "outputs"))
  direct <- from %in% made & !duplicated(from)
  for (k in which(!direct)) {
    g$nodes[[length(g$nodes) + 1]] <-
      list(op = "Identity", inputs = from[k], outputs = to[k], attrs = list(), domain = "", name = to[k])
  }
  new <- stats::setNames(to[direct], from[direct])
  called <- function(names) ifelse(names %in% names(new), new[names], names)
  g$nodes <- lapply(g$nodes, function(node) {
    node$inputs <- unname(called(node$inputs))
    node$outputs <- unname(called(node$outputs))
    node
  })
}
