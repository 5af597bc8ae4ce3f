# Allocations that fail.

# run() again and again, with a failure at the first allocation, at the second and so on, until it comes to its
# end; after(n) looks at what each failure left. Gives the number of allocations.
each_allocation <- function(run, after = function(n) NULL, from = 0, by = 1) {
  withr::local_envvar(TILDENET_FAULTS = "1")
  on.exit(engine_fail_allocations(-1))
  n <- from
  repeat {
    engine_fail_allocations(n)
    done <- tryCatch({
      run()
      TRUE
    }, tildenet_error_alloc = function(e) FALSE, finally = engine_fail_allocations(-1))
    if (done) return(n)
    after(n)
    n <- n + by
  }
}
