# Features on disk: one file for each picture, named by a checksum of all that they depend on.

features_format <- 1

# list(folder, key): key of the model and of how pictures come to it; NULL without a cache.
feature_store <- function(cache, extractor, call) {
  if (is.null(cache)) return(NULL)
  folder <- check_target_folder(cache, "cache", call)
  write_in_folder(folder, function() NULL, call)
  graph <- extractor$spec[c("nodes", "inputs", "outputs")]
  # Version 2 writes numbers out that are only noted as a range.
  key <- rlang::hash(list(features_format, serialize(graph, NULL, version = 2),
                          lapply(extractor$spec$parameters, function(p) list(p$shape, p$data)),
                          extractor[c("size", "color_mode", "interpolation", "mode")]))
  list(folder = folder, key = key)
}

# Where the features of files lie or would lie; NA for those that cannot be read.
feature_keys <- function(store, files) {
  if (is.null(store)) return(rep(NA_character_, length(files)))
  vapply(files, function(file) {
    content <- tryCatch(rlang::hash_file(path.expand(file)), error = function(e) NULL)
    if (is.null(content)) NA_character_ else file.path(store$folder, paste0(rlang::hash(c(store$key, content)), ".rds"))
  }, "", USE.NAMES = FALSE)
}

# Raw floats; NULL for what is not there, FALSE for what is damaged.
kept_features <- function(path, n) {
  if (is.na(path) || !file.exists(path)) return(NULL)
  kept <- tryCatch(readRDS(path), error = function(e) NULL, warning = function(w) NULL)
  fine <- is.list(kept) && is.raw(kept$data) && length(kept$data) == 4 * n && identical(kept$name, basename(path)) &&
    identical(kept$check, rlang::hash(kept$data))
  if (fine) kept$data else FALSE
}

keep_features <- function(path, values, call) {
  if (is.na(path)) return()
  data <- engine_raw_floats(values)
  write_rds(path, list(name = basename(path), data = data, check = rlang::hash(data)), call = call)
}
