# Layers against Keras: outputs, gradients of sum(upstream * output) and of the penalties, shapes and
# numbers of weights, straight from the engine.

layer_gradients <- function(model, call) {
  self <- tildenet:::self_of(model)
  penalties <- tildenet:::model_penalty_tensors(self)
  loss <- if (length(penalties) > 0) tildenet:::emit_op("weighted_sum", penalties)[[1]]
  spec <- tildenet:::graph_spec(self$inputs, self$outputs, loss,
                                flags = tildenet:::parameter_flags(self))
  graph <- tildenet:::engine_graph(spec, TRUE, TRUE)
  sources <- lapply(golden_arrays(call$inputs), tildenet:::as_source)
  found <- tildenet:::engine_gradients(graph, sources, spec$outputs, golden_arrays(call$upstream),
                                       isTRUE(call$training))
  trained <- vapply(spec$params, `[[`, NA, "trainable")
  found$params <- found$params[trained]
  found$parameters <- spec$parameters[trained]
  found
}

# Slopes of L1 and L2 on weights belong to the optimizer's pass: added here.
with_penalty <- function(gradient, p) {
  w <- tildenet:::parameter_value(p)
  r <- p$regularizer
  if (is.null(r)) gradient else gradient + r$l1 * sign(w) + 2 * r$l2 * w
}

# loose: gradients of recurrent layers are sums over many steps.
check_layer_case <- function(case, top, loose = FALSE) {
  model <- layer_model(case)
  name <- case$name
  expect_golden(count_params(model), case$params, paste(name, "params"), 0, 0)
  outputs <- if (is.list(case$output_shape[[1]])) case$output_shape else list(case$output_shape)
  Map(function(t, wanted) {
    sizes <- function(shape) as.numeric(unlist(lapply(shape, function(s) if (is.null(s) || is.na(s)) NaN else s))) # any size
    expect_golden(sizes(k_int_shape(t)), sizes(wanted), paste(name, "output shape"), 0, 0)
  }, model$outputs, outputs)
  for (call in if (is.null(case$calls)) list(case) else case$calls) {
    if (isTRUE(call$reset_states_before)) reset_states(model)
    check_layer_call(model, call, name, loose)
  }
}

# Weights go on from call to call; a call without updated_weights must not change them.
check_layer_call <- function(model, call, name, loose) {
  before <- get_weights(model)
  found <- layer_gradients(model, call)
  after <- if (is.null(call$updated_weights)) before else golden_arrays(call$updated_weights)
  Map(function(v, e) expect_golden(v, e, paste(name, "weight after the call")), get_weights(model), after)
  Map(function(v, e) expect_golden(v, e, paste(name, "output")), found$outputs,
      golden_arrays(call$output))
  gradient <- function(v, e, what) {
    if (loose) expect_golden(v, e, paste(name, what), 0, 1e-5 * max(1, abs(e)))
    else expect_golden(v, e, paste(name, what))
  }
  if (!is.null(call$grad_inputs)) {
    Map(function(v, e) gradient(v, e, "input gradient"), found$inputs, golden_arrays(call$grad_inputs))
  }
  gradients <- golden_arrays(call$grad_weights)
  expect_golden(length(found$params), length(gradients), paste(name, "trained weights"), 0, 0)
  Map(function(v, p, e) gradient(with_penalty(v, p), e, "weight gradient"), found$params,
      found$parameters, gradients)
  if (!is.null(call$losses)) expect_golden(found$loss, call$losses, paste(name, "losses"))
}

test_that("core layers give Keras' numbers", {
  golden_group("layers_core", check_layer_case)
})

test_that("activation layers give Keras' numbers", {
  golden_group("layers_activation", check_layer_case)
})

test_that("embeddings give Keras' numbers", {
  golden_group("layers_embedding", check_layer_case)
})

test_that("wrappers give Keras' numbers", {
  golden_group("layers_wrappers", function(case, top) check_layer_case(case, top, loose = TRUE))
})

test_that("recurrent layers give Keras' numbers", {
  golden_group("layers_recurrent", function(case, top) check_layer_case(case, top, loose = TRUE))
})

test_that("convolutions give Keras' numbers", {
  golden_group("layers_conv", check_layer_case)
})

test_that("pooling, upsampling, padding and cropping give Keras' numbers", {
  golden_group("layers_pool", check_layer_case)
})

test_that("normalisation layers give Keras' numbers", {
  golden_group("layers_norm", check_layer_case)
})

test_that("merge layers give Keras' numbers", {
  golden_group("layers_merge", check_layer_case)
})

# Moments of a random layer in training mode.
check_noise_case <- function(case, top) {
  if (!isTRUE(case$statistical)) return(check_layer_case(case, top))
  if (isTRUE(case$expected$zero_or_kept_together)) return(check_step_masks(case))
  set.seed(1)
  shape <- unlist(case$input$shape)
  x <- if (isTRUE(case$input$normal)) array(rnorm(prod(shape)), shape) else
    array(case$input$fill, shape)
  y <- as.array(layer_of(case)(x, training = TRUE))
  e <- case$expected
  m <- if (is.null(case$independent_draws)) length(y) else case$independent_draws
  expect_golden(mean(y), e$mean, paste(case$name, "mean"), 0, 5 * sqrt(e$variance / m))
  expect_golden(mean((y - mean(y))^2), e$variance, paste(case$name, "variance"), 10 / sqrt(m), 0)
  if (!is.null(e$values)) {
    near <- vapply(unlist(e$values), function(v) mean(abs(y - v) < 1e-5), 0)
    expect_golden(sum(near), 1, paste(case$name, "only two values"), 0, 1e-12)
    share <- e$share_first
    expect_golden(near[1], share, paste(case$name, "share"), 0, 5 * sqrt(share * (1 - share) / m))
  }
  if (!is.null(e$constant_axes)) {
    others <- setdiff(seq_along(dim(y)), unlist(e$constant_axes) + 1)
    lines <- matrix(aperm(y, c(others, unlist(e$constant_axes) + 1)), prod(dim(y)[others]))
    spread <- apply(lines, 1, max) - apply(lines, 1, min)
    expect_golden(max(spread), 0, paste(case$name, "constant axes"), 0, 1e-6)
  }
}

# A sample gives zeros at all steps, or one known sequence.
check_step_masks <- function(case) {
  set.seed(1)
  layer <- layer_of(case)
  x <- array(case$input$fill, unlist(case$input$shape))
  layer(x)
  set_weights(layer, golden_arrays(case$weights))
  y <- as.array(layer(x, training = TRUE))
  dropped <- rowSums(abs(y)) == 0
  share <- case$expected$share_first
  expect_golden(mean(dropped), share, paste(case$name, "share"), 0,
                5 * sqrt(share * (1 - share) / case$independent_draws))
  kept <- matrix(golden_array(case$expected$kept_sequence), sum(!dropped), ncol(y), byrow = TRUE)
  expect_golden(y[!dropped, , 1], kept, paste(case$name, "kept sequence"))
}

test_that("random layers have Keras' moments", {
  golden_group("layers_noise", check_noise_case)
})

test_that("initial weights that do not depend on chance are Keras'", {
  golden_group("layers_initial", function(case, top) {
    input <- layer_input(shape = unlist(case$input_shape))
    weights <- get_weights(keras_model(input, layer_of(case)(input)))
    expect_identical(lapply(weights, dim), unname(lapply(case$weight_shapes, unlist)))
    names(weights) <- names(case$weight_shapes)
    for (n in names(case$initial)) {
      expect_golden(weights[[n]], golden_array(case$initial[[n]]), paste(case$name, n), 0, 0)
    }
  })
})
