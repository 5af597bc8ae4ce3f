# A file is written whole or not at all: into a part beside its place, which takes the place when all of
# it has arrived. R tells nobody when the last bytes of a connection do not: what was written is read back.

# write(part) fills the part. A file that stands there keeps its permissions, and stays when that fails.
write_whole <- function(path, write, call = rlang::caller_env()) {
  part <- paste0(path, part_ending(Sys.getpid()))
  remove_dead_parts(path)
  on.exit(unlink(part))
  tryCatch({
    take_permissions(part, path)
    write(part)
  }, error = function(e) abort_unwritten(path, e, call))
  if (!suppressWarnings(file.rename(part, path))) {
    abort_tn(paste0("The file ", quoted(path), " cannot be replaced."), "io", call = call)
  }
}

abort_unwritten <- function(path, e, call) {
  if (inherits(e, "tildenet_error")) rlang::cnd_signal(e)
  abort_tn(paste0("The file ", quoted(path), " cannot be written."), "io", call = call, given = io_reason(e),
           how = if (file.exists(path)) "What stood there before is unchanged.")
}

# An object as saveRDS() writes it; compressed where it is text rather than floats, which hardly shrink.
write_rds <- function(path, object, compress = FALSE, call = rlang::caller_env()) {
  write_whole(path, function(part) write_bytes(part, serialize(object, NULL, version = 3), compress), call)
}

# Before there is anything to read in it.
take_permissions <- function(part, path) {
  if (!file.exists(path)) return()
  suppressWarnings(file.create(part))
  Sys.chmod(part, file.mode(path), use_umask = FALSE)
}

# What went wrong in one line; of HDF5's stack of calls the innermost.
io_reason <- function(e) {
  lines <- strsplit(conditionMessage(e), "\n", fixed = TRUE)[[1]]
  reasons <- grep("error #[0-9]+:", lines, value = TRUE)
  if (length(reasons) == 0) return(lines[1])
  sub("^.*line [0-9]+: ", "", reasons[length(reasons)])
}

# ---- folders ---------------------------------------------------------------------------------------

# write() puts files into the folder, which is made where it is missing and goes again if that fails.
write_in_folder <- function(folder, write, call = rlang::caller_env()) {
  made <- missing_folders(folder)
  written <- FALSE
  on.exit(if (!written) suppressWarnings(file.remove(made[dir.exists(made)])))
  if (length(made) > 0 && !dir.create(folder, showWarnings = FALSE, recursive = TRUE)) {
    abort_tn(paste0("The folder ", quoted(folder), " cannot be made."), "io", call = call)
  }
  write()
  written <- TRUE
}

# write(path) of the one file of a folder of ours.
write_file_in_folder <- function(filepath, name, overwrite, write, call = rlang::caller_env()) {
  folder <- check_target_folder(filepath, call = call)
  path <- file.path(folder, name)
  check_flag(overwrite, "overwrite", call = call)
  if (!overwrite && file.exists(path)) abort_exists(path, "filepath", call)
  write_in_folder(folder, function() write(check_target(path)))
}

# The folder and those around it that are not there, innermost first.
missing_folders <- function(folder) {
  found <- character()
  while (!file.exists(folder) && dirname(folder) != folder) {
    found <- c(found, folder)
    folder <- dirname(folder)
  }
  found
}

# ---- parts -----------------------------------------------------------------------------------------

# Names the machine and the process, so that others know whether someone is still at it.
part_ending <- function(pid) {
  machine <- gsub("[^A-Za-z0-9]", "", Sys.info()[["nodename"]])
  sprintf(".%s-%.0f.part", substr(machine, 1, 20), pid)
}

# Parts of this file whose writers were killed.
remove_dead_parts <- function(path) {
  near <- list.files(dirname(path), "[.]part$", all.files = TRUE)
  near <- near[startsWith(near, paste0(basename(path), "."))]
  pids <- suppressWarnings(as.numeric(sub("^.*-([0-9]+)[.]part$", "\\1", near)))
  ours <- !is.na(pids) & near == paste0(basename(path), part_ending(pids))
  dead <- ours & !vapply(pids, engine_process_lives, NA)
  unlink(file.path(dirname(path), near[dead]))
}

# ---- bytes -----------------------------------------------------------------------------------------

# Bytes as a file; an error with the reason when not all of them are found there.
write_bytes <- function(path, bytes, compress = FALSE, at_once = 2^24) {
  open <- if (compress) gzfile else file
  starts <- seq(0, max(length(bytes) - 1, 0), by = at_once)
  piece <- function(start) bytes[seq_len(min(at_once, length(bytes) - start)) + start]
  with_connection(open(path, "wb"), function(con) for (start in starts) writeBin(piece(start), con))
  with_connection(open(path, "rb"), function(con) {
    for (start in starts) if (!identical(readBin(con, "raw", at_once), piece(start))) abort_lost(path)
  })
}

# Adds bytes to a file: NULL, or why they are not there; the file is then as it was.
append_bytes <- function(path, bytes) {
  before <- if (file.exists(path)) file.size(path) else 0
  reason <- tryCatch({
    with_connection(file(path, "ab"), function(con) writeBin(bytes, con))
    if (file.size(path) != before + length(bytes)) abort_lost(path)
  }, error = io_reason)
  if (!is.null(reason) && file.exists(path)) try(cut_file(path, before), silent = TRUE)
  reason
}

cut_file <- function(path, size) {
  with_connection(file(path, "r+b"), function(con) {
    seek(con, size, rw = "write")
    truncate(con)
  })
}

# Whether what others wrote to a file is all there, as far as one can see afterwards: where the disk was
# too full for their last bytes, it is for one more, too.
all_arrived <- function(path) {
  size <- file.size(path)
  reason <- append_bytes(path, as.raw(0))
  if (is.null(reason)) cut_file(path, size)
  is.null(reason)
}

abort_lost <- function(path) {
  size <- format(file.size(path), big.mark = ",")
  io_failure(paste0("Not all of it arrived, only ", size, " bytes: the disk may be full."))
}

# For those above who know what the user asked for.
io_failure <- function(reason) rlang::cnd_signal(rlang::error_cnd("io_failure", message = reason))

# use(con) of a connection; where opening fails, the reason stands in R's warning.
with_connection <- function(open, use) {
  why <- NULL
  con <- tryCatch(withCallingHandlers(open, warning = function(w) {
    why <<- conditionMessage(w)
    tryInvokeRestart("muffleWarning")
  }), error = function(e) io_failure(why %||% conditionMessage(e)))
  on.exit(suppressWarnings(close(con)))
  suppressWarnings(use(con))
}
