# Runs tests/testthat against the installed package and closes with "N passed, N failed", where a
# test is one test_that() block. Arguments: a filter on file names, as in testthat::test_dir(), "" for none;
# then, perhaps, which of how many parts of the files.
library(testthat)
Sys.setenv(NOT_CRAN = "true")
# Which product makes gradients; the package itself reads no variable for it.
blas <- Sys.getenv("TILDENET_TEST_BLAS")
if (nzchar(blas)) options(tildenet.blas = blas)
args <- commandArgs(TRUE)
filter <- if (length(args) && nzchar(args[1])) args[1]
if (length(args) == 3) {
  part <- as.integer(args[2:3])
  names <- sub("^test-(.*)[.]R$", "\\1", list.files("tests/testthat", "^test-.*[.]R$"))
  filter <- paste0("^(", paste(names[seq_along(names) %% part[2] == part[1] %% part[2]], collapse = "|"), ")$")
}
# One line a file, not one a test.
reporter <- ProgressReporter$new(show_praise = FALSE, update_interval = 1e6, max_failures = Inf)
results <- as.data.frame(test_dir(
  "tests/testthat", package = "tildenet", load_package = "installed",
  filter = filter, reporter = reporter, stop_on_failure = FALSE))
broken <- results$failed > 0 | results$error
skipped <- sum(results$skipped & !broken)
slow <- head(results[order(-results$real), c("file", "test", "real")], 5)
cat("\nSlowest tests:\n", sprintf("  %5.1f s  %s: %s\n", slow$real, slow$file, slow$test), sep = "")
if (skipped) cat(skipped, "skipped\n")
if (any(broken)) {
  cat("Failed:\n", sprintf("  %s: %s\n", results$file[broken], results$test[broken]), sep = "")
}
cat(sum(!broken & !results$skipped), " passed, ", sum(broken), " failed\n", sep = "")
quit(status = as.integer(any(broken)))
