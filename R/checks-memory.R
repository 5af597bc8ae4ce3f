# R's own error of too little memory says neither what was asked for nor the way out.

# Runs an expression that makes one array, `what` ("weights of shape (10, 2)") of `cells` numbers.
with_room <- function(expr, what, cells, how = NULL, bytes = 8, call = rlang::caller_env()) {
  if (cells * bytes > largest_vector) abort_room(what, cells * bytes, how, call)
  tryCatch(expr, error = function(e) {
    if (inherits(e, "tildenet_error")) rlang::cnd_signal(e)
    abort_room(what, cells * bytes, how, call)
  })
}

# Bytes: R's own limit.
largest_vector <- 2^52

abort_room <- function(what, bytes, how, call) {
  size <- format(signif(bytes / 1e9, 3), big.mark = ",", scientific = bytes > 1e18)
  abort_tn(paste0("There is no memory for ", what, "."), "alloc", paste0("It takes ", size, " GB."), how, call = call)
}
