# What the rows share: timing, peers, bare kernels and the table. Sourced from the root of the tree.
suppressPackageStartupMessages(library(tildenet))

bench_runs <- 7 # measured repetitions; the median of them is reported
bench_dir <- "build/bench"
dir.create(bench_dir, showWarnings = FALSE, recursive = TRUE)

processor <- c("user.self", "sys.self")

# Median seconds of `runs` calls of f() after one that is not counted; clock: "elapsed" or processor.
median_seconds <- function(f, runs = bench_runs, clock = "elapsed") {
  f()
  stats::median(vapply(seq_len(runs), function(i) {
    gc(FALSE)
    sum(system.time(f())[clock])
  }, 0))
}

# Seconds an epoch with one and with two threads: f(epochs) fits so many, reading the data included.
both_threads <- function(f, epochs = 10, runs = bench_runs) {
  seconds <- c("1 thread" = NA_real_, "2 threads" = NA_real_)
  for (threads in 1:2) {
    options(tildenet.threads = threads)
    seconds[threads] <- median_seconds(function() f(epochs), runs) / epochs
  }
  seconds
}

# A peer or a bare kernel prints lines "label<TAB>seconds": a named vector, NULL where it cannot run.
read_times <- function(command, args) {
  lines <- suppressWarnings(system2(command, args, stdout = TRUE, stderr = FALSE))
  status <- attr(lines, "status")
  fields <- strsplit(grep("\t", lines, value = TRUE, fixed = TRUE), "\t", fixed = TRUE)
  if ((!is.null(status) && status != 0) || !length(fields)) return(NULL)
  stats::setNames(as.numeric(vapply(fields, `[`, "", 2)), vapply(fields, `[`, "", 1))
}
peer_times <- function(script, args = character()) {
  command <- if (grepl("\\.R$", script)) "Rscript" else "/usr/bin/python3"
  read_times(command, c(file.path("bench/peers", script), args))
}

openblas_flags <- function() {
  flags <- suppressWarnings(system2("pkg-config", c("--cflags", "--libs", "openblas"), stdout = TRUE, stderr = FALSE))
  if (is.null(attr(flags, "status"))) paste(flags, collapse = " ") else "-lopenblas"
}

# Path of bench/bare/NAME.c linked to the core as the package is built; NULL where that cannot be made.
core_program <- function(name) {
  library <- "build/ctest/plain/libtildenet.a"
  program <- file.path(bench_dir, name)
  built <- system2("make", c("-s", "-C", "tests/c", file.path("../..", library)), stdout = FALSE) == 0 &&
    system2("cc", c("-O2", "-Isrc", "-o", program, sprintf("bench/bare/%s.c", name), library, openblas_flags(),
                    "-pthread", "-lm")) == 0
  if (built) program
}

# Compiles bench/bare/NAME.c with everything the compiler can do on this machine, and runs it.
bare_times <- function(name, args = character()) {
  program <- file.path(bench_dir, name)
  status <- suppressWarnings(system2("cc", c("-O3", "-march=native", "-ffast-math", "-o", program,
    sprintf("bench/bare/%s.c", name), openblas_flags(), "-lm"), stdout = FALSE, stderr = FALSE))
  if (status != 0) return(NULL)
  read_times(program, args)
}

# One row of the table: `ours` seconds, `others` a list of list(times, bar, kind), where kind "at least"
# asks for others/ours >= bar and "at most" for ours/others <= bar; against the best of `times`.
report <- function(title, ours, others = list()) {
  cat("\n", title, "\n", sep = "")
  line <- function(label, seconds, text = "") cat(sprintf("  %-34s %9.4f s  %s\n", label, seconds, text))
  for (label in names(ours)) line(paste("tildenet,", label), ours[[label]])
  for (other in others) {
    if (is.null(other$times)) {
      cat(sprintf("  %-34s not available\n", other$name))
      next
    }
    for (label in names(other$times)) {
      best <- other$times[[label]] == min(other$times)
      line(label, other$times[[label]], if (best) verdict(other, min(ours)) else "")
    }
  }
}

verdict <- function(other, ours) {
  best <- min(other$times)
  if (other$kind == "at least") {
    ratio <- best / ours
    met <- ratio >= other$bar
    sprintf("%.1f times ours (bar: at least %g)%s", ratio, other$bar, if (met) "" else "  MISSED")
  } else {
    ratio <- ours / best
    met <- ratio <= other$bar
    sprintf("ours is %.2f times this (bar: at most %g)%s", ratio, other$bar, if (met) "" else "  MISSED")
  }
}
peer <- function(name, times, bar) list(name = name, times = times, bar = bar, kind = "at least")
bare <- function(name, times, bar) list(name = name, times = times, bar = bar, kind = "at most")

# Absolute bars.
report_seconds <- function(title, seconds, bar) {
  cat("\n", title, "\n", sep = "")
  cat(sprintf("  %-34s %9.4f s  bar: at most %g s%s\n", names(seconds), seconds, bar,
              ifelse(seconds <= bar, "", "  MISSED")), sep = "")
}

# A whole script in an R process of its own: medians over the runs of the seconds it took in all and of
# what it prints as "label<TAB>number", see bench/parts.R.
script_numbers <- function(script, args = character(), runs = 5) {
  once <- function(run) {
    seconds <- system.time(printed <- read_times("Rscript", c(script, args)))[["elapsed"]]
    if (is.null(printed)) stop(script, " failed")
    c("in all, s" = seconds, printed)
  }
  first <- once(0) # not counted
  apply(vapply(seq_len(runs), once, first), 1, stats::median)
}

# Numbers of a script with the bars of those that have one.
report_script <- function(title, numbers, at_most, at_least = numeric()) {
  cat("\n", title, "\n", sep = "")
  for (label in names(numbers)) {
    value <- numbers[[label]]
    bars <- c("at most" = unname(at_most[label]), "at least" = unname(at_least[label]))
    bars <- bars[!is.na(bars)]
    missed <- if (identical(names(bars), "at most")) value > bars else value < bars
    text <- sprintf("bar: %s %g%s", names(bars), bars, ifelse(missed, "  MISSED", ""))
    cat(sprintf("  %-34s %9.3f    %s\n", label, value, paste(text, collapse = "")))
  }
}

# The exponent of cost over size, from three sizes.
growth <- function(sizes, seconds) unname(stats::coef(stats::lm(log(seconds) ~ log(sizes)))[2])

# ---- memory ----------------------------------------------------------------------------------------

# MB in a process of its own that runs the R code `prepare`, then `code`: the most that the second part had above
# what stood before it (peak), and what `kept`, an expression, takes. For where /proc says it.
process_memory <- function(prepare, code, kept = "NULL") {
  file <- tempfile(fileext = ".R")
  on.exit(unlink(file))
  status <- "function(what) as.numeric(gsub('[^0-9]', '', grep(what, readLines('/proc/self/status'), value = TRUE))) / 1024"
  writeLines(c("suppressPackageStartupMessages({library(tildenet); library(Matrix)})", paste("status <-", status), prepare,
               "invisible(gc(full = TRUE)); before <- status('VmRSS')", code,
               sprintf("cat('peak\\t', status('VmHWM') - before, '\nkept\\t', as.numeric(object.size(%s)) / 2^20, '\n')", kept)),
             file)
  found <- read_times("Rscript", file)
  if (is.null(found)) stop("the process whose memory is looked at failed")
  found
}

report_memory <- function(peak, parts, limit, bar) {
  cat(sprintf("  memory at its peak %.0f MB: %s (bar: %s, %.0f)%s\n", peak, parts, bar, limit,
              if (peak <= limit) "" else "  MISSED"))
}
