#' Arrays in safetensors files
#'
#' A file of named arrays that PyTorch, Keras and most tools for neural networks read. It holds numbers and
#' nothing that runs.
#'
#' @details
#' Arrays are written row by row, as 64-bit or 32-bit floats (32 where that changes no value), 32-bit
#' integers, logical values or, for raw ones, bytes. Types F64, F32, F16, BF16, I8 to I64, U8 to U64 and BOOL
#' are read: as integers where R's integers hold all values, as logical values, else as doubles, in which
#' integers beyond 2^53 lose their last digits.
#'
#' With `names` only these arrays are read, each from its place in the file, so that a few weights of a file
#' of gigabytes take no more memory than they need.
#' @param path Path of the file.
#' @param names Names of the arrays to read; `NULL`: all.
#' @param x A named list of numeric, logical or raw arrays; vectors count as arrays of one axis, numbers
#'   without `dim` of length 1 as arrays without axes.
#' @param metadata A named character vector or list of strings kept in the file, or `NULL`.
#' @returns `read_safetensors()`: a named list of arrays in the order of the file, with an attribute
#'   `metadata`, a named character vector. `write_safetensors()`: `path`, invisibly.
#' @section Errors:
#' Files that are missing, damaged or hold types that are not known are errors of class `tildenet_error_io`
#' that say what is wrong at which tensor; nothing is taken from the header before it is compared with the
#' size of the file. Missing values of integers and logical values, names that are not there and lists
#' without names are errors of class `tildenet_error_argument`. What stood at `path` stays until the new file
#' is whole.
#' @source The format: <https://github.com/huggingface/safetensors>.
#' @seealso [save_model_weights_safetensors()]
#' @examples
#' path <- tempfile(fileext = ".safetensors")
#' write_safetensors(list(a = matrix(1:6, 2), b = 0.5), path, metadata = c(made_by = "me"))
#' read_safetensors(path, names = "a")
#' @export
read_safetensors <- function(path, names = NULL) {
  call <- rlang::current_env()
  path <- path.expand(check_string(path, "path"))
  if (!is_file(path)) abort_path("path", "be a file that is there", path, "does not exist.")
  header <- safetensors_header(path, call)
  chosen <- safetensors_chosen(header, names, call)
  out <- lapply(chosen, function(k) reading(path, safetensors_array(path, header, k), call))
  structure(stats::setNames(out, header$names[chosen]), metadata = header$metadata)
}

longest_header <- 1e8 # that of the reference

safetensors_header <- function(path, call) {
  size <- file.size(path)
  broken <- function(what) abort_broken_file(path, what, call)
  if (size < 8) broken("It is too short for a safetensors file.")
  length <- sum(as.numeric(engine_file_part(path, 0, 8)) * 256^(0:7))
  if (length > min(size - 8, longest_header)) {
    broken(paste0("Its header would have ", format(length, big.mark = ",", scientific = FALSE), " bytes."))
  }
  json <- engine_file_part(path, 8, length)
  if (is.null(json) || any(json == 0) || !validUTF8(rawToChar(json))) broken("Its header is no text in UTF-8.")
  header <- reading(path, engine_safetensors_header(json, size - 8 - length), call)
  header$start <- 8 + length
  header
}

safetensors_chosen <- function(header, names, call) {
  if (is.null(names)) return(seq_along(header$names))
  chosen <- match(enc2utf8(check_words(names, "names", call)), header$names)
  if (anyNA(chosen)) {
    abort_arg("names", "name arrays of the file", paste0("There is no ", some_of(names[is.na(chosen)]), "."),
              paste0("There are ", some_of(header$names), "."), call = call)
  }
  chosen
}

safetensors_array <- function(path, header, k) {
  dim <- header$dim[[k]]
  bytes <- engine_file_part(path, header$start + header$from[k], header$to[k] - header$from[k])
  if (is.null(bytes)) io_failure("it was cut off")
  if (header$kind[k] == "b" && any(bytes > 1)) io_failure(paste0(quoted(header$names[k]), " is not of TRUE and FALSE"))
  values <- engine_file_numbers(bytes, header$kind[k], header$size[k], dim)
  if (header$kind[k] == "b") values <- as.logical(values)
  if (length(dim) == 0) as.vector(values) else array(values, dim)
}

#' @rdname read_safetensors
#' @export
write_safetensors <- function(x, path, metadata = NULL) {
  call <- rlang::current_env()
  x <- check_tensors(x, call)
  metadata <- check_metadata(metadata, call)
  target <- check_target(path, arg = "path")
  types <- vapply(x, safetensors_type, "")
  # as the reference does it: the longest numbers first, so that each lies at a multiple of its size
  order <- order(-type_sizes[types], method = "radix")
  header <- safetensors_json(x[order], types[order], metadata)
  write_whole(target, function(part) {
    with_connection(file(part, "wb"), function(con) {
      writeBin(c(length_bytes(length(header)), header), con)
      for (k in order) writeBin(tensor_bytes(x[[k]], types[k]), con)
    })
    if (file.size(part) != 8 + length(header) + sum(lengths(x) * type_sizes[types]) || !all_arrived(part)) {
      abort_lost(part)
    }
  }, call)
  invisible(path)
}

type_sizes <- c(F64 = 8, F32 = 4, I32 = 4, U8 = 1, BOOL = 1)

check_tensors <- function(x, call) {
  fine <- is.list(x) && !is.data.frame(x) && (length(x) == 0 || !is.null(names(x)))
  if (!fine) abort_arg("x", "be a named list of arrays", describe(x), call = call)
  names <- enc2utf8(names(x) %||% character())
  if (anyNA(names) || anyDuplicated(names) || any(names %in% c("", "__metadata__")) || !all(validUTF8(names))) {
    abort_arg("x", "have a name for each array, each once and none of them \"__metadata__\"",
              paste0("Its names are ", some_of(names), "."), call = call)
  }
  for (k in seq_along(x)) check_tensor(x[[k]], names[k], call)
  stats::setNames(x, names)
}

check_tensor <- function(x, name, call) {
  if (!(is.numeric(x) || is.logical(x) || is.raw(x)) || is.object(x)) {
    abort_arg("x", "hold numeric, logical or raw arrays", paste0(quoted(name), ": ", describe(x)), call = call)
  }
  if (!is.double(x) && anyNA(x)) {
    abort_arg("x", "have no missing integers or logical values, for which the format has no sign",
              paste0(quoted(name), " holds NA."), "Turn it into doubles, where NA becomes NaN.", call = call)
  }
}

check_metadata <- function(metadata, call) {
  if (is.list(metadata) && all(vapply(metadata, rlang::is_string, NA))) metadata <- unlist(metadata)
  if (length(metadata) == 0) return(character())
  if (!is.character(metadata) || anyNA(metadata) || is.null(names(metadata)) || anyDuplicated(names(metadata))) {
    abort_arg("metadata", "be strings with names, each once", describe(metadata), call = call)
  }
  stats::setNames(enc2utf8(metadata), enc2utf8(names(metadata)))
}

safetensors_type <- function(x) {
  if (!is.double(x)) return(if (is.integer(x)) "I32" else if (is.raw(x)) "U8" else "BOOL")
  floats <- float32(x)
  if (all(is.na(x) | floats == x)) "F32" else "F64"
}

# NULL for a number without axes.
tensor_dim <- function(x) dim(x) %||% if (length(x) != 1) length(x)

tensor_bytes <- function(x, type) {
  if (length(dim(x)) > 1) x <- aperm(x)
  if (is.raw(x)) return(as.vector(x))
  if (is.logical(x)) return(as.raw(x))
  if (is.double(x)) x[is.na(x)] <- NaN
  writeBin(as.vector(x), raw(), size = type_sizes[[type]], endian = "little")
}

length_bytes <- function(n) as.raw(floor(n / 256^(0:7)) %% 256)

safetensors_json <- function(x, types, metadata) {
  to <- cumsum(lengths(x) * type_sizes[types])
  from <- to - lengths(x) * type_sizes[types]
  shape <- vapply(x, function(e) paste(sprintf("%.0f", tensor_dim(e)), collapse = ","), "")
  entries <- sprintf("%s:{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%.0f,%.0f]}", json_strings(names(x)),
                     types, shape, from, to)
  if (length(metadata) > 0) {
    pairs <- paste0(json_strings(names(metadata)), ":", json_strings(metadata), collapse = ",")
    entries <- c(paste0("\"__metadata__\":{", pairs, "}"), entries)
  }
  json <- charToRaw(enc2utf8(paste0("{", paste(entries, collapse = ","), "}")))
  c(json, rep(charToRaw(" "), -length(json) %% 8))
}

json_strings <- function(x) vapply(x, string_json, "", USE.NAMES = FALSE)
