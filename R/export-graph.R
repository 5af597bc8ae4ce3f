# The graph of a model's outputs as the writers of other formats read it: one step after the other, each an
# op of the engine (src/ops/op_list.h) with the attributes it was emitted with. Writers have a rule for each
# op, not for each layer: what layers, k_* functions, wrappers and nested models emit goes through alike.
#
# Values are known by ids, whole numbers from 1. export_graph() gives a list:
#   name     of the model
#   inputs, outputs  list(id, name, shape, dtype) each; shapes have the batch axis first, NA where open
#   steps    in order: list(op, attrs, inputs, outputs, params, layer): ids, parameters (their values are
#            parameter_value(p)), the name of the layer that the op is part of, NA for one of none
#   shapes   by id
#   masks    by id: NULL, or list(axes, from): one flag for each cell of the first axes. Where `from` is the
#            id itself, the step that makes the value makes the mask; else the mask is that of `from`. What
#            comes into a model has no mask, even where a model that begins there is part of one with masks
# It is that of inference: what only training does is not there, nor are penalties and losses.

# Their output is their input when nothing is trained.
training_only <- c("dropout", "gaussian_noise", "gaussian_dropout", "alpha_dropout")

# Ops whose first output gets a mask of its own when it has one; others give on that of their first input.
mask_makers <- c("embedding", "masking", "join_masks", "fold_steps", "unfold_steps")

# self: the fields of a model that is built.
export_graph <- function(self) {
  tensors <- graph_tensors(self$inputs, self$outputs)
  walk <- new_export_walk(export_layers(tensors))
  inputs <- lapply(self$inputs, export_value, walk = walk)
  for (t in tensors) export_tensor(t, walk)
  list(name = self$name, inputs = name_ends(self$inputs, inputs, input_names(self)), steps = walk$steps,
       outputs = name_ends(self$outputs, lapply(self$outputs, export_id, walk = walk), output_names(self)),
       shapes = walk$shapes, masks = walk$masks)
}

name_ends <- function(tensors, ids, names) {
  unname(Map(function(t, id, name) list(id = id, name = name, shape = t$shape, dtype = t$dtype),
             tensors, ids, names))
}

new_export_walk <- function(layers) {
  walk <- new.env(parent = emptyenv())
  walk$layers <- layers
  walk$ids <- new.env(parent = emptyenv())
  walk$shapes <- list()
  walk$masks <- list()
  walk$steps <- list()
  walk
}

export_id <- function(t, walk) get0(tensor_key(t), envir = walk$ids, inherits = FALSE)

# A new id for a value. What is an input of the model stays that where the step that made it is there as
# well, for another of its outputs.
export_value <- function(t, walk, mask = NULL) {
  id <- length(walk$shapes) + 1
  if (is.null(export_id(t, walk))) assign(tensor_key(t), id, envir = walk$ids)
  walk$shapes[[id]] <- t$shape
  walk$masks[id] <- list(if (has_mask(t) && !is.null(mask)) list(axes = t$mask_axes, from = mask$from %||% id))
  id
}

# Whose mask the outputs of a step get: NULL for none, list(from = NULL) for their own.
step_mask <- function(node, masks) {
  if (!node$op %in% mask_makers) return(if (length(masks) > 0) masks[[1]])
  makes <- !node$op %in% c("fold_steps", "unfold_steps") || !all(vapply(masks, is.null, NA))
  if (makes) list(from = NULL)
}

# The step that makes a tensor, with all its outputs. Those it needs have been there.
export_tensor <- function(t, walk) {
  if (!is.null(export_id(t, walk))) return()
  node <- t$node
  inputs <- vapply(node$inputs, export_id, 0, walk = walk)
  if (node$op %in% training_only) return(assign(tensor_key(t), inputs, envir = walk$ids))
  outputs <- vapply(node$outputs, export_value, 0, walk = walk, mask = step_mask(node, walk$masks[inputs]))
  walk$steps[[length(walk$steps) + 1]] <-
    list(op = node$op, attrs = node$attrs %||% list(), inputs = inputs, outputs = outputs, params = node$params,
         layer = get0(tensor_key(t), envir = walk$layers, inherits = FALSE, ifnotfound = NA_character_))
}

# The layer that each tensor was made in, by key: what lies between the inputs and outputs of a call of it.
# Consumers come first, so that a tensor hears from those whose layer made it.
export_layers <- function(tensors) {
  calls <- new.env(parent = emptyenv())
  names <- new.env(parent = emptyenv())
  for (t in rev(tensors)) {
    call <- t$history %||% get0(tensor_key(t), envir = calls, inherits = FALSE)
    if (is.null(call)) next
    assign(tensor_key(t), call$layer$name, envir = names)
    for (u in t$node$inputs) if (!is_passed_on(u, call$inputs)) assign(tensor_key(u), call, envir = calls)
  }
  names
}
