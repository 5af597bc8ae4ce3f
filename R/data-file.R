# Where the files of data sets lie: the user's own folder (an option, or an environment variable), the
# cache that Keras keeps, the cache of this package. They are looked through in this order.

data_folders <- function(subdir = "datasets") unique(c(own_folder(), keras_folder(subdir), user_folder()))

own_folder <- function() {
  folder <- check_string(getOption("tildenet.data_dir"), "options(tildenet.data_dir)", null_ok = TRUE,
                         call = NULL)
  folder %||% set_variable("TILDENET_DATA_DIR")
}

keras_folder <- function(subdir = "datasets") {
  file.path(set_variable("KERAS_HOME") %||% file.path(path.expand("~"), ".keras"), subdir)
}

user_folder <- function() tools::R_user_dir("tildenet", "cache")

set_variable <- function(name) {
  value <- Sys.getenv(name)
  if (nzchar(value)) value
}

# What is downloaded goes where the user has said that files shall lie, else to the package's own cache:
# Keras' cache in the home directory is read only.
download_folder <- function(subdir = "datasets") {
  own_folder() %||% (if (!is.null(set_variable("KERAS_HOME"))) keras_folder(subdir)) %||% user_folder()
}

# The first file of one of the names; NULL when there is none.
found_file <- function(names, folders = data_folders()) {
  paths <- file.path(rep(folders, each = length(names)), names)
  paths <- Filter(is_file, paths)
  if (length(paths) > 0) paths[1]
}

# The file of a data set that keras knows, too. path: its name in the caches, or a file, which is then
# read whatever it holds. hash: of what is downloaded, sha256 or md5. also: what else would do.
data_file <- function(path, origin, hash, call, also = NULL) {
  path <- check_string(path, "path", call = call)
  if (is_file(path)) return(path)
  found_file(path) %||% (if (basename(path) != path) abort_no_file(path, NULL, call)) %||%
    download_file(file.path(download_folder(), path), origin, hash, "auto", call, also)
}

# name: of a file in the caches, or a path; source: a sentence on where the file comes from, or NULL; subdir: its
# place in Keras' cache.
abort_no_file <- function(name, source, call, subdir = "datasets") {
  in_cache <- basename(name) == name
  abort_tn(paste0("The file ", name, " is not here."), c("download", "io"), call = call, file = name,
           given = if (in_cache) paste0("Folders looked through: ", paste(data_folders(subdir), collapse = ", "), "."),
           how = if (in_cache) {
             paste(c(paste0("Put it at ", file.path(download_folder(subdir), name), ", or into a folder named by ",
                            "options(tildenet.data_dir = )."), source), collapse = " ")
           } else {
             "Put it there, or give the name alone to have it looked for in the caches."
           })
}

# why: a sentence on what is wrong.
abort_broken_file <- function(path, why, call) {
  abort_tn(paste0("The file ", path, " is not as it should be."), "io", call = call, file = path,
           given = why, how = "Put a whole copy of it in its place.")
}
