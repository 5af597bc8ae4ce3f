# Registries that other files fill while the package is put together; R reads files by name, so this
# one comes first.

layer_kinds <- new.env(parent = emptyenv())

# emit(self, inputs): list(outputs = tensors, penalties = scalar tensors), inputs a list of tensors.
# build(self, inputs): makes self$params; NULL for layers without weights. several: whether the layer
# takes more than one tensor.
define_layer <- function(class_name, emit, build = NULL, several = FALSE) {
  assign(class_name, list(emit = emit, build = build, several = several), envir = layer_kinds)
}

# A layer that is one op with a kernel and a bias; op: its name, or function(config) that gives it; attrs(config): its
# attributes; before(inputs): what goes into the op, of the shapes of the inputs; how(config, name): how a weight is made.
define_kernel_layer <- function(class_name, op, attrs, kernel = "kernel", before = identity,
                                how = function(config, name) weight_how(config, name)) {
  op_of <- if (is.function(op)) op else function(config) op
  define_layer(class_name,
    build = function(self, inputs) {
      made <- list(how(self$config, sub("_kernel$", "", kernel)), how(self$config, "bias"))
      build_params(self, op_of(self$config), attrs(self$config), inputs, stats::setNames(made, c(kernel, "bias")))
    },
    emit = function(self, inputs) {
      finish_emit(self, emit_op(op_of(self$config), before(inputs[1]), attrs(self$config), self$params)[[1]])
    })
}

special_kinds <- new.env(parent = emptyenv())

# A call on the right side of a formula that is an input of its own: see design-special.R.
define_special <- function(name, ...) assign(name, list(...), envir = special_kinds)

onnx_rules <- new.env(parent = emptyenv())

# How an op of the engine is written for ONNX: rule(g, step, x) adds nodes to the graph `g` (onnx-graph.R)
# and returns the names of the outputs. x: the names of its inputs.
define_onnx <- function(ops, rule) for (op in ops) assign(op, rule, envir = onnx_rules)

c_rules <- new.env(parent = emptyenv())

# How an op of the engine is written in C: rule(s) gives a c_make(), c_change() or c_view(), see c-file-steps.R.
define_c <- function(ops, rule) for (op in ops) assign(op, rule, envir = c_rules)
