# Functions of tensors that stand between layers in configurations of functional models: TFOpLambda and
# SlicingOpLambda of Keras 2.4 to 2.15, and the operations of Keras 3. They become functions of tensors here; those that
# are not in the table are refused by name.

foreign_classes <- c("TFOpLambda", "SlicingOpLambda")

# Whether an entry is such a function: of Keras 3 by its module or, in HDF5 files, which tell none, by what it is called
# on, since only operations take several arguments.
is_foreign_function <- function(entry, class_name) {
  if (class_name %in% foreign_classes) return(TRUE)
  if (is_word(entry[["module"]])) return(grepl("^keras[.](src[.])?ops($|[.])", entry[["module"]]))
  nodes <- entry[["inbound_nodes"]]
  if (!class_name %in% names(keras3_functions) || !is.list(nodes) || length(nodes) == 0) return(FALSE)
  node <- nodes[[1]]
  is_newer_node(node) && (!class_name %in% names(keras_layers) || length(node[["args"]]) > 1)
}

# A function of list(args, named), what a call of it holds.
foreign_function <- function(parts, context) {
  old <- parts$class_name %in% foreign_classes
  symbol <- if (old) parts$config[["function"]] else parts$class_name
  if (!is_word(symbol)) abort_config("Its function has no name.", context, parts$name)
  kind <- if (old) tensorflow_functions[symbol] else keras3_functions[symbol]
  if (is.na(kind)) {
    what <- if (old) paste0("function \"", symbol, "\" of TensorFlow") else paste0("operation \"", symbol, "\"")
    abort_tn(paste0("The configuration names the ", what, ", which is not known here."), "unsupported",
             call = context$call, name = symbol, from_config = TRUE)
  }
  settings <- parts$config[setdiff(names(parts$config), c("name", "trainable", "function", if (old) "dtype"))]
  function(call) {
    named <- c(call$named, if (kind == "cast" || is.null(settings$dtype)) settings else settings[names(settings) != "dtype"])
    args <- foreign_arguments(kind, symbol, call$args, named, parts$name, context)
    list(do.call(foreign_functions[[kind]], args, quote = TRUE))
  }
}

# Arguments under the names they have here; what cannot be said here must be null.
foreign_arguments <- function(kind, symbol, args, named, name, context) {
  named <- named[!vapply(named, is.null, NA) & names(named) != "name"]
  keys <- foreign_names[names(named)]
  takes <- names(formals(foreign_functions[[kind]]))
  strange <- is.na(keys) | !keys %in% takes
  if (any(strange) || length(args) > length(takes)) {
    abort_tn(paste0("Layer \"", name, "\" calls \"", symbol, "\" with ",
                    if (any(strange)) paste0("`", names(named)[strange][1], "`") else "more arguments",
                    ", which is not available here."), "unsupported", call = context$call, layer = name, from_config = TRUE)
  }
  args <- c(stats::setNames(args, takes[seq_along(args)]), stats::setNames(named, keys))
  for (key in intersect(c("x", "y"), names(args))) args[[key]] <- foreign_operand(args[[key]], kind)
  args
}

# A tensor, numbers, or a list of them for functions that join.
foreign_operand <- function(x, kind) {
  if (!is.list(x) || is_tensor(x) || kind %in% c("concatenate", "stack")) return(x)
  if (any(vapply(x, is_tensor, NA))) one_or_list(x) else foreign_array(x)
}

foreign_names <- c(
  x = "x", x1 = "x", a = "x", input = "x", inputs = "x", input_tensor = "x", tensor = "x", features = "x", logits = "x",
  t = "x", values = "x", xs = "x", y = "y", x2 = "y", b = "y", axis = "axis", dim = "axis", keepdims = "keepdims",
  keep_dims = "keepdims", shape = "shape", newshape = "shape", perm = "perm", axes = "perm", clip_value_min = "low",
  x_min = "low", clip_value_max = "high", x_max = "high", alpha = "alpha", negative_slope = "alpha", dtype = "dtype",
  slice_spec = "key", key = "key")

# ---- the table -------------------------------------------------------------------------------------

# Axes count from 0 there.
from_zero <- function(axis) {
  axis <- unlist(axis)
  if (is.null(axis)) NULL else ifelse(axis >= 0, axis + 1, axis)
}

foreign_reduction <- function(fn) function(x, axis = NULL, keepdims = FALSE) emit_reduce(x, fn, from_zero(axis), keepdims)

foreign_unary <- function(fn) function(x) emit_unary(x, fn)

foreign_binary <- function(op) function(x, y) emit_binary(op, x, y)

foreign_activation <- function(name) function(x) emit_activation(x, name)

each_of <- function(names, f) lapply(stats::setNames(nm = names), f)

foreign_functions <- c(
  each_of(c("add", "subtract", "multiply", "divide", "power", "maximum", "minimum", "equal", "not_equal", "greater",
           "greater_equal", "less", "less_equal"), foreign_binary),
  each_of(c("negate", "abs", "square", "sqrt", "rsqrt", "reciprocal", "exp", "log", "log1p", "sin", "cos", "sign", "round",
           "floor", "identity"), foreign_unary),
  each_of(c("relu", "sigmoid", "tanh", "softplus", "softsign", "selu", "swish", "hard_sigmoid_keras3"), foreign_activation),
  each_of(c("sum", "mean", "prod", "max", "min", "std", "var"), foreign_reduction),
  list(
    relu6 = function(x) activation_relu(x, max_value = 6),
    elu = function(x, alpha = 1) activation_elu(x, alpha),
    leaky_relu = function(x, alpha = 0.2) activation_relu(x, alpha),
    gelu = function(x, approximate = FALSE) {
      if (!isFALSE(approximate)) abort_tn("only gelu() itself is available, without `approximate`", "unsupported")
      activation_gelu(x)
    },
    softmax = function(x, axis = -1) activation_softmax(x, axis),
    clip = function(x, low, high) k_clip(x, low, high),
    cast = function(x, dtype) k_cast(x, foreign_type(dtype)),
    reshape = function(x, shape) k_reshape(x, r_numbers(shape)),
    expand_dims = function(x, axis) k_expand_dims(x, from_zero(axis)),
    squeeze = function(x, axis) {
      for (at in sort(foreign_axes(axis, k_ndim(x)), decreasing = TRUE)) x <- k_squeeze(x, at)
      x
    },
    transpose = function(x, perm = NULL) if (is.null(perm)) k_transpose(x) else k_permute_dimensions(x, unlist(perm) + 1),
    concatenate = function(x, axis) k_concatenate(x, from_zero(axis)),
    stack = function(x, axis = 0) k_stack(x, from_zero(axis)),
    matmul = function(x, y) if (k_ndim(y) == 2) k_dot(x, y) else k_batch_dot(x, y),
    l2_normalize = function(x, axis = NULL) k_l2_normalize(x, from_zero(axis)),
    take = function(x, key) foreign_places(x, key)))

foreign_axes <- function(axis, rank) {
  axis <- unlist(axis)
  ifelse(axis < 0, axis + rank, axis) + 1
}

# Types that are not here are the nearest that is.
foreign_type <- function(dtype) {
  name <- if (is.list(dtype)) dtype[["config"]][["name"]] else dtype
  if (!is_word(name)) abort_tn("a type is no string", "argument")
  if (grepl("^u?int", name)) "int32" else if (name == "bool") name else "float32"
}

# x[key] of Python: places, slices as list(start, stop, step), NULL for a new axis and "..." for all axes that are left.
foreign_places <- function(x, key) {
  key <- if (is.list(key) && is.null(names(key))) key else list(key)
  spread <- which(vapply(key, identical, NA, "..."))
  taken <- sum(lengths(key) > 0) - length(spread)
  all <- rep(list(list(start = NULL)), max(k_ndim(x) - taken, 0))
  at <- c(spread, length(key) + 1)[1]
  key <- c(key[seq_len(at - 1)], all, key[-seq_len(min(at, length(key)))])
  old <- Filter(Negate(is.null), key)
  index <- Map(foreign_index, old, as_tensor(x)$shape)
  single <- vapply(old, is.numeric, NA)
  out <- do.call("[", c(list(x), unname(index), drop = FALSE))
  for (axis in rev(which(single))) out <- k_squeeze(out, axis)
  kept <- key[!vapply(key, is.numeric, NA)]
  for (axis in which(vapply(kept, is.null, NA))) out <- k_expand_dims(out, axis)
  out
}

# One place, or those of a slice, from 1.
foreign_index <- function(key, size) {
  if (is.numeric(key)) return(if (key < 0) key + size + 1 else key + 1)
  step <- key[["step"]] %||% 1
  from <- key[["start"]]
  to <- key[["stop"]]
  if (is.null(from) && is.null(to) && step == 1) return(quote(expr = ))
  if (is.na(size) || step < 1) abort_tn("only slices of known axes, forwards, are available", "unsupported")
  end <- function(k) min(max(if (k < 0) k + size else k, 0), size)
  places <- seq_len(size)
  places <- places[places > end(from %||% 0) & places <= end(to %||% size)]
  places[(seq_along(places) - 1) %% step == 0]
}

# ---- calls -----------------------------------------------------------------------------------------

is_newer_node <- function(node) is.list(node) && all(c("args", "kwargs") %in% names(node))

# One call of a function: list(places, call), call being list(args, named) with the numbers of places where tensors stand.
# Keras 2 has all arguments but the first beside its tensors; numbers may stand where tensors do.
foreign_node <- function(node, name, context) {
  places <- list()
  take <- function(x) {
    if (is_constant(x)) return(foreign_array(x[[3]]))
    if (is_place(x)) {
      places[[length(places) + 1]] <<- as_place(x, name, context)
      return(structure(length(places), class = "tildenet_place"))
    }
    if (!is.list(x)) return(x)
    known <- if (!is.null(names(x))) x[["class_name"]]
    if (identical(known, "__ellipsis__")) return("...")
    value <- if (is_word(known)) x[["config"]][["value"]] %||% x[["config"]]
    if (is.null(value)) return(lapply(x, take))
    switch(known, "__numpy__" = , "__tensor__" = foreign_array(value), take(value))
  }
  call <- if (is_newer_node(node)) list(args = take(unname(node[["args"]])), named = take(node[["kwargs"]]))
          else older_call(node, take, name, context)
  list(places = places, call = call)
}

is_constant <- function(x) is.list(x) && is.null(names(x)) && length(x) >= 3 && identical(x[[1]], "_CONSTANT_VALUE")

older_call <- function(node, take, name, context) {
  single <- is_place(node)
  tensors <- if (single) list(node) else node
  if (!is.list(tensors) || length(tensors) == 0 || !all(vapply(tensors, is_place, NA))) {
    abort_config("Its inbound nodes hold no tensors.", context, name)
  }
  options <- if (length(tensors[[1]]) == 4) tensors[[1]][[4]] else list()
  if (!is.list(options) || length(options) > 0 && is.null(names(options))) {
    abort_config("The options of a call are no object.", context, name)
  }
  first <- lapply(tensors, function(t) take(t[1:3]))
  list(args = if (single) first else list(first), named = lapply(options, take))
}

# Numbers in nested lists, row by row, as an array.
foreign_array <- function(x) {
  if (!is.list(x)) return(x)
  shape <- list_levels(x)
  values <- unlist(x)
  if (!is.numeric(values) || length(values) != prod(shape)) abort_tn("a constant is no array of numbers", "shape")
  aperm(array(values, rev(shape)), rev(seq_along(shape)))
}

list_levels <- function(x) if (is.list(x)) c(length(x), if (length(x) > 0) list_levels(x[[1]]))

# The call with tensors at their places.
fill_call <- function(call, tensors) {
  if (inherits(call, "tildenet_place")) return(tensors[[call]])
  if (is.list(call)) lapply(call, fill_call, tensors) else call
}

# ---- names -----------------------------------------------------------------------------------------

# What the table calls functions of TensorFlow, by the names of its public modules.
tensorflow_functions <- c(
  "math.add" = "add", "__operators__.add" = "add", "math.subtract" = "subtract", "math.multiply" = "multiply",
  "math.divide" = "divide", "math.truediv" = "divide", "math.pow" = "power", "math.maximum" = "maximum",
  "math.minimum" = "minimum", "math.equal" = "equal", "math.not_equal" = "not_equal", "math.greater" = "greater",
  "math.greater_equal" = "greater_equal", "math.less" = "less", "math.less_equal" = "less_equal",
  "math.negative" = "negate", "math.abs" = "abs", "math.square" = "square", "math.sqrt" = "sqrt", "math.rsqrt" = "rsqrt",
  "math.reciprocal" = "reciprocal", "math.exp" = "exp", "math.log" = "log", "math.log1p" = "log1p", "math.sin" = "sin",
  "math.cos" = "cos", "math.sign" = "sign", "math.round" = "round", "math.floor" = "floor", identity = "identity",
  "nn.relu" = "relu", "nn.relu6" = "relu6", "math.sigmoid" = "sigmoid", "math.tanh" = "tanh",
  "math.softplus" = "softplus", "nn.softplus" = "softplus", "nn.softsign" = "softsign", "nn.selu" = "selu",
  "nn.elu" = "elu", "nn.silu" = "swish", "nn.swish" = "swish", "nn.leaky_relu" = "leaky_relu", "nn.gelu" = "gelu",
  "nn.softmax" = "softmax", "math.reduce_sum" = "sum", "math.reduce_mean" = "mean", "math.reduce_prod" = "prod",
  "math.reduce_max" = "max", "math.reduce_min" = "min", "math.reduce_std" = "std", "math.reduce_variance" = "var",
  clip_by_value = "clip", cast = "cast", reshape = "reshape", expand_dims = "expand_dims", squeeze = "squeeze",
  "compat.v1.squeeze" = "squeeze", transpose = "transpose", "compat.v1.transpose" = "transpose", concat = "concatenate",
  stack = "stack", "linalg.matmul" = "matmul", "math.l2_normalize" = "l2_normalize", "__operators__.getitem" = "take")

# The same for classes of Keras 3.
keras3_functions <- c(
  Add = "add", Subtract = "subtract", Multiply = "multiply", Divide = "divide", TrueDivide = "divide", Power = "power",
  Maximum = "maximum", Minimum = "minimum", Equal = "equal", NotEqual = "not_equal", Greater = "greater",
  GreaterEqual = "greater_equal", Less = "less", LessEqual = "less_equal", Negative = "negate", Absolute = "abs",
  Abs = "abs", Square = "square", Sqrt = "sqrt", Rsqrt = "rsqrt", Reciprocal = "reciprocal", Exp = "exp", Log = "log",
  Log1p = "log1p", Sin = "sin", Cos = "cos", Sign = "sign", Round = "round", Floor = "floor", Relu = "relu",
  Relu6 = "relu6", Sigmoid = "sigmoid", Tanh = "tanh", Softplus = "softplus", Softsign = "softsign", Selu = "selu",
  Elu = "elu", Silu = "swish", LeakyRelu = "leaky_relu", Gelu = "gelu", HardSigmoid = "hard_sigmoid_keras3",
  Softmax = "softmax", Sum = "sum", Mean = "mean", Prod = "prod", Max = "max", Min = "min", Std = "std", Var = "var",
  Clip = "clip", Cast = "cast", Reshape = "reshape", ExpandDims = "expand_dims", Squeeze = "squeeze",
  Transpose = "transpose", Concatenate = "concatenate", Stack = "stack", Matmul = "matmul", GetItem = "take")
