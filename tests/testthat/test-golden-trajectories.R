# Whole trainings against Keras: histories, evaluations, predictions and weights, step by step.

trajectory_model <- function(m) {
  if (!is_chain(m)) return(graph_model(m))
  model <- keras_model_sequential(input_shape = unlist(m$inputs[[1]]$shape))
  for (node in m$nodes) {
    golden_call(node$layer[["call"]], c(node$layer$args, list(name = node$name)), list(model))
  }
  model
}

# One input, every node on the one before, one output.
is_chain <- function(m) {
  names <- c(m$inputs[[1]]$name, vapply(m$nodes, `[[`, "", "name"))
  follows <- vapply(seq_along(m$nodes), function(i) {
    identical(unlist(m$nodes[[i]]$inputs), names[i]) && is.null(m$nodes[[i]]$reuse)
  }, NA)
  length(m$inputs) == 1 && all(follows) && identical(unlist(m$outputs), names[length(names)])
}

graph_model <- function(m) {
  tensors <- list()
  layers <- list()
  for (input in m$inputs) {
    tensors[[input$name]] <- layer_input(shape = unlist(input$shape), name = input$name)
  }
  for (node in m$nodes) {
    layers[[node$name]] <- if (!is.null(node$reuse)) layers[[node$reuse]] else
      golden_call(node$layer[["call"]], c(node$layer$args, list(name = node$name)))
    tensors[[node$name]] <- layers[[node$name]](unname(tensors[unlist(node$inputs)]))
  }
  inputs <- vapply(m$inputs, `[[`, "", "name")
  keras_model(unname(tensors[inputs]), unname(tensors[unlist(m$outputs)]))
}

new_run <- function(case) {
  run <- new.env()
  run$model <- trajectory_model(case$model)
  run$data <- lapply(case$data, golden_array)
  run$updates <- 0
  used <- jsonlite::toJSON(lapply(case$script, `[[`, "optimizer"), auto_unbox = TRUE, null = "null")
  run$factor <- if (grepl("rmsprop|adam", used) || grepl("lstm|gru|rnn", case$name)) 10 else 1
  run$name <- case$name
  set_weights(run$model, golden_arrays(lapply(case$start, function(w) w[c("shape", "data")])))
  run
}

# One array, or a list of several.
data_named <- function(run, names) {
  found <- unname(run$data[unlist(names)])
  if (length(found) > 1) found else if (length(found) == 1) found[[1]]
}

# Float32 noise after the updates made so far.
expect_run <- function(run, value, expected, label) {
  limit <- 1e-6 * (5 + run$updates) * run$factor * pmax(1, abs(as.numeric(expected)))
  expect_golden(value, expected, paste(run$name, label), 0, limit,
                shape = length(dim(expected)) > 1)
}

expect_run_weights <- function(run, expected, label) {
  Map(function(w, e) expect_run(run, w, e, label), get_weights(run$model), golden_arrays(expected))
}

run_fit <- function(run, step, label) {
  args <- c(list(run$model, data_named(run, step$x), data_named(run, step$y), verbose = 0),
            lapply(step$args, golden_value))
  args$sample_weight <- data_named(run, step$sample_weight)
  args$class_weight <- step$class_weight
  if (!is.null(step$validation_data)) {
    args$validation_data <- lapply(step$validation_data, function(n) data_named(run, n))
  }
  if (!is.null(step$callbacks)) args$callbacks <- lapply(step$callbacks, golden_value)
  history <- do.call(fit, args, quote = TRUE)$metrics
  rows <- nrow(golden_list(data_named(run, step$x))[[1]])
  split <- if (is.null(step$args$validation_split)) 0 else step$args$validation_split
  size <- if (is.null(step$args$batch_size)) 32 else step$args$batch_size
  run$updates <- run$updates + step$expect$epochs_run * ceiling(floor(rows * (1 - split)) / size)
  expect_identical(names(history), names(step$expect$history), label = paste(run$name, "series"))
  for (n in names(step$expect$history)) {
    expect_run(run, history[[n]], unlist(step$expect$history[[n]]), paste(label, n))
  }
  if (!is.null(step$expect$lr_after)) {
    expect_golden(as.numeric(k_get_value(run$model$optimizer$lr)), step$expect$lr_after,
                  paste(run$name, label, "rate"))
  }
  if (!is.null(step$expect$weights)) expect_run_weights(run, step$expect$weights, label)
}

run_step <- function(run, step, label) {
  model <- run$model
  switch(step$do,
    compile = do.call(compile, c(list(model, optimizer = golden_value(step$optimizer),
                                      loss = golden_value(step$loss)),
                                 lapply(step$args, golden_value)), quote = TRUE),
    fit = run_fit(run, step, label),
    evaluate = {
      args <- c(list(model, data_named(run, step$x), data_named(run, step$y), verbose = 0),
                lapply(step$args, golden_value))
      args$sample_weight <- data_named(run, step$sample_weight)
      result <- do.call(evaluate, args, quote = TRUE)
      for (n in names(step$expect)) expect_run(run, as.numeric(result[[n]]), step$expect[[n]], n)
    },
    predict = {
      found <- do.call(predict, c(list(model, data_named(run, step$x), verbose = 0),
                                  lapply(step$args, golden_value)), quote = TRUE)
      Map(function(v, e) expect_run(run, v, e, label), golden_list(found), golden_arrays(step$expect))
    },
    train_on_batch = {
      value <- train_on_batch(model, data_named(run, step$x), data_named(run, step$y))
      expect_run(run, as.numeric(unlist(value)), unlist(step$expect), label)
      run$updates <- run$updates + 1
    },
    set_lr = {
      model$optimizer$lr <- step$value
      expect_golden(as.numeric(k_get_value(model$optimizer$lr)), step$value, label)
    },
    freeze = for (n in step$layers) freeze_weights(get_layer(model, n)),
    unfreeze = for (n in step$layers) unfreeze_weights(get_layer(model, n)),
    weights = expect_run_weights(run, step$expect, label),
    stop("unknown step ", step$do))
}

# A callback fed with a series: before each epoch a weight becomes the value that the validation
# loss, and a metric of the wanted name, then have.
run_series <- function(case) {
  series <- unlist(case$series)
  watched <- sub("^val_", "", case$monitor)
  measure <- function(y_true, y_pred) k_mean(y_true * y_pred)
  model <- keras_model_sequential() %>% layer_dense(1, use_bias = FALSE, input_shape = 2)
  compile(model, optimizer = optimizer_sgd(1), loss = measure,
          metrics = if (watched != "loss") list(custom_metric(watched, measure)))
  rates <- numeric()
  set_values <- callback_lambda(on_epoch_begin = function(epoch, logs) {
    set_weights(model, list(matrix(c(series[epoch + 1], epoch), ncol = 1)))
  })
  note_rate <- callback_lambda(on_epoch_end = function(epoch, logs) {
    rates <<- c(rates, as.numeric(k_get_value(model$optimizer$lr)))
  })
  x <- matrix(c(1, 0), 1)
  history <- fit(model, x, matrix(0, 1, 1), epochs = length(series), verbose = 0,
                 validation_data = list(x, matrix(1, 1, 1)),
                 callbacks = list(set_values, golden_value(case$callback), note_rate))
  seen <- history$metrics[[case$monitor]]
  expect_identical(length(seen), as.integer(case$epochs_run), label = case$name)
  expect_golden(seen, series[seq_along(seen)], case$name)
  if (!is.null(case$weights_of_epoch)) { # best weights come back only when training was stopped
    kept <- if (isTRUE(case$stopped)) case$weights_of_epoch else case$epochs_run - 1
    expect_golden(get_weights(model)[[1]][2], kept, paste(case$name, "kept epoch"))
  }
  if (!is.null(case$lr_in_history)) {
    expect_golden(history$metrics$lr, unlist(case$lr_in_history), paste(case$name, "lr"))
    expect_golden(rates, unlist(case$lr_after_epoch), paste(case$name, "lr after"))
  }
}

run_case <- function(case, top) {
  if (identical(case$kind, "series")) return(run_series(case))
  run <- new_run(case)
  for (i in seq_along(case$script)) {
    step <- case$script[[i]]
    run_step(run, step, paste(i, step$do))
  }
}

# These two hold what Keras does inside a compiled graph: Nadam's product of u is multiplied once for
# every weight array of a step. optimizers_*.json and the published method have it once per step.
nadam_in_a_graph <- c(dense = "regression nadam", continue = "fit twice, nadam")

test_that("dense trainings follow Keras", {
  golden_group("trajectories_dense", run_case, nadam_in_a_graph[["dense"]])
})

test_that("classifications follow Keras", {
  golden_group("trajectories_class", run_case)
})

test_that("continued trainings follow Keras", {
  golden_group("trajectories_continue", run_case, nadam_in_a_graph[["continue"]])
})

test_that("embeddings train as in Keras", {
  golden_group("trajectories_embedding", run_case)
})

test_that("recurrent nets train as in Keras", {
  golden_group("trajectories_recurrent", run_case)
})

test_that("graphs of several inputs and outputs train as in Keras", {
  golden_group("trajectories_functional", run_case)
})

test_that("convolution nets train as in Keras", {
  golden_group("trajectories_conv", run_case)
})

test_that("losses and layers of one's own train as in Keras", {
  golden_group("trajectories_custom", run_case)
})

test_that("callbacks act as in Keras", {
  golden_group("trajectories_callbacks", run_case)
})

# Keras has two ways to the moving variance of images: over n - 1 in float32, which users see, over n in
# float64, which this case holds.
moving_variance_of_float64 <- "conv_2d and batch normalization float64"

test_that("normalisation trains as in Keras", {
  golden_group("trajectories_norm", run_case, moving_variance_of_float64)
})
