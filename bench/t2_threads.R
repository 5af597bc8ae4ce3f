# T2: one thread and two on a quiet machine.
source("bench/threads_works.R")
bars <- c(P1 = 1.2, P2 = 1.2, P3 = 1.6, P4 = 1.6, P5 = 1.6, P7 = 1.6, P8 = 1.6, "512-512" = 1.6)
cat("\nT2  two threads against one, medians\n")
for (name in names(bars)) {
  middle <- threads_by_turns(name, 12)
  gain <- middle[1, 1] / middle[2, 1]
  cat(sprintf("  %-8s 1 thread %7.4f s, 2 threads %7.4f s: %.2f times as fast (bar: at least %g)%s; processor time %.2f times, %d runs\n",
              name, middle[1, 1], middle[2, 1], gain, bars[[name]], if (gain >= bars[[name]]) "" else "  MISSED",
              middle[2, 2] / middle[1, 2], attr(middle, "runs")))
}
