# Files that are written: paths are looked at first, and what stood there before stays until the new
# file is complete.

# Path of a file to write, with ~ filled in.
check_target <- function(path, overwrite = TRUE, arg = "filepath", call = rlang::caller_env()) {
  path <- path.expand(check_string(path, arg, call = call))
  check_flag(overwrite, "overwrite", call = call)
  if (dir.exists(path)) abort_path(arg, "be the path of a file", path, "is a folder.", call = call)
  if (!dir.exists(dirname(path))) {
    abort_path(arg, "lie in a folder that exists", dirname(path), "does not exist.",
               "Make it with dir.create().", call)
  }
  if (!overwrite && file.exists(path)) abort_exists(path, arg, call)
  path
}

abort_path <- function(arg, must, path, state, how = NULL, call = rlang::caller_env()) {
  abort_arg(arg, must, paste0(quoted(path), " ", state), how, class = "io", call = call)
}

abort_exists <- function(path, arg, call) {
  abort_path(arg, "name a new file with `overwrite = FALSE`", path, "exists.", call = call)
}

# write(part) fills a file beside the place; it takes the place when it is complete.
write_whole <- function(path, write, call = rlang::caller_env()) {
  part <- tempfile(paste0(basename(path), "."), dirname(path))
  on.exit(unlink(part))
  failed <- function(e) {
    if (inherits(e, "tildenet_error")) rlang::cnd_signal(e)
    abort_tn(paste0("The file ", quoted(path), " cannot be written."), "io", call = call,
             given = io_reason(e))
  }
  tryCatch(write(part), error = failed)
  if (!file.rename(part, path)) {
    abort_tn(paste0("The file ", quoted(path), " cannot be replaced."), "io", call = call)
  }
}

# What went wrong in one line; of HDF5's stack of calls the innermost.
io_reason <- function(e) {
  lines <- strsplit(conditionMessage(e), "\n", fixed = TRUE)[[1]]
  reasons <- grep("error #[0-9]+:", lines, value = TRUE)
  if (length(reasons) == 0) return(lines[1])
  sub("^.*line [0-9]+: ", "", reasons[length(reasons)])
}
