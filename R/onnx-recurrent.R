# ONNX rules of recurrent ops. The steps of a value are its second axis here and the first axis there, which
# has one axis more for directions.

onnx_gates <- list(
  simple_rnn = list(op = "RNN", order = 1),
  lstm = list(op = "LSTM", order = c(1, 4, 2, 3)), # i, f, c, o there are i, o, f, c here
  gru = list(op = "GRU", order = 1:3))

# Names of activations in recurrent ops, with alpha and beta where they take some.
onnx_cells <- list(
  linear = list("Affine", 1, 0), relu = list("Relu"), elu = list("Elu", 1), sigmoid = list("Sigmoid"),
  hard_sigmoid = list("HardSigmoid", 0.2, 0.5), hard_sigmoid_keras3 = list("HardSigmoid", 1 / 6, 0.5), tanh = list("Tanh"), softplus = list("Softplus"),
  softsign = list("Softsign"))

define_onnx(names(onnx_gates), function(g, step, x) {
  if (isTRUE(step$attrs$stateful)) {
    onnx_refuse(step, "with states that go on from batch to batch, which a file cannot hold")
  }
  mask <- onnx_mask_of_axes(g, step$inputs[1], 2)
  run <- onnx_run(g, step, x, mask)
  sequences <- isTRUE(step$attrs$return_sequences)
  output <- if (sequences) onnx_sequence(g, step, run$y, mask) else onnx_last(g, run$states[1], mask, x[-1])
  c(output, if (isTRUE(step$attrs$return_state)) onnx_last(g, run$states, mask, x[-1], x[-1]))
})

# The node: list(y = (steps, samples, units), states = of the last step). With a mask the steps that count
# have been brought to the front, and only they are run.
onnx_run <- function(g, step, x, mask) {
  back <- isTRUE(step$attrs$go_backwards)
  steps <- if (is.null(mask)) x[1] else onnx_gather_steps(g, x[1], onnx_steps_first(g, mask, back))
  lengths <- if (is.null(mask)) "" else onnx_cast(g, onnx_count(g, mask), "int32")
  first <- vapply(x[-1], onnx_unsqueeze, "", g = g, axes = 0)
  attrs <- c(list(hidden_size = step$attrs$units, direction = if (back && is.null(mask)) "reverse"),
             onnx_cell_attrs(step), if (step$op == "gru") list(linear_before_reset = as.numeric(resets_after(step))))
  inputs <- c(onnx_transpose(g, steps, c(1, 0, 2)), onnx_cell_weights(g, step), lengths, first)
  out <- onnx_put(g, onnx_gates[[step$op]]$op, inputs, attrs, n = if (step$op == "lstm") 3 else 2)
  list(y = onnx_squeeze(g, out[1], 1), states = vapply(out[-1], onnx_squeeze, "", g = g, axes = 0))
}

resets_after <- function(step) isTRUE(as.logical(step$attrs$reset_after %||% TRUE))

# W (1, gates units, features), R (1, gates units, units), B (1, 2 gates units)
onnx_cell_weights <- function(g, step) {
  units <- step$attrs$units
  columns <- as.vector(outer(seq_len(units), (onnx_gates[[step$op]]$order - 1) * units, `+`))
  turned <- function(w) array(t(w[, columns, drop = FALSE]), c(1, length(columns), nrow(w)))
  made <- vapply(step$params[1:2], onnx_arranged, "", g = g, form = "gates in rows", f = turned)
  if (!(step$attrs$use_bias %||% TRUE)) return(c(made, ""))
  bias <- function(b) {
    rows <- if (length(dim(b)) == 2) as.vector(t(b[, columns])) else c(b[columns], numeric(length(columns)))
    array(rows, c(1, length(rows)))
  }
  c(made, onnx_arranged(g, step$params[[3]], "both biases", bias))
}

# Functions of gates, then of candidates, for an LSTM of the output as well.
onnx_cell_attrs <- function(step) {
  own <- step$attrs$activation %||% "linear"
  gates <- step$attrs$recurrent_activation %||% "linear"
  names <- switch(step$op, simple_rnn = own, gru = c(gates, own), lstm = c(gates, own, own))
  unknown <- setdiff(names, names(onnx_cells))
  if (length(unknown) > 0) onnx_refuse(step, paste0("which has no activation ", quoted(unknown[1]), " in ONNX"))
  cells <- onnx_cells[names]
  part <- function(k) unlist(lapply(cells, function(cell) if (length(cell) >= k) cell[[k]]))
  numbers <- function(k) if (length(part(k)) > 0) onnx_kind(unname(part(k)), "floats")
  list(activations = onnx_kind(unname(part(1)), "strings"), activation_alpha = numbers(2), activation_beta = numbers(3))
}

# ---- masked steps ----------------------------------------------------------------------------------

# The places of all steps, those that count first, in the order in which they are run: whether a sequence is
# filled up behind, in front or has holes makes no difference.
onnx_steps_first <- function(g, mask, back) {
  steps <- onnx_sizes(g, mask, 1, 2)
  n <- onnx_cast(g, steps, "float")
  ones <- onnx_put(g, "Expand", c(onnx_float(g, 1), steps))
  number <- onnx_put(g, "CumSum", c(ones, onnx_constant(g, 0, numeric(), "int64")))
  rank <- if (back) number else onnx_put(g, "Sub", c(onnx_affine(g, n, 1, 1), number))
  before <- onnx_put(g, "Mul", c(onnx_cast(g, mask, "float"), n))
  onnx_put(g, "TopK", c(onnx_put(g, "Add", c(before, rank)), steps), list(axis = 1), n = 2)[2]
}

# The steps of x (samples, steps, features) at places (samples, steps).
onnx_gather_steps <- function(g, x, places) {
  onnx_put(g, "GatherND", c(x, onnx_unsqueeze(g, places, -1)), list(batch_dims = 1))
}

onnx_count <- function(g, mask) onnx_reduce(g, onnx_cast(g, mask, "float"), "Sum", 1, keepdims = FALSE)

# What is there behind the last step. Without a step that counts runtimes give 0; with first states the output
# is 0 and the states are the first ones, whatever they give.
onnx_last <- function(g, last, mask, first, none = onnx_float(g, 0)) {
  if (is.null(mask) || length(first) == 0) return(last)
  some <- onnx_unsqueeze(g, onnx_any(g, mask, 1), -1)
  mapply(function(y, otherwise) onnx_put(g, "Where", c(some, y, otherwise)), last, none, USE.NAMES = FALSE)
}

# The outputs of all steps, in the order in which they were run; a masked step repeats the last output, 0
# before the first, or all are 0.
onnx_sequence <- function(g, step, y, mask) {
  y <- onnx_transpose(g, y, c(1, 0, 2))
  back <- isTRUE(step$attrs$go_backwards)
  if (!is.null(mask)) {
    so_far <- onnx_put(g, "CumSum", c(onnx_cast(g, mask, "float"), onnx_constant(g, 1, numeric(), "int64")),
                       list(reverse = as.numeric(back)))
    place <- onnx_cast(g, onnx_put(g, "Max", c(onnx_affine(g, so_far, 1, -1), onnx_float(g, 0))), "int64")
    kept <- if (isTRUE(step$attrs$zero_masked)) mask else onnx_put(g, "Greater", c(so_far, onnx_float(g, 0)))
    y <- onnx_put(g, "Where", c(onnx_unsqueeze(g, kept, -1), onnx_gather_steps(g, y, place), onnx_float(g, 0)))
  }
  if (back) onnx_reverse(g, y, 1) else y
}
