# C files are compiled together into one program, which is run on rows of data.

c_flags <- c("-std=c99", "-O0", "-Wall", "-Wextra", "-Wpedantic", "-Werror")

c_compiler <- function() {
  cc <- suppressWarnings(system2(file.path(R.home("bin"), "R"), c("CMD", "config", "CC"), stdout = TRUE))[1]
  parts <- strsplit(cc, " ", fixed = TRUE)[[1]]
  if (is.na(parts[1]) || !nzchar(Sys.which(parts[1]))) NULL else parts[1]
}

skip_without_compiler <- function() {
  testthat::skip_if(is.null(c_compiler()), "there is no C compiler")
}

# Compiles C files into a program; the compiler's words are an error.
compile_c <- function(files, program, flags = c_flags) {
  said <- suppressWarnings(system2(c_compiler(), c(flags, shQuote(files), "-o", shQuote(program), "-lm"),
                                   stdout = TRUE, stderr = TRUE))
  if (length(said) > 0) stop(paste(said, collapse = "\n"))
  program
}

# What `NAME_predict` of several objects gives for rows of data. cases: list(object, inputs) by name, inputs a list
# of one array an input, rows first. Returns lists of arrays with rows first.
run_c_cases <- function(cases, folder = withr::local_tempdir(.local_envir = parent.frame())) {
  names <- names(cases)
  files <- file.path(folder, paste0(names, ".c"))
  for (k in seq_along(cases)) save_c(cases[[k]]$object, files[k], names[k])
  values <- unlist(lapply(cases, function(case) {
    rows <- lapply(case$inputs, function(x) matrix(aperm(x), nrow(x), byrow = TRUE))
    t(do.call(cbind, unname(rows)))
  }))
  input <- file.path(folder, "input")
  output <- file.path(folder, "output")
  writeBin(as.numeric(values), input, size = 4)
  sizes <- lapply(files, declared_sizes)
  main <- file.path(folder, "main.c")
  writeLines(c_main(names, sizes, vapply(cases, function(case) nrow(case$inputs[[1]]), 0)), main)
  program <- compile_c(c(main, files), file.path(folder, "program"))
  stopifnot(system2(program, shQuote(c(input, output))) == 0)
  results <- readBin(output, "numeric", file.size(output) / 4, size = 4)
  n_out <- vapply(seq_along(cases), function(k) sum(sizes[[k]]$outputs) * nrow(cases[[k]]$inputs[[1]]), 0)
  pieces <- split(results, rep(seq_along(cases), n_out))
  out <- Map(function(values, case, size) {
    split_columns(matrix(values, nrow(case$inputs[[1]]), byrow = TRUE), size$outputs)
  }, pieces, cases, sizes)
  stats::setNames(out, names)
}

# Floats of inputs and outputs as the file declares them.
declared_sizes <- function(file) {
  code <- paste(grep("^ [*]|^/[*]", readLines(file), value = TRUE, invert = TRUE), collapse = " ")
  enum <- sub(".*?enum [{](.*?)[}].*", "\\1", code, perl = TRUE)
  found <- unlist(regmatches(enum, gregexpr("(INPUT|OUTPUT)[0-9]*_SIZE = +[0-9]+", enum)))
  size <- as.numeric(sub(".* ", "", found))
  list(inputs = size[startsWith(found, "INPUT")], outputs = size[startsWith(found, "OUTPUT")])
}

split_columns <- function(values, sizes) {
  ends <- cumsum(sizes)
  Map(function(end, size) values[, end - size + seq_len(size), drop = FALSE], ends, sizes)
}

c_main <- function(names, sizes, rows) {
  parts <- Map(function(name, size, rows) {
    starts <- function(array, n) paste0(array, " + ", cumsum(c(0, n))[seq_along(n)])
    arguments <- c(starts("in", size$inputs), starts("out", size$outputs))
    types <- rep(c("const float *", "float *"), lengths(size))
    list(declared = paste0("void ", name, "_predict(", paste(types, collapse = ", "), ");"),
         run = c(paste0("for (int r = 0; r < ", rows, "; r++) {"),
                 paste0("  if (fread(in, 4, ", sum(size$inputs), ", from) != ", sum(size$inputs), ") return 1;"),
                 paste0("  ", name, "_predict(", paste(arguments, collapse = ", "), ");"),
                 paste0("  fwrite(out, 4, ", sum(size$outputs), ", to);"), "}"))
  }, names, sizes, rows)
  c("#include <stdio.h>", vapply(parts, `[[`, "", "declared"), "static float in[100000], out[100000];",
    "int main(int argc, char **argv) {", "if (argc < 3) return 1;",
    "FILE *from = fopen(argv[1], \"rb\"), *to = fopen(argv[2], \"wb\");", "if (from == NULL || to == NULL) return 1;",
    unlist(lapply(parts, `[[`, "run")), "fclose(from);", "return fclose(to);", "}")
}

# Rows of a prediction as run_c_cases() gives them.
predicted_rows <- function(object, inputs) {
  y <- predict(object, if (length(inputs) == 1) inputs[[1]] else unname(inputs))
  lapply(if (is.list(y)) unname(y) else list(y), function(y) matrix(aperm(y), nrow(y), byrow = TRUE))
}

# Relative to the largest value.
expect_same_rows <- function(found, wanted, label) {
  for (k in seq_along(wanted)) {
    scale <- max(1, abs(wanted[[k]][is.finite(wanted[[k]])]))
    testthat::expect_equal(dim(found[[k]]), dim(wanted[[k]]), label = label)
    testthat::expect_lt(max(abs(found[[k]] - wanted[[k]])) / scale, 1e-5, label = paste("largest difference of", label))
  }
}

expect_c_predicts <- function(cases) {
  found <- run_c_cases(cases)
  for (name in names(cases)) {
    expect_same_rows(found[[name]], predicted_rows(cases[[name]]$object, cases[[name]]$inputs), name)
  }
}

# Weights other than those models begin with, variances above 0.
stir_weights <- function(model, seed = 1) {
  weights <- get_weights(model)
  names <- vapply(model$weights, function(w) w$name, "")
  withr::with_seed(seed, for (k in seq_along(weights)) {
    values <- stats::runif(length(weights[[k]]), -0.6, 0.6)
    weights[[k]][] <- if (grepl("variance", names[k])) abs(values) + 0.1 else values
  })
  set_weights(model, weights)
}

# One model with an output for each branch, as a case.
branches_case <- function(input, branches, x) {
  outputs <- unlist(lapply(branches, function(branch) branch(input)), use.names = FALSE)
  list(object = stir_weights(keras_model(input, outputs)), inputs = list(x))
}
