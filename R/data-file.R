# Where the files of data sets lie: the user's own folder (an option, or an environment variable), the
# cache that Keras keeps, the cache of this package. They are looked through in this order.

data_folders <- function() unique(c(own_folder(), keras_folder(), user_folder()))

own_folder <- function() {
  folder <- check_string(getOption("tildenet.data_dir"), "options(tildenet.data_dir)", null_ok = TRUE,
                         call = NULL)
  folder %||% set_variable("TILDENET_DATA_DIR")
}

keras_folder <- function() {
  file.path(set_variable("KERAS_HOME") %||% file.path(path.expand("~"), ".keras"), "datasets")
}

user_folder <- function() tools::R_user_dir("tildenet", "cache")

set_variable <- function(name) {
  value <- Sys.getenv(name)
  if (nzchar(value)) value
}

# What is downloaded goes where the user has said that files shall lie, else to the package's own cache:
# Keras' cache in the home directory is read only.
download_folder <- function() {
  own_folder() %||% (if (!is.null(set_variable("KERAS_HOME"))) keras_folder()) %||% user_folder()
}

# The first file of one of the names; NULL when there is none.
found_file <- function(names, folders = data_folders()) {
  paths <- file.path(rep(folders, each = length(names)), names)
  paths <- paths[file.exists(paths) & !dir.exists(paths)]
  if (length(paths) > 0) paths[1]
}

# source: a sentence on where the file comes from.
abort_no_file <- function(name, source, call) {
  abort_tn(paste0("The file ", name, " is not here."), c("download", "io"), call = call, file = name,
           given = paste0("It is in none of the folders ", paste(data_folders(), collapse = ", "), "."),
           how = paste0("Put it at ", file.path(download_folder(), name), ", or into a folder named by ",
                        "options(tildenet.data_dir = ). ", source))
}

# why: a sentence on what is wrong.
abort_broken_file <- function(path, why, call) {
  abort_tn(paste0("The file ", path, " is not as it should be."), "io", call = call, file = path,
           given = why, how = "Put a whole copy of it in its place.")
}
