# Operations of the engine between layers, as `k_*()` functions and operators on tensors leave them. Keras has no class
# for them that means the same, so they stand in a configuration under a class of our own, with their attributes.

operation_class <- "tildenet>Operation"

# The operations that k_*() functions and operators make: the engine is not asked for anything else that stands in
# a file.
operations_known <- function() {
  c("constant", "unary", "activation", "reduce", "argmax", "squeeze", "expand_dims", "flatten", "reshape", "reshape_all",
    "permute", "permute_all", "take", "sizes", "l2_normalize", binary_ops, "maximum", "minimum", "matmul", "batch_dot",
    "gather", "concatenate", "join_masks", "random_normal", "random_uniform", paste0("loss_", names(loss_table)))
}

# The nodes of a graph that no layer made, each after those it needs.
graph_operations <- function(self, calls) {
  ends <- vapply(self$inputs, tensor_key, "")
  seen <- new.env(parent = emptyenv())
  found <- list()
  key <- function(t) rlang::obj_address(t$node)
  known <- function(t) tensor_key(t) %in% ends || !is.null(t$history) || !is.null(seen[[key(t)]])
  depth_first(c(unlist_once(lapply(calls, `[[`, "inputs")), self$outputs), function(t) t$node$inputs, known,
              met = function(t) assign(key(t), TRUE, envir = seen),
              done = function(t) found[[length(found) + 1]] <<- t$node)
  found
}

operation_entry <- function(node, name, graph, layout) {
  if (length(node$params) > 0 || !node$op %in% operations_known()) {
    abort_tn(paste0("The model computes with something outside of layers (", node$op, ") that a configuration cannot ",
                    "hold."), "unsupported", call = NULL,
             how = if (length(node$params) > 0) "Make the variable the weight of a layer.")
  }
  config <- list(name = name, trainable = TRUE, dtype = node$outputs[[1]]$dtype, op = node$op,
                 attrs = if (length(node$attrs) > 0) lapply(node$attrs, operation_attr) else empty_object())
  entry <- class_entry(operation_class, config, layout)
  if (!is.null(entry$module)) entry$module <- "tildenet"
  c(entry, list(name = name, inbound_nodes = list(node_entry(node$inputs, graph))))
}

operation_attr <- function(value) {
  if (is.numeric(value)) value <- as.double(value)
  if (length(value) == 1) value else as.list(value)
}

operation_place <- function(t, graph) {
  name <- graph$operation_names[match(rlang::obj_address(t$node), graph$operation_keys)]
  list(name, 0L, match(tensor_key(t), vapply(t$node$outputs, tensor_key, "")) - 1L)
}

# A function of tensors that does the operation again.
operation_of_config <- function(parts, context) {
  config <- parts$config
  attrs <- lapply(config[["attrs"]], function(a) if (identical(a, list())) numeric() else r_numbers(a))
  if (!is_word(config[["op"]]) || !is_stored_attrs(attrs) || !is_word(config[["dtype"]])) {
    abort_config("Its operation is damaged.", context, parts$name)
  }
  if (!config$op %in% operations_known()) {
    abort_config(paste0("There is no operation ", encodeString(config$op, quote = "\""), "."), context, parts$name)
  }
  function(tensors) emit_op(config$op, unname(tensors), attrs, dtype = config$dtype)
}
