# Losses and metrics against Keras: values per sample, batch losses, gradients, running results.

# Gradient of the batch loss with respect to the input of a compiled model.
input_gradient <- function(model, x, y, weight) {
  self <- tildenet:::self_of(model)
  x <- tildenet:::input_entries(self, x)
  y <- tildenet:::target_entries(self, y, tildenet:::entry_rows(x[[1]]))
  w <- tildenet:::weight_entries(self, weight, tildenet:::entry_rows(x[[1]]))
  spec <- tildenet:::build_model_graph(self, x, y, w, "train")$spec
  w <- lapply(Filter(Negate(is.null), w), function(v) {
    list(data = v, dim = if (is.null(dim(v))) length(v) else dim(v))
  })
  sources <- lapply(c(x, y, w), function(e) tildenet:::engine_source_dense(e$data, e$dim))
  graph <- tildenet:::engine_graph(spec, TRUE, TRUE)
  tildenet:::engine_gradients(graph, sources, spec$outputs, list(), TRUE)$inputs[[1]]
}

# Predictions as a graph input whose gradient the engine gives: loss of `y_pred` after `layers`.
loss_and_gradient <- function(y_pred, y_true, loss, weight = NULL, after = identity) {
  input <- layer_input(shape = dim(y_pred)[-1])
  model <- keras_model(input, after(input))
  compile(model, optimizer = "sgd", loss = loss)
  value <- test_on_batch(model, y_pred, y_true, sample_weight = weight)
  list(value = as.numeric(unlist(value))[1],
       gradient = input_gradient(model, y_pred, y_true, weight))
}

expect_loss <- function(found, value, gradient, label, rtol = 1e-5, atol = 1e-6) {
  expect_golden(found$value, value, paste(label, "value"), rtol, atol)
  gradient <- golden_array(gradient)
  expect_golden(found$gradient, gradient, paste(label, "gradient"), 0,
                max(2e-7, 1e-5 * max(abs(gradient))))
}

# Edge cases have values for exact arithmetic and for float32: what lies between is right.
check_loss_function <- function(case) {
  y_true <- golden_array(case$y_true)
  y_pred <- golden_array(case$y_pred)
  exact <- golden_array(case$per_sample)
  rounded <- if (is.null(case$per_sample_float32)) exact else golden_array(case$per_sample_float32)
  span <- abs(as.numeric(exact) - as.numeric(rounded))
  expect_golden(golden_call(case[["loss"]], case$args, list(y_true, y_pred)), rounded,
                paste(case$name, "per sample"), atol = 1e-6 + span, shape = FALSE)
  loss <- golden_call(case[["loss"]], case$args)
  expect_loss(loss_and_gradient(y_pred, y_true, loss),
              if (any(span > 0)) mean(rounded) else case[["mean"]], case$gradient, case$name,
              atol = 1e-6 + mean(span))
  if (!is.null(case$sample_weight)) {
    expect_loss(loss_and_gradient(y_pred, y_true, loss, golden_array(case$sample_weight)),
                case$weighted_mean, case$weighted_gradient, paste(case$name, "weighted"))
  }
}

check_fused_loss <- function(case) {
  logits <- golden_array(case$logits)
  after <- function(t) {
    if (identical(case$wrapper, "time_distributed")) {
      return(time_distributed(t, layer_activation(activation = case$activation)))
    }
    t <- layer_activation(t, case$activation)
    if (identical(case$wrapper, "reshape")) layer_reshape(t, dim(logits)[-1]) else t
  }
  weight <- if (!is.null(case$sample_weight)) golden_array(case$sample_weight)
  found <- loss_and_gradient(logits, golden_array(case$y_true), golden_call(case[["loss"]], case$args),
                             weight, after)
  coarse <- !isTRUE(case$fused) && case[["loss"]] == "loss_binary_crossentropy"
  expect_loss(found, case$loss_value, case$gradient, case$name, if (coarse) 1e-2 else 1e-5)
}

# A model that gives out what it is given.
copy_of <- function(y_pred) {
  input <- layer_input(shape = dim(y_pred)[-1])
  keras_model(input, layer_activation(input, "linear"))
}

check_class_weight <- function(case) {
  y_pred <- golden_array(case$y_pred)
  model <- copy_of(y_pred)
  compile(model, optimizer = "sgd", loss = case[["loss"]])
  history <- fit(model, y_pred, golden_array(case$y_true), batch_size = case$batch_size, epochs = 1,
                 verbose = 0, shuffle = FALSE, class_weight = case$class_weight,
                 sample_weight = if (!is.null(case$sample_weight)) golden_array(case$sample_weight))
  expect_golden(history$metrics$loss, case$loss_value, case$name)
}

# Epoch losses of a model of several outputs, which gives out what it is given.
check_total_loss <- function(case) {
  y_pred <- golden_arrays(case$y_pred)
  inputs <- lapply(y_pred, function(a) layer_input(shape = dim(a)[-1]))
  outputs <- Map(function(t, name) layer_activation(t, "linear", name = name), inputs,
                 names(case$losses))
  model <- keras_model(unname(inputs), unname(outputs))
  compile(model, optimizer = "sgd", loss = case$losses,
          loss_weights = golden_value(case$loss_weights))
  weights <- if (!is.null(case$sample_weight)) golden_arrays(case$sample_weight)
  result <- evaluate(model, y_pred, golden_arrays(case$y_true), sample_weight = weights,
                     batch_size = case$batch_size, verbose = 0)
  for (n in names(case$result)) {
    expect_golden(as.numeric(result[[n]]), case$result[[n]], paste(case$name, n))
  }
}

test_that("losses give Keras' numbers", {
  golden_group("losses", function(case, top) {
    switch(case$kind, "function" = check_loss_function(case), fused = check_fused_loss(case),
           total = check_total_loss(case), class_weight = check_class_weight(case))
  })
})

bind_batches <- function(batches, field, k) {
  parts <- lapply(batches[seq_len(k)], function(b) golden_array(b[[field]]))
  if (length(parts) == 1) return(parts[[1]])
  rows <- sum(vapply(parts, function(a) dim(a)[1], 0L))
  golden_array(list(shape = as.list(c(rows, dim(parts[[1]])[-1])),
                    data = as.list(unlist(lapply(parts, golden_row_major)))))
}

test_that("metrics give Keras' numbers", {
  golden_group("metrics", function(case, top) {
    batches <- case$batches
    weighted <- !is.null(batches[[1]]$sample_weight)
    metric <- golden_call(case$metric, case$args)
    model <- copy_of(golden_array(batches[[1]]$y_pred))
    compile(model, optimizer = "sgd", loss = function(y_true, y_pred) k_sum(y_pred * 0),
            metrics = if (!weighted) list(metric), weighted_metrics = if (weighted) list(metric))
    # probabilities of exactly 0 or 1: 1 - eps and its logarithm are coarse in float32
    coarse <- case$metric == "metric_binary_crossentropy" &&
      any(vapply(batches, function(b) any(golden_array(b$y_pred) %in% c(0, 1)), NA))
    for (k in seq_along(batches)) {
      found <- evaluate(model, bind_batches(batches, "y_pred", k), bind_batches(batches, "y_true", k),
                        sample_weight = if (weighted) bind_batches(batches, "sample_weight", k),
                        verbose = 0)
      expect_golden(as.numeric(unlist(found))[-1], unlist(batches[[k]]$result),
                    paste(case$name, "after batch", k), if (coarse) 1e-2 else 1e-5)
    }
  })
})

test_that("\"accuracy\" means what the shapes say", {
  golden_group("metrics_accuracy", function(case, top) {
    y_pred <- golden_array(case$y_pred)
    model <- copy_of(y_pred)
    compile(model, optimizer = "sgd", loss = case[["loss"]], metrics = unlist(case$metrics))
    expected <- case$result
    if (case[["loss"]] == "binary_crossentropy" && !is.null(case$binary_accuracy)) {
      expected[intersect(c("accuracy", "acc"), names(expected))] <- case$binary_accuracy
    }
    result <- evaluate(model, y_pred, golden_array(case$y_true), batch_size = case$batch_size,
                       verbose = 0)
    for (n in names(expected)) {
      expect_golden(as.numeric(result[[n]]), expected[[n]], paste(case$name, n))
    }
  })
})
