# A convolution of an image in plain loops: x (n, h, w, c), k (kh, kw, c / groups, f), "valid" and "same".
plain_conv <- function(x, k, strides = c(1, 1), padding = "valid", dilation = c(1, 1), groups = 1) {
  size <- dim(k)[1:2]
  reach <- (size - 1) * dilation + 1
  n <- dim(x)[2:3]
  out <- if (padding == "same") ceiling(n / strides) else floor((n - reach) / strides) + 1
  front <- if (padding == "same") pmax((out - 1) * strides + reach - n, 0) %/% 2 else c(0, 0)
  filters <- dim(k)[4]
  y <- array(0, c(dim(x)[1], out, filters))
  for (i in seq_len(out[1])) for (j in seq_len(out[2])) for (a in seq_len(size[1])) for (b in seq_len(size[2])) {
    at <- (c(i, j) - 1) * strides - front + (c(a, b) - 1) * dilation + 1
    if (any(at < 1) || any(at > n)) next
    for (f in seq_len(filters)) {
      channels <- (ceiling(f / (filters / groups)) - 1) * dim(k)[3] + seq_len(dim(k)[3])
      seen <- array(x[, at[1], at[2], channels, drop = FALSE], c(dim(x)[1], dim(k)[3]))
      y[, i, j, f] <- y[, i, j, f] + seen %*% k[a, b, , f]
    }
  }
  y
}

random_image <- function(...) {
  set.seed(5)
  array(stats::rnorm(prod(...)), c(...))
}
