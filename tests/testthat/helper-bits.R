# Bits of results: rows that must not depend on their neighbours, weights as one short text.

# The rows of a prediction (an array, a data frame, or a list of them).
rows_of <- function(value, rows) {
  if (is.list(value) && !is.data.frame(value)) return(lapply(value, rows_of, rows))
  if (is.null(dim(value))) return(value[rows])
  index <- c(list(value, rows), rep(list(TRUE), length(dim(value)) - 1))
  unname(do.call(`[`, c(index, drop = FALSE)))
}

# predict_rows(rows, batch_size) must give each row the same bits whatever is asked: batches of all sizes
# up to the number of rows, on one thread and on two, and any rows in any order.
expect_rows_alone <- function(predict_rows, n = 33, sizes = seq_len(n)) {
  withr::local_options(tildenet.threads = 2)
  whole <- predict_rows(seq_len(n), n)
  all_rows <- rows_of(whole, seq_len(n))
  differ <- character()
  note <- function(value, want, how) {
    if (!identical(value, want)) {
      parts <- if (is.list(want) && !is.data.frame(want)) which(!mapply(identical, value, want)) else 1
      differ <<- c(differ, paste0(how, ": output ", paste(names(want)[parts] %||% parts, collapse = " ")))
    }
  }
  withr::with_seed(5, for (size in sizes) {
    options(tildenet.threads = 1 + size %% 2)
    note(rows_of(predict_rows(seq_len(n), size), seq_len(n)), all_rows, paste("batches of", size))
    options(tildenet.threads = 2 - size %% 2)
    rows <- sample(n, size)
    note(rows_of(predict_rows(rows, sample(size, 1)), seq_len(size)), rows_of(whole, rows),
         paste(size, "rows alone"))
  })
  expect_identical(differ, character())
}

# Of a model whose inputs are arrays with a row for each sample.
expect_model_rows_alone <- function(model, x, ...) {
  take <- function(value, rows) {
    do.call(`[`, c(list(value, rows), rep(list(TRUE), length(dim(value)) - 1), drop = FALSE))
  }
  expect_rows_alone(function(rows, batch_size) {
    at <- if (is.list(x)) lapply(x, take, rows) else take(x, rows)
    stats::predict(model, at, batch_size = batch_size)
  }, ...)
}

# A model of one input whose outputs are the values of named functions of that input.
model_of_branches <- function(input, branches) {
  set.seed(3)
  keras_model(input, unname(lapply(branches, function(branch) branch(input))))
}

# The bits of numbers that are floats, as text: the sum of their halves and one weighted by place.
bits_of <- function(...) {
  floats <- writeBin(as.numeric(unlist(list(...))), raw(), size = 4, endian = "little")
  halves <- readBin(floats, "integer", length(floats) / 2, size = 2, signed = FALSE, endian = "little")
  sprintf("%.0f %.0f", sum(halves), sum(halves * (seq_along(halves) %% 9973 + 1)))
}

# Each level of vector instructions that this build and processor have, one after the other.
at_each_simd_level <- function(code) {
  local_simd()
  for (level in seq(0, engine_limit_simd(2))) {
    engine_limit_simd(level)
    code()
  }
}

# As on a machine with that many processors: more threads than this one would be given.
local_processors <- function(n, env = parent.frame()) local_own("engine_processors", function() n, env)

# The level that is in force now comes back when the caller ends.
local_simd <- function(env = parent.frame()) {
  before <- match(engine_config()$simd, c("baseline", "AVX2", "AVX-512")) - 1
  withr::defer(engine_limit_simd(before), env)
}
