#' A file from the net, kept
#'
#' Gives the path of a file of the caches; downloads it when it is in none of them.
#'
#' @param fname Name of the file in the cache; or the path of a file, which is then used as it is. With
#'   `untar` the name of the folder that the archive holds.
#' @param origin Address.
#' @param untar Whether the file is `<fname>.tar.gz`, an archive of a folder `fname`.
#' @param md5_hash,file_hash Checksum of the file; another file is refused.
#' @param cache_subdir Folder inside `cache_dir` or `KERAS_HOME`.
#' @param hash_algorithm `"md5"`, `"sha256"` or `"auto"`, which tells them by their length.
#' @param extract Whether to unpack the file, an archive, beside it.
#' @param archive_format `"auto"` (the name says it), `"tar"` or `"zip"`.
#' @param cache_dir The cache to use. By default files are looked for where [dataset_movies()] looks, and
#'   what is downloaded goes to the folder of `options(tildenet.data_dir = )` or `TILDENET_DATA_DIR`, else
#'   to the `cache_subdir` of `KERAS_HOME`, else to `tools::R_user_dir("tildenet", "cache")`.
#' @returns The path of the file; with `untar` that of the folder.
#' @section Errors:
#' A file that is not here and cannot be downloaded, or has another checksum, is an error of class
#' `tildenet_error_download` that says which file to put where. A file that is here already is never
#' changed. An archive that is broken, or that would write outside of its folder, is an error of class
#' `tildenet_error_io`.
#' @examples
#' path <- tempfile()
#' writeLines("here already", path)
#' get_file(path, origin = "https://example.org/file.txt")
#' @export
get_file <- function(fname, origin, untar = FALSE, md5_hash = NULL, file_hash = NULL,
                     cache_subdir = "datasets", hash_algorithm = "auto", extract = FALSE,
                     archive_format = "auto", cache_dir = NULL) {
  call <- rlang::current_env()
  fname <- check_string(fname, "fname")
  untar <- check_flag(untar, "untar")
  extract <- check_flag(extract, "extract")
  check_string(hash_algorithm, "hash_algorithm", c("auto", "md5", "sha256"))
  check_string(archive_format, "archive_format", c("auto", "tar", "zip"))
  hash <- check_string(file_hash, "file_hash", null_ok = TRUE) %||%
    check_string(md5_hash, "md5_hash", null_ok = TRUE)
  cache_dir <- check_string(cache_dir, "cache_dir", null_ok = TRUE)
  cache_subdir <- check_string(cache_subdir, "cache_subdir")
  folder <- if (!is.null(cache_dir)) file.path(cache_dir, cache_subdir)
  name <- if (untar && !grepl("[.](tar|tgz|tar[.]gz)$", fname)) paste0(fname, ".tar.gz") else fname
  path <- if (is_file(name)) name else found_file(basename(name), folder %||% data_folders(cache_subdir))
  if (is.null(path)) {
    target <- file.path(folder %||% download_folder(cache_subdir), basename(name))
    path <- download_file(target, check_string(origin, "origin"), hash, hash_algorithm, call)
  } else {
    check_hash(path, hash, hash_algorithm, call)
  }
  if (untar || extract) unpack(path, if (untar) "tar" else archive_format, call)
  if (untar) sub("[.](tar|tgz|tar[.]gz)$", "", path) else path
}

is_file <- function(path) file.exists(path) && !dir.exists(path)

# What is downloaded is looked at before it takes its place: a broken download leaves nothing behind.
download_file <- function(path, origin, hash, algorithm, call, also = NULL) {
  dir.create(dirname(path), recursive = TRUE, showWarnings = FALSE)
  old <- options(timeout = max(600, getOption("timeout"))) # seconds; some files have 170 MB
  on.exit(options(old))
  inform_tn(paste0("Downloading ", origin, " to ", path, "."), "download")
  write_whole(check_target(path, arg = "fname", call = call), function(part) {
    if (!downloaded(origin, part)) {
      abort_tn(paste0("The file ", basename(path), " is not here and could not be downloaded from ", origin,
                      "."), c("download", "io"), call = call, file = basename(path),
               how = paste0("Put it at ", path, " by hand, or into a folder named by ",
                            "options(tildenet.data_dir = )", if (!is.null(also)) "; or ", also, "."))
    }
    check_hash(part, hash, algorithm, call)
  }, call)
  path
}

downloaded <- function(origin, part) {
  tryCatch(utils::download.file(origin, part, mode = "wb", quiet = TRUE) == 0 && all_arrived(part),
           error = function(e) FALSE, warning = function(w) FALSE)
}

# hash: one, or all that will do.
check_hash <- function(path, hash, algorithm, call,
                       how = "Put the right file in its place, or leave the checksum out.") {
  if (is.null(hash)) return()
  if (algorithm == "auto") algorithm <- if (nchar(hash) == 32) "md5" else "sha256"
  found <- if (algorithm == "md5") unname(tools::md5sum(path)) else engine_file_sha256(path.expand(path))
  if (!isTRUE(found %in% tolower(hash))) {
    abort_tn(paste0("The file ", basename(path), " is another one than was asked for."),
             c("download", "io"), call = call, file = path,
             given = paste0("The ", algorithm, " checksum of ", path, " is ", found, " instead of ",
                            paste(hash, collapse = " or "), "."), how = how)
  }
}

# Unpacked elsewhere first, so that a broken archive leaves nothing behind.
unpack <- function(path, format, call) {
  zip <- format == "zip" || (format == "auto" && grepl("[.]zip$", path))
  open <- function(...) if (zip) reading(path, utils::unzip(path, ...), call) else read_tar(path, call, ...)
  members <- open(list = TRUE)
  if (zip) members <- members$Name
  if (length(members) == 0) abort_broken_file(path, "It holds no files.", call)
  outside <- grepl("^([/\\\\~]|[A-Za-z]:)|(^|[/\\\\])[.][.]([/\\\\]|$)", members)
  if (any(outside)) {
    abort_broken_file(path, paste0("It would write ", members[outside][1], "."), call)
  }
  part <- tempfile("unpacked", dirname(path))
  on.exit(unlink(part, recursive = TRUE))
  open(exdir = part)
  move_members(part, path, call)
}

# Files that are there already stay.
move_members <- function(part, path, call) {
  found <- list.files(part, recursive = TRUE, all.files = TRUE)
  new <- found[!file.exists(file.path(dirname(path), found))]
  place <- file.path(dirname(path), new)
  whole <- length(new) == 0 || all_arrived(file.path(part, found[length(found)]))
  if (whole) {
    file.copy(list.files(part, full.names = TRUE, all.files = TRUE, no.. = TRUE), dirname(path),
              overwrite = FALSE, recursive = TRUE)
    whole <- identical(file.size(place), file.size(file.path(part, new)))
  }
  if (!whole) {
    unlink(place)
    abort_tn(paste0("The archive ", quoted(path), " cannot be unpacked there."), "io", call = call,
             given = "Not all of it arrived: the disk may be full.")
  }
}

# untar() warns of harmless things; that the archive is whole is looked at here.
read_tar <- function(path, call, ...) {
  con <- reading(path, gzfile(path, "rb"), call)
  on.exit(close(con))
  reading(path, read_to_end(con), call)
  check_gzip_end(con, path, call)
  reading(path, suppressWarnings(utils::untar(path, ..., tar = "internal")), call)
}

read_to_end <- function(con) while (length(readBin(con, "raw", 2^22)) > 0) NULL
