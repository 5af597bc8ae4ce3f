# Paths of files to write: they are looked at before anything is made.

# Path of a file to write, with ~ filled in. A link stands for what it points to: that is written.
check_target <- function(path, overwrite = TRUE, arg = "filepath", call = rlang::caller_env()) {
  path <- follow_links(path.expand(check_string(path, arg, call = call)), arg, call)
  check_flag(overwrite, "overwrite", call = call)
  kind <- engine_file_kind(path)
  refused <- function(state, how = NULL) abort_path(arg, "be the path of a file", path, state, how, call)
  if (kind == "folder") refused("is a folder.")
  if (kind == "other") refused("is a device, a pipe or a socket.")
  if (engine_file_kind(dirname(path)) != "folder") {
    abort_path(arg, "lie in a folder that exists", dirname(path),
               if (file.exists(dirname(path))) "is no folder." else "does not exist.",
               "Make it with dir.create().", call)
  }
  if (kind == "file" && !overwrite) abort_exists(path, arg, call)
  if (kind == "file" && file.access(path, 2) != 0) refused("may not be written.", "See Sys.chmod().")
  path
}

# Path of a folder to write into, which need not be there.
check_target_folder <- function(path, arg = "filepath", call = rlang::caller_env()) {
  path <- follow_links(path.expand(check_string(path, arg, call = call)), arg, call)
  state <- switch(engine_file_kind(path), file = "is a file.", other = "is a device, a pipe or a socket.")
  if (!is.null(state)) abort_path(arg, "be the path of a folder", path, state, call = call)
  path
}

# What a link points to, there or not; other paths as they are.
follow_links <- function(path, arg, call) {
  given <- path
  for (step in seq_len(40)) {
    to <- Sys.readlink(path)
    if (is.na(to) || !nzchar(to)) return(path)
    path <- if (grepl("^([/\\\\~]|[A-Za-z]:)", to)) to else file.path(dirname(path), to)
  }
  abort_path(arg, "lead to a place", given, "is a link that leads back to itself.", call = call)
}

abort_path <- function(arg, must, path, state, how = NULL, call = rlang::caller_env()) {
  abort_arg(arg, must, paste0(quoted(path), " ", state), how, class = "io", call = call)
}

abort_exists <- function(path, arg, call) {
  abort_path(arg, "name a new file with `overwrite = FALSE`", path, "exists.", call = call)
}
