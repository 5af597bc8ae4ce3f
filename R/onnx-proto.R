# The messages of an ONNX file, as engine_protobuf_write() takes them: lists of fields. Numbers of fields and
# types are those of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).

onnx_opset <- 13
onnx_ml_opset <- 2
onnx_ir <- 8

onnx_types <- c(float = 1, int32 = 6, int64 = 7, string = 8, bool = 9)

pb_message <- function(number, fields) list(number, "message", fields)
pb_text <- function(number, text) list(number, "text", enc2utf8(as.character(text)))
pb_int <- function(number, x) list(number, "int", as.numeric(x))
pb_float <- function(number, x) list(number, "float", as.numeric(x))

# ---- tensors ---------------------------------------------------------------------------------------

# values: numbers, strings, or the raw vector of a parameter's floats, which is not copied; in the order that
# has the last axis fastest.
onnx_tensor <- function(name, values, dims, type = "float") {
  c(list(pb_int(1, dims), pb_int(2, onnx_types[[type]])), onnx_values(values, type), list(pb_text(8, name)))
}

onnx_values <- function(values, type) {
  if (is.raw(values)) return(list(list(9, "floats", values)))
  list(switch(type,
    string = pb_text(6, values),
    int64 = list(9, "bytes", int64_bytes(values)),
    bool = list(9, "bytes", as.raw(values)),
    list(9, "bytes", writeBin(as.numeric(values), raw(), size = 4, endian = "little"))))
}

# Whole numbers of up to 2^53, lowest byte first. The lowest integer of 32 bits is R's NA, of the same bytes.
int64_bytes <- function(x) {
  words <- as.vector(rbind(x %% 2^32, floor(x / 2^32)))
  signed <- ifelse(words >= 2^31, words - 2^32, words)
  signed[signed == -2^31] <- NA
  writeBin(as.integer(signed), raw(), size = 4, endian = "little")
}

# ---- nodes -----------------------------------------------------------------------------------------

# node: list(op, inputs, outputs, attrs, domain, name)
onnx_node <- function(node) {
  c(list(pb_text(1, node$inputs), pb_text(2, node$outputs), pb_text(3, node$name), pb_text(4, node$op)),
    unname(Map(function(name, value) pb_message(5, onnx_attribute(name, value)), names(node$attrs), node$attrs)),
    if (nzchar(node$domain)) list(pb_text(7, node$domain)))
}

# Kinds of attributes: number of the kind, of the field, how it is written.
onnx_kinds <- list(float = list(1, 2, pb_float), int = list(2, 3, pb_int), string = list(3, 4, pb_text),
                   floats = list(6, 7, pb_float), ints = list(7, 8, pb_int), strings = list(8, 9, pb_text))

# Numbers are whole ones and several values a list, unless onnx_kind() says otherwise.
onnx_attribute <- function(name, value) {
  plain <- paste0(if (is.character(value)) "string" else "int", if (length(value) != 1) "s")
  kind <- onnx_kinds[[attr(value, "kind") %||% plain]]
  list(pb_text(1, name), kind[[3]](kind[[2]], value), pb_int(20, kind[[1]]))
}

onnx_kind <- function(x, kind) structure(x, kind = kind)

# ---- the model -------------------------------------------------------------------------------------

# An input or output; shape: numbers, NA or names for open sizes.
onnx_value_info <- function(name, shape, type, doc = NULL) {
  dims <- lapply(shape, function(s) {
    pb_message(1, if (is.na(s)) list() else if (grepl("^[0-9]+$", s)) list(pb_int(1, s)) else list(pb_text(2, s)))
  })
  tensor <- list(pb_int(1, onnx_types[[type]]), pb_message(2, dims))
  c(list(pb_text(1, name), pb_message(2, list(pb_message(1, tensor)))), if (!is.null(doc)) list(pb_text(3, doc)))
}

# graph: list(name, doc, nodes, initializers, inputs, outputs), the last four lists of messages; metadata:
# named strings.
onnx_model <- function(graph, metadata) {
  all_of <- function(number, messages) lapply(unname(messages), function(m) pb_message(number, m))
  opset <- function(domain, version) list(pb_text(1, domain), pb_int(2, version))
  pairs <- Map(function(key, value) list(pb_text(1, key), pb_text(2, value)), names(metadata), metadata)
  fields <- c(all_of(1, graph$nodes), list(pb_text(2, graph$name)), all_of(5, graph$initializers),
              list(pb_text(10, graph$doc)), all_of(11, graph$inputs), all_of(12, graph$outputs))
  c(list(pb_int(1, onnx_ir), pb_text(2, "tildenet"), pb_text(3, utils::packageVersion("tildenet")),
         pb_message(7, fields)),
    all_of(8, list(opset("", onnx_opset), if (graph$ml) opset("ai.onnx.ml", onnx_ml_opset))[c(TRUE, graph$ml)]),
    all_of(14, pairs))
}
