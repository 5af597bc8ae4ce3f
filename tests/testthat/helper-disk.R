# Disks that are full.

# A folder of 64 kB in all, where this process may mount one.
local_small_disk <- function(frame = parent.frame()) {
  dir <- withr::local_tempdir(.local_envir = frame)
  mount <- if (nzchar(Sys.which("mount"))) {
    suppressWarnings(system2("mount", c("-t", "tmpfs", "-o", "size=64k", "tmpfs", dir), stdout = FALSE, stderr = FALSE))
  }
  testthat::skip_if_not(identical(mount, 0L), "a small disk can be mounted")
  withr::defer(system2("umount", c("-l", dir), stdout = FALSE, stderr = FALSE), envir = frame)
  dir
}

fill_disk <- function(dir, bytes) suppressWarnings(writeBin(raw(bytes), file.path(dir, "filler")))

# Lines that `code` prints in a new R process whose files may not grow beyond `blocks` of 512 or 1024 bytes.
run_with_small_files <- function(code, blocks, ...) {
  testthat::skip_on_os("windows")
  code <- do.call(substitute, list(code, list(...)))
  script <- withr::local_tempfile(fileext = ".rds")
  saveRDS(code, script)
  run <- sprintf(".libPaths(%s); suppressMessages(library(tildenet)); eval(readRDS(%s))", deparse1(.libPaths()),
                 deparse(script))
  limited <- sprintf("trap '' XFSZ; ulimit -f %d; exec %s -e %s", blocks,
                     shQuote(file.path(R.home("bin"), "Rscript")), shQuote(run))
  suppressWarnings(system2("sh", c("-c", shQuote(limited)), stdout = TRUE, stderr = TRUE))
}
