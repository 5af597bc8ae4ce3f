#' Models as ONNX files
#'
#' Writes a model or a fit of [kms()] for inference by other programs: onnxruntime (C, C++, C#, Java, JavaScript, Python) and
#' whatever else reads the Open Neural Network Exchange format. The file is one of version 13 of the operator
#' set, IR version 8, with all weights in it.
#'
#' Inputs and outputs are called as in [predict()], and have the same shapes, samples first, as 32-bit floats;
#' inputs of `layer_input(dtype = "int32")` are 32-bit integers. The number of samples is open (`batch`), as are
#' other sizes that are open in the model. Weights have the names they have in Keras' files.
#'
#' The graph is written op by op, as the engine runs it: what layers, `k_*` functions, lambda layers, wrappers,
#' nested and shared models are made of goes through alike.
#'
#' | of the model | in the file |
#' |---|---|
#' | dense | Gemm; MatMul and Add for more than two axes |
#' | embedding | Gather; for most programs negative indices count from the end, others out of range are an error |
#' | convolutions (1d, 2d, depthwise, separable, transposed), pooling | Conv, ConvTranspose, MaxPool, AveragePool between transpositions to channels first |
#' | global pooling | ReduceMean, ReduceMax; masked steps do not count for means |
#' | batch and layer normalisation | BatchNormalization with the moving values; reductions and arithmetic |
#' | simple_rnn, lstm, gru, with first states, returned states, backwards, in `bidirectional()` | RNN, LSTM, GRU, one for each direction |
#' | masks (`mask_zero`, [layer_masking()]), steps filled up in front, behind, or with holes | steps that count are brought to the front, `sequence_lens` says how many |
#' | `time_distributed()`, reshaping, padding, cropping, upsampling, merging, [layer_dot()] | Reshape, Transpose, Pad, Slice, Resize, Concat, Einsum and so on |
#' | activations, `k_*` functions and operators | nodes of the same meaning; comparisons give 0 or 1 |
#' | dropout, noise, penalties, losses, metrics, the optimizer | left out: they belong to training |
#'
#' An error of class `tildenet_error_unsupported` that names layer and op is given for stateful recurrent layers,
#' recurrent layers with the activations selu, softmax, exponential, gelu, swish or mish, for `k_random_normal()` and
#' `k_random_uniform()`, and for [layer_text_vectorization()], since nothing in ONNX does the same.
#' @section Fits of kms():
#' The file of a fit reads the columns of data as they are, each by its name with the shape (samples, 1): numbers as
#' floats, factors, text and logical values (`"TRUE"`, `"FALSE"`) as strings. Coding of levels, interactions, scaling
#' and labels are part of the graph. A fit of a matrix reads the matrix, as `x`.
#'
#' | outcome | outputs |
#' |---|---|
#' | continuous, counts | `prediction` (samples, 1), in units of the outcome |
#' | two or more labels | `label` (samples), strings; `probabilities` (samples, labels) |
#' | several labels at once | `labels` (samples, labels), 0 or 1; `probabilities` of the same shape |
#'
#' | of the formula | in the file |
#' |---|---|
#' | columns of numbers | as they are, in 32 bits |
#' | columns of factors, text, logical values; `factor(x)`, `as.factor(x)`, `as.character(x)` | LabelEncoder, then OneHot, or Gather for other contrasts than those of treatment |
#' | `emb(f)`, `emb(a):emb(b)` | LabelEncoder and Gather |
#' | `a:b`, `a * b` and so on | products of columns |
#' | `+`, `-`, `*`, `/`, `^`, [log()], `log10()`, `log2()`, `log1p()`, `exp()`, `sqrt()`, `abs()`, `I()`, `scale()` of numbers; `offset()` of these | nodes of the same meaning |
#' | `image(path)` | pixels: an input `image_path` of shape (batch, height, width, channels), 0 to 255 |
#' | everything else: `text()`, `tokens()`, `cut()`, `poly()`, comparisons, dates, variables outside the data | refused, by the name of the term (class `tildenet_error_unsupported`) |
#'
#' A level that the fit does not know is predicted as [predict()][predict.kms_fit] does, without its warning: by the
#' average of the training rows. A missing number gives NaN, where `predict()` gives
#' NA; a missing string is an unknown level. The left side of the formula is not undone: with `log(y) ~ x` the
#' prediction is a logarithm.
#'
#' The metadata of the file say `formula`, `outcome` and `outcome_type`; as JSON `columns` of the design, `classes`,
#' `scaling` of the columns and `outcome_scaling`. A column that had one value in the training rows has the width null: it
#' is 0 for the network.
#' @param object A model that is built, or a fit of `kms()`.
#' @param path Path of the file.
#' @param overwrite Whether a file that is there may be replaced.
#' @returns `path`, invisibly.
#' @section Errors:
#' A model that is not built (class `tildenet_error_state`), what ONNX cannot express (class
#' `tildenet_error_unsupported`), more than 2 GB, which no such file can hold, and paths that cannot be written
#' (class `tildenet_error_io`). A file is written whole or not at all: what stood there before then stays.
#' @references ONNX (2025). *Open Neural Network Exchange Intermediate Representation* and *Operators*.
#'   <https://onnx.ai/onnx/>
#' @examples
#' model <- keras_model_sequential() %>%
#'   layer_dense(units = 8, activation = "relu", input_shape = 4) %>%
#'   layer_dense(units = 3, activation = "softmax")
#' path <- tempfile(fileext = ".onnx")
#' save_onnx(model, path)
#' file.size(path)
#'
#' fit <- kms(Species ~ ., iris, Nepochs = 2, seed = 1, verbose = 0)
#' save_onnx(fit, path)
#' unlink(path)
#' @export
save_onnx <- function(object, path, overwrite = TRUE) {
  call <- rlang::current_env()
  target <- check_target(path, overwrite, "path")
  model <- if (inherits(object, "kms_fit")) onnx_fit_file(object, call) else onnx_file(onnx_model_self(object, call))
  write_whole(target, function(part) onnx_write(part, model), call)
  invisible(path)
}

onnx_model_self <- function(object, call) {
  if (!is_model(object)) abort_arg("object", "be a model or a fit of kms()", describe(object), call = call)
  built_model_self(object, call)
}

# Fields of the file of a built model.
onnx_file <- function(self) {
  graph <- export_graph(self)
  g <- new_onnx_graph()
  inputs <- lapply(graph$inputs, onnx_input, g = g)
  outputs <- lapply(graph$outputs, function(out) onnx_name(g, out$name))
  onnx_steps(g, graph)
  onnx_rename(g, g$values[vapply(graph$outputs, `[[`, 0, "id")], unlist(outputs))
  infos <- Map(function(out, name) onnx_value_info(name, onnx_sizes_named(out$shape, name), "float"),
               graph$outputs, outputs)
  onnx_fields(g, graph$name, "A model of the R package tildenet", inputs, infos, character())
}

onnx_fields <- function(g, name, doc, inputs, outputs, metadata) {
  onnx_model(list(name = name, doc = doc, nodes = lapply(g$nodes, onnx_node), initializers = g$initializers,
                  inputs = inputs, outputs = outputs, ml = g$ml), metadata)
}

# An input of the file, and its value as floats.
onnx_input <- function(g, input) {
  name <- onnx_name(g, input$name)
  whole <- input$dtype == "int32"
  type <- if (whole) "int32" else if (is_text(input)) "string" else "float"
  g$values[input$id] <- if (whole) onnx_cast(g, name, "float") else name
  if (whole) g$whole[[as.character(input$id)]] <- name
  onnx_value_info(name, onnx_sizes_named(input$shape, name), type)
}

# Open sizes by name: that of samples is the same everywhere.
onnx_sizes_named <- function(shape, name) {
  open <- ifelse(seq_along(shape) == 1, "batch", paste0(name, "_", seq_along(shape)))
  ifelse(is.na(shape), open, format(shape, trim = TRUE, scientific = FALSE))
}

onnx_write <- function(part, model) {
  tryCatch(engine_protobuf_write(part, model), tildenet_error_io = function(e) io_failure(e$message))
}
