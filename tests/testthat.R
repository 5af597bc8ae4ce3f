library(testthat)
library(tildenet)

test_check("tildenet")
