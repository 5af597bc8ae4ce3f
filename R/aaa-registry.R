# Registries that other files fill while the package is put together; R reads files by name, so this
# one comes first.

layer_kinds <- new.env(parent = emptyenv())

# emit(self, inputs): list(outputs = tensors, penalties = scalar tensors), inputs a list of tensors.
# build(self, inputs): makes self$params; NULL for layers without weights. several: whether the layer
# takes more than one tensor.
define_layer <- function(class_name, emit, build = NULL, several = FALSE) {
  assign(class_name, list(emit = emit, build = build, several = several), envir = layer_kinds)
}

special_kinds <- new.env(parent = emptyenv())

# A call on the right side of a formula that is an input of its own: see design-special.R.
define_special <- function(name, ...) assign(name, list(...), envir = special_kinds)
