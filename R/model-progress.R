# What is seen of a training: a line that is written over in a terminal, a line per epoch elsewhere.

# verbose 0 nothing, 1 progress, 2 a line per epoch, "line" one line in all, which a script does not write.
# phase: "train", "test" or "predict". began: when the work began, which may be before there was anything to show. A line
# tells the seconds of its epoch, or of all work where there is one line in all; how long is left is told by batches.
new_progress <- function(verbose, epochs, steps, phase = "train", began = seconds_now()) {
  one_line <- identical(verbose, "line")
  if (verbose == 0 || (one_line && !is_person()) || (phase == "predict" && !is_live(verbose))) return(NULL)
  progress <- new.env(parent = emptyenv())
  progress$live <- is_live(verbose)
  progress$one_line <- one_line
  progress$last <- NULL
  progress$epochs <- epochs
  progress$steps <- steps
  progress$phase <- phase
  progress$title <- NULL
  progress$work_began <- began
  progress$epoch_began <- began
  progress$batches_began <- seconds_now()
  progress$shown <- 0
  progress$width <- 0
  progress
}

is_page <- function() isTRUE(getOption("knitr.in.progress"))

is_person <- function() !is_page() && rlang::is_interactive()

is_live <- function(verbose) {
  verbose %in% c(1, "line") && is_person() && cli::is_dynamic_tty()
}

progress_epoch <- function(progress, epoch) {
  if (is.null(progress)) return()
  progress$title <- paste0("Epoch ", epoch + 1, "/", progress$epochs)
  progress$epoch_began <- progress$batches_began <- seconds_now()
}

seconds_now <- function() proc.time()[[3]]

# Whether the line is to be written again: at most ten times a second.
progress_due <- function(progress, done) {
  if (is.null(progress) || !progress$live || done) return(FALSE)
  now <- seconds_now()
  if (now - progress$shown < 0.1) return(FALSE)
  progress$shown <- now
  TRUE
}

progress_batch <- function(progress, batches, logs) {
  share <- min(1, batches / progress$steps)
  elapsed <- seconds_now() - progress$batches_began
  filled <- floor(share * 20)
  bar <- paste0("[", strrep("=", filled), strrep(".", 20 - filled), "]")
  left <- if (share > 0) paste0("ETA ", seconds_text(elapsed / share - elapsed))
  progress_write(progress, paste(c(progress$title, paste0(batches, "/", progress$steps), bar, left,
                                   logs_text(logs)), collapse = " - "))
}

# The whole epoch, or the whole pass of evaluate().
progress_epoch_end <- function(progress, logs) {
  if (is.null(progress)) return()
  if (progress$one_line) {
    progress$last <- logs
    if (progress_due(progress, FALSE)) progress_write(progress, paste(c(progress$title, logs_text(logs)), collapse = " - "))
    return()
  }
  progress_clear(progress)
  took <- seconds_text(seconds_now() - progress$epoch_began)
  cat(paste(c(progress$title, took, logs_text(logs)), collapse = " - "), "\n", sep = "")
}

# Of one line in all the end is what stays.
progress_end <- function(progress) {
  if (is.null(progress)) return(invisible())
  progress_clear(progress)
  if (is.null(progress$last)) return(invisible())
  took <- seconds_text(seconds_now() - progress$work_began)
  cat(paste(c(progress$title, took, logs_text(progress$last)), collapse = " - "), "\n", sep = "", file = stderr())
  progress$last <- NULL
}

# One line, never wider than the terminal, written over the one before.
progress_write <- function(progress, line) {
  line <- substr(line, 1, cli::console_width() - 1)
  padding <- strrep(" ", max(0, progress$width - nchar(line)))
  cat("\r", line, padding, sep = "", file = stderr())
  progress$width <- nchar(line)
}

progress_clear <- function(progress) {
  if (!progress$live || progress$width == 0) return()
  cat("\r", strrep(" ", progress$width), "\r", sep = "", file = stderr())
  progress$width <- 0
}

logs_text <- function(logs) {
  if (length(logs) == 0) return(NULL)
  paste0(names(logs), ": ", vapply(logs, function(v) sprintf("%.4g", v), ""))
}

seconds_text <- function(s) {
  if (s < 10) return(sprintf("%.1fs", s))
  if (s < 120) return(sprintf("%.0fs", s))
  sprintf("%.0fmin", s / 60)
}
