# ONNX files in tests: run by onnxruntime-web, in one process of node for all of them (tools/setup test puts it into
# build/npm), and read back field by field.

onnx_session <- new.env()

# Skips where node or the package is missing.
onnx_server <- function() {
  if (!is.null(onnx_session$con)) return(onnx_session$con)
  testthat::skip_if_not_installed("jsonlite")
  node <- Sys.which("node")
  folder <- testthat::test_path("..", "..", "build", "npm", "node_modules", "onnxruntime-web")
  testthat::skip_if(!nzchar(node), "node is not installed")
  testthat::skip_if_not(dir.exists(folder), "onnxruntime-web is not in build/npm")
  script <- testthat::test_path("onnx-server.js")
  for (port in 21000 + (Sys.getpid() + 0:50 * 7) %% 20000) {
    listener <- tryCatch(serverSocket(port), error = function(e) NULL)
    if (!is.null(listener)) break
  }
  system2(node, c(shQuote(normalizePath(script)), port, shQuote(normalizePath(folder))), wait = FALSE, stdout = FALSE,
          stderr = FALSE)
  onnx_session$con <- socketAccept(listener, open = "r+", blocking = TRUE, timeout = 60, encoding = "UTF-8")
  close(listener)
  onnx_session$con
}

# Outputs of an ONNX file as arrays. inputs: named list of numeric or character arrays, samples first; types: of
# those that are not "float" or "string".
run_onnx <- function(path, inputs, types = list()) {
  con <- onnx_server()
  feeds <- Map(function(name, x) {
    dims <- dim(x) %||% length(x)
    type <- types[[name]] %||% if (is.character(x)) "string" else "float"
    list(name = jsonlite::unbox(name), type = jsonlite::unbox(type), dims = I(dims),
         data = I(if (is.character(x)) enc2utf8(row_major(x)) else row_major(x)))
  }, names(inputs), inputs)
  request <- jsonlite::toJSON(list(path = jsonlite::unbox(normalizePath(path)), inputs = unname(feeds)), digits = NA)
  writeLines(enc2utf8(as.character(request)), con, useBytes = TRUE)
  answer <- jsonlite::fromJSON(readLines(con, 1, encoding = "UTF-8"), simplifyVector = FALSE)
  if (!is.null(answer$error)) stop("onnxruntime: ", answer$error)
  stats::setNames(lapply(answer$outputs, onnx_output), vapply(answer$outputs, `[[`, "", "name"))
}

onnx_output <- function(out) {
  values <- unlist(out$data)
  if (out$type != "string") values <- as.numeric(values) # NaN comes as text
  dims <- unlist(out$dims)
  if (length(dims) < 2) return(if (length(dims) == 0) values else array(values, dims))
  aperm(array(values, rev(dims)))
}

# The outputs of a model's file are those of the model. x: array, or list of arrays in the order of the inputs.
expect_onnx <- function(model, x, tolerance = 1e-5) {
  path <- withr::local_tempfile(fileext = ".onnx")
  save_onnx(model, path)
  if (!is.list(x)) x <- list(x)
  x <- lapply(x, function(a) if (is.null(dim(a))) array(a, c(length(a), 1)) else a)
  found <- run_onnx(path, stats::setNames(x, input_names(self_of(model))))
  wanted <- predict(model, if (length(x) == 1) x[[1]] else x)
  if (!is.list(wanted)) wanted <- list(wanted)
  expect_identical(names(found), output_names(self_of(model)))
  expect_identical(length(found), length(wanted))
  Map(function(f, w) {
    expect_identical(dim(f), dim(w))
    expect_lte(max(0, abs(f - w) / pmax(1, abs(w))), tolerance)
  }, found, wanted)
  invisible(found)
}

# ---- reading back ----------------------------------------------------------------------------------

# The fields of a message: list of list(number, wire, value), value a number or raw bytes.
read_message <- function(bytes) {
  at <- 1
  fields <- list()
  varint <- function() {
    x <- 0
    for (k in 0:9) {
      byte <- as.integer(bytes[at])
      at <<- at + 1
      x <- x + (byte %% 128) * 2^(7 * k)
      if (byte < 128) break
    }
    if (x >= 2^63) x - 2^64 else x
  }
  take <- function(n) {
    stopifnot(n >= 0, at + n - 1 <= length(bytes))
    at <<- at + n
    bytes[seq_len(n) + at - n - 1]
  }
  while (at <= length(bytes)) {
    tag <- varint()
    value <- switch(as.character(tag %% 8), "0" = varint(), "5" = readBin(take(4), "double", 1, 4, endian = "little"),
                    "2" = take(varint()), stop("wire type ", tag %% 8))
    fields[[length(fields) + 1]] <- list(number = tag %/% 8, value = value)
  }
  fields
}

message_fields <- function(bytes, number) {
  fields <- Filter(function(f) f$number == number, read_message(bytes))
  lapply(fields, `[[`, "value")
}

bytes_text <- function(bytes) {
  text <- rawToChar(bytes)
  Encoding(text) <- "UTF-8"
  text
}

message_texts <- function(bytes, number) vapply(message_fields(bytes, number), bytes_text, "")

# list(graph = bytes, metadata, nodes = op types, initializers = named arrays)
read_onnx <- function(path) {
  bytes <- readBin(path, "raw", file.size(path))
  graph <- message_fields(bytes, 7)[[1]]
  pairs <- message_fields(bytes, 14)
  tensors <- message_fields(graph, 5)
  list(bytes = bytes, graph = graph,
       metadata = stats::setNames(vapply(pairs, message_texts, "", number = 2), vapply(pairs, message_texts, "", number = 1)),
       nodes = vapply(message_fields(graph, 1), message_texts, "", number = 4),
       initializers = stats::setNames(lapply(tensors, read_initializer), vapply(tensors, message_texts, "", number = 8)))
}

read_initializer <- function(bytes) {
  dims <- unlist(message_fields(bytes, 1))
  type <- message_fields(bytes, 2)[[1]]
  data <- message_fields(bytes, 9)
  values <- if (type == 8) message_texts(bytes, 6)
            else if (type == 1) readBin(data[[1]], "double", length(data[[1]]) / 4, 4, endian = "little")
            else if (type == 7) readBin(data[[1]], "integer", length(data[[1]]) / 4, 4, endian = "little")[c(TRUE, FALSE)]
            else as.integer(data[[1]])
  if (length(dims) < 2) values else aperm(array(values, rev(dims)))
}
