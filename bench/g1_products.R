# G1: our own matrix product against OpenBLAS with its kernels for AVX-512 and for AVX2, one thread each, over
# the products of P1 to P8 (m x n x k; N and T say whether A and B lie transposed). Bars, against the better of
# the kernels: geometric mean 1.0, no size below 0.9.
source("bench/common.R")
Sys.unsetenv("OPENBLAS_L2_SIZE")

# Rows: products; columns: seconds of ours and of OpenBLAS. NULL where it cannot run.
product_times <- function(program, level, core) {
  lines <- suppressWarnings(system2(program, as.character(level), stdout = TRUE, stderr = FALSE,
                                    env = paste0("OPENBLAS_CORETYPE=", core)))
  if (!is.null(attr(lines, "status"))) return(NULL)
  fields <- do.call(rbind, strsplit(lines, "\t", fixed = TRUE))
  matrix(as.numeric(fields[, 2:3]), ncol = 2, dimnames = list(fields[, 1], c("ours", "theirs")))
}

report_level <- function(program, name, level, cores) {
  cat("\nG1  products at ", name, ": microseconds of ours and of OpenBLAS, and their ratio\n", sep = "")
  times <- Filter(Negate(is.null), sapply(cores, function(core) product_times(program, level, core), simplify = FALSE))
  if (!length(times)) {
    cat("  not available\n")
    return(invisible())
  }
  ratios <- vapply(times, function(t) t[, "theirs"] / t[, "ours"], numeric(nrow(times[[1]])))
  cat(sprintf("  %-26s", ""), sprintf("%30s", names(times)), "\n", sep = "")
  for (i in seq_len(nrow(ratios))) {
    cells <- vapply(names(times), function(core) {
      sprintf("%11.1f %11.1f %6.2f", 1e6 * times[[core]][i, 1], 1e6 * times[[core]][i, 2], ratios[i, core])
    }, "")
    cat(sprintf("  %-26s", rownames(ratios)[i]), cells, if (min(ratios[i, ]) < 0.9) "  MISSED", "\n", sep = "")
  }
  means <- exp(colMeans(log(ratios)))
  cat(sprintf("  geometric mean against %s: %.2f (bar: at least 1)%s\n", names(means), means,
              ifelse(means < 1, "  MISSED", "")), sep = "")
}

program <- core_program("g1_products")
if (is.null(program)) {
  cat("\nG1  not available: OpenBLAS or a C compiler is missing\n")
} else {
  report_level(program, "AVX-512", 2, c("SkylakeX", "Cooperlake"))
  report_level(program, "AVX2", 1, c("Haswell", "Zen"))
}
