# Layers CuDNNLSTM and CuDNNGRU of Keras 2 kept their weights as cuDNN wants them: each gate's kernels turned, and two
# biases in a row. They become those of the plain layers, which have one bias (LSTM) or the two as rows (GRU).

# parameters: those of a layer here, weights: those of the file, list(name, shape, read()), as many.
plain_gates <- function(parameters, weights) {
  names <- vapply(parameters, function(p) p$name, "")
  for (i in which(grepl("/recurrent_kernel$", names))) {
    three <- i + (-1:1)
    if (max(three) > length(weights) || !is_cudnn(parameters[[i + 1]]$shape, weights[three])) next
    weights[three] <- plain_cell(weights[three], parameters[[i + 1]]$shape)
  }
  weights
}

# The bias tells: it is one axis, of twice the length of an LSTM's, of the length of both rows of a GRU's.
is_cudnn <- function(bias_shape, weights) {
  given <- weights[[3]]$shape
  kernels <- lapply(weights[1:2], function(w) w$shape)
  length(given) == 1 && all(lengths(kernels) == 2) && all(vapply(kernels, function(s) s[2] == given / 2, NA)) &&
    (length(bias_shape) == 2 && given == prod(bias_shape) || length(bias_shape) == 1 && given == 2 * bias_shape)
}

plain_cell <- function(weights, bias_shape) {
  gates <- weights[[1]]$shape[2] / weights[[2]]$shape[1]
  input <- function(kernel) matrix(t(kernel), nrow(kernel))
  bias <- weights[[3]]
  read <- bias$read
  both <- length(bias_shape) == 2
  list(by_gate(weights[[1]], gates, input), by_gate(weights[[2]], gates, t),
       list(name = bias$name, shape = as.numeric(bias_shape),
            read = function() if (both) read() else rowSums(matrix(read(), ncol = 2))))
}

# A weight whose columns are changed gate by gate. Numbers are read row by row.
by_gate <- function(weight, gates, change) {
  read <- weight$read
  weight$floats <- NULL
  weight$read <- function() {
    all <- matrix(read(), weight$shape[1], byrow = TRUE)
    gate <- rep(seq_len(gates), each = ncol(all) / gates)
    parts <- lapply(seq_len(gates), function(g) change(all[, gate == g, drop = FALSE]))
    as.vector(t(do.call(cbind, parts)))
  }
  weight
}
