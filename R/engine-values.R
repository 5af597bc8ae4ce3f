# The door to the engine: weights in raw vectors, initial values, single metrics, settings.

# The floats of a raw vector as an array: all of them, or some behind the first `from`.
engine_raw_read <- function(raw, shape, from = NULL) .Call(ffi_raw_read, raw, shape, from)

# In place; values an array in R's order or a raw vector of the same length.
engine_raw_write <- function(raw, values) .Call(ffi_raw_write, raw, values)

# Numbers as floats in a new raw vector, as they lie in memory: axes do not matter.
engine_raw_floats <- function(values) .Call(ffi_raw_floats, values)

# The same in place, into a raw vector behind its first `from` floats.
engine_raw_place <- function(raw, values, from) .Call(ffi_raw_place, raw, values, from)

engine_raw_copy <- function(raw) .Call(ffi_raw_copy, raw)

# Whether all floats are numbers, and none is infinite.
engine_raw_finite <- function(raw) .Call(ffi_raw_finite, raw)

engine_init <- function(kind, attrs, shape, seed) .Call(ffi_init, kind, attrs, shape, seed)

engine_metric <- function(kind, attrs, pred, truth, weight, per_sample) {
  .Call(ffi_metric, kind, attrs, pred, truth, weight, per_sample)
}

# list(precision, coverage, right): numbers of each case; truth, score: doubles without NA, cases in rows.
engine_label_ranks <- function(truth, score, cases, k) .Call(ffi_label_ranks, truth, score, cases, k)

engine_is_null <- function(ptr) .Call(ffi_is_null, ptr)

engine_config <- function() .Call(ffi_config)

engine_processors <- function() .Call(ffi_processors)

engine_set_threads <- function(n) .Call(ffi_set_threads, n)

engine_end_threads <- function() .Call(ffi_end_threads)

# Which product makes gradients: OpenBLAS or our own. FALSE where the build has no OpenBLAS.
engine_set_product <- function(openblas) .Call(ffi_set_product, openblas)

# 0, 1, 2: no vector instructions beyond the processor's base, AVX2, AVX-512. Gives the level in force.
engine_limit_simd <- function(level) .Call(ffi_limit_simd, level)

# For tests, in a process where TILDENET_FAULTS is 1: after so many allocations all fail; -1 ends it.
engine_fail_allocations <- function(after) .Call(ffi_fail_allocations, after)

engine_live_allocations <- function() .Call(ffi_live_allocations)
