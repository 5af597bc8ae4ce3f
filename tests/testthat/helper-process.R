# Other R processes: what a user finds who comes back the next day.

# Runs `code` in a new R process; its names PATH = value and so on are filled in.
run_fresh <- function(code, ...) {
  code <- do.call(substitute, list(code, list(...)))
  script <- withr::local_tempfile(fileext = ".rds")
  saveRDS(code, script)
  run <- sprintf(".libPaths(%s); eval(readRDS(%s))", deparse1(.libPaths()), deparse(script))
  out <- suppressWarnings(system2(file.path(R.home("bin"), "Rscript"), c("-e", shQuote(run)),
                                  stdout = TRUE, stderr = TRUE))
  status <- attr(out, "status")
  if (!is.null(status)) stop("the new process failed: ", paste(out, collapse = "\n"))
  invisible(out)
}

# What f(x) gives in a new R process that has read x from a file.
called_fresh <- function(x, f) {
  path <- withr::local_tempfile(fileext = ".rds")
  saveRDS(x, path)
  environment(f) <- globalenv()
  run_fresh(quote(saveRDS(F(readRDS(PATH)), PATH)), PATH = path, F = f)
  readRDS(path)
}
