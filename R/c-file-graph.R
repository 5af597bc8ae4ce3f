# The exported graph of a model (export-graph.R) with the sizes it has for one sample.

# As export_graph(), with `shapes` that have no open axis and `flags`, for values with a mask, its size and the id
# of the value whose mask it is.
c_graph <- function(self, call) {
  graph <- export_graph(self)
  for (input in graph$inputs) c_check_axes(input, call)
  for (step in graph$steps) c_check_step(step, call)
  c_check_size(unlist(lapply(graph$steps, `[[`, "params")), call)
  given <- vapply(graph$inputs, `[[`, 0, "id")
  shapes <- vector("list", length(graph$shapes))
  masks <- integer(length(shapes))
  shapes[given] <- lapply(graph$inputs, function(input) c(1, input$shape[-1]))
  for (step in graph$steps) {
    facts <- engine_infer(step$op, step$attrs, shapes[step$inputs], masks = masks[step$inputs])
    shapes[step$outputs] <- facts$shapes
    masks[step$outputs] <- as.integer(facts$masks)
  }
  graph$shapes <- shapes
  graph$flags <- lapply(seq_along(shapes), function(id) {
    if (masks[id] == 0) return(NULL)
    from <- graph$masks[[id]]$from
    list(id = from, size = prod(shapes[[from]][seq_len(masks[from])]), axes = masks[id])
  })
  graph
}

c_check_axes <- function(input, call) {
  if (!anyNA(input$shape[-1])) return(invisible())
  abort_arg("object", "have inputs with one open axis only, that of the samples", class = "unsupported", call = call,
            given = paste0("Input ", quoted(input$name), " has shape ", shape_text(input$shape), "."),
            how = paste("Build the same layers on an input of a fixed shape, as in `layer_input(c(20, 3))`, and give",
                        "them these weights with `set_weights()`; shorter sequences are padded and masked."))
}

# Numbers as text take 15 bytes each, and compilers a multiple of that.
c_most_weights <- 1e8

c_check_size <- function(params, call) {
  n <- sum(0, vapply(unique_by_address(params), function(p) prod(p$shape), 0))
  if (n <= c_most_weights) return(invisible())
  abort_arg("object", "have at most 100 million weights to be a C file", class = "unsupported", call = call,
            given = paste0("It has ", format(n, big.mark = ",", scientific = FALSE), "."),
            how = "Larger models go to other programs with `save_onnx()`.")
}

c_check_step <- function(step, call) {
  known <- !is.null(get0(step$op, envir = c_rules, inherits = FALSE))
  if (known && !isTRUE(step$attrs$stateful)) return(invisible())
  what <- if (known) paste0(quoted(step$op), " with `stateful = TRUE`") else quoted(step$op)
  where <- if (is.na(step$layer)) "a function of tensors" else paste("layer", quoted(step$layer))
  abort_arg("object", "be made of ops that can be written as C", class = "unsupported", call = call,
            given = paste0("There is no rule for the op ", what, " of ", where, "."),
            how = c_way_out(step))
}

c_way_out <- function(step) {
  if (step$op == "text") return("Save the model behind the text layer, which reads word indices.")
  if (isTRUE(step$attrs$stateful)) return("Make the states inputs and outputs: `initial_state`, `return_state = TRUE`.")
  "Save the model that ends in front of it: `keras_model(inputs, outputs)`."
}
