# What Keras writes of a plain layer as one of cuDNN: the inverse of what reading does.
as_cudnn <- function(weights, gates) {
  rows <- function(m) as.vector(t(m))
  by_gate <- function(m, change) {
    gate <- rep(seq_len(gates), each = ncol(m) / gates)
    do.call(cbind, lapply(seq_len(gates), function(g) change(m[, gate == g, drop = FALSE])))
  }
  input <- by_gate(weights[[1]], function(k) matrix(k, nrow(k), ncol(k), byrow = TRUE))
  bias <- weights[[3]]
  bias <- if (length(dim(bias)) == 2) rows(bias) else c(bias / 4, bias * 3 / 4)
  entry <- function(name, values, shape) list(name = name, shape = as.numeric(shape), read = function() values)
  list(entry("kernel", rows(input), dim(weights[[1]])),
       entry("recurrent", rows(by_gate(weights[[2]], t)), dim(weights[[2]])), entry("bias", bias, length(bias)))
}

test_that("weights of cuDNN become those of the plain layers", {
  set.seed(1)
  layers <- list(list(layer_lstm(units = 3), 4), list(layer_gru(units = 3), 3),
                 list(bidirectional(layer = layer_gru(units = 2)), 3))
  for (case in layers) {
    x <- layer_input(shape = c(5, 4))
    case[[1]](x)
    self <- tildenet:::self_of(case[[1]])
    parameters <- tildenet:::layer_parameters(self)
    plain <- lapply(get_weights(case[[1]]), function(w) w + rnorm(length(w)))
    triples <- split(plain, (seq_along(plain) - 1) %/% 3)
    given <- do.call(c, unname(lapply(triples, as_cudnn, case[[2]])))
    read <- tildenet:::plain_gates(parameters, given)
    for (i in seq_along(plain)) {
      expect_identical(read[[i]]$shape, parameters[[i]]$shape)
      expect_equal(read[[i]]$read(), as.vector(if (length(dim(plain[[i]])) == 2) t(plain[[i]]) else plain[[i]]))
    }
  }
})

test_that("plain weights stay as they are", {
  layer <- layer_lstm(units = 3)
  layer(layer_input(shape = c(5, 4)))
  parameters <- tildenet:::layer_parameters(tildenet:::self_of(layer))
  given <- lapply(parameters, function(p) list(name = p$name, shape = p$shape, read = function() 1))
  expect_identical(tildenet:::plain_gates(parameters, given), given)
  given[[3]]$shape <- 24
  given[[1]]$shape <- c(4, 6)
  expect_identical(tildenet:::plain_gates(parameters, given), given)
})
