library(testthat)
library(tildenet)

# CRAN has a minute, and tools/test-r runs all files by itself. What is left out takes the most of it: tests of
# reference numbers and damaged files, of every function with every wrong argument, images, figures, random formulas.
slow <- paste0("^(application|bits|c-file|checks|confusion|data-ratings|family-t|generator|golden|image|io|keras|learn|mistakes|net-|",
               "onnx|optimizer-object|plot|readme|scripts|sparse-parts|text-fit|tidy|tmdb|utils-(file|walk)|values|",
               "design-(auto|columns|given|image|levels|terms|text|tokens|vectors)|",
               "kms-(baseline|continue|defects|dependence|explain|graph|importance|inputs|kcv|label-sets|methods|predict|recommend|shapes|",
               "threshold|unseen|verbose|weights)|",
               "layer-(bidirectional|conv|heads|members|norm|pool|resize|states)|model-(fit-session|functional|serialize))")
if (identical(Sys.getenv("NOT_CRAN"), "true")) {
  test_check("tildenet")
} else {
  test_check("tildenet", filter = slow, invert = TRUE)
}
