# One work of bench/threads_works.R with one number of threads, for some seconds: arguments name, threads, seconds.
# Prints the seconds of each run, by the clock and of the processor, after one run that is not counted.
source("bench/threads_works.R")
asked <- commandArgs(TRUE)
options(tildenet.threads = as.integer(asked[2]))
set.seed(1)
f <- works[[asked[1]]]()
invisible(f())
end <- proc.time()[["elapsed"]] + as.numeric(asked[3])
while (proc.time()[["elapsed"]] < end) cat(sprintf("%.4f", both_clocks(f)), "\n")
