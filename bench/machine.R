# One line each on what the numbers below were measured with.
cpu <- if (file.exists("/proc/cpuinfo")) {
  unique(sub("^model name\\s*: ", "", grep("^model name", readLines("/proc/cpuinfo"), value = TRUE)))
}
torch <- suppressWarnings(system2("/usr/bin/python3", c("-c", shQuote("import torch; print(torch.__version__)")),
                                  stdout = TRUE, stderr = FALSE))
cat("Processor:", if (length(cpu)) cpu[1] else "unknown", "with", parallel::detectCores(), "cores\n")
cat("R:        ", R.version.string, "\n")
cat("PyTorch:  ", if (is.null(attr(torch, "status"))) torch else "not there: peers are left out", "\n")
cat("tildenet: ", as.character(utils::packageVersion("tildenet")), "\n")
