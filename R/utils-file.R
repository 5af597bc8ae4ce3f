#' A file from the net, kept
#'
#' Downloads a file once and gives its path.
#'
#' @param fname Name of the file in the cache, or a path, which is then used as it is.
#' @param origin Address.
#' @param untar,extract Whether to unpack an archive (`.tar`, `.tar.gz`, `.zip`) beside it.
#' @param md5_hash,file_hash Checksum of the file; another file is refused.
#' @param cache_subdir Folder inside the cache.
#' @param hash_algorithm `"auto"`, `"md5"` or `"sha256"`; R checks md5 only.
#' @param archive_format Not used; the name says it.
#' @param cache_dir The cache: by default the option `tildenet.data_dir`, `TILDENET_DATA_DIR`,
#'   `KERAS_HOME`, or R's cache folder of this package.
#' @returns The path; with `untar` or `extract` that of the archive without its ending.
#' @section Errors:
#' No connection is an error of class `tildenet_error_download` that says which file to put where.
#' @examples
#' path <- tempfile()
#' writeLines("here already", path)
#' get_file(path, origin = "https://example.org/file.txt")
#' @export
get_file <- function(fname, origin, untar = FALSE, md5_hash = NULL, file_hash = NULL,
                     cache_subdir = "datasets", hash_algorithm = "auto", extract = FALSE,
                     archive_format = "auto", cache_dir = NULL) {
  fname <- check_string(fname, "fname")
  path <- cached_path(fname, cache_subdir, cache_dir)
  if (!file.exists(path)) download_to(path, check_string(origin, "origin"))
  check_hash(path, file_hash %||% md5_hash, hash_algorithm)
  if (untar || extract) unpack(path) else path
}

cached_path <- function(fname, subdir, cache_dir) {
  if (basename(fname) != fname && file.exists(fname)) return(fname)
  dir <- cache_dir %||% own_folder() %||%
    set_variable("KERAS_HOME") %||% tools::R_user_dir("tildenet", "cache")
  file.path(dir, subdir, basename(fname))
}

# Written beside the place first, so that a broken download leaves nothing behind.
download_to <- function(path, origin, call = rlang::caller_env()) {
  dir.create(dirname(path), recursive = TRUE, showWarnings = FALSE)
  part <- paste0(path, ".part")
  on.exit(unlink(part))
  fine <- tryCatch(utils::download.file(origin, part, mode = "wb", quiet = TRUE) == 0,
                   error = function(e) FALSE, warning = function(w) FALSE)
  if (!fine || !file.rename(part, path)) {
    abort_tn(paste0("The file could not be downloaded from ", origin, "."), "download", call = call,
             how = paste0("Put it at ", path, " by hand."))
  }
}

check_hash <- function(path, hash, algorithm, call = rlang::caller_env()) {
  if (is.null(hash) || algorithm == "sha256" || (algorithm == "auto" && nchar(hash) != 32)) return()
  found <- unname(tools::md5sum(path))
  if (!identical(tolower(hash), found)) {
    abort_arg("file_hash", "be that of the file", call = call, class = "download",
              given = paste0("The file ", path, " has ", found, "."),
              how = "Delete the file to download it again.")
  }
}

unpack <- function(path) {
  target <- sub("\\.(tar|tar\\.gz|tgz|zip)$", "", path)
  if (file.exists(target)) return(target)
  if (grepl("\\.zip$", path)) utils::unzip(path, exdir = dirname(path))
  else utils::untar(path, exdir = dirname(path))
  target
}
