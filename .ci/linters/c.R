# Rules of the C core.

layers <- c("platform", "kernels", "sparse", "tensor", "ops", "optim", "metrics", "init", "graph",
            "train", "text", "files", "images", "r")
# ops/ has rooms of its own; below them lies what stands in ops/ itself.
rooms <- c("elementwise", "random", "reduction", "shape", "lookup", "masks", "losses", "products",
           "normalisation", "images", "pooling", "convolution", "recurrent")

r_headers_linter <- function() {
  lines_with(core_files(), "^\\s*#\\s*include\\s*[<\"](R\\.h|Rinternals\\.h|Rmath\\.h|R_ext/)",
             "R header outside src/r and init.c")
}

# A file includes its own layer and lower ones; text/, files/ and images/ stand beside the engine, on platform
# (text on sparse, images on files, too). Within ops/ the rooms are in order as well.
include_direction_linter <- function() {
  unlist(lapply(grep("^src/[^/]+/", c_files(), value = TRUE), function(file) {
    lines <- read(file)
    target <- sub("^\\s*#\\s*include\\s*\"([^\"]+)\".*", "\\1", lines)
    hits <- which(target != lines)
    bad <- !dirname(target[hits]) %in% may_include(sub("^src/", "", dirname(file)))
    if (any(bad)) at(file, hits[bad], paste("must not include", target[hits][bad]))
  }))
}

# The folders whose headers a file of this folder may include.
may_include <- function(folder) {
  layer <- sub("/.*", "", folder)
  if (layer == "text") return(c("platform", "sparse", "text"))
  if (layer == "files") return(c("platform", "files"))
  if (layer == "images") return(c("platform", "files", "images"))
  room <- match(basename(folder), rooms, nomatch = if (layer == "ops") 0 else length(rooms))
  places <- c(layers, file.path("ops", rooms[seq_len(room)]))
  places[match(sub("/.*", "", places), layers) <= match(layer, layers)]
}

# No two files need each other, directly or by way of others. x.c and x.h are one unit. A unit needs another
# one when its text names what the other defines; so a header that declares what another unit defines needs
# that unit, while types bind nobody, nor do lists that a macro makes names of (the registries').
circles_linter <- function() {
  units <- split(c_files(), sub("\\.[ch]$", "", c_files()))
  words <- lapply(units, function(files) unlist(lapply(files, c_words)))
  defined <- stack(lapply(units, function(files) unlist(lapply(files, c_definitions))))
  home <- setNames(as.character(defined$ind), defined$values)
  needs <- lapply(words, function(said) unique(home[intersect(said, names(home))]))
  needs <- Map(setdiff, needs, names(needs))
  reach <- needs
  for (turn in seq_len(ceiling(log2(length(needs))))) {
    reach <- lapply(reach, function(to) unique(c(to, unlist(reach[to]))))
  }
  unlist(lapply(names(needs), function(unit) {
    back <- Filter(function(other) unit %in% reach[[other]], needs[[unit]])
    if (length(back)) paste(unit, "needs", back, "which needs it")
  }))
}

system_threads <- function() Sys.glob("src/platform/system_threads_*.c")

# The core never ends the process, prints, asks the environment or the C library's dice; the clock only for how long a
# thread looks for work.
core_calls_linter <- function() {
  banned <- c("exit", "_Exit", "abort", "assert", "printf", "fprintf", "puts", "putchar", "perror",
              "rand", "srand", "random", "getenv")
  clocks <- c("time", "clock", "clock_gettime", "gettimeofday", "QueryPerformanceCounter")
  calls <- function(files, names) {
    lines_with(files, paste0("(?<![A-Za-z0-9_.>])(", paste(names, collapse = "|"), ")\\s*\\("),
               "the core must not call this", c_code)
  }
  c(calls(core_files(), banned), calls(setdiff(core_files(), system_threads()), clocks))
}

# Threads are those of one pool.
threads_linter <- function() {
  c(lines_with(c_files(), "^\\s*#\\s*pragma\\s+omp|#\\s*include\\s*<omp\\.h>", "no OpenMP: tn_parallel_for()"),
    lines_with(setdiff(c_files(), system_threads()), "\\bpthread_|\\bthrd_|\\b_beginthread|\\bCreateThread\\b",
               "only platform/system_threads_*.c asks the system for threads", c_code))
}

c_function_length_linter <- function() {
  unlist(lapply(c(setdiff(c_files(), "src/init.c"), c_test_files()), function(file) {
    found <- c_functions(file)
    size <- found$to - found$from + 1
    long <- size > 60
    if (any(long)) at(file, found$from[long], paste0(found$name[long], "() has ", size[long], " lines, 60 are allowed"))
  }))
}

unique_names_linter <- function() {
  names <- basename(c_files())
  twice <- unique(names[duplicated(names)])
  if (length(twice)) {
    paste(twice, "stands more than once:", vapply(twice, function(name) {
      paste(c_files()[names == name], collapse = " ")
    }, ""))
  }
}

objects_linter <- function() script_complaints("tools/objects")

registration_linter <- function() {
  entries <- function(files) {
    lines <- unlist(lapply(files, read))
    unique(unlist(regmatches(lines, gregexpr("\\bffi_[a-z0-9_]+", lines))))
  }
  unknown <- setdiff(entries(Sys.glob("R/engine-*.R")), entries("src/init.c"))
  c(script_complaints("tools/registration", "--check"),
    if (length(unknown)) paste(unknown, "is called from R but not registered"))
}

script_complaints <- function(script, args = character()) {
  lines <- suppressWarnings(system2(script, args, stdout = TRUE, stderr = TRUE))
  if (!is.null(attr(lines, "status"))) c(lines, if (!length(lines)) paste(script, "failed"))
}
