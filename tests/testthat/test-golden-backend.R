# Functions of tensors against Keras: values, and gradients of sum(value * cotangent) straight from the
# engine.

backend_function <- function(fn) {
  if (!startsWith(fn, "{")) return(getExportedValue("tildenet", fn))
  body <- parse(text = fn)[[1]]
  function(...) eval(body, list(...), asNamespace("tildenet"))
}

# Arrays become tensors, options stay.
backend_args <- function(args) {
  lapply(args, function(x) {
    if (golden_is_tensor(x)) return(k_constant(golden_array(x)))
    if (is.list(x) && length(x) > 0 && golden_is_tensor(x[[1]])) {
      return(lapply(x, function(t) k_constant(golden_array(t))))
    }
    golden_value(x)
  })
}

# What is differentiated stands in weights: they may have any first axis.
weight_of <- function(t) {
  p <- tildenet:::new_parameter("x", dim(t), trainable = TRUE)
  k_set_value(p, as.array(t))
}

expect_backend_gradients <- function(case, run) {
  args <- backend_args(case$args)
  for (name in names(case$gradient)) {
    args[[name]] <- if (is_list(args[[name]])) lapply(args[[name]], weight_of) else weight_of(args[[name]])
  }
  weights <- unlist(lapply(unname(args[names(case$gradient)]), golden_list), recursive = FALSE)
  spec <- tildenet:::graph_spec(list(), list(run(args)))
  found <- tildenet:::engine_gradients(tildenet:::engine_graph(spec, TRUE, FALSE), list(),
                                       spec$outputs, golden_arrays(case$cotangent))$params
  place <- function(p) Position(function(q) identical(p, q), spec$parameters)
  wanted <- do.call(c, lapply(unname(case$gradient), golden_arrays))
  Map(function(p, w) expect_golden(found[[place(p)]], w, paste(case$name, "gradient"), 0,
                                   1e-5 * max(1, abs(w))), weights, wanted)
}

is_list <- function(x) is.list(x) && !is.object(x)

test_that("functions of tensors give Keras' numbers", {
  golden_group("backend", function(case, top) {
    run <- function(args) do.call(backend_function(case$fn), args, quote = TRUE)
    value <- run(backend_args(case$args))
    expected <- golden_array(case$value)
    expect_golden(if (is.list(value)) unlist(value) else value, expected, case$name,
                  shape = length(dim(expected)) > 1)
    if (!is.null(case$gradient)) expect_backend_gradients(case, run)
  })
})
