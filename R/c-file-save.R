#' A model as a C file
#'
#' `save_c()` writes a model or a fit of [kms()] as one C99 file that needs nothing but the C library's
#' mathematics: for microcontrollers, firmware, and programs that should not carry R with them.
#'
#' @details
#' **The function.** `void NAME_predict(const float *x, float *y)` reads one sample from `x` and writes its outputs
#' to `y`. Both are arrays in row-major order: the last axis of a shape is the fastest, and there is no axis of
#' samples. The constants `NAME_INPUT_SIZE` and `NAME_OUTPUT_SIZE` say how long they are. With several inputs or
#' outputs the arguments are `x1`, `x2` ..., `y1`, `y2` ... in the order of the model's, and the constants
#' `NAME_INPUT1_SIZE` and so on. Results are those of [predict()][predict.tildenet_model] for a single sample but for
#' rounding: sums run in 32-bit floats.
#'
#' **Fits.** The function takes the columns of the data that the formula reads, in the order of the file's first
#' comment: numbers as they are, logical values as 0 and 1, the levels of a factor as numbers from 0 in the order
#' listed there. A level number that is not in the list counts as a level the fit has not seen. Dummies,
#' interactions, scaling, `factor()` and `as.character()` of a column, `emb()` and `offset()` are part of the
#' function, and so are arithmetic, `I()`, `scale()`, `log()`, `exp()`, `sqrt()`, `abs()` and others of R's
#' functions of one number that C has, too. A continuous outcome comes in its units; of labels `y` has the
#' probabilities, and the strings `NAME_labels[]` their names, in the same order. Missing values have no meaning
#' in C.
#'
#' **Memory.** Weights are `static const` arrays, which linkers for microcontrollers leave in flash memory. Nothing
#' is allocated: intermediate values lie in one static array, whose places are used again as soon as their values are
#' no longer needed. The comment states the bytes of both. As the array is static, two threads must not call the
#' function at the same time.
#'
#' **What is written.** Layers in inference: dense, activations, embeddings, convolutions, pooling,
#' normalisation, recurrent layers in both directions with masks and first states, merging, reshaping, cropping,
#' padding and resizing layers, [time_distributed()], nested models, and lambda layers made of `k_*` functions.
#' Dropout and noise leave values as they are. All names but those that begin with `NAME_` are static, so that
#' several such files can be linked into one program. An index outside of an embedding's table reads its nearest row.
#' @param object A model that is built, or a fit of [kms()].
#' @param path Path of the file, such as `"model.c"`.
#' @param name Prefix of the C names, a C identifier; `NULL` for the model's name.
#' @param overwrite Whether a file that is there may be replaced.
#' @returns `path`, invisibly. The file is whole or, after an error, not there; one that stood there before stays.
#' @section Errors:
#' Layers and terms without a rule (texts, stateful layers, random functions), inputs with open axes besides that
#' of the samples, and models of more than 100 million weights are errors of class `tildenet_error_unsupported` that name op and layer; a model that is not built is
#' one of class `tildenet_error_state`, a path that cannot be written of class `tildenet_error_io`.
#' @examples
#' fit <- kms(Species ~ ., iris, Nepochs = 5, seed = 1, verbose = 0)
#' path <- tempfile(fileext = ".c")
#' save_c(fit, path, "iris")
#' head(readLines(path), 30)
#' @export
save_c <- function(object, path, name = NULL, overwrite = TRUE) {
  call <- rlang::current_env()
  if (missing(path)) abort_missing_arg("path", call)
  target <- check_target(path, overwrite, "path")
  of_fit <- inherits(object, "kms_fit")
  self <- built_model_self(if (of_fit) object$model else object)
  name <- c_check_name(name, self$name, call)
  program <- if (of_fit) c_kms_program(object, self, name, call) else c_model_program(self, name, call)
  text <- enc2utf8(paste0(c_file_lines(program), "\n", collapse = ""))
  write_whole(target, function(part) write_bytes(part, charToRaw(text)))
  invisible(path)
}

c_check_name <- function(name, model_name, call) {
  if (is.null(name)) return(c_identifier(model_name))
  check_string(name, "name", call = call)
  if (!grepl("^[A-Za-z][A-Za-z0-9_]*$", name)) {
    abort_arg("name", "be a C identifier: letters, digits and underscores, a letter first", describe(name), call = call)
  }
  name
}

# What is written: list(name, title, graph, writer, inputs, outputs, labels, example). inputs and outputs are lists of
# list(id, argument, size, size_name, about), example list(x, y) of numbers.
c_model_program <- function(self, name, call) {
  graph <- c_graph(self, call)
  example <- c_model_example(self, graph)
  list(name = name, title = paste0("the model ", quoted(self$name)), graph = graph, writer = new_c_writer(name),
       inputs = c_arguments(graph$inputs, "x", paste0(name, "_INPUT"), graph),
       outputs = c_arguments(graph$outputs, "y", paste0(name, "_OUTPUT"), graph), example = example)
}

c_arguments <- function(ends, letter, prefix, graph) {
  number <- if (length(ends) == 1) "" else seq_along(ends)
  unname(Map(function(end, number) {
    shape <- graph$shapes[[end$id]][-1]
    list(id = end$id, argument = paste0(letter, number), size_name = paste0(prefix, number, "_SIZE"),
         size = prod(shape), about = paste0(quoted(end$name), ", shape ", shape_text(shape), c_ids_remark(end$id, graph)))
  }, ends, number))
}

# Inputs that an embedding reads.
c_ids_remark <- function(id, graph) {
  limits <- vapply(graph$steps, function(step) {
    if (step$op == "embedding" && step$inputs[1] == id) step$attrs$input_dim else Inf
  }, 0)
  if (all(is.infinite(limits))) "" else paste0(", whole numbers from 0 to ", c_integer(min(limits) - 1))
}

# Small whole numbers, which also are indices for all embeddings.
c_model_example <- function(self, graph) {
  rows <- vapply(graph$steps, function(step) if (step$op == "embedding") step$attrs$input_dim else 3, 0)
  period <- min(3, rows)
  x <- lapply(graph$inputs, function(input) rep_len(seq_len(period) - 1, prod(input$shape[-1])))
  data <- Map(function(values, input) c_row_array(values, input$shape[-1]), x, graph$inputs)
  made <- run_outputs(self$outputs, model_inputs(self), data)
  list(x = x, y = lapply(made, function(t) as.vector(row_major(t$value))), period = period)
}

# One sample of values in row-major order.
c_row_array <- function(values, shape) {
  array(aperm(array(values, rev(shape)), rev(seq_along(shape))), c(1, shape))
}
