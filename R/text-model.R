# Texts as inputs of a model. The engine knows numbers only: a layer_text_vectorization() on an input of
# texts is the place where numbers enter, and texts are turned into them when data are read.

is_text <- function(t) identical(t$dtype, "string")

# What the layer gives of an input of texts: a node the engine never sees. self: the layer.
text_tensor <- function(self, input) {
  if (!identical(input$node$op, "input")) {
    abort_tn(paste0("Layer \"", self$name, "\" (", self$class_name, ") takes texts: an input of the model."),
             "argument", call = NULL, how = "Call it on `layer_input(shape = 1, dtype = \"string\")`, before other layers.")
  }
  input$dtype <- "string"
  node <- new.env(parent = emptyenv())
  node$op <- "text"
  node$layer <- self
  node$inputs <- list(input)
  node$params <- list()
  int <- self$config$output_mode == "int"
  node$outputs <- list(new_tensor(c(NA, text_sizes(self)), if (int) "int32" else "float32", node))
  node$outputs[[1]]
}

# Sizes of what a text becomes.
text_sizes <- function(self) {
  config <- self$config
  if (config$output_mode != "int") vectorization_columns(self, NULL)
  else if (!is.null(config$split)) config$output_sequence_length %||% NA
}

define_layer("TextVectorization", emit = function(self, inputs) {
  list(outputs = list(text_tensor(self, inputs[[1]])))
})

# Where the numbers of a graph enter: at its inputs, or in place of one of texts at what is made of it.
number_inputs <- function(inputs, outputs) {
  if (!any(vapply(inputs, is_text, NA))) return(inputs)
  made <- Filter(function(t) identical(t$node$op, "text"), graph_tensors(inputs, outputs))
  of <- function(t) if (is_text(t)) Filter(function(m) identical(m$node$inputs[[1]], t), made) else list(t)
  unname(unlist(lapply(inputs, of), recursive = FALSE))
}

model_inputs <- function(self) number_inputs(self$inputs, self$outputs)

# Which inputs of a model are texts. One that is not built yet reads what its first layer does.
reads_texts <- function(self) {
  if (self$built) return(vapply(self$inputs, is_text, NA))
  length(self$layers) > 0 && inherits(self$layers[[1]], "TextVectorization")
}

# Texts as users give them: a character vector, a factor, or a column of them.
text_entry <- function(x, arg, call) {
  if (is.data.frame(x) && length(x) == 1) x <- x[[1]]
  if (is.factor(x)) x <- array(as.character(x), length(x))
  if (!is.character(x)) abort_arg(arg, "hold texts", describe(x), "Give a character vector.", call = call)
  n <- if (is.null(dim(x))) length(x) else dim(x)[1]
  if (length(x) != n) {
    abort_arg(arg, "hold one text per sample", describe(x), class = "shape", call = call)
  }
  list(data = as.vector(x), dim = c(n, 1), sparse = FALSE)
}

# Entries of numbers in the order of model_inputs(), of those in the order of the inputs.
entries_of_texts <- function(self, entries, call) {
  if (!any(vapply(self$inputs, is_text, NA))) return(entries)
  names <- vapply(self$inputs, tensor_key, "")
  lapply(model_inputs(self), function(t) {
    if (!identical(t$node$op, "text")) return(entries[[match(tensor_key(t), names)]])
    entry <- entries[[match(tensor_key(t$node$inputs[[1]]), names)]]
    value <- vectorize_texts(t$node$layer, entry$data, call, sparse = TRUE)
    made <- new_entry(value, if (is.null(dim(value))) length(value) else dim(value))
    fit_entry(made, t$shape, "x", paste0("layer \"", t$node$layer$name, "\" as the model was built with it"), call)
  })
}
