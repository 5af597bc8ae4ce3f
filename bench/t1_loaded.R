# T1: one thread and two while two other processes compute all the time.
source("bench/threads_works.R")
others <- lapply(1:2, function(i) {
  stop_file <- tempfile()
  writeLines(c(sprintf("stop_file <- '%s'", stop_file), "x <- runif(1e5)",
               "end <- Sys.time() + 1800", "while (!file.exists(stop_file) && Sys.time() < end) for (i in 1:100) sort(x)"),
             script <- tempfile(fileext = ".R"))
  system2("Rscript", script, wait = FALSE)
  stop_file
})
Sys.sleep(1)
cat("\nT1  two threads against one, two other processes computing, medians\n")
bar <- function(ratio, most) sprintf("%.2f (bar: at most %g)%s", ratio, most, if (ratio <= most) "" else "  MISSED")
tryCatch(for (name in c("P2", "P4", "P7", "P8", "512-512")) {
  middle <- threads_by_turns(name, 20)
  cat(sprintf("  %-8s 1 thread %7.4f s, 2 threads %7.4f s; wall %s; processor time %s; %d runs\n", name, middle[1, 1], middle[2, 1],
              bar(middle[2, 1] / middle[1, 1], 1.1), bar(middle[2, 2] / middle[1, 2], 1.15), attr(middle, "runs")))
}, finally = file.create(unlist(others)))
