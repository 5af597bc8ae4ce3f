#' Tokenizers in files
#'
#' The file holds plain R values (the format of `saveRDS()`) and a format number. It can be read on any
#' platform; results are those of the tokenizer that was saved.
#' @param object A [text_tokenizer()].
#' @param filename Path of the file.
#' @returns `TRUE`, invisibly; the tokenizer for `load_text_tokenizer()`.
#' @section Errors:
#' A file that cannot be written is an error of class `tildenet_error_io`, and what stood there before
#' stays, see [save_model_weights_hdf5()]. Files that are not there, hold something else, or come from a later version are errors of class
#' `tildenet_error_io`.
#' @examples
#' tokenizer <- fit_text_tokenizer(text_tokenizer(), "to be or not to be")
#' path <- tempfile()
#' save_text_tokenizer(tokenizer, path)
#' texts_to_sequences(load_text_tokenizer(path), "not to be")
#' @export
save_text_tokenizer <- function(object, filename) {
  self <- tokenizer_self(object, "object")
  path <- check_target(filename, arg = "filename")
  content <- c(list(format = tokenizer_format), mget(tokenizer_fields, envir = self))
  write_rds(path, content, compress = TRUE)
  invisible(TRUE)
}

tokenizer_format <- 1
tokenizer_fields <- c("num_words", "filters", "lower", "split", "char_level", "oov_token",
                      "document_count", "words", "counts", "docs", "appeared", "sequence_docs",
                      "fitted")

#' @rdname save_text_tokenizer
#' @export
load_text_tokenizer <- function(filename) {
  filename <- check_string(filename, "filename")
  if (!file.exists(filename)) {
    abort_tn(paste0("There is no file ", filename, "."), "io", arg = "filename")
  }
  content <- tryCatch(readRDS(filename), error = function(e) NULL, warning = function(w) NULL)
  if (!is.list(content) || !is.numeric(content$format)) abort_not_tokenizer(filename)
  if (!identical(content$format, tokenizer_format)) {
    abort_tn(paste0("The tokenizer in ", filename, " has format ", content$format, "."), "io",
             how = "Read it with the version of the package that wrote it, or a later one.")
  }
  tokenizer <- tryCatch(tokenizer_of(content), tildenet_error = function(e) NULL)
  tokenizer %||% abort_not_tokenizer(filename)
}

abort_not_tokenizer <- function(filename, call = rlang::caller_env()) {
  abort_tn(paste0("The file ", filename, " holds no tokenizer."), "io", call = call, arg = "filename",
           how = "Such files are written by save_text_tokenizer().")
}

# NULL when the content does not hold together.
tokenizer_of <- function(content) {
  settings <- content[c("num_words", "filters", "lower", "split", "char_level", "oov_token")]
  names(settings) <- c("num_words", "filters", "lower", "split", "char_level", "oov_token")
  tokenizer <- do.call(text_tokenizer, settings)
  self <- self_of(tokenizer)
  if (!tokenizer_holds(content)) return(NULL)
  for (name in setdiff(tokenizer_fields, names(settings))) assign(name, content[[name]], envir = self)
  tokenizer
}
