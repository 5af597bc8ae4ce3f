library(testthat)
library(tildenet)

# CRAN has little time, and tools/test-r runs all files by itself. What is left out takes the most of it: tests
# of reference numbers and damaged files, of every function with every wrong argument, figures, random formulas.
slow <- paste0("^(golden|bits|plot|scripts|mistakes|checks$|optimizer-object|onnx|c-file|",
               "io-(write|weights|stored|hdf5|model)|",
               "kms-(importance|kcv|inputs|graph|recommend|weights)|",
               "design-(columns|given|levels|terms|text|tokens)|confusion-report|sparse-parts|layer-bidirectional)")
if (identical(Sys.getenv("NOT_CRAN"), "true")) {
  test_check("tildenet")
} else {
  test_check("tildenet", filter = slow, invert = TRUE)
}
